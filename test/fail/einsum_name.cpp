// SPDX-License-Identifier: MIT
// A letter of einsum with a named extent and a number.
// EXPECT: j: N is not known to be 4
// EXPECT: another letter
// MAX-LINES: 25
#include <ctg/expr/einsum.hpp>

ctg::matrix<"A", float, 3, ctg::dim<"N">> A(4);
ctg::matrix<"B", float, 4, 5> B;
ctg::matrix<"C", float, ctg::dim<"N">, 5> C(4);
#ifdef CTG_TWIN
auto D = ctg::einsum<"ij,jk->ik">(A, C);
#else
auto D = ctg::einsum<"ij,jk->ik">(A, B);
#endif
