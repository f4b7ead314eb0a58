// SPDX-License-Identifier: MIT
// An axis that the operand does not have.
// EXPECT: slice<2>(X(4 x 3))
// EXPECT: no such axis
// MAX-LINES: 25
#include <ctg/expr/pieces.hpp>

ctg::matrix<"X", float, 4, 3> X;
#ifdef CTG_TWIN
auto Y = slice<-1, 0, 1>(X);
#else
auto Y = slice<2, 0, 1>(X);
#endif
