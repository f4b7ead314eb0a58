// SPDX-License-Identifier: MIT
// A program without outputs.
// EXPECT: program()
// EXPECT: at least one output
// MAX-LINES: 25
#include <ctg/run/program.hpp>

ctg::matrix<"W", float, 2, 3> W;
#ifdef CTG_TWIN
auto p = ctg::program(sum(W));
#else
auto p = ctg::program();
#endif
