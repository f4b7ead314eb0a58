// SPDX-License-Identifier: MIT
// W += e with another shape.
// EXPECT: W(2 x 3) + V(3 x 2)
// EXPECT: 3 is not 2
// EXPECT: transpose
// MAX-LINES: 34
#include <ctg/run/evaluate.hpp>

ctg::matrix<"W", float, 2, 3> W;
ctg::matrix<"V", float, 3, 2> V;
#ifdef CTG_TWIN
void f() { W += transpose(V); }
#else
void f() { W += V; }
#endif
