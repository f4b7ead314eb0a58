// SPDX-License-Identifier: MIT
// Values that run along an axis (with.p; with.q = 1: from its end to its beginning): running sums, the products of all
// entries before and of all others, the recurrence that is the derivative of these, and the product over an axis, whose
// gradient they give exactly, zeros included, to every order.
#pragma once

#include <ctg/op/algebra.hpp>

namespace ctg::inline v0 {

namespace detail {
struct running : called {
  static constexpr shape_result result(shape const* s, parameters) { return *s; }
  static constexpr parameters turned(parameters with) { return {with.p, 1 - with.q}; }
};
}  // namespace detail

// Y_i = X_0 + … + X_i                           dX = the running sum of dY from the other end
template <>
struct operation<opcode::cumsum> : detail::running {
  static constexpr char const* name = "cumsum";
  static constexpr void pull(auto& p) { p.give(0, apply<operation>(turned(p.at().with), p.dy)); }
};

// E_0 = 0, E_(i+1) = B_i + A_i E_i              With R the recurrence of A and dE from the other end: dB = R, dA = R ⊙
// E
template <>
struct operation<opcode::recurrence> : detail::running {
  static constexpr char const* name = "recurrence";
  static constexpr int arity = 2, flops = 2;
  static constexpr void pull(auto& p) {
    auto const a = p.x(0), e = p.y(), r = apply<operation>(turned(p.at().with), a, broadcast(p.dy, a.shape()));
    p.give(1, r);
    p.give(0, r % e);
  }
};

// E_0 = 1, E_(i+1) = X_i E_i                    dX = R ⊙ E with R the recurrence of X and dE from the other end
template <>
struct operation<opcode::products_before> : detail::running {
  static constexpr char const* name = "products_before";
  static constexpr void pull(auto& p) {
    auto const x = p.x(0), e = p.y();
    auto const r = apply<operation<opcode::recurrence>>(turned(p.at().with), x, broadcast(p.dy, x.shape()));
    p.give(0, r % e);
  }
};

// Y_i = the product of all X_j but X_i           dX: that of the product of those before and those behind
template <>
struct operation<opcode::products_of_others> : detail::running {
  static constexpr char const* name = "products_of_others";
  static constexpr int flops = 3;
  static constexpr void pull(auto& p) {
    using Before = operation<opcode::products_before>;
    using Recurrence = operation<opcode::recurrence>;
    auto const x = p.x(0), dy = broadcast(p.dy, x.shape());
    std::int64_t const axis = p.at().with.p;
    auto const before = apply<Before>({axis, 0}, x), behind = apply<Before>({axis, 1}, x);
    p.give(0, apply<Recurrence>({axis, 1}, x, dy % behind) % before);
    p.give(0, apply<Recurrence>({axis, 0}, x, dy % before) % behind);
  }
};

// Y = Π X            dX = dY ⊙ the product of the other entries: of those before and those behind, never Y / X.  The
// empty product is 1
template <>
struct operation<opcode::prod> : detail::reduction {
  static constexpr char const* name = "prod";
  static constexpr void pull(auto& p) {
    parameters const with = p.at().with;
    auto rest = p.x(0), slope = constant_node(p.g, 1);
    shape const whole = rest.shape();
    std::int64_t const longer = detail::longer_axes(whole, with.p);
    if (with.q && (longer & (longer - 1))) {  // all entries of several axes: one line of them
      auto const line = reshape(rest, shape(whole.size()));
      return p.give(0, p.dy % reshape(apply<operation<opcode::products_of_others>>({0, 0}, line), whole));
    }
    for (int axis = 0; axis < p.x(0).shape().rank; ++axis) {
      if (!(with.p >> axis & 1)) continue;
      if (!p.x(0).shape()[axis].is_one()) slope = slope % apply<operation<opcode::products_of_others>>({axis, 0}, rest);
      rest = reduce<opcode::prod>(rest, {std::int64_t{1} << axis, 0});
    }
    p.give(0, p.dy % slope);
  }
};

}  // namespace ctg::inline v0
