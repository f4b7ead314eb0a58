// SPDX-License-Identifier: MIT
// A temporary leaf as an operand.
// EXPECT: X(2 x 3) * W(3 x 2)
// EXPECT: temporary
// EXPECT: make it a variable
// MAX-LINES: 25
#include <ctg/expr/functions.hpp>

ctg::matrix<"X", float, 2, 3> X;
#ifdef CTG_TWIN
ctg::matrix<"W", float, 3, 2> W;
auto y = X * W;
#else
auto y = X * ctg::matrix<"W", float, 3, 2>{};
#endif
