// SPDX-License-Identifier: MIT
// A leaf is not initialised by another.
// EXPECT: a(scalar) = W(2 x 3)
// EXPECT: declare the leaf, then assign
// MAX-LINES: 25
#include <ctg/expr/functions.hpp>

ctg::matrix<"W", float, 2, 3> W;
#ifdef CTG_TWIN
ctg::scalar<"a", float> a{2};
#else
ctg::scalar<"a", float> a = W;
#endif
