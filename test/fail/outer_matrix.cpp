// SPDX-License-Identifier: MIT
// outer of a matrix.
// EXPECT: outer(x(3), A(3 x 4))
// EXPECT: wants vectors
// MAX-LINES: 25
#include <ctg/expr/products.hpp>

ctg::tensor<"x", float, 3> x;
ctg::tensor<"y", float, 4> y;
ctg::column<"c", float, 3> c;
ctg::matrix<"A", float, 3, 4> A;
#ifdef CTG_TWIN
auto Z = outer(x, y);
#else
auto Z = outer(x, A);
#endif
