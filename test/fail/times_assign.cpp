// SPDX-License-Identifier: MIT
// A leaf multiplied in place.
// EXPECT: leaves have =, += and -=; write the new value: W = 2 * W
// EXPECT: W(3 x 4) *= number(scalar)
// MAX-LINES: 25
#include <ctg/ctg.hpp>

ctg::matrix<"W", float, 3, 4> W;
#ifdef CTG_TWIN
void f() { W = 2 * W; }
#else
void f() { W *= 2; }
#endif
