// SPDX-License-Identifier: MIT
// The number of steps is known to the compiler.
// EXPECT: unroll(X(N x 2))
// EXPECT: the number of steps
// MAX-LINES: 25
#include <ctg/expr/unroll.hpp>

ctg::matrix<"X", float, ctg::dim<"N">, 2> X(3);
ctg::matrix<"Y", float, 3, 2> Y;
ctg::row<"start", float, 2> start;
#ifdef CTG_TWIN
auto y = ctg::unroll([](auto const& h, auto const& x) { return tanh(h + x); }, start, Y);
#else
auto y = ctg::unroll([](auto const& h, auto const& x) { return tanh(h + x); }, start, X);
#endif
