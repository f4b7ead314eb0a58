// SPDX-License-Identifier: MIT
// An assignment of another shape.
// EXPECT: W(2 x 3) = V(3 x 2)
// EXPECT: 3 is not 2
// EXPECT: transpose
// MAX-LINES: 25
#include <ctg/run/program.hpp>

ctg::matrix<"W", float, 2, 3> W;
ctg::matrix<"V", float, 3, 2> V;
#ifdef CTG_TWIN
auto a = assign(W, transpose(V));
#else
auto a = assign(W, V);
#endif
