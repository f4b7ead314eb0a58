// SPDX-License-Identifier: MIT
// A letter of einsum with two extents.
// EXPECT: A(3 x 4)
// EXPECT: B(4 x 5)
// EXPECT: j: 4 is not 5
// EXPECT: does not broadcast
// MAX-LINES: 25
#include <ctg/expr/einsum.hpp>

ctg::matrix<"A", float, 3, 4> A;
ctg::matrix<"B", float, 4, 5> B;
#ifdef CTG_TWIN
auto C = ctg::einsum<"ij,jk->ik">(A, B);
#else
auto C = ctg::einsum<"ij,kj->ik">(A, B);
#endif
