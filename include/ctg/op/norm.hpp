// SPDX-License-Identifier: MIT
// The square root of a sum of squares, whose derivative at 0 is 0 by convention where that of sqrt is ∞.
#pragma once

#include <ctg/op/algebra.hpp>

namespace ctg::inline v0 {

// Y = 1 / X, 0 where X = 0        dX = −dY ⊙ Y²
template <>
struct operation<opcode::reciprocal_or_zero> : detail::unary {
  static constexpr char const* name = "reciprocal_or_zero";
  static constexpr auto value(auto x) {
    using X = decltype(x);
    return math::select(x == X(0), X(0), math::divide(X(1), x));
  }
  static constexpr handle derivative(auto, auto y) { return -make<opcode::square>(y); }
};

// Y = √X             dX = dY / (2 Y), 0 where Y = 0: the norm's direction at the origin
template <>
struct operation<opcode::root> : detail::unary {
  static constexpr char const* name = "√";
  static constexpr int flops = 4;
  static constexpr auto value(auto x) { return math::sqrt(x); }
  static constexpr handle derivative(auto, auto y) { return 0.5 * make<opcode::reciprocal_or_zero>(y); }
};

}  // namespace ctg::inline v0
