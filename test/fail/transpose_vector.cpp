// SPDX-License-Identifier: MIT
// The transpose of a vector.
// EXPECT: transpose(v(3))
// EXPECT: rank 2
// EXPECT: reshape<1, n>
// MAX-LINES: 25
#include <ctg/expr/functions.hpp>

ctg::tensor<"v", float, 3> v;
#ifdef CTG_TWIN
auto y = transpose(reshape<1, 3>(v));
#else
auto y = transpose(v);
#endif
