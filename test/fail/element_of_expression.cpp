// SPDX-License-Identifier: MIT
// An entry of an expression that has not been evaluated.
// EXPECT: an expression has no entries yet: evaluate(e)(i, j)
// EXPECT: (X + X)(3 x 4)
// MAX-LINES: 25
#include <ctg/ctg.hpp>

ctg::matrix<"X", float, 3, 4> X;
#ifdef CTG_TWIN
float f() { return evaluate(X + X)(1, 2); }
#else
float f() { return static_cast<float>((X + X)(1, 2)); }
#endif
