// SPDX-License-Identifier: MIT
// An hvp of what has several entries.
// EXPECT: hvp(exp(X)(4 x 2), X(4 x 2))
// EXPECT: one entry
// MAX-LINES: 25
#include <ctg/calculus/derivatives.hpp>

ctg::matrix<"X", float, 4, 2> X;
auto Y = exp(X);
#ifdef CTG_TWIN
auto H = hvp(sum(Y), X, X);
#else
auto H = hvp(Y, X, X);
#endif
