// SPDX-License-Identifier: MIT
// Negative bounds count from an end that only the run knows.
// EXPECT: slice<0, -2, 1>(X(N x 3))
// EXPECT: where the extent is a number
// MAX-LINES: 25
#include <ctg/expr/pieces.hpp>

ctg::matrix<"X", float, ctg::dim<"N">, 3> X(4);
#ifdef CTG_TWIN
auto Y = slice<1, -2, 3>(X);
#else
auto Y = slice<0, -2, 1>(X);
#endif
