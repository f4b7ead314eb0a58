// SPDX-License-Identifier: MIT
// A seed in another shape than the function.
// EXPECT: (X * W)(4 x 3)
// EXPECT: S(3 x 4)
// EXPECT: in the shape of Y
// MAX-LINES: 25
#include <ctg/calculus/derivatives.hpp>

ctg::matrix<"X", float, 4, 2> X;
ctg::matrix<"W", float, 2, 3> W;
auto Y = X * W;
ctg::matrix<"S", float, 3, 4> S;
#ifdef CTG_TWIN
auto G = vjp(Y, transpose(S), W);
#else
auto G = vjp(Y, S, W);
#endif
