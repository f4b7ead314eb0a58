// SPDX-License-Identifier: MIT
// An assignment to a const leaf.
// EXPECT: X(2 x 3) = (number * W)(2 x 3)
// EXPECT: const object
// MAX-LINES: 25
#include <ctg/run/program.hpp>

ctg::matrix<"X", float, 2, 3> const X;
ctg::matrix<"W", float, 2, 3> W;
#ifdef CTG_TWIN
auto a = assign(W, 2 * X);
#else
auto a = assign(X, 2 * W);
#endif
