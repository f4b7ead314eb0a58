// SPDX-License-Identifier: MIT
// A power by its sign in mathematics.
// EXPECT: ^ is no power
// EXPECT: A(2 x 3) ^ number
// MAX-LINES: 25
#include <ctg/expr/functions.hpp>

ctg::matrix<"A", double, 2, 3> A;
#ifdef CTG_TWIN
auto Y = square(A);
#else
auto Y = A ^ 2;
#endif
