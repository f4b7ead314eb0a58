// SPDX-License-Identifier: MIT
// A function of two samples, called with one.
// EXPECT: batched(T(N x 10))
// EXPECT: f takes 1 argument
// EXPECT: one sample of each operand
// MAX-LINES: 25
#include <ctg/ctg.hpp>

ctg::matrix<"T", float, ctg::dim<"N">, 10> T(4);
auto f = [](auto const& t, auto const& u) { return sum(t % u); };
#ifdef CTG_TWIN
auto S = ctg::batched<"N">(f)(T, T);
#else
auto S = ctg::batched<"N">(f)(T);
#endif
