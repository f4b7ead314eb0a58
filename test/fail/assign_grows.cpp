// SPDX-License-Identifier: MIT
// A row is not assigned a matrix.
// EXPECT: b(1 x 3) = (b - V)(N x 3)
// EXPECT: sum over an axis
// MAX-LINES: 25
#include <ctg/run/program.hpp>

ctg::row<"b", float, 3> b;
ctg::matrix<"V", float, ctg::dim<"N">, 3> V(4);
#ifdef CTG_TWIN
auto a = assign(b, b - sum<0>(V));
#else
auto a = assign(b, b - V);
#endif
