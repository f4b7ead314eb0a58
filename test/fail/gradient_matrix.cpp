// SPDX-License-Identifier: MIT
// The gradient of a matrix.
// EXPECT: gradient((X * W)(4 x 3), W(2 x 3))
// EXPECT: vjp(Y, dY, X)
// EXPECT: jacobian(Y, X)
// EXPECT: sum(Y)
// MAX-LINES: 25
#include <ctg/calculus/derivatives.hpp>

ctg::matrix<"X", float, 4, 2> X;
ctg::matrix<"W", float, 2, 3> W;
auto Y = X * W;
#ifdef CTG_TWIN
auto G = gradient(sum(Y), W);
#else
auto G = gradient(Y, W);
#endif
