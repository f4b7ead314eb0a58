// SPDX-License-Identifier: MIT
// The samples stand along an axis of the name given.
// EXPECT: batched(X(3 x 2))
// EXPECT: whose first extent is dim
// MAX-LINES: 25
#include <ctg/expr/batched.hpp>

ctg::matrix<"X", float, 3, 2> X;
ctg::matrix<"Y", float, ctg::dim<"N">, 2> Y(3);
#ifdef CTG_TWIN
auto y = ctg::batched<"N">([](auto const& x) { return sum(x); })(Y);
#else
auto y = ctg::batched<"N">([](auto const& x) { return sum(x); })(X);
#endif
