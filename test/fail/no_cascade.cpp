// SPDX-License-Identifier: MIT
// What is built on a mistake is silent: one error.
// EXPECT: X(2 x 3) * W(4 x 5)
// EXPECT: 3 is not 4
// MAX-LINES: 25
#include <ctg/calculus/derivatives.hpp>

ctg::matrix<"X", float, 2, 3> X;
ctg::matrix<"W", float, 4, 5> W;
ctg::row<"b", float, 5> b;
#ifdef CTG_TWIN
auto Y = softmax(transpose(sum<1>(W + b)));
auto J = sum(square(Y));
auto G = gradient(J, W);
#else
auto Y = softmax(transpose(sum<1>(X * W + b)));
auto J = sum(square(Y));
auto G = gradient(J, W);
#endif
