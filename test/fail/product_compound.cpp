// SPDX-License-Identifier: MIT
// A compound operand is named by what it is made of.
// EXPECT: sigmoid(X * W + b)(N x 4) *
// EXPECT: W(8 x 4)
// EXPECT: 4 is not 8
// EXPECT: matrix product
// MAX-LINES: 25
#include <ctg/expr/functions.hpp>

ctg::matrix<"X", float, ctg::dim<"N">, 8> X(2);
ctg::matrix<"W", float, 8, 4> W;
ctg::row<"b", float, 4> b;
#ifdef CTG_TWIN
auto Y = sigmoid(X * W + b) * transpose(W);
#else
auto Y = sigmoid(X * W + b) * W;
#endif
