// SPDX-License-Identifier: MIT
// A chain of what are no Jacobians.
// EXPECT: chain(X(4 x 2), W(2 x 3))
// EXPECT: wants a jacobian(Y, X)
// MAX-LINES: 25
#include <ctg/calculus/jacobian.hpp>

ctg::matrix<"X", float, 4, 2> X;
ctg::matrix<"W", float, 2, 3> W;
#ifdef CTG_TWIN
auto C = chain(jacobian(X * W, X), X);
#else
auto C = chain(X, W);
#endif
