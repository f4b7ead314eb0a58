// SPDX-License-Identifier: MIT
// More numbers than named extents.
// EXPECT: one number
// EXPECT: named extent
// EXPECT: "X"
// MAX-LINES: 25
#include <ctg/expr/functions.hpp>

#ifdef CTG_TWIN
ctg::matrix<"X", float, ctg::dim<"N">, 784> X(64);
#else
ctg::matrix<"X", float, ctg::dim<"N">, 784> X(64, 784);
#endif
