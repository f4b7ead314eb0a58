// SPDX-License-Identifier: MIT
// dot of vectors of different lengths.
// EXPECT: dot(x(3), y(4))
// EXPECT: 3 is not 4
// EXPECT: different lengths
// MAX-LINES: 25
#include <ctg/expr/products.hpp>

ctg::tensor<"x", float, 3> x;
ctg::tensor<"y", float, 4> y;
ctg::column<"c", float, 3> c;
ctg::matrix<"A", float, 3, 4> A;
#ifdef CTG_TWIN
auto z = dot(x, c);
#else
auto z = dot(x, y);
#endif
