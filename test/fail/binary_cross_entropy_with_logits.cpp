// SPDX-License-Identifier: MIT
// A loss does not broadcast.
// EXPECT: binary_cross_entropy_with_logits
// EXPECT: Y(N x 1)
// EXPECT: does not broadcast
// MAX-LINES: 25
#include <ctg/expr/losses.hpp>

ctg::column<"Y", float, ctg::dim<"N">> Y(4);
ctg::row<"T", float, ctg::dim<"N">> T(4);
#ifdef CTG_TWIN
auto J = binary_cross_entropy_with_logits(Y, transpose(T));
#else
auto J = binary_cross_entropy_with_logits(Y, T);
#endif
