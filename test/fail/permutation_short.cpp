// SPDX-License-Identifier: MIT
// A permutation of too few axes.
// EXPECT: transpose<1, 0>(T(2 x 3 x 4))
// EXPECT: every axis
// MAX-LINES: 25
#include <ctg/expr/functions.hpp>

ctg::tensor<"T", float, 2, 3, 4> T;
#ifdef CTG_TWIN
auto y = transpose(T);
#else
auto y = transpose<1, 0>(T);
#endif
