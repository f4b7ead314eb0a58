// SPDX-License-Identifier: MIT
// The threshold of huber is one number.
// EXPECT: huber
// EXPECT: Y(4 x 1)
// EXPECT: one number for all entries
// MAX-LINES: 25
#include <ctg/expr/losses.hpp>

ctg::column<"Y", float, 4> Y;
ctg::column<"T", float, 4> T;
ctg::scalar<"delta", float> delta{1};
#ifdef CTG_TWIN
auto J = huber(Y, T, delta);
#else
auto J = huber(Y, T, T);
#endif
