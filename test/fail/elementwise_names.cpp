// SPDX-License-Identifier: MIT
// A named extent against a number in a sum.
// EXPECT: A(N x 3) + B(4 x 3)
// EXPECT: N is not known to be 4
// EXPECT: element-wise
// MAX-LINES: 25
#include <ctg/expr/functions.hpp>

ctg::matrix<"A", float, ctg::dim<"N">, 3> A(4);
ctg::matrix<"B", float, 4, 3> B;
#ifdef CTG_TWIN
ctg::row<"b", float, 3> b;
auto y = A + b;
#else
auto y = A + B;
#endif
