// SPDX-License-Identifier: MIT
// A program's result as an operand, beside a number.
// EXPECT: give values, which are no operands
// EXPECT: number(scalar) - value
// MAX-LINES: 25
#include <ctg/run/program.hpp>

ctg::matrix<"X", float, 3, 4> X;
auto S = sigmoid(X);
auto p = ctg::program(S);
#ifdef CTG_TWIN
auto Z = 1 - S;
#else
auto Z = 1 - p[S];
#endif
