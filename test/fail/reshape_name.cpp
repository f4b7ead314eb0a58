// SPDX-License-Identifier: MIT
// A reshape that drops a named extent.
// EXPECT: reshape<4, 6>(X(N x 6))
// EXPECT: number of entries
// MAX-LINES: 34
#include <ctg/expr/functions.hpp>

ctg::matrix<"X", float, ctg::dim<"N">, 6> X(4);
#ifdef CTG_TWIN
auto y = reshape<ctg::dim<"N">, 2, 3>(X);
#else
auto y = reshape<4, 6>(X);
#endif
