// SPDX-License-Identifier: MIT
// An expression is not a number yet.
// EXPECT: sum(square(W))(scalar)
// EXPECT: not a number yet
// EXPECT: evaluate(e)
// MAX-LINES: 25
#include <ctg/calculus/derivatives.hpp>

ctg::matrix<"W", float, 2, 3> W;
auto J = sum(square(W));
#ifdef CTG_TWIN
float w = W(0, 0);
#else
float loss = J;
#endif
