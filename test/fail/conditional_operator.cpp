// SPDX-License-Identifier: MIT
// One expression or another.
// EXPECT: sum(A)(scalar)
// EXPECT: where(c, a, b), not c ? a : b
#include <ctg/ctg.hpp>

ctg::matrix<"A", double, 2, 3> A;
ctg::scalar<"c", double> c{1};
#ifdef CTG_TWIN
auto Y = where(c > 0, sum(A), max(A));
#else
bool positive = true;
auto Y = positive ? sum(A) : max(A);
#endif
