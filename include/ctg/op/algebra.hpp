// SPDX-License-Identifier: MIT
// The operators on handles, with what a mathematician leaves out while writing: 0 + x, 1 ⊙ x, 0 ⊙ x, −(−x), x ⊙ (1 / y).
// Deeper rewriting is the plan's.
#pragma once

#include <ctg/op/product.hpp>

namespace ctg::inline v0 {

namespace detail {

constexpr shape joined(handle a, handle b) { return broadcast_shapes(a.shape(), b.shape()).value; }

// A broadcast below an element-wise operation that would stretch anyway says nothing.
constexpr handle unstretched(handle a, handle other, shape const& result) {
  if (!a.is(opcode::broadcast)) return a;
  handle const inner = a.arg(0);
  return joined(inner, other) == result ? inner : a;
}

template <opcode O>
constexpr handle join(handle a, handle b) {
  shape const s = joined(a, b);
  a = unstretched(a, b, s);
  b = unstretched(b, a, s);
  // a constant meets as a scalar where the other side has the shape
  if (is_constant(a) && a.shape().rank > 0 && b.shape() == s) a = constant_node(*a.g, constant_value(a));
  if (is_constant(b) && b.shape().rank > 0 && a.shape() == s) b = constant_node(*b.g, constant_value(b));
  return make<O>(a, b);
}

constexpr bool both_constant(handle a, handle b) { return is_constant(a) && is_constant(b); }

}  // namespace detail

constexpr handle operator+(handle a, handle b) {
  using namespace detail;
  shape const s = joined(a, b);
  if (both_constant(a, b)) return constant_node(*a.g, constant_value(a) + constant_value(b), s);
  if (is_constant(a, 0)) return broadcast(b, s);
  if (is_constant(b, 0)) return broadcast(a, s);
  if (b.is(opcode::negate)) return a - b.arg(0);
  if (a.is(opcode::negate)) return b - a.arg(0);
  return join<opcode::add>(a, b);
}

constexpr handle operator-(handle a, handle b) {
  using namespace detail;
  shape const s = joined(a, b);
  if (both_constant(a, b)) return constant_node(*a.g, constant_value(a) - constant_value(b), s);
  if (is_constant(b, 0)) return broadcast(a, s);
  if (is_constant(a, 0)) return broadcast(-b, s);
  if (b.is(opcode::negate)) return a + b.arg(0);
  return join<opcode::subtract>(a, b);
}

constexpr handle operator-(handle a) {
  using namespace detail;
  if (is_constant(a)) return constant_node(*a.g, -constant_value(a), a.shape());
  if (a.is(opcode::negate)) return a.arg(0);
  if (a.is(opcode::subtract)) return a.arg(1) - a.arg(0);
  if (a.is(opcode::broadcast)) return broadcast(-a.arg(0), a.shape());
  return make<opcode::negate>(a);
}

constexpr handle operator%(handle a, handle b) {
  using namespace detail;
  shape const s = joined(a, b);
  if (both_constant(a, b)) return constant_node(*a.g, constant_value(a) * constant_value(b), s);
  if (is_constant(a)) std::swap(a, b);
  if (is_constant(b)) {
    double const v = constant_value(b);
    if (v == 0) return constant_node(*a.g, 0, s);
    if (v == 1) return broadcast(a, s);
    if (v == -1) return broadcast(-a, s);
    // constants gather at the front: 2 ⊙ (3 ⊙ x) = 6 ⊙ x
    if (a.is(opcode::multiply) && is_constant(a.arg(0)))
      return broadcast(constant_node(*a.g, v * constant_value(a.arg(0))) % a.arg(1), s);
    if (b.shape().rank > 0 && a.shape() == s) b = constant_node(*b.g, v);
    return make<opcode::multiply>(b, a);
  }
  if (a.is(opcode::negate)) return -(a.arg(0) % b);
  if (b.is(opcode::negate)) return -(a % b.arg(0));
  if (b.is(opcode::divide) && is_constant(b.arg(0), 1)) return a / b.arg(1);
  if (a.is(opcode::divide) && is_constant(a.arg(0), 1)) return b / a.arg(1);
  return join<opcode::multiply>(a, b);
}

constexpr handle operator/(handle a, handle b) {
  using namespace detail;
  shape const s = joined(a, b);
  if (both_constant(a, b) && constant_value(b) != 0)
    return constant_node(*a.g, constant_value(a) / constant_value(b), s);
  if (is_constant(a, 0) && is_constant(b) && constant_value(b) != 0) return constant_node(*a.g, 0, s);
  if (is_constant(b, 1)) return broadcast(a, s);
  if (is_constant(b, -1)) return broadcast(-a, s);
  return join<opcode::divide>(a, b);
}

}  // namespace ctg::inline v0
