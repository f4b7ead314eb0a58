// SPDX-License-Identifier: MIT
// One-hot rows of labels that are no integers.
// EXPECT: one_hot(y(8 x 1))
// EXPECT: integer labels
// EXPECT: std::int32_t
// MAX-LINES: 25
#include <ctg/expr/functions.hpp>

ctg::column<"y", float, 8> y;
#ifdef CTG_TWIN
ctg::column<"t", std::int64_t, 8> t;
auto T = one_hot<10>(t);
#else
auto T = one_hot<10>(y);
#endif
