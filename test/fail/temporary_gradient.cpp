// SPDX-License-Identifier: MIT
// A gradient with respect to a temporary leaf.
// EXPECT: gradient(sum(W)(scalar), W(3 x 2))
// EXPECT: temporary
// MAX-LINES: 25
#include <ctg/calculus/derivatives.hpp>

ctg::matrix<"W", float, 3, 2> W;
auto J = sum(W);
#ifdef CTG_TWIN
auto G = gradient(J, W);
#else
auto G = gradient(J, ctg::matrix<"W", float, 3, 2>{});
#endif
