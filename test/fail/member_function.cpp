// SPDX-License-Identifier: MIT
// A computation asked for as a member.
// EXPECT: a function here, no member
// EXPECT: sum(A), sum<0>(A)
// MAX-LINES: 25
#include <ctg/expr/functions.hpp>

ctg::matrix<"A", double, 2, 3> A;
#ifdef CTG_TWIN
auto s = sum(A);
#else
auto s = A.sum();
#endif
