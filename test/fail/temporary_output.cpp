// SPDX-License-Identifier: MIT
// A program of a leaf that is gone.
// EXPECT: program(A(2 x 3))
// EXPECT: this leaf is a temporary
// MAX-LINES: 25
#include <ctg/ctg.hpp>

#ifdef CTG_TWIN
ctg::matrix<"A", double, 2, 3> A;
auto step = ctg::program(A);
#else
auto step = ctg::program(ctg::matrix<"A", double, 2, 3>{});
#endif
