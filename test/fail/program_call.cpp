// SPDX-License-Identifier: MIT
// A number of threads instead of a policy.
// EXPECT: step() or step(ctg::parallel{2})
// EXPECT: int
// MAX-LINES: 25
#include <ctg/ctg.hpp>

ctg::matrix<"A", double, 2, 3> A;
auto p = ctg::program(sum(A));
#ifdef CTG_TWIN
void f() { p(); }
#else
void f() { p(2); }
#endif
