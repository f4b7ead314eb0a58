// SPDX-License-Identifier: MIT
// One row of a table by its number.
// EXPECT: gather wants a column or vector of integers; one row whose number is fixed is slice<0, 2, 3>(A)
// EXPECT: gather(A(3 x 4), number(scalar))
// MAX-LINES: 25
#include <ctg/ctg.hpp>

ctg::matrix<"A", float, 3, 4> A;
#ifdef CTG_TWIN
auto Y = ctg::slice<0, 2, 3>(A);
#else
auto Y = gather(A, 2);
#endif
