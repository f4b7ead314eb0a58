// SPDX-License-Identifier: MIT
// A value for a formula, in a program.
// EXPECT: assign((W * V)(2 x 2), W(2 x 3))
// EXPECT: no memory to assign to
// MAX-LINES: 25
#include <ctg/run/program.hpp>

ctg::matrix<"W", float, 2, 3> W;
ctg::matrix<"V", float, 3, 2> V;
#ifdef CTG_TWIN
auto step = ctg::program(assign(W, 2 * W));
#else
auto step = ctg::program(assign(W * V, W));
#endif
