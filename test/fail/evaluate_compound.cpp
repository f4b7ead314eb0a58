// SPDX-License-Identifier: MIT
// A leaf has no way to write the extent 4*N.
// EXPECT: evaluate(flatten(T)
// EXPECT: 4*N
// EXPECT: evaluate(e)
// MAX-LINES: 25
#include <ctg/ctg.hpp>

ctg::tensor<"T", float, 2, ctg::dim<"N">, 4> T(3);
#ifdef CTG_TWIN
auto V = ctg::evaluate<"V">(T);
auto W = ctg::evaluate(flatten(T));
#else
auto V = ctg::evaluate<"V">(flatten(T));
#endif
