// SPDX-License-Identifier: MIT
// A scalar has nothing to flatten.
// EXPECT: flatten(a(scalar))
// EXPECT: number of axes
// MAX-LINES: 34
#include <ctg/expr/functions.hpp>

ctg::scalar<"a", float> a;
#ifdef CTG_TWIN
auto y = flatten(reshape<1>(a));
#else
auto y = flatten(a);
#endif
