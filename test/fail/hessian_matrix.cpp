// SPDX-License-Identifier: MIT
// A Hessian of what has several entries.
// EXPECT: hessian(exp(X)(4 x 2), X(4 x 2))
// EXPECT: one entry
// MAX-LINES: 25
#include <ctg/calculus/jacobian.hpp>

ctg::matrix<"X", float, 4, 2> X;
auto Y = exp(X);
#ifdef CTG_TWIN
auto H = hessian(sum(Y), X);
#else
auto H = hessian(Y, X);
#endif
