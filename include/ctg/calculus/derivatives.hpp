// SPDX-License-Identifier: MIT
// Derivatives as expressions: they can be printed, combined, evaluated and differentiated again.
#pragma once

#include <ctg/calculus/forward.hpp>
#include <ctg/expr/functions.hpp>

namespace ctg::inline v0 {

namespace detail {

// ∂J/∂X for J of one entry: the adjoint of X for the seed 1
struct gradient_of : composite {
  static constexpr std::string_view name = "gradient";
  static constexpr bool variable_is_last = true;
  static constexpr shape_result result(shape const* s, parameters) { return s[1]; }
  static constexpr handle lower(auto j, auto x) { return adjoint_of(j, constant_node(*j.g, 1, j.shape()), x); }
};

// Σ dY ⊙ ∂Y/∂X: the adjoint of X for the seed dY
struct vjp_of : composite {
  static constexpr std::string_view name = "vjp";
  static constexpr bool variable_is_last = true;
  static constexpr fault misfit_is = fault::seed_shape;
  static constexpr shape_result result(shape const* s, parameters) {
    if (!(s[0] == s[1])) return misfit::unequal;
    return s[2];
  }
  static constexpr handle lower(auto y, auto dy, auto x) { return adjoint_of(y, dy, x); }
};

// ∂Y/∂X · dX: the tangent of Y where X moves by dX
struct jvp_of : composite {
  static constexpr std::string_view name = "jvp";
  static constexpr fault misfit_is = fault::tangent_shape;
  static constexpr shape_result result(shape const* s, parameters) {
    if (!(s[1] == s[2])) return misfit::unequal;
    return s[0];
  }
  static constexpr handle lower(auto y, auto x, auto dx) { return tangent_of(y, x, dx); }
};

// ∂²J/∂X² · V, forward over reverse: the tangent of the gradient
struct hvp_of : composite {
  static constexpr std::string_view name = "hvp";
  static constexpr fault misfit_is = fault::tangent_shape;
  static constexpr shape_result result(shape const* s, parameters) {
    if (!(s[1] == s[2])) return misfit::unequal;
    return s[1];
  }
  static constexpr handle lower(auto j, auto x, auto v) { return tangent_of(gradient_of::lower(j, x), x, v); }
};

/// Judged on what was written, before any simplification; a leaf is looked up in the list that Y carries.
template <class Y, class X>
constexpr bool occurs_below() {
  if constexpr (X::leaves.size() == 1 && X::id == X::leaves[0]->type_hash) {
    for (leaf_info const* leaf : Y::leaves)
      if (same_object(leaf, X::leaves[0])) return true;
    return false;
  }
  late<X, builder> g;
  int const x = lower<X>(g), before = static_cast<int>(g.nodes.size());
  int const y = lower<Y>(g);
  return x < before && occurs(g, y, x);
}

/// Whether Y can be differentiated with respect to X; if not, the compiler says why.
template <symbol Sign, class Y, class X>
constexpr bool require_differentiable() {
  if constexpr (is_integer(X::type)) {
    explain<fault::integer_variable>(say_call<Sign, Y, X>());
    return false;
  } else if constexpr (!occurs_below<Y, X>()) {
    explain<fault::does_not_occur>(say_call<Sign, Y, X>());
    return false;
  } else {
    return true;
  }
}

}  // namespace detail

/// ∂J/∂X in the shape of X. J has one entry; X is a leaf or any subexpression of J (then: its adjoint).
template <Expression J, Expression X>
constexpr auto gradient(J&& j, X&& x) {
  using Jw = detail::wrapped<void, 0, J>;
  using Xw = detail::wrapped<void, 1, X>;
  if constexpr (detail::any_invalid<J, X>) {
    return detail::invalid_expression{};
  } else if constexpr (!Jw::shape.one_entry()) {
    detail::explain<detail::fault::several_entries>(detail::say_call<"gradient", Jw, Xw>());
    return detail::invalid_expression{};
  } else if constexpr (detail::lasts<J> && detail::lasts<X> && !detail::require_differentiable<"gradient", Jw, Xw>()) {
    return detail::invalid_expression{};
  } else {
    return detail::form<"gradient", detail::gradient_of, void, J, X>(j, x);
  }
}

/// For several leaves there is value_and_gradient(J, W, b); the compiler says so.
template <Expression J, class... X>
  requires(sizeof...(X) != 1 || !(Expression<X> && ...))
constexpr auto gradient(J&&, X&&...) {
  using Jw = detail::wrapped<void, 0, J>;
  detail::explain<detail::any_invalid<J, X...> ? detail::fault::none : detail::fault::one_variable>(
      detail::say_call<"gradient", Jw>());
  return detail::invalid_expression{};
}

/// gradient(f, W) of a function f: the compiler says that it is called first.
template <class F, Expression X>
  requires(!Expression<F>)
constexpr auto gradient(F const&, X const&) {
  return detail::refuse_operands<detail::fault::gradient_of_function, "gradient", X>();
}

/// Σ dY ⊙ ∂Y/∂X in the shape of X, for an expression dY of Y's shape (a number where Y is a scalar); no
/// Jacobian is formed.
template <Expression Y, class D, Expression X, class Site = detail::site_of<decltype([] {}), D>>
  requires Operand<D>
constexpr auto vjp(Y&& y, D&& dy, X&& x) {
  using Yw = detail::wrapped<void, 0, Y>;
  using Xw = detail::wrapped<void, 2, X>;
  if constexpr (detail::any_invalid<Y, D, X>) {
    return detail::invalid_expression{};
  } else if constexpr (detail::lasts<Y> && detail::lasts<X> && !detail::require_differentiable<"vjp", Yw, Xw>()) {
    return detail::invalid_expression{};
  } else {
    return detail::form<"vjp", detail::vjp_of, Site, Y, D, X>(y, dy, x);
  }
}

/// ∂Y/∂X · dX in the shape of Y, for an expression dX of X's shape: how Y changes where X moves along dX. Forward mode;
/// no Jacobian is formed. X is a leaf or any subexpression of Y.
template <Expression Y, Expression X, class D, class Site = detail::site_of<decltype([] {}), D>>
  requires Operand<D>
constexpr auto jvp(Y&& y, X&& x, D&& dx) {
  using Yw = detail::wrapped<void, 0, Y>;
  using Xw = detail::wrapped<void, 1, X>;
  if constexpr (detail::any_invalid<Y, X, D>) {
    return detail::invalid_expression{};
  } else if constexpr (detail::lasts<Y> && detail::lasts<X> && !detail::require_differentiable<"jvp", Yw, Xw>()) {
    return detail::invalid_expression{};
  } else {
    return detail::form<"jvp", detail::jvp_of, Site, Y, X, D>(y, x, dx);
  }
}

/// ∂²J/∂X² · V in the shape of X, for J of one entry and an expression V of X's shape; no Hessian is formed. It is the
/// tangent of the gradient (forward over reverse), at the cost of a few gradients.
template <Expression J, Expression X, class V, class Site = detail::site_of<decltype([] {}), V>>
  requires Operand<V>
constexpr auto hvp(J&& j, X&& x, V&& v) {
  using Jw = detail::wrapped<void, 0, J>;
  using Xw = detail::wrapped<void, 1, X>;
  if constexpr (detail::any_invalid<J, X, V>) {
    return detail::invalid_expression{};
  } else if constexpr (!Jw::shape.one_entry()) {
    detail::explain<detail::fault::several_entries>(detail::say_call<"hvp", Jw, Xw>());
    return detail::invalid_expression{};
  } else if constexpr (detail::lasts<J> && detail::lasts<X> && !detail::require_differentiable<"hvp", Jw, Xw>()) {
    return detail::invalid_expression{};
  } else {
    return detail::form<"hvp", detail::hvp_of, Site, J, X, V>(j, x, v);
  }
}

/// vjp(Y, X): a direction is missing; the compiler says where it stands.
template <Expression Y, Operand X>
constexpr auto vjp(Y const&, X const&) {
  return detail::refuse_operands<detail::fault::operand_count, "vjp", Y, X>();
}
template <Expression Y, Operand X>
constexpr auto jvp(Y const&, X const&) {
  return detail::refuse_operands<detail::fault::operand_count, "jvp", Y, X>();
}
template <Expression Y, Operand X>
constexpr auto hvp(Y const&, X const&) {
  return detail::refuse_operands<detail::fault::operand_count, "hvp", Y, X>();
}

}  // namespace ctg::inline v0
