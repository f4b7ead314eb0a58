// SPDX-License-Identifier: MIT
// A reshape to another number of entries.
// EXPECT: reshape<4, 2>(X(2 x 3))
// EXPECT: 6 is not 8
// EXPECT: number of entries
// EXPECT: broadcast_to
// MAX-LINES: 34
#include <ctg/expr/functions.hpp>

ctg::matrix<"X", float, 2, 3> X;
#ifdef CTG_TWIN
auto y = reshape<3, 2>(X);
#else
auto y = reshape<4, 2>(X);
#endif
