// SPDX-License-Identifier: MIT
// Inner extents of a product, a name against a number: not provably equal.
// EXPECT: X(784 x N) * W(128 x 10)
// EXPECT: N is not known to be 128
// EXPECT: matrix product
// EXPECT: transpose(...)
// MAX-LINES: 25
#include <ctg/expr/functions.hpp>

ctg::matrix<"X", float, 784, ctg::dim<"N">> X(3);
ctg::matrix<"W", float, 128, 10> W;
#ifdef CTG_TWIN
auto Y = W * ctg::constant<2>;
#else
auto Y = X * W;
#endif
