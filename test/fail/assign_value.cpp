// SPDX-License-Identifier: MIT
// What evaluate gave, assigned.
// EXPECT: assign(A(2 x 3), value)
// EXPECT: a leaf and an expression or a number
// MAX-LINES: 25
#include <ctg/ctg.hpp>

ctg::matrix<"A", double, 2, 3> A;
#ifdef CTG_TWIN
auto step = ctg::program(ctg::assign(A, 2 * A));
#else
auto V = ctg::evaluate(2 * A);
auto step = ctg::assign(A, V);
#endif
