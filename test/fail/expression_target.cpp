// SPDX-License-Identifier: MIT
// A loss that grows term by term: an expression is no variable.
// EXPECT: mean(W)(scalar) += sum(V)(scalar)
// EXPECT: no memory to assign to
// EXPECT: auto L = J + e
// MAX-LINES: 25
#include <ctg/expr/reductions.hpp>

ctg::matrix<"W", float, 2, 3> W;
ctg::matrix<"V", float, 3, 2> V;
void f() {
  auto J = mean(W);
#ifdef CTG_TWIN
  auto L = J + sum(V);
  auto copy = L;
  copy = L;
#else
  J += sum(V);
#endif
}
