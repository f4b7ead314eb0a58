// SPDX-License-Identifier: MIT
// The state keeps its shape from step to step.
// EXPECT: scan(h0(1 x 4),
// EXPECT: another shape than the state
// MAX-LINES: 25
#include <ctg/expr/scan.hpp>

ctg::tensor<"X", float, ctg::dim<"N">, 4> X(3);
ctg::row<"h0", float, 4> h0;
#ifdef CTG_TWIN
auto H = ctg::scan([](auto const& h, auto const& x) { return tanh(h + x); }, h0, X);
#else
auto H = ctg::scan([](auto const& h, auto const& x) { return sum<1>(h + x); }, h0, X);
#endif
