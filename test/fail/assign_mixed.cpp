// SPDX-License-Identifier: MIT
// A double is not assigned to a float.
// EXPECT: W(2 x 3) = V(2 x 3)
// EXPECT: float W(2 x 3)
// EXPECT: double V(2 x 3)
// MAX-LINES: 25
#include <ctg/run/program.hpp>

ctg::matrix<"W", float, 2, 3> W;
ctg::matrix<"V", double, 2, 3> V;
#ifdef CTG_TWIN
auto a = assign(V, V);
#else
auto a = assign(W, V);
#endif
