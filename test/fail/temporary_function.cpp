// SPDX-License-Identifier: MIT
// A temporary leaf as an argument.
// EXPECT: exp(W(3 x 2))
// EXPECT: temporary
// EXPECT: make it a variable
// MAX-LINES: 25
#include <ctg/expr/functions.hpp>

#ifdef CTG_TWIN
ctg::matrix<"W", float, 3, 2> W;
auto y = exp(W);
#else
auto y = exp(ctg::matrix<"W", float, 3, 2>{});
#endif
