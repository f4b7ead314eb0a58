// SPDX-License-Identifier: MIT
// The gradient with respect to two leaves at once.
// EXPECT: gradient(sum(X * W)(scalar))
// EXPECT: value_and_gradient(J, W, b)
// MAX-LINES: 25
#include <ctg/calculus/derivatives.hpp>
#include <ctg/expr/reductions.hpp>

ctg::matrix<"X", float, 2, 3> X;
ctg::matrix<"W", float, 3, 2> W;
#ifdef CTG_TWIN
auto g = gradient(sum(X * W), W);
#else
auto g = gradient(sum(X * W), W, X);
#endif
