// SPDX-License-Identifier: MIT
// A figure that depends on a named extent, asked for without its number.
// EXPECT: this figure depends on named extents
// EXPECT: step.flops(ctg::extents<"N">(64))
// EXPECT: N
// MAX-LINES: 25
#include <ctg/ctg.hpp>

ctg::matrix<"X", float, ctg::dim<"N">, 784> X(4);
auto p = ctg::program(sum(X));
#ifdef CTG_TWIN
static_assert(decltype(p)::flops(ctg::extents<"N">(64)) > 0);
#else
static_assert(decltype(p)::flops() > 0);
#endif
