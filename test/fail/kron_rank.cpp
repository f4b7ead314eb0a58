// SPDX-License-Identifier: MIT
// kron of operands of different rank.
// EXPECT: kron(A(3 x 4), x(3))
// EXPECT: wrong number of axes
// MAX-LINES: 25
#include <ctg/expr/products.hpp>

ctg::tensor<"x", float, 3> x;
ctg::tensor<"y", float, 4> y;
ctg::column<"c", float, 3> c;
ctg::matrix<"A", float, 3, 4> A;
#ifdef CTG_TWIN
auto K = kron(A, A);
#else
auto K = kron(A, x);
#endif
