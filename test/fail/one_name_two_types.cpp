// SPDX-License-Identifier: MIT
// One name with two element types.
// EXPECT: float W(2 x 2)
// EXPECT: double W(2 x 2)
// EXPECT: two different leaves
// EXPECT: rename
// MAX-LINES: 25
#include <ctg/expr/functions.hpp>

ctg::matrix<"W", float, 2, 2> W;
#ifdef CTG_TWIN
ctg::matrix<"V", float, 2, 2> V;
auto y = W + V;
#else
ctg::matrix<"W", double, 2, 2> V;
auto y = W + V;
#endif
