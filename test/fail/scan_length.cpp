// SPDX-License-Identifier: MIT
// All inputs have one number of steps.
// EXPECT: scan(X(N x 4), Y(M x 4))
// EXPECT: one and the same first extent
// MAX-LINES: 25
#include <ctg/expr/scan.hpp>

ctg::tensor<"X", float, ctg::dim<"N">, 4> X(3);
ctg::row<"h0", float, 4> h0;
#ifdef CTG_TWIN
ctg::tensor<"Y", float, ctg::dim<"N">, 4> Y(3);
#else
ctg::tensor<"Y", float, ctg::dim<"M">, 4> Y(3);
#endif
auto H = ctg::scan([](auto const& h, auto const& x, auto const& y) { return h + x % y; }, h0, X, Y);
