// SPDX-License-Identifier: MIT
// Row numbers are a vector or a column.
// EXPECT: gather(A(4 x 3), y(2 x 5))
// EXPECT: a vector or a column
// MAX-LINES: 25
#include <ctg/expr/pieces.hpp>

ctg::matrix<"A", float, 4, 3> A;
ctg::matrix<"y", std::int32_t, 2, 5> y;
#ifdef CTG_TWIN
auto Y = gather(A, reshape<10>(y));
#else
auto Y = gather(A, y);
#endif
