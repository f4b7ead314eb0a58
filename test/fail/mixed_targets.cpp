// SPDX-License-Identifier: MIT
// A float leaf assigned in a program that computes in double.
// EXPECT: leaves of different floating-point types meet in one expression
// EXPECT: program(assign(...), ...)
#include <ctg/run/program.hpp>

int main() {
  ctg::matrix<"A", double, 2, 2> A;
#ifdef CTG_TWIN
  ctg::scalar<"s", double> s;
#else
  ctg::scalar<"s", float> s;
#endif
  auto step = ctg::program(ctg::assign(s, 1.0), sum(A));
  step();
}
