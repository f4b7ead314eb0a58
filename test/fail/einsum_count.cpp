// SPDX-License-Identifier: MIT
// einsum with fewer operands than its text names.
// EXPECT: 2 are named, 1 given
// EXPECT: another number of operands
// MAX-LINES: 25
#include <ctg/expr/einsum.hpp>

ctg::matrix<"A", float, 3, 4> A;
ctg::matrix<"B", float, 4, 5> B;
#ifdef CTG_TWIN
auto C = ctg::einsum<"ij,jk->ik">(A, B);
#else
auto C = ctg::einsum<"ij,jk->ik">(A);
#endif
