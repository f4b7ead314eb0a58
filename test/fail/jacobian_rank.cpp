// SPDX-License-Identifier: MIT
// A Jacobian of more than eight axes.
// EXPECT: at most 8 together
// MAX-LINES: 25
#include <ctg/calculus/jacobian.hpp>

ctg::tensor<"T", float, 2, 2, 2, 2, 2> T;
auto Y = exp(T);
#ifdef CTG_TWIN
auto J = jacobian(reshape<32>(Y), T);
#else
auto J = jacobian(Y, T);
#endif
