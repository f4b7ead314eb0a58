// SPDX-License-Identifier: MIT
// A leaf is neither true nor false.
// EXPECT: X(2 x 3)
// EXPECT: evaluate
// MAX-LINES: 25
#include <ctg/expr/functions.hpp>

ctg::matrix<"X", float, 2, 3> X;
#ifdef CTG_TWIN
bool b = !X.data();
#else
bool b = !X;
#endif
