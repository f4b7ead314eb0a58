// SPDX-License-Identifier: MIT
// A deep operand is cut short, its top is named.
// EXPECT: Weights(8 x 8) *
// EXPECT: tanh(
// EXPECT: (N x 8)
// EXPECT: 8 is not known to be N
// MAX-LINES: 25
#include <ctg/expr/functions.hpp>

ctg::matrix<"Weights", float, 8, 8> Weights;
ctg::matrix<"Inputs", float, ctg::dim<"N">, 8> Inputs(2);
auto H = tanh(exp(Inputs * Weights) / (1 + exp(Inputs * Weights)));
#ifdef CTG_TWIN
auto Y = H * Weights;
#else
auto Y = Weights * H;
#endif
