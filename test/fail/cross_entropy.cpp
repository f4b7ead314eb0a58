// SPDX-License-Identifier: MIT
// Targets of another shape than the logits.
// EXPECT: cross_entropy(Z(N x 10),
// EXPECT: T(10 x N))
// EXPECT: one and the same shape
// EXPECT: transpose
// MAX-LINES: 25
#include <ctg/expr/functions.hpp>

ctg::matrix<"Z", float, ctg::dim<"N">, 10> Z(4);
ctg::matrix<"T", float, 10, ctg::dim<"N">> T(4);
#ifdef CTG_TWIN
auto J = cross_entropy(Z, transpose(T));
#else
auto J = cross_entropy(Z, T);
#endif
