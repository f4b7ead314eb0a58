// SPDX-License-Identifier: MIT
// The trace of a matrix that is not square.
// EXPECT: trace(A(3 x 4))
// EXPECT: square matrix
// MAX-LINES: 25
#include <ctg/expr/products.hpp>

ctg::tensor<"x", float, 3> x;
ctg::tensor<"y", float, 4> y;
ctg::column<"c", float, 3> c;
ctg::matrix<"A", float, 3, 4> A;
ctg::matrix<"S", float, 4, 4> S;
#ifdef CTG_TWIN
auto t = trace(S);
#else
auto t = trace(A);
#endif
