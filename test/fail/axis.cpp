// SPDX-License-Identifier: MIT
// An axis that the operand does not have.
// EXPECT: sum<2>(X(N x 784))
// EXPECT: no such axis
// EXPECT: from 0
// MAX-LINES: 25
#include <ctg/expr/functions.hpp>

ctg::matrix<"X", float, ctg::dim<"N">, 784> X(2);
#ifdef CTG_TWIN
auto y = sum<1>(X);
#else
auto y = sum<2>(X);
#endif
