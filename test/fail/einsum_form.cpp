// SPDX-License-Identifier: MIT
// einsum without a written output.
// EXPECT: einsum<\"ij,jk\">(
// EXPECT: einsum wants a letter for each axis
// EXPECT: written out
// MAX-LINES: 25
#include <ctg/expr/einsum.hpp>

ctg::matrix<"A", float, 3, 4> A;
ctg::matrix<"B", float, 4, 5> B;
#ifdef CTG_TWIN
auto C = ctg::einsum<"ij,jk->ik">(A, B);
#else
auto C = ctg::einsum<"ij,jk">(A, B);
#endif
