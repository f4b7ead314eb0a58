// SPDX-License-Identifier: MIT
// An expression, not its values, to a stream.
// EXPECT: an expression has values and a formula
// EXPECT: (X + X)(3 x 4)
// EXPECT: to_string(e)
// MAX-LINES: 30
#include <ctg/ctg.hpp>

#include <iostream>

ctg::matrix<"X", float, 3, 4> X;
#ifdef CTG_TWIN
void f() { std::cout << X << evaluate(X + X) << ctg::to_string(X + X); }
#else
void f() { std::cout << X + X; }
#endif
