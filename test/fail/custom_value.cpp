// SPDX-License-Identifier: MIT
// An operation whose value takes numbers only, no SIMD batches.
// EXPECT: swish
// EXPECT: for numbers and SIMD batches of them
// MAX-LINES: 25
#include <ctg/ctg.hpp>
#include <ctg/custom.hpp>

struct swish : ctg::custom<1> {
  static constexpr std::string_view name = "swish";
#ifdef CTG_TWIN
  static constexpr auto value(auto x) { return x * x; }
#else
  static constexpr double value(double x) { return x * x; }
#endif
  static constexpr ctg::handle derivative(ctg::handle x, ctg::handle) { return 2 * x; }
};

ctg::matrix<"A", double, 2, 3> A;
auto Y = ctg::call<swish>(A);
