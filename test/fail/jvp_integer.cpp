// SPDX-License-Identifier: MIT
// A jvp with respect to labels.
// EXPECT: integer leaves
// MAX-LINES: 25
#include <ctg/calculus/derivatives.hpp>

ctg::matrix<"Z", float, 4, 3> Z;
ctg::column<"y", std::int32_t, 4> y;
ctg::column<"d", std::int32_t, 4> d;
auto J = cross_entropy(Z, y);
#ifdef CTG_TWIN
auto T = jvp(J, Z, Z);
#else
auto T = jvp(J, y, d);
#endif
