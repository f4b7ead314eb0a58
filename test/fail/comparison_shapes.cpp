// SPDX-License-Identifier: MIT
// A comparison of shapes that do not broadcast.
// EXPECT: A(2 x 3) >= B(2 x 2)
// EXPECT: 3 is not 2
// EXPECT: element-wise
// MAX-LINES: 25
#include <ctg/expr/functions.hpp>

ctg::matrix<"A", float, 2, 3> A;
ctg::matrix<"B", float, 2, 2> B;
#ifdef CTG_TWIN
auto y = A >= 1;
#else
auto y = A >= B;
#endif
