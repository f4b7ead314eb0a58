// SPDX-License-Identifier: MIT
// A result that was not asked for.
// EXPECT: sum(square(W))(scalar)
// EXPECT: not an output
// EXPECT: program's arguments
// MAX-LINES: 25
#include <ctg/run/program.hpp>

ctg::matrix<"W", float, 2, 3> W;
auto p = ctg::program(sum(W));
#ifdef CTG_TWIN
float v = p[sum(W)];
#else
float v = p[sum(square(W))];
#endif
