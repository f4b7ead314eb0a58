// SPDX-License-Identifier: MIT
// A const leaf, filled.
// EXPECT: const ctg::
// EXPECT: fill a leaf or a view of float or double that is not const
// MAX-LINES: 25
#include <ctg/ctg.hpp>
#include <ctg/random.hpp>

#ifdef CTG_TWIN
ctg::matrix<"A", double, 2, 3> A;
#else
ctg::matrix<"A", double, 2, 3> const A{};
#endif
void fill() { ctg::glorot(A, 1); }
