// SPDX-License-Identifier: MIT
// A temporary leaf is evaluated.
// EXPECT: evaluate(W(3 x 2))
// EXPECT: temporary
// MAX-LINES: 25
#include <ctg/run/evaluate.hpp>

#ifdef CTG_TWIN
ctg::matrix<"W", float, 3, 2> W;
auto v = evaluate_reference(W);
#else
auto v = evaluate(ctg::matrix<"W", float, 3, 2>{});
#endif
