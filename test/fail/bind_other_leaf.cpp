// SPDX-License-Identifier: MIT
// A leaf that the program does not read.
// EXPECT: bind: the program reads no such leaf
// EXPECT: float U(N x 3)
// MAX-LINES: 25
#include <ctg/run/program.hpp>

int main() {
  ctg::matrix<"W", float, ctg::dim<"N">, 3> W(2), W2(3);
  ctg::matrix<"U", float, ctg::dim<"N">, 3> U(3);
  auto step = ctg::program(sum(W));
#ifdef CTG_TWIN
  step.bind(W2);
#else
  step.bind(U);
#endif
}
