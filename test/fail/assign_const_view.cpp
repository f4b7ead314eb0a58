// SPDX-License-Identifier: MIT
// An assignment to a view of const data.
// EXPECT: X(2 x 3) = (number * W)(2 x 3)
// EXPECT: const data
// EXPECT: view of T
// MAX-LINES: 25
#include <ctg/run/program.hpp>

float const data[6]{};
ctg::matrix_view<"X", float const, 2, 3> X(data);
ctg::matrix<"W", float, 2, 3> W;
#ifdef CTG_TWIN
auto a = assign(W, 2 * X);
#else
auto a = assign(X, 2 * W);
#endif
