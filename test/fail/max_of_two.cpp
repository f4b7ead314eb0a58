// SPDX-License-Identifier: MIT
// The larger of two by the name of the reduction.
// EXPECT: take maximum(X, Y)
// EXPECT: max(X(3 x 4), number(scalar))
// MAX-LINES: 25
#include <ctg/expr/functions.hpp>

ctg::matrix<"X", float, 3, 4> X;
#ifdef CTG_TWIN
auto Y = maximum(X, 0);
#else
auto Y = max(X, 0);
#endif
