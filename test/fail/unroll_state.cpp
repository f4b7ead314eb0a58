// SPDX-License-Identifier: MIT
// The state keeps its shape from step to step.
// EXPECT: unroll(start(1 x 2),
// EXPECT: another shape than the state
// MAX-LINES: 25
#include <ctg/expr/unroll.hpp>

ctg::matrix<"Y", float, 3, 2> Y;
ctg::row<"start", float, 2> start;
#ifdef CTG_TWIN
auto y = ctg::unroll([](auto const& h, auto const& x) { return h + x; }, start, Y);
#else
auto y = ctg::unroll([](auto const& h, auto const& x) { return reshape<2, 1>(h + x); }, start, Y);
#endif
