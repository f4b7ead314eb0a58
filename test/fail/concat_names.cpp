// SPDX-License-Identifier: MIT
// A sum of two names cannot be written.
// EXPECT: concat<0>(A(N x 3), B(M x 3))
// EXPECT: no sum that can be written
// MAX-LINES: 25
#include <ctg/expr/pieces.hpp>

ctg::matrix<"A", float, ctg::dim<"N">, 3> A(2);
ctg::matrix<"B", float, ctg::dim<"M">, 3> B(3);
#ifdef CTG_TWIN
auto Y = concat<0>(A, 2 * A);
#else
auto Y = concat<0>(A, B);
#endif
