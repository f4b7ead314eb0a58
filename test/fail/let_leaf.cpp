// SPDX-License-Identifier: MIT
// let of a leaf would hold a copy that is gone.
// EXPECT: let(W(2 x 3))
// EXPECT: returns an expression
// MAX-LINES: 25
#include <ctg/expr/functions.hpp>

ctg::matrix<"W", float, 2, 3> W;
#ifdef CTG_TWIN
int rank = ctg::let([] { return exp(W); }).shape.rank;
#else
int rank = ctg::let([] { return W; }).shape.rank;
#endif
