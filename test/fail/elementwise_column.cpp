// SPDX-License-Identifier: MIT
// A row of another length in the bias place.
// EXPECT: affine(X(N x 4),
// EXPECT: W(4 x 10),
// EXPECT: b(1 x 4))
// EXPECT: element-wise
// MAX-LINES: 25
#include <ctg/expr/functions.hpp>

ctg::matrix<"X", float, ctg::dim<"N">, 4> X(2);
ctg::matrix<"W", float, 4, 10> W;
ctg::row<"b", float, 4> b;
#ifdef CTG_TWIN
ctg::row<"c", float, 10> c;
auto y = affine(X, W, c);
#else
auto y = affine(X, W, b);
#endif
