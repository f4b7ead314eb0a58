// SPDX-License-Identifier: MIT
// An hvp with respect to what does not occur.
// EXPECT: hvp(sum(exp(X))(scalar), W(2 x 3))
// EXPECT: does not occur
// MAX-LINES: 25
#include <ctg/calculus/derivatives.hpp>

ctg::matrix<"X", float, 4, 2> X;
ctg::matrix<"W", float, 2, 3> W;
auto J = sum(exp(X));
#ifdef CTG_TWIN
auto H = hvp(J, X, X);
#else
auto H = hvp(J, W, W);
#endif
