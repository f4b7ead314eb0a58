// SPDX-License-Identifier: MIT
// Fewer labels than rows.
// EXPECT: cross_entropy(Z(32 x 10),
// EXPECT: y(10 x 1))
// EXPECT: one label for each row
// MAX-LINES: 25
#include <ctg/expr/functions.hpp>

ctg::matrix<"Z", float, 32, 10> Z;
ctg::column<"y", std::int32_t, 10> y;
#ifdef CTG_TWIN
ctg::column<"t", std::int32_t, 32> t;
auto J = cross_entropy(Z, t);
#else
auto J = cross_entropy(Z, y);
#endif
