// SPDX-License-Identifier: MIT
// Element-wise operations in pieces: signs, steps, roundings, the larger and the smaller, bounds. Their values are
// exact.
#pragma once

#include <ctg/op/algebra.hpp>

namespace ctg::inline v0 {

// Y = sign X, NaN for NaN, and a zero keeps its sign.          The derivative is 0 everywhere
template <>
struct operation<opcode::sign> : detail::unary {
  static constexpr char const* name = "sign";
  static constexpr auto value(auto x) {
    using X = decltype(x);
    return math::select(x > X(0), X(1), math::select(x < X(0), X(-1), x));
  }
  static constexpr handle derivative(auto x, auto) { return detail::zero(x); }
};

// Y = |X|            dX = dY ⊙ sign X;  0 at 0
template <>
struct operation<opcode::abs> : detail::unary {
  static constexpr char const* name = "abs";
  static constexpr auto value(auto x) { return math::abs(x); }
  static constexpr handle derivative(auto x, auto) { return make<opcode::sign>(x); }
};

// Y = ⌊X⌋            The derivative is 0 everywhere, also where the value jumps
template <>
struct operation<opcode::floor> : detail::unary {
  static constexpr char const* name = "floor";
  static constexpr auto value(auto x) { return math::floor(x); }
  static constexpr handle derivative(auto x, auto) { return detail::zero(x); }
};

// Y = X to the nearest whole number, halves to even.           The derivative is 0 everywhere
template <>
struct operation<opcode::round> : detail::unary {
  static constexpr char const* name = "round";
  static constexpr auto value(auto x) { return math::round(x); }
  static constexpr handle derivative(auto x, auto) { return detail::zero(x); }
};

// Y = [X ≥ 0], 0 for NaN
template <>
struct operation<opcode::step> : detail::unary {
  static constexpr char const* name = "step";
  static constexpr auto value(auto x) {
    using X = decltype(x);
    return math::select(x >= X(0), X(1), X(0));
  }
  static constexpr handle derivative(auto x, auto) { return detail::zero(x); }
};

// Y = min(X, 0)      dX = dY ⊙ [X < 0]: what is left of X beside relu, so the derivative at 0 is 0;  NaN in, NaN out
template <>
struct operation<opcode::negative_part> : detail::unary {
  static constexpr char const* name = "negative_part";
  static constexpr auto value(auto x) {
    using X = decltype(x);
    return math::select(x >= X(0), X(0), x);
  }
  static constexpr handle derivative(auto x, auto) { return 1 - make<opcode::step>(x); }
};

// How much of a gradient the first of two takes that compete to be the larger: 1 where X > Y, 0 where X < Y, and a tie
// is shared evenly, ½. Constant in both.
template <>
struct operation<opcode::maximum_share> : detail::binary {
  static constexpr char const* name = "share";
  static constexpr auto value(auto x, auto y) {
    using X = decltype(x);
    return math::select(x > y, X(1), math::select(x == y, detail::real<X>(0.5L), X(0)));
  }
};

// Z = max(X, Y)      dX = dZ ⊙ share(X, Y),  dY = dZ ⊙ share(Y, X): ½ each at a tie;  NaN if either is
template <>
struct operation<opcode::maximum> : detail::binary {
  static constexpr char const* name = "max";
  static constexpr auto value(auto x, auto y) { return math::max(x, y); }
  static constexpr handle derivative_x(auto x, auto y, auto) { return make<opcode::maximum_share>(x, y); }
  static constexpr handle derivative_y(auto x, auto y, auto) { return make<opcode::maximum_share>(y, x); }
};

// Z = min(X, Y)      dX = dZ ⊙ share(Y, X),  dY = dZ ⊙ share(X, Y): ½ each at a tie;  NaN if either is
template <>
struct operation<opcode::minimum> : detail::binary {
  static constexpr char const* name = "min";
  static constexpr auto value(auto x, auto y) { return math::min(x, y); }
  static constexpr handle derivative_x(auto x, auto y, auto) { return make<opcode::maximum_share>(y, x); }
  static constexpr handle derivative_y(auto x, auto y, auto) { return make<opcode::maximum_share>(x, y); }
};

// Y = [lo ≤ X ≤ hi], 1 for NaN. Constant in all three
template <>
struct operation<opcode::within> : detail::ternary {
  static constexpr char const* name = "within";
  static constexpr auto value(auto x, auto lo, auto hi) {
    using X = decltype(x);
    return math::select(x < lo, X(0), math::select(x > hi, X(0), X(1)));
  }
};

// Y = X between lo and hi (hi wins where they cross).          dX = dY ⊙ [lo ≤ X ≤ hi]: 1 on the boundary
//                                                               dlo = dY ⊙ [X < lo],  dhi = dY ⊙ [X > hi]
template <>
struct operation<opcode::clamp> : detail::ternary {
  static constexpr char const* name = "clamp";
  static constexpr auto value(auto x, auto lo, auto hi) {
    auto const raised = math::select(x < lo, lo, x);
    return math::select(raised > hi, hi, raised);
  }
  static constexpr void pull(auto& p) {
    auto const x = p.x(0), lo = p.x(1), hi = p.x(2);
    auto const inf = constant_node(p.g, std::numeric_limits<double>::infinity());
    p.give(0, p.dy % make<opcode::within>(x, lo, hi));
    p.give(1, p.dy % (1 - make<opcode::within>(x, lo, inf)));
    p.give(2, p.dy % (1 - make<opcode::within>(x, -inf, hi)));
  }
};

}  // namespace ctg::inline v0
