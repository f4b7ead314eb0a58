// SPDX-License-Identifier: MIT
// A chain whose links do not meet.
// EXPECT: the last axes of A are not the first ones of B
// MAX-LINES: 25
#include <ctg/calculus/jacobian.hpp>

ctg::matrix<"X", float, 4, 2> X;
ctg::matrix<"W", float, 2, 3> W;
auto Y = X * W;
auto Z = exp(Y);
#ifdef CTG_TWIN
auto C = chain(jacobian(Z, Y), jacobian(Y, X));
#else
auto C = chain(jacobian(Y, X), jacobian(Z, Y));
#endif
