// SPDX-License-Identifier: MIT
// A first state that is a temporary would be gone before the scan runs.
// EXPECT: this leaf is a temporary
// MAX-LINES: 25
#include <ctg/expr/scan.hpp>

ctg::tensor<"X", float, ctg::dim<"N">, 4> X(3);
ctg::row<"h0", float, 4> h0;
auto const layer = [](auto const& h, auto const& x) { return tanh(h + x); };
#ifdef CTG_TWIN
auto H = ctg::scan(layer, h0, X);
#else
auto H = ctg::scan(layer, ctg::row<"h1", float, 4>{}, X);
#endif
