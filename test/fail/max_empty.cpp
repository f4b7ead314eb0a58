// SPDX-License-Identifier: MIT
// There is no largest of no entries.
// EXPECT: max(X(0 x 3))
// EXPECT: no largest or smallest of no entries
// MAX-LINES: 25
#include <ctg/ctg.hpp>

ctg::matrix<"X", float, 0, 3> X;
#ifdef CTG_TWIN
auto Y = max<1>(X);
#else
auto Y = max(X);
#endif
