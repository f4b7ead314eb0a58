// SPDX-License-Identifier: MIT
// An axis that the operand does not have, in each of the further reductions.
// EXPECT: variance<2>(X(N x 784))
// EXPECT: no such axis
// MAX-LINES: 25
#include <ctg/expr/reductions.hpp>

ctg::matrix<"X", float, ctg::dim<"N">, 784> X(2);
#ifdef CTG_TWIN
auto y = variance<1, 1>(X);
auto z = min<-1>(X);
auto u = norm<0>(X);
auto v = stddev<0>(X);
#else
auto y = variance<2>(X);
#endif
