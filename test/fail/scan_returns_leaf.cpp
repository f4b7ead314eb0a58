// SPDX-License-Identifier: MIT
// A step that returns a leaf: a copy, gone at once.
// EXPECT: fold(b(1 x 10), T(N x 10))
// EXPECT: this leaf is a temporary
// MAX-LINES: 25
#include <ctg/ctg.hpp>

ctg::row<"b", float, 10> b;
ctg::matrix<"T", float, ctg::dim<"N">, 10> T(4);
#ifdef CTG_TWIN
auto S = ctg::fold([](auto const& s, auto const& t) { return s % t + b; }, b, T);
#else
auto S = ctg::fold([](auto const&, auto const&) { return b; }, b, T);
#endif
