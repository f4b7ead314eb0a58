// SPDX-License-Identifier: MIT
// One name with two shapes.
// EXPECT: W(2 x 3) * W(3 x 2)
// EXPECT: two different leaves
// EXPECT: rename
// MAX-LINES: 25
#include <ctg/expr/functions.hpp>

ctg::matrix<"W", float, 2, 3> W;
#ifdef CTG_TWIN
ctg::matrix<"V", float, 3, 2> V;
auto y = W * V;
#else
ctg::matrix<"W", float, 3, 2> V;
auto y = W * V;
#endif
