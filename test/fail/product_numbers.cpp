// SPDX-License-Identifier: MIT
// Inner extents of a product, two numbers.
// EXPECT: X(64 x 784) * W(128 x 10)
// EXPECT: 784 is not 128
// EXPECT: matrix product
// EXPECT: transpose(...)
// MAX-LINES: 25
#include <ctg/expr/functions.hpp>

ctg::matrix<"X", float, 64, 784> X;
ctg::matrix<"W", float, 128, 10> W;
#ifdef CTG_TWIN
ctg::matrix<"V", float, 784, 10> V;
auto Y = X * V;
#else
auto Y = X * W;
#endif
