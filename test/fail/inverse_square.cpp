// SPDX-License-Identifier: MIT
// The inverse of a matrix that is not square.
// EXPECT: inverse(A(3 x 4))
// EXPECT: square matrix
// MAX-LINES: 25
#include <ctg/expr/linear_algebra.hpp>

ctg::matrix<"A", float, 3, 4> A;
ctg::matrix<"S", float, 4, 4> S;
ctg::matrix<"B", float, 3, 2> B;
ctg::matrix<"C", float, 4, 2> C;
#ifdef CTG_TWIN
auto Y = inverse(S);
#else
auto Y = inverse(A);
#endif
