// SPDX-License-Identifier: MIT
// A gradient that was not asked for.
// EXPECT: b(1 x 3)
// EXPECT: no gradient
// EXPECT: value_and_gradient's arguments
// MAX-LINES: 25
#include <ctg/run/program.hpp>

ctg::matrix<"W", float, 2, 3> W;
ctg::row<"b", float, 3> b;
auto J = sum(square(W + b));
auto descent = ctg::value_and_gradient(J, W);
#ifdef CTG_TWIN
auto result = descent[W];
#else
auto result = descent[b];
#endif
