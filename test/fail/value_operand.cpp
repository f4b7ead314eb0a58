// SPDX-License-Identifier: MIT
// A value, not a leaf, as an operand.
// EXPECT: give values, which are no operands
// EXPECT: value * X(3 x 4)
// EXPECT: evaluate<
// MAX-LINES: 25
#include <ctg/ctg.hpp>

ctg::matrix<"X", float, 3, 4> X;
#ifdef CTG_TWIN
auto Y = ctg::evaluate<"Y">(X * transpose(X));
#else
auto Y = ctg::evaluate(X * transpose(X));
#endif
auto Z = Y * X;
