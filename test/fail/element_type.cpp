// SPDX-License-Identifier: MIT
// A leaf of a type that no kernel knows.
// EXPECT: a leaf holds float, double
// EXPECT: std::int32_t
// EXPECT-ANY: "A"
// MAX-LINES: 25
#include <ctg/expr/leaf.hpp>

#ifdef CTG_TWIN
ctg::matrix<"A", float, 2, 2> A;
#else
ctg::matrix<"A", short, 2, 2> A;
#endif
