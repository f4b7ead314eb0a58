// SPDX-License-Identifier: MIT
// `assign(leaf, expression)`: an output of a program that is written to a leaf.
#pragma once

#include <ctg/calculus/derivatives.hpp>

namespace ctg::inline v0 {

/// `leaf = e` as an output of a program. All reads of a program happen before all its assignments.
template <class L, class E>
struct assignment {
  L* target;
  E value;
};

/// Makes an assignment for `program`; the expression's shape is the leaf's (or stretches to it).
template <class L, class E, class Site = detail::site_of<decltype([] {}), E>>
  requires(Leaf<L> && (Expression<E> || Arithmetic<E>))
constexpr auto assign(L& leaf, E&& e);

namespace detail {

// E stretched to the shape of the leaf that it is assigned to.
template <class L>
struct stretched_to : composite {
  static constexpr fault misfit_is = fault::target_shape;
  static constexpr shape_result result(shape const* s, parameters) {
    shape const target = info_of<L>.shape;
    shape_result const r = broadcast_shapes(*s, target);
    if (r.problem != misfit::none || !(r.value == target)) return misfit::broadcast;
    return target;
  }
  static constexpr handle lower(auto x) { return broadcast(x, info_of<L>.shape); }
};

/// Whether an E may be assigned to an L; fault::none if it may.
template <class L, class V>
constexpr fault judge_target() {
  if constexpr (std::is_const_v<L>)
    return fault::const_leaf;
  else if constexpr (L::is_const)
    return fault::const_view;
  else if constexpr (is_integer(info_of<L>.type))
    return fault::integer_target;
  else if constexpr (judge_leaves<ref<L>, V>() != fault::none)
    return judge_leaves<ref<L>, V>();
  else
    return judge<stretched_to<L>, V>();
}

template <class L, class Site, class E>
constexpr auto value_for(E&& e) {
  using V = wrapped<Site, 0, E>;
  if constexpr (any_invalid<E>) {
    return invalid_expression{};
  } else if constexpr (!lasts<E>) {
    explain<fault::temporary>(say_call<"=", ref<L>, V>());
    return invalid_expression{};
  } else {
    constexpr fault f = judge_target<L, V>();
    if constexpr (f != fault::none) {
      explain<f>(say_fault<f, "=", ref<std::remove_const_t<L>>, V>());
      return invalid_expression{};
    } else if constexpr (V::shape == info_of<L>.shape) {
      return wrap<Site, 0>(e);
    } else {
      return make_expression<stretched_to<L>>(wrap<Site, 0>(e));
    }
  }
}

}  // namespace detail

template <class L, class E, class Site>
  requires(Leaf<L> && (Expression<E> || Arithmetic<E>))
constexpr auto assign(L& leaf, E&& e) {
  auto value = detail::value_for<L, Site>(std::forward<E>(e));
  return assignment<L, decltype(value)>{&leaf, value};
}

template <Expression Y, class E>
  requires(!Leaf<Y> && (Expression<E> || Arithmetic<E>))
constexpr auto assign(Y const&, E const&) {
  detail::refuse_target<"assign", Y, E>();
  return detail::invalid_expression{};
}

/// assign(W, evaluate(e)), assign(W): the compiler says what it wants.
template <Expression L, class... E>
  requires(sizeof...(E) != 1 || !(Operand<E> && ...))
constexpr auto assign(L const&, E const&...) {
  return detail::refuse_call<detail::fault::value_wanted, "assign", detail::wrapped<void, 0, L>,
                             detail::wrapped<void, 0, E>...>();
}

}  // namespace ctg::inline v0
