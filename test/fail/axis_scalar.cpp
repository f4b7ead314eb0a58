// SPDX-License-Identifier: MIT
// A row operation on a scalar.
// EXPECT: softmax<-1>(a(scalar))
// EXPECT: no such axis
// MAX-LINES: 25
#include <ctg/expr/functions.hpp>

ctg::scalar<"a", float> a;
#ifdef CTG_TWIN
auto y = exp(a);
#else
auto y = softmax(a);
#endif
