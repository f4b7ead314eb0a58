// SPDX-License-Identifier: MIT
// Integer labels need a number of classes.
// EXPECT: cross_entropy(Z(32 x K),
// EXPECT: y(32 x 1))
// EXPECT: classes a number
// MAX-LINES: 25
#include <ctg/expr/functions.hpp>

ctg::matrix<"Z", float, 32, ctg::dim<"K">> Z(10);
ctg::column<"y", std::int32_t, 32> y;
#ifdef CTG_TWIN
ctg::matrix<"V", float, 32, 10> V;
auto J = cross_entropy(V, y);
#else
auto J = cross_entropy(Z, y);
#endif
