// SPDX-License-Identifier: MIT
// Johnson's example: the Jacobian of a linear layer, evaluated entry by entry.
// EXPECT: 64 x 4096 x 64 x 4096
// EXPECT: 256 GiB
// EXPECT: too many entries to be evaluated
// MAX-LINES: 25
#include <ctg/calculus/jacobian.hpp>
#include <ctg/run/evaluate.hpp>

ctg::matrix<"X", float, 64, 4096> X;
ctg::matrix<"W", float, 4096, 4096> W;
#ifdef CTG_TWIN
auto y = evaluate(chain(jacobian(X * W, X), X));
#else
auto y = evaluate(jacobian(X * W, X));
#endif
