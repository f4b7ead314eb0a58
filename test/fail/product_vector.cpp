// SPDX-License-Identifier: MIT
// A product with a vector.
// EXPECT: A(4 x 3) * v(3)
// EXPECT: rank 2
// EXPECT: reshape
// MAX-LINES: 25
#include <ctg/expr/functions.hpp>

ctg::matrix<"A", float, 4, 3> A;
ctg::tensor<"v", float, 3> v;
#ifdef CTG_TWIN
ctg::column<"c", float, 3> c;
auto y = A * c;
#else
auto y = A * v;
#endif
