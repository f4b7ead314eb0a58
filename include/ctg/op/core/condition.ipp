// SPDX-License-Identifier: MIT
// A part of op/algebra.hpp, not a header of its own: every rule of reverse mode scales by it.
//
// Comparisons (1 where true, 0 where false; nothing flows back) and the choice between two values.
#pragma once


namespace ctg::inline v0 {

// [X < Y]; false for NaN
template <>
struct operation<opcode::less> : detail::infix<5> {
  static constexpr char const* name = "<";
  static constexpr auto value(auto x, auto y) {
    using X = decltype(x);
    return math::select(x < y, X(1), X(0));
  }
};

// [X ≤ Y]; false for NaN
template <>
struct operation<opcode::less_equal> : detail::infix<5> {
  static constexpr char const* name = "≤";
  static constexpr auto value(auto x, auto y) {
    using X = decltype(x);
    return math::select(x <= y, X(1), X(0));
  }
};

// [X ≠ Y]; true for NaN
template <>
struct operation<opcode::not_equal> : detail::infix<5> {
  static constexpr char const* name = "≠";
  static constexpr bool commutative = true;
  static constexpr auto value(auto x, auto y) {
    using X = decltype(x);
    return math::select(x == y, X(0), X(1));
  }
};

// Z = X where C ≠ 0, else Y          dX = dZ where C ≠ 0, else 0;  dY = dZ where C = 0, else 0
template <>
struct operation<opcode::where> : detail::ternary {
  static constexpr char const* name = "where";
  static constexpr auto value(auto c, auto x, auto y) {
    using C = decltype(c);
    return math::select(c == C(0), y, x);
  }
  static constexpr void pull(auto& p) {
    auto const c = p.x(0), none = constant_node(p.g, 0);
    p.give(1, make<opcode::where>(c, p.dy, none));
    p.give(2, make<opcode::where>(c, none, p.dy));
  }
  // one choice, where the transpose of the rule above is a sum of two
  static constexpr void push(auto& p) {
    auto const none = constant_node(p.g, 0);
    if (p.moves(1) || p.moves(2))
      p.give(make<opcode::where>(p.x(0), p.moves(1) ? p.dx(1) : none, p.moves(2) ? p.dx(2) : none));
  }
};

namespace detail {

// Zero wherever a `where` did not take its branch, and moved about since. The search is short: sums of adjoints are
// deep.
constexpr bool is_masked(Handle auto h, int depth = 6) {
  if (depth == 0) return false;
  switch (h.at().op->code) {
    case opcode::where:
      return is_constant(h.arg(1), 0) || is_constant(h.arg(2), 0);
    case opcode::add:
    case opcode::subtract:
      return is_masked(h.arg(0), depth - 1) && is_masked(h.arg(1), depth - 1);
    case opcode::pad:  // beside the slice nothing was read
      return true;
    case opcode::negate:
    case opcode::flip:
    case opcode::broadcast:
    case opcode::reshape:
    case opcode::transpose:
    case opcode::sum:
      return is_masked(h.arg(0), depth - 1);
    default:
      return false;
  }
}

// dY ⊙ f′(X) of the element-wise rules. A mask is hoisted over the derivative: an entry that was not taken is 0,
// whatever f′ is there, and not 0 ⊙ ∞.
constexpr handle scaled(Handle auto dy, Handle auto slope) {
  if (is_constant(slope, 0) || !is_masked(dy)) return dy % slope;
  auto& g = *dy.g;
  shape const s = joined(dy, slope), own = dy.shape();
  auto const x = dy.arg(0);
  node const n = dy.at();
  if (n.is(opcode::where)) {
    auto const none = constant_node(g, 0);
    if (is_constant(dy.arg(2), 0)) return broadcast(make<opcode::where>(x, scaled(dy.arg(1), slope), none), s);
    return broadcast(make<opcode::where>(x, none, scaled(dy.arg(2), slope)), s);
  }
  if (n.is(opcode::add)) return scaled(x, slope) + scaled(dy.arg(1), slope);
  if (n.is(opcode::subtract)) return scaled(x, slope) - scaled(dy.arg(1), slope);
  if (n.is(opcode::negate)) return -scaled(x, slope);
  if (n.is(opcode::broadcast)) return scaled(x, broadcast(slope, s));
  if (!(s == own)) return dy % slope;
  if (n.is(opcode::pad)) {
    auto const axis = static_cast<int>(n.with.p);
    auto const inside = slice(broadcast(slope, s), n.with.p, n.with.q, n.with.q + x.shape()[axis].factor);
    return pad(scaled(x, inside), n.with.p, n.with.q, extent(s[axis]));
  }
  if (n.is(opcode::flip)) return flip(scaled(x, flip(broadcast(slope, s), n.with.p)), n.with.p);
  if (n.is(opcode::reshape)) return reshape(scaled(x, reshape(broadcast(slope, s), shape(x.shape()))), s);
  if (n.is(opcode::transpose))
    return permute(scaled(x, permute(broadcast(slope, s), inverse_permutation(n.with.p, s.rank))), n.with.p);
  // a sum: the slope is one for all that are summed
  return n.with.q ? sum_all(scaled(x, slope)) : sum_axes(scaled(x, slope), n.with.p);
}

}  // namespace detail

}  // namespace ctg::inline v0
