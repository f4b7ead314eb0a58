// SPDX-License-Identifier: MIT
// Outputs of two types.
// EXPECT: sum(W)(scalar),
// EXPECT: sum(V)(scalar)
// EXPECT: float W(2 x 3)
// EXPECT: double V(2 x 3)
// MAX-LINES: 25
#include <ctg/run/program.hpp>

ctg::matrix<"W", float, 2, 3> W;
ctg::matrix<"V", double, 2, 3> V;
#ifdef CTG_TWIN
auto p = ctg::program(sum(W), max(W));
#else
auto p = ctg::program(sum(W), sum(V));
#endif
