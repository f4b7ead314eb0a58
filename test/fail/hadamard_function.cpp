// SPDX-License-Identifier: MIT
// The function form names itself.
// EXPECT: hadamard(A(2 x 3), B(2 x 2))
// EXPECT: 3 is not 2
// MAX-LINES: 25
#include <ctg/expr/functions.hpp>

ctg::matrix<"A", float, 2, 3> A;
ctg::matrix<"B", float, 2, 2> B;
#ifdef CTG_TWIN
auto y = hadamard(A, A);
#else
auto y = hadamard(A, B);
#endif
