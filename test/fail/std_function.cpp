// SPDX-License-Identifier: MIT
// A function of the standard library on an expression.
// EXPECT: A(2 x 3)
// EXPECT: exp(e), not std::exp(e)
// MAX-LINES: 25
#include <ctg/ctg.hpp>

#include <cmath>

ctg::matrix<"A", double, 2, 3> A;
#ifdef CTG_TWIN
auto Y = exp(A);
#else
auto Y = std::exp(A);
#endif
