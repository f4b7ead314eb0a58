// SPDX-License-Identifier: MIT
// A loss does not broadcast.
// EXPECT: mse(Y(N x 1), T(1 x N))
// EXPECT: does not broadcast
// EXPECT: transpose
// MAX-LINES: 25
#include <ctg/expr/losses.hpp>

ctg::column<"Y", float, ctg::dim<"N">> Y(4);
ctg::row<"T", float, ctg::dim<"N">> T(4);
#ifdef CTG_TWIN
auto J = mse(Y, transpose(T));
#else
auto J = mse(Y, T);
#endif
