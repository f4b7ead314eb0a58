// SPDX-License-Identifier: MIT
// One index for a matrix.
// EXPECT: one index for each axis
// EXPECT: "W"
// EXPECT: float, 2
// MAX-LINES: 25
#include <ctg/expr/functions.hpp>

ctg::matrix<"W", float, 2, 3> W;
#ifdef CTG_TWIN
float w = W(1, 2);
#else
float w = W(1);
#endif
