// SPDX-License-Identifier: MIT
// A gradient with respect to what does not occur.
// EXPECT: gradient(sum(X * W)(scalar),
// EXPECT: b(1 x 3)
// EXPECT: does not occur
// MAX-LINES: 25
#include <ctg/calculus/derivatives.hpp>

ctg::matrix<"X", float, 4, 2> X;
ctg::matrix<"W", float, 2, 3> W;
ctg::row<"b", float, 3> b;
auto J = sum(X * W);
#ifdef CTG_TWIN
auto G = gradient(J, W);
#else
auto G = gradient(J, b);
#endif
