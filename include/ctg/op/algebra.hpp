// SPDX-License-Identifier: MIT
// The operators on handles, with what a mathematician leaves out while writing: 0 + x, 1 ⊙ x, 0 ⊙ x, −(−x),
// x ⊙ (1 / y). Deeper rewriting is the plan's.
#pragma once

#include <ctg/op/describe.hpp>
// In this order, each needs those before it:
// clang-format off
#include <ctg/op/core/source.ipp>
#include <ctg/op/core/layout.ipp>
#include <ctg/op/core/pieces.ipp>
#include <ctg/op/core/arithmetic.ipp>
#include <ctg/op/core/reduction.ipp>
#include <ctg/op/core/product.ipp>
// clang-format on

namespace ctg::inline v0 {

namespace detail {

constexpr shape joined(handle a, handle b) { return broadcast_shapes(a.shape(), b.shape()).value; }

// A broadcast below an element-wise operation that would stretch anyway says nothing.
constexpr handle unstretched(Handle auto a, Handle auto other, shape const& result) {
  if (!a.is(opcode::broadcast)) return a;
  auto const inner = a.arg(0);
  return joined(inner, other) == result ? inner : a;
}

template <opcode O>
constexpr handle join(Handle auto a, Handle auto b) {
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

constexpr handle operator+(Handle auto a, Handle auto b) {
  using namespace detail;
  shape const s = joined(a, b);
  if (both_constant(a, b)) return constant_node(*a.g, constant_value(a) + constant_value(b), s);
  if (is_constant(a, 0)) return broadcast(b, s);
  if (is_constant(b, 0)) return broadcast(a, s);
  if (b.is(opcode::negate)) return a - b.arg(0);
  if (a.is(opcode::negate)) return b - a.arg(0);
  if (a.is(opcode::pad) || b.is(opcode::pad)) {
    auto const joined = b.is(opcode::pad) ? join_pad_with_sum(a, b) : join_pad_with_sum(b, a);
    if (joined.g) return joined;
  }
  return join<opcode::add>(a, b);
}

constexpr handle operator-(Handle auto a, Handle auto b) {
  using namespace detail;
  shape const s = joined(a, b);
  if (both_constant(a, b)) return constant_node(*a.g, constant_value(a) - constant_value(b), s);
  if (is_constant(b, 0)) return broadcast(a, s);
  if (is_constant(a, 0)) return broadcast(-b, s);
  if (b.is(opcode::negate)) return a + b.arg(0);
  return join<opcode::subtract>(a, b);
}

constexpr handle operator-(Handle auto a) {
  using namespace detail;
  if (is_constant(a)) return constant_node(*a.g, -constant_value(a), a.shape());
  if (a.is(opcode::negate)) return a.arg(0);
  if (a.is(opcode::subtract)) return a.arg(1) - a.arg(0);
  if (a.is(opcode::broadcast)) return broadcast(-a.arg(0), a.shape());
  return make<opcode::negate>(a);
}

constexpr handle operator%(Handle auto a, Handle auto b) {
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
  if (b.is(opcode::divide) && is_constant(b.arg(0), 1)) return broadcast(a / b.arg(1), s);
  if (a.is(opcode::divide) && is_constant(a.arg(0), 1)) return broadcast(b / a.arg(1), s);
  return join<opcode::multiply>(a, b);
}

constexpr handle operator/(Handle auto a, Handle auto b) {
  using namespace detail;
  shape const s = joined(a, b);
  if (both_constant(a, b) && constant_value(b) != 0)
    return constant_node(*a.g, constant_value(a) / constant_value(b), s);
  if (is_constant(a, 0) && is_constant(b) && constant_value(b) != 0) return constant_node(*a.g, 0, s);
  if (is_constant(b, 1)) return broadcast(a, s);
  if (is_constant(b, -1)) return broadcast(-a, s);
  return join<opcode::divide>(a, b);
}

template <class H>
constexpr handle operator+(double v, std::type_identity_t<H> a) {
  return constant_node(*a.g, v) + a;
}
template <class H>
constexpr handle operator-(double v, std::type_identity_t<H> a) {
  return constant_node(*a.g, v) - a;
}
template <class H>
constexpr handle operator%(double v, std::type_identity_t<H> a) {
  return constant_node(*a.g, v) % a;
}
template <class H>
constexpr handle operator*(double v, std::type_identity_t<H> a) {
  return constant_node(*a.g, v) % a;
}
template <class H>
constexpr handle operator/(double v, std::type_identity_t<H> a) {
  return constant_node(*a.g, v) / a;
}
template <class H>
constexpr handle operator+(std::type_identity_t<H> a, double v) {
  return a + constant_node(*a.g, v);
}
template <class H>
constexpr handle operator-(std::type_identity_t<H> a, double v) {
  return a - constant_node(*a.g, v);
}
template <class H>
constexpr handle operator/(std::type_identity_t<H> a, double v) {
  return a / constant_node(*a.g, v);
}

constexpr void pullback::give(int i, Handle auto dx) {
  auto const to = x(i);
  shape const target = to.shape();
  bool const stretches = dx.shape().rank <= target.rank && dx.shape().one_entry();
  dx = stretches ? broadcast(dx, target) : reduce_to(dx, target);
  int& slot = adjoint[static_cast<std::size_t>(to.id)];
  slot = slot < 0 ? dx.id : (handle{&g, slot} + dx).id;
}

}  // namespace ctg::inline v0

#include <ctg/op/core/condition.ipp>
