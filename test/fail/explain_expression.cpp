// SPDX-License-Identifier: MIT
// The plan of an expression, which has none.
// EXPECT: explain and to_dot want a program
// EXPECT: explain(ctg::program(e))
// MAX-LINES: 25
#include <ctg/run/explain.hpp>

std::string plan_of(ctg::matrix<"W", float, 2, 3>& W) {
  auto const J = sum(W);
#ifdef CTG_TWIN
  return explain(ctg::program(J));
#else
  return explain(J);
#endif
}
