// SPDX-License-Identifier: MIT
// A view with too few numbers.
// EXPECT: one number
// EXPECT: "X"
// MAX-LINES: 25
#include <ctg/expr/functions.hpp>

float data[12]{};
#ifdef CTG_TWIN
ctg::matrix_view<"X", float, ctg::dim<"N">, ctg::dim<"M">> X(data, 3, 4);
#else
ctg::matrix_view<"X", float, ctg::dim<"N">, ctg::dim<"M">> X(data, 3);
#endif
