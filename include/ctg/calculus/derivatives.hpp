// SPDX-License-Identifier: MIT
// Derivatives as expressions: they can be printed, combined, evaluated and differentiated again.
#pragma once

#include <ctg/calculus/reverse.hpp>
#include <ctg/expr/functions.hpp>

namespace ctg::inline v0 {

namespace detail {

// ∂J/∂X for J of one entry: the adjoint of X for the seed 1
struct gradient_of : composite {
  static constexpr shape_result result(shape const* s, parameters) { return s[1]; }
  static constexpr handle lower(handle j, handle x) {
    return adjoint_of(j, constant_node(*j.g, 1, j.shape()), x);
  }
};

// Σ dY ⊙ ∂Y/∂X: the adjoint of X for the seed dY
struct vjp_of : composite {
  static constexpr shape_result result(shape const* s, parameters) {
    if (!(s[0] == s[1])) return misfit::unequal;
    return s[2];
  }
  static constexpr handle lower(handle y, handle dy, handle x) { return adjoint_of(y, dy, x); }
};

// Conditions whose names the compiler prints.
template <symbol Text, bool OneEntry>
struct has_one_entry {
  static constexpr bool value = OneEntry;
};
template <symbol Text, bool Occurs>
struct occurs_in {
  static constexpr bool value = Occurs;
};
template <symbol Text, bool Real>
struct can_be_differentiated {
  static constexpr bool value = Real;
};

/// Judged on what was written, before any simplification; a leaf is looked up in the list that Y carries.
template <class Y, class X>
constexpr bool occurs_below() {
  if constexpr (X::leaves.size() == 1 && X::id == X::leaves[0]->type_hash) {
    for (leaf_info const* leaf : Y::leaves)
      if (leaf == X::leaves[0]) return true;
    return false;
  }
  builder g;
  int const x = lower<X>(g), before = static_cast<int>(g.nodes.size());
  int const y = lower<Y>(g);
  return x < before && occurs(g, y, x);
}

template <symbol Sign, class Y, class X>
constexpr void require_differentiable() {
  static_assert(can_be_differentiated<operands_text<Sign, Y, X>(), !is_integer(X::type)>::value,
                "ctg: integer leaves (labels, indices) are never differentiated");
  static_assert(occurs_in<operands_text<Sign, Y, X>(), occurs_below<Y, X>()>::value,
                "ctg: the second operand does not occur in the first, so there is no derivative to take; check which leaf was meant");
}

}  // namespace detail

/// ∂J/∂X in the shape of X. J has one entry; X is a leaf or any subexpression of J (then: its adjoint).
template <Expression J, Expression X>
constexpr auto gradient(J&& j, X&& x) {
  using Jw = detail::wrapped<void, 0, J>;
  using Xw = detail::wrapped<void, 1, X>;
  static_assert(detail::has_one_entry<detail::operands_text<"gradient", Jw, Xw>(), Jw::shape.one_entry()>::value,
                "ctg: gradient wants a function of one entry; for several use vjp(Y, dY, X) or jacobian(Y, X), or sum(Y)");
  if constexpr (Jw::shape.one_entry()) detail::require_differentiable<"gradient", Jw, Xw>();
  return detail::form<"gradient", detail::gradient_of, void>(std::forward<J>(j), std::forward<X>(x));
}

/// Σ dY ⊙ ∂Y/∂X in the shape of X, for an expression dY of Y's shape; no Jacobian is formed.
template <Expression Y, Expression D, Expression X>
constexpr auto vjp(Y&& y, D&& dy, X&& x) {
  detail::require_differentiable<"vjp", detail::wrapped<void, 0, Y>, detail::wrapped<void, 2, X>>();
  return detail::form<"vjp", detail::vjp_of, void>(std::forward<Y>(y), std::forward<D>(dy), std::forward<X>(x));
}

}  // namespace ctg::inline v0
