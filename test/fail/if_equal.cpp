// SPDX-License-Identifier: MIT
// A comparison is an expression, not a truth value.
// EXPECT: (X == Y)(2 x 3)
// EXPECT: where(X < Y
// EXPECT: evaluate
// MAX-LINES: 25
#include <ctg/expr/functions.hpp>

ctg::matrix<"X", float, 2, 3> X;
ctg::matrix<"Y", float, 2, 3> Y;
#ifdef CTG_TWIN
int f() {
  if (X(0, 0) == Y(0, 0)) return 1;
  return 0;
}
#else
int f() {
  if (X == Y) return 1;
  return 0;
}
#endif
