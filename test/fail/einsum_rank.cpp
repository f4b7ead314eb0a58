// SPDX-License-Identifier: MIT
// einsum with more letters than an operand has axes.
// EXPECT: A(3 x 4)
// EXPECT: operand 1: 3 letters, 2 axes
// EXPECT: one letter for each axis
// MAX-LINES: 25
#include <ctg/expr/einsum.hpp>

ctg::matrix<"A", float, 3, 4> A;
ctg::matrix<"B", float, 4, 5> B;
#ifdef CTG_TWIN
auto C = ctg::einsum<"ij,jk->ik">(A, B);
#else
auto C = ctg::einsum<"lij,jk->ik">(A, B);
#endif
