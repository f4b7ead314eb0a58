// SPDX-License-Identifier: MIT
// Two conditions joined as truth values.
// EXPECT: P and Q is P % Q
// EXPECT: (A < number)(2 x 3) &&
// EXPECT: (A > number)(2 x 3)
// MAX-LINES: 25
#include <ctg/expr/functions.hpp>

ctg::matrix<"A", double, 2, 3> A;
#ifdef CTG_TWIN
auto Y = where((A < 2) % (A > 1), A, 0);
#else
auto Y = where(A < 2 && A > 1, A, 0);
#endif
