// SPDX-License-Identifier: MIT
// A gradient with respect to labels.
// EXPECT: y(8 x 1)
// EXPECT: never differentiated
// MAX-LINES: 25
#include <ctg/calculus/derivatives.hpp>

ctg::matrix<"Z", float, 8, 10> Z;
ctg::column<"y", std::int32_t, 8> y;
auto J = cross_entropy(Z, y);
#ifdef CTG_TWIN
auto G = gradient(J, Z);
#else
auto G = gradient(J, y);
#endif
