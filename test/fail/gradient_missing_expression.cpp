// SPDX-License-Identifier: MIT
// A gradient with respect to a subexpression that is none.
// EXPECT: gradient(sum(exp(X))(scalar),
// EXPECT: log(X)(4 x 2)
// EXPECT: does not occur
// MAX-LINES: 25
#include <ctg/calculus/derivatives.hpp>

ctg::matrix<"X", float, 4, 2> X;
auto J = sum(exp(X));
#ifdef CTG_TWIN
auto G = gradient(J, exp(X));
#else
auto G = gradient(J, log(X));
#endif
