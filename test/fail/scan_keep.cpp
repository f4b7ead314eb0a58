// SPDX-License-Identifier: MIT
// Segments of a scan are of one length.
// EXPECT: scan<keep<5>>(X(12 x 4))
// EXPECT: 12 is no multiple of 5
// EXPECT: keep<K> wants a number of steps that K divides
// MAX-LINES: 25
#include <ctg/expr/scan.hpp>

ctg::tensor<"X", float, 12, 4> X;
ctg::row<"h0", float, 4> h0;
#ifdef CTG_TWIN
using segments = ctg::keep<4>;
#else
using segments = ctg::keep<5>;
#endif
auto H = ctg::scan<segments>([](auto const& h, auto const& x) { return h + x; }, h0, X);
