// SPDX-License-Identifier: MIT
// A Hessian with respect to what does not occur.
// EXPECT: W(2 x 3)
// EXPECT: does not occur
// MAX-LINES: 25
#include <ctg/calculus/jacobian.hpp>

ctg::matrix<"X", float, 4, 2> X;
ctg::matrix<"W", float, 2, 3> W;
auto J = sum(exp(X));
#ifdef CTG_TWIN
auto H = hessian(J, X);
#else
auto H = hessian(J, W);
#endif
