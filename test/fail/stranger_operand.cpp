// SPDX-License-Identifier: MIT
// A vector where a leaf should stand.
// EXPECT: A(2 x 3) * container
// EXPECT: read through a view
// MAX-LINES: 25
#include <ctg/ctg.hpp>

#include <vector>

ctg::matrix<"A", double, 2, 3> A;
std::vector<double> values(6);
#ifdef CTG_TWIN
ctg::matrix_view<"V", double, 3, 2> V(values);
auto Y = A * V;
#else
auto Y = A * values;
#endif
