// SPDX-License-Identifier: MIT
// A leaf is not a number.
// EXPECT: W(2 x 3)
// EXPECT: W(i, j)
// MAX-LINES: 25
#include <ctg/expr/functions.hpp>

ctg::matrix<"W", float, 2, 3> W;
#ifdef CTG_TWIN
float w = W(0, 0);
#else
float w = W;
#endif
