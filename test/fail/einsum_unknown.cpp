// SPDX-License-Identifier: MIT
// A letter of the output that no operand has.
// EXPECT: letter z
// EXPECT: in no operand
// MAX-LINES: 25
#include <ctg/expr/einsum.hpp>

ctg::matrix<"A", float, 3, 4> A;
ctg::matrix<"B", float, 4, 5> B;
#ifdef CTG_TWIN
auto C = ctg::einsum<"ij,jk->ki">(A, B);
#else
auto C = ctg::einsum<"ij,jk->iz">(A, B);
#endif
