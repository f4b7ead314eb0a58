// SPDX-License-Identifier: MIT
// A leaf assigned what evaluate gives instead of the expression.
// EXPECT: a leaf is assigned an expression, a leaf or a number: write W = e
// EXPECT: "W"
// MAX-LINES: 25
#include <ctg/ctg.hpp>

ctg::matrix<"W", float, 2, 3> W;
#ifdef CTG_TWIN
void f() { W = W + 1; }
#else
void f() { W = evaluate(W + 1); }
#endif
