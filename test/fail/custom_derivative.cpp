// SPDX-License-Identifier: MIT
// An operation whose derivative has the wrong number of operands.
// EXPECT: an operation has a derivative
// EXPECT: derivative(ctg::handle x, ctg::handle y)
// EXPECT: has_derivative<cube>
// MAX-LINES: 25
#include <ctg/ctg.hpp>

ctg::matrix<"A", double, 2, 3> A;
struct cube : ctg::custom<1> {
  static constexpr std::string_view name = "cube";
  static constexpr auto value(auto x) { return x * x * x; }
#ifdef CTG_TWIN
  static constexpr ctg::handle derivative(ctg::handle x, ctg::handle) { return 3 * square(x); }
#else
  static constexpr ctg::handle derivative(ctg::handle x) { return 3 * square(x); }
#endif
};
auto Y = ctg::call<cube>(A);
