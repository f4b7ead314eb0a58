// SPDX-License-Identifier: MIT
// A slice beyond the extent, which the compiler knows.
// EXPECT: slice<0, 2, 5>(X(4 x 3))
// EXPECT: 0 <= begin <= end <= extent
// MAX-LINES: 25
#include <ctg/expr/pieces.hpp>

ctg::matrix<"X", float, 4, 3> X;
#ifdef CTG_TWIN
auto Y = slice<0, 2, 4>(X);
#else
auto Y = slice<0, 2, 5>(X);
#endif
