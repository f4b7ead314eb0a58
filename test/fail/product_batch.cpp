// SPDX-License-Identifier: MIT
// Batches of a product that do not broadcast.
// EXPECT: A(5 x 2 x 3) * B(4 x 3 x 2)
// EXPECT: 5 is not 4
// EXPECT: leading (batch) extents
// EXPECT: reshape
// MAX-LINES: 25
#include <ctg/expr/functions.hpp>

ctg::tensor<"A", float, 5, 2, 3> A;
ctg::tensor<"B", float, 4, 3, 2> B;
#ifdef CTG_TWIN
ctg::matrix<"C", float, 3, 2> C;
auto y = A * C;
#else
auto y = A * B;
#endif
