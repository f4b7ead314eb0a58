// SPDX-License-Identifier: MIT
// Shapes that do not broadcast under +.
// EXPECT: A(2 x 3) + B(3 x 2)
// EXPECT: 3 is not 2
// EXPECT: element-wise
// EXPECT: transpose
// MAX-LINES: 25
#include <ctg/expr/functions.hpp>

ctg::matrix<"A", float, 2, 3> A;
ctg::matrix<"B", float, 3, 2> B;
#ifdef CTG_TWIN
auto y = A + transpose(B);
#else
auto y = A + B;
#endif
