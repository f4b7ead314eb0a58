// SPDX-License-Identifier: MIT
// A permutation that takes an axis twice.
// EXPECT: transpose<0, 2, 2>(T(2 x 3 x 4))
// EXPECT: every axis
// EXPECT: exactly once
// MAX-LINES: 25
#include <ctg/expr/functions.hpp>

ctg::tensor<"T", float, 2, 3, 4> T;
#ifdef CTG_TWIN
auto y = transpose<0, 2, 1>(T);
#else
auto y = transpose<0, 2, 2>(T);
#endif
