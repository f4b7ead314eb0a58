// SPDX-License-Identifier: MIT
// A linear system whose right side has other rows.
// EXPECT: solve(S(4 x 4), B(3 x 2))
// EXPECT: 4 is not 3
// EXPECT: other rows than the matrix
// MAX-LINES: 25
#include <ctg/expr/linear_algebra.hpp>

ctg::matrix<"A", float, 3, 4> A;
ctg::matrix<"S", float, 4, 4> S;
ctg::matrix<"B", float, 3, 2> B;
ctg::matrix<"C", float, 4, 2> C;
#ifdef CTG_TWIN
auto X = solve(S, C);
#else
auto X = solve(S, B);
#endif
