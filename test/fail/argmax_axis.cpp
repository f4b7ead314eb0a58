// SPDX-License-Identifier: MIT
// The place of the largest entry without an axis.
// EXPECT: this goes along one axis: name it
// EXPECT: argmax((X + X)(3 x 4))
// MAX-LINES: 25
#include <ctg/ctg.hpp>

ctg::matrix<"X", float, 3, 4> X;
#ifdef CTG_TWIN
auto Y = ctg::argmax<1>(X + X);
#else
auto Y = argmax(X + X);
#endif
