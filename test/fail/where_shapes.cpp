// SPDX-License-Identifier: MIT
// A condition that does not broadcast with the values.
// EXPECT: where((B > number)(4 x 4),
// EXPECT: A(2 x 3),
// EXPECT: element-wise
// MAX-LINES: 25
#include <ctg/expr/functions.hpp>

ctg::matrix<"A", float, 2, 3> A;
ctg::matrix<"B", float, 4, 4> B;
#ifdef CTG_TWIN
auto y = where(A > 0, A, 0);
#else
auto y = where(B > 0, A, 0);
#endif
