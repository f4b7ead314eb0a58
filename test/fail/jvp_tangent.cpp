// SPDX-License-Identifier: MIT
// A direction in another shape than the variable.
// EXPECT: S(4 x 2)
// EXPECT: in the shape of X
// MAX-LINES: 25
#include <ctg/calculus/derivatives.hpp>

ctg::matrix<"X", float, 2, 4> X;
ctg::matrix<"S", float, 4, 2> S;
auto Y = exp(X);
#ifdef CTG_TWIN
auto T = jvp(Y, X, transpose(S));
#else
auto T = jvp(Y, X, S);
#endif
