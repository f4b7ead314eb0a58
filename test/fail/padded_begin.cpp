// SPDX-License-Identifier: MIT
// Rows of a view may be padded, so there is no begin().
// EXPECT: begin
// EXPECT-ANY: contiguous
// EXPECT-ANY: "X"
// MAX-LINES: 34
#include <ctg/expr/functions.hpp>

float data[16]{};
ctg::matrix_view<"X", float, 2, 3> X(data, ctg::stride(8));
#ifdef CTG_TWIN
auto first = X.data();
#else
auto first = X.begin();
#endif
