// SPDX-License-Identifier: MIT
// Row numbers are integers.
// EXPECT: gather(A(4 x 3), v(5 x 1))
// EXPECT: integer row numbers
// MAX-LINES: 25
#include <ctg/expr/pieces.hpp>

ctg::matrix<"A", float, 4, 3> A;
ctg::column<"v", float, 5> v;
ctg::column<"y", std::int32_t, 5> y;
#ifdef CTG_TWIN
auto Y = gather(A, y);
#else
auto Y = gather(A, v);
#endif
