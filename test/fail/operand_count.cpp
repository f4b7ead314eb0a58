// SPDX-License-Identifier: MIT
// A bound is missing.
// EXPECT: clamp(A(2 x 3), number(scalar))
// EXPECT: clamp(X, lo, hi)
// MAX-LINES: 25
#include <ctg/ctg.hpp>

ctg::matrix<"A", double, 2, 3> A;
#ifdef CTG_TWIN
auto Y = clamp(A, 0, 1);
#else
auto Y = clamp(A, 0);
#endif
