// SPDX-License-Identifier: MIT
// An assignment to labels.
// EXPECT: y(8 x 1) = (number * v)(8 x 1)
// EXPECT: integer leaves are inputs
// MAX-LINES: 25
#include <ctg/run/program.hpp>

ctg::column<"y", std::int32_t, 8> y;
ctg::column<"v", float, 8> v;
#ifdef CTG_TWIN
auto a = assign(v, 2 * v);
#else
auto a = assign(y, 2 * v);
#endif
