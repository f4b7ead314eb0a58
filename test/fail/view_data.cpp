// SPDX-License-Identifier: MIT
// A view of elements of another type.
// EXPECT: a view wants a pointer to its elements
// EXPECT: "V"
// MAX-LINES: 25
#include <ctg/expr/view.hpp>

#include <vector>

std::vector<float> values(6);
#ifdef CTG_TWIN
ctg::matrix_view<"V", float, 2, 3> V(values);
#else
ctg::matrix_view<"V", double, 2, 3> V(values);
#endif
