// SPDX-License-Identifier: MIT
// A function where its value is meant.
// EXPECT: wants the expression J, not a function: call it first
// EXPECT: gradient(A(2 x 3))
// MAX-LINES: 25
#include <ctg/ctg.hpp>

ctg::matrix<"A", double, 2, 3> A;
auto f = [](auto const& x) { return sum(square(x)); };
#ifdef CTG_TWIN
auto G = gradient(f(A), A);
#else
auto G = gradient(f, A);
#endif
