// SPDX-License-Identifier: MIT
// Parentheses for a leaf whose extents are numbers.
// EXPECT: one number
// EXPECT: braces
// EXPECT: "b"
// MAX-LINES: 25
#include <ctg/expr/functions.hpp>

#ifdef CTG_TWIN
ctg::row<"b", float, 3> b{1, 2, 3};
#else
ctg::row<"b", float, 3> b(3);
#endif
