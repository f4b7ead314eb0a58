// SPDX-License-Identifier: MIT
// W = e with another shape.
// EXPECT: W(2 x 3) = (number * V)(3 x 2)
// EXPECT: 3 is not 2
// EXPECT: transpose
// MAX-LINES: 34
#include <ctg/run/evaluate.hpp>

ctg::matrix<"W", float, 2, 3> W;
ctg::matrix<"V", float, 3, 2> V;
#ifdef CTG_TWIN
void f() { W = 2 * transpose(V); }
#else
void f() { W = 2 * V; }
#endif
