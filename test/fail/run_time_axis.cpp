// SPDX-License-Identifier: MIT
// An axis as an argument of the call.
// EXPECT: axes, bounds, extents and formulas are template arguments: sum<0>(X)
// EXPECT: sum(A(2 x 3), number
// MAX-LINES: 25
#include <ctg/ctg.hpp>

ctg::matrix<"A", double, 2, 3> A;
#ifdef CTG_TWIN
auto Y = sum<0>(A);
#else
auto Y = sum(A, 0);
#endif
