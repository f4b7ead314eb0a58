// SPDX-License-Identifier: MIT
// Two states in, two states out.
// EXPECT: another shape than the state has, or other states
// MAX-LINES: 25
#include <ctg/expr/scan.hpp>

ctg::tensor<"X", float, ctg::dim<"N">, 4> X(3);
ctg::row<"h0", float, 4> h0;
ctg::row<"c0", float, 4> c0;
auto const cell = [](auto const& state, auto const& x) {
  auto const& [h, c] = state;
#ifdef CTG_TWIN
  return ctg::states(tanh(c + x), h + c);
#else
  return tanh(h + c + x);
#endif
};
auto H = ctg::scan(cell, ctg::states(h0, c0), X);
