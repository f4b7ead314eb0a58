// SPDX-License-Identifier: MIT
// A program written to a stream.
// EXPECT: write explain(step), profile(step), or a result
// MAX-LINES: 25
#include <ctg/ctg.hpp>

#include <iostream>

ctg::matrix<"A", double, 2, 3> A;
auto p = ctg::program(sum(A));
#ifdef CTG_TWIN
void f() { std::cout << explain(p); }
#else
void f() { std::cout << p; }
#endif
