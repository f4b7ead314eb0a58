// SPDX-License-Identifier: MIT
// A Jacobian with respect to what does not occur.
// EXPECT: jacobian(exp(X)(4 x 2), W(2 x 3))
// EXPECT: does not occur
// MAX-LINES: 25
#include <ctg/calculus/jacobian.hpp>

ctg::matrix<"X", float, 4, 2> X;
ctg::matrix<"W", float, 2, 3> W;
auto Y = exp(X);
#ifdef CTG_TWIN
auto J = jacobian(Y, X);
#else
auto J = jacobian(Y, W);
#endif
