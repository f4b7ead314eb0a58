// SPDX-License-Identifier: MIT
// A running sum that does not say along which axis.
// EXPECT: this goes along one axis: name it
// EXPECT: cumsum(X(3 x 4))
// MAX-LINES: 25
#include <ctg/ctg.hpp>

ctg::matrix<"X", float, 3, 4> X;
#ifdef CTG_TWIN
auto Y = ctg::cumsum<0>(X);
#else
auto Y = cumsum(X);
#endif
