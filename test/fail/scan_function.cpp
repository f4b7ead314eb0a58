// SPDX-License-Identifier: MIT
// A step that forgets its input.
// EXPECT: scan(b(1 x 10), T(N x 10))
// EXPECT: f takes 2 arguments
// EXPECT: recurrence: f is called with the state
// MAX-LINES: 25
#include <ctg/ctg.hpp>

ctg::row<"b", float, 10> b;
ctg::matrix<"T", float, ctg::dim<"N">, 10> T(4);
#ifdef CTG_TWIN
auto S = ctg::scan([](auto const& s, auto const& t) { return s + t; }, b, T);
#else
auto S = ctg::scan([](auto const& s) { return s; }, b, T);
#endif
