// SPDX-License-Identifier: MIT
// A view that could write, of data that is const.
// EXPECT: the data of this view is const
// EXPECT: matrix_view<"X", float const, 3, 2>
// MAX-LINES: 25
#include <ctg/expr/view.hpp>

float const numbers[6]{};
#ifdef CTG_TWIN
ctg::matrix_view<"X", float const, ctg::dim<"N">, 2> X(numbers, 3);
#else
ctg::matrix_view<"X", float, ctg::dim<"N">, 2> X(numbers, 3);
#endif
