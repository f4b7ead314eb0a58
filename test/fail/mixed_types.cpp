// SPDX-License-Identifier: MIT
// float and double in one expression.
// EXPECT: exp(X)(2 x 2) + D(2 x 2)
// EXPECT: float X(2 x 2)
// EXPECT: double D(2 x 2)
// EXPECT: cast<double>
// MAX-LINES: 25
#include <ctg/expr/functions.hpp>

ctg::matrix<"X", float, 2, 2> X;
ctg::matrix<"D", double, 2, 2> D;
#ifdef CTG_TWIN
ctg::matrix<"F", float, 2, 2> F;
auto y = exp(X) + F;
#else
auto y = exp(X) + D;
#endif
