// SPDX-License-Identifier: MIT
// Pieces whose other extents differ.
// EXPECT: concat<0>
// EXPECT: A(2 x 3)
// EXPECT: B(2 x 4)
// EXPECT: extents beside the joined axis
// MAX-LINES: 25
#include <ctg/expr/pieces.hpp>

ctg::matrix<"A", float, 2, 3> A;
ctg::matrix<"B", float, 2, 4> B;
#ifdef CTG_TWIN
auto Y = concat<1>(A, B);
#else
auto Y = concat<0>(A, B);
#endif
