// SPDX-License-Identifier: MIT
// A negative axis beyond the first.
// EXPECT: softmax<-3>(X(N x 784))
// EXPECT: no such axis
// MAX-LINES: 25
#include <ctg/expr/functions.hpp>

ctg::matrix<"X", float, ctg::dim<"N">, 784> X(2);
#ifdef CTG_TWIN
auto y = softmax<-2>(X);
#else
auto y = softmax<-3>(X);
#endif
