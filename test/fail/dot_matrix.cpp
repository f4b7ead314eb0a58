// SPDX-License-Identifier: MIT
// dot of a matrix.
// EXPECT: dot(A(3 x 4), x(3))
// EXPECT: wants vectors
// EXPECT: sum(A % B)
// MAX-LINES: 25
#include <ctg/expr/products.hpp>

ctg::tensor<"x", float, 3> x;
ctg::tensor<"y", float, 4> y;
ctg::column<"c", float, 3> c;
ctg::matrix<"A", float, 3, 4> A;
#ifdef CTG_TWIN
auto z = dot(c, x);
#else
auto z = dot(A, x);
#endif
