// SPDX-License-Identifier: MIT
// Two axes at once.
// EXPECT: one axis at a time: sum<0>(sum<1>(X))
// EXPECT: sum<0, 1>(A(2 x 3))
// MAX-LINES: 25
#include <ctg/ctg.hpp>

ctg::matrix<"A", double, 2, 3> A;
#ifdef CTG_TWIN
auto Y = sum<0>(sum<1>(A));
#else
auto Y = sum<0, 1>(A);
#endif
