// SPDX-License-Identifier: MIT
// Inner extents of a product, two names.
// EXPECT: X(4 x N) * W(M x 10)
// EXPECT: N is not known to be M
// EXPECT: matrix product
// MAX-LINES: 25
#include <ctg/expr/functions.hpp>

ctg::matrix<"X", float, 4, ctg::dim<"N">> X(3);
ctg::matrix<"W", float, ctg::dim<"M">, 10> W(3);
#ifdef CTG_TWIN
ctg::matrix<"V", float, ctg::dim<"N">, 10> V(3);
auto Y = X * V;
#else
auto Y = X * W;
#endif
