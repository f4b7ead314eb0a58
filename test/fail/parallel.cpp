// SPDX-License-Identifier: MIT
// Several threads without OpenMP.
// EXPECT: step(ctg::parallel{n}) needs OpenMP
// EXPECT: -fopenmp
// MAX-LINES: 25
#include <ctg/run/program.hpp>

void run(ctg::matrix<"W", float, 2, 3>& W) {
  auto step = ctg::program(sum(W));
#ifdef CTG_TWIN
  step();
#else
  step(ctg::parallel{2});
#endif
}
