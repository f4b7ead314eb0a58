// SPDX-License-Identifier: MIT
// A tensor of nine axes.
// EXPECT: at most 8 axes
// EXPECT-ANY: "A"
// MAX-LINES: 30
#include <ctg/expr/leaf.hpp>

#ifdef CTG_TWIN
ctg::tensor<"A", float, 1, 1, 1, 1, 1, 1, 1, 1> A;
#else
ctg::tensor<"A", float, 1, 1, 1, 1, 1, 1, 1, 1, 1> A;
#endif
