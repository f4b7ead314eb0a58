// SPDX-License-Identifier: MIT
// A leaf made of a container.
// EXPECT: values of a leaf stand in braces
// EXPECT: matrix_view<"X", float, 2, 3> X(pointer)
// EXPECT: "B"
// MAX-LINES: 25
#include <ctg/ctg.hpp>

#include <vector>

std::vector<double> values(6);
#ifdef CTG_TWIN
ctg::matrix_view<"B", double, 2, 3> B(values.data());
#else
ctg::matrix<"B", double, 2, 3> B(values);
#endif
