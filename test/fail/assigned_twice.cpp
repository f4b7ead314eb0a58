// SPDX-License-Identifier: MIT
// Two values for one leaf in one program: which of them it would hold is nothing a reader can see.
// EXPECT: assigns two values to one leaf
// EXPECT: float W(2 x 3)
// MAX-LINES: 25
#include <ctg/run/program.hpp>

int main() {
  ctg::matrix<"W", float, 2, 3> W, V;
#ifdef CTG_TWIN
  ctg::matrix<"M", float, 2, 3> M;
  auto step = ctg::program(ctg::assign(W, W + 1), ctg::assign(M, 2 * W));
#else
  auto step = ctg::program(ctg::assign(W, W + 1), sum(W), ctg::assign(V, 2 * W));
#endif
  step();
}
