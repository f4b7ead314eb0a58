// SPDX-License-Identifier: MIT
// The pair that shows what a satisfied test looks like; selftest.py shows each way to disappoint it.
// EXPECT: ctg: a matrix has two axes
// MAX-LINES: 25
#include <ctg/expr/shape.hpp>

#ifdef CTG_TWIN
static_assert(ctg::shape(2, 3).rank == 2, "ctg: a matrix has two axes");
#else
static_assert(ctg::shape(2, 3).rank == 3, "ctg: a matrix has two axes");
#endif
