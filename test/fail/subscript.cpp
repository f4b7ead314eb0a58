// SPDX-License-Identifier: MIT
// Square brackets.
// EXPECT: an entry of a leaf is W(i, j)
// EXPECT: slice<0, 2, 3>(W)
// MAX-LINES: 25
#include <ctg/expr/functions.hpp>

ctg::matrix<"A", double, 2, 3> A;
#ifdef CTG_TWIN
double x = A(0, 1);
#else
double x = A[0][1];
#endif
