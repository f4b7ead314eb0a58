// SPDX-License-Identifier: MIT
// An expression as integers.
// EXPECT: expressions compute in float or double
// EXPECT: cast(X(3 x 4))
// MAX-LINES: 25
#include <ctg/ctg.hpp>

ctg::matrix<"X", float, 3, 4> X;
#ifdef CTG_TWIN
auto Y = ctg::cast<double>(X);
#else
auto Y = ctg::cast<int>(X);
#endif
