// SPDX-License-Identifier: MIT
// A stretch of an extent that is not 1.
// EXPECT: broadcast_to<4, 3>(X(2 x 3))
// EXPECT: only extents of 1
// EXPECT: reshape
// MAX-LINES: 34
#include <ctg/expr/functions.hpp>

ctg::matrix<"X", float, 2, 3> X;
#ifdef CTG_TWIN
auto y = broadcast_to<4, 2, 3>(X);
#else
auto y = broadcast_to<4, 3>(X);
#endif
