// SPDX-License-Identifier: MIT
// A const leaf in the place of one that the program writes.
// EXPECT: this leaf is a const object, an input only
// EXPECT: float W(2 x 3)
// MAX-LINES: 25
#include <ctg/run/program.hpp>

int main() {
  ctg::matrix<"W", float, 2, 3> W;
  auto step = ctg::program(ctg::assign(W, 2 * W));
#ifdef CTG_TWIN
  ctg::matrix<"W", float, 2, 3> W2;
#else
  ctg::matrix<"W", float, 2, 3> const W2;
#endif
  step.bind(W2);
}
