// SPDX-License-Identifier: MIT
// A binary function on shapes that do not broadcast.
// EXPECT: maximum(A(2 x 3), B(2 x 2))
// EXPECT: 3 is not 2
// MAX-LINES: 25
#include <ctg/expr/functions.hpp>

ctg::matrix<"A", float, 2, 3> A;
ctg::matrix<"B", float, 2, 2> B;
#ifdef CTG_TWIN
auto y = maximum(A, 0);
#else
auto y = maximum(A, B);
#endif
