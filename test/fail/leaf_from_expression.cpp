// SPDX-License-Identifier: MIT
// A leaf is not initialised by an expression.
// EXPECT: V(2 x 3) = (number * W)(2 x 3)
// EXPECT: declare the leaf, then assign
// MAX-LINES: 25
#include <ctg/expr/functions.hpp>

ctg::matrix<"W", float, 2, 3> W;
#ifdef CTG_TWIN
ctg::matrix<"V", float, 2, 3> V = {{1, 2, 3}, {4, 5, 6}};
#else
ctg::matrix<"V", float, 2, 3> V = 2 * W;
#endif
