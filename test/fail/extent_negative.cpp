// SPDX-License-Identifier: MIT
// A negative extent.
// EXPECT: a number from 0 on
// MAX-LINES: 25
#include <ctg/expr/leaf.hpp>

#ifdef CTG_TWIN
ctg::matrix<"X", float, 0, 2> X;
#else
ctg::matrix<"X", float, -1, 2> X;
#endif
