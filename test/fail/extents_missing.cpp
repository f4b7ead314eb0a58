// SPDX-License-Identifier: MIT
// A named extent without a number.
// EXPECT: one number
// EXPECT: named extent
// EXPECT: "X"
// MAX-LINES: 25
#include <ctg/expr/functions.hpp>

#ifdef CTG_TWIN
ctg::matrix<"X", float, ctg::dim<"N">, 784> X(64);
#else
ctg::matrix<"X", float, ctg::dim<"N">, 784> X;
#endif
