// SPDX-License-Identifier: MIT
// A loop over the entries of an expression.
// EXPECT: an expression has no entries to go over
// EXPECT: auto v = evaluate(e)
// MAX-LINES: 25
#include <ctg/ctg.hpp>

ctg::matrix<"A", double, 2, 3> A;
#ifdef CTG_TWIN
double f() {
  double s = 0;
  for (double x : evaluate(A + A)) s += x;
  return s;
}
#else
double f() {
  double s = 0;
  for (double x : A + A) s += x;
  return s;
}
#endif
