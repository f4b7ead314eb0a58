// SPDX-License-Identifier: MIT
// A program as an output of another one.
// EXPECT: made of expressions and assignments: program(J, assign(W, e))
// MAX-LINES: 25
#include <ctg/ctg.hpp>

ctg::matrix<"A", double, 2, 3> A;
#ifdef CTG_TWIN
auto p = ctg::program(sum(A));
auto q = ctg::program(sum(A), A + 1);
#else
auto p = ctg::program(sum(A));
auto q = ctg::program(p);
#endif
