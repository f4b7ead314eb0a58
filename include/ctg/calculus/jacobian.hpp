// SPDX-License-Identifier: MIT
// Jacobians and Hessians as expressions. What such an expression means is a linear map: chain() multiplies maps with
// maps and with vectors by their structure; entry by entry it is written only where it is an output, or an operand of
// something else.
#pragma once

#include <ctg/calculus/derivatives.hpp>
#include <ctg/calculus/modes.hpp>
#include <ctg/graph/extents.hpp>

namespace ctg::inline v0 {

/// A Jacobian with more entries than this is not evaluated (2 GiB of float): the compiler says how large it would be.
/// Another limit is a template argument: jacobian<entries>(Y, X).
inline constexpr std::int64_t max_jacobian_entries = std::int64_t{1} << 29;

namespace detail {

constexpr handle dense_jacobian(std::same_as<batched> auto const& v, std::int64_t limit) {
  shape const s = joined_shapes(v.batch, v.own);
  auto& g = *v.dense.g;
  if (s.is_static() && nominal_size(s) > static_cast<double>(limit)) g.too_large = g.intern(s);
  return v.resolved();
}

constexpr batched jacobian_of_nodes(Handle auto y, handle x) {
  return chosen(*y.g, jacobian_map(y, x, static_cast<int>(y.g->nodes.size())), y.shape(), x.shape());
}

// ∂Y_i/∂X_j: axes of Y, then axes of X
template <std::int64_t Limit>
struct jacobian_of : composite {
  static constexpr std::string_view name = "jacobian";
  static constexpr fault misfit_is = fault::jacobian_rank;
  static constexpr shape_result result(shape const* s, parameters) {
    if (s[0].rank + s[1].rank > max_rank) return misfit::rank;
    return joined_shapes(s[0], s[1]);
  }
  static constexpr handle lower(auto y, auto x) { return dense_jacobian(jacobian_of_nodes(y, x), Limit); }
};

/// What an operand of chain() is. `function_rank`: how many of its axes are those of the function; the others are the
/// variable's.
template <class E>
struct jacobian_parts {
  static constexpr bool is_jacobian = false;
};
template <std::int64_t Limit, class Y, class X>
struct jacobian_parts<made_of<jacobian_of<Limit>, Y, X>> {
  static constexpr bool is_jacobian = true, is_plain = true;
  static constexpr int function_rank = Y::shape.rank;
  static constexpr batched map(Builder auto& g) {
    int const y = ctg::lower<Y>(g), x = ctg::lower<X>(g);
    return jacobian_of_nodes(g.at(y), g.at(x));
  }
  static constexpr jacobian_plan pull(Builder auto& g, batched const& seed, int from) {
    int const y = ctg::lower<Y>(g), x = ctg::lower<X>(g);
    return pull_batch(g.at(y), g.at(x), seed, from);
  }
  static constexpr jacobian_plan push(Builder auto& g, batched const& seed, int from) {
    int const y = ctg::lower<Y>(g), x = ctg::lower<X>(g);
    return push_batch(g.at(y), g.at(x), seed, from);
  }
};
template <std::uint64_t Id, class... Witness>
struct jacobian_parts<expression<Id, Witness...>> : jacobian_parts<typename expression<Id, Witness...>::made_of> {};

/// An operand as a map whose last (or, behind exchange, first) axes are contracted.
template <class E>
constexpr batched operand_map(Builder auto& g, int function_rank) {
  if constexpr (jacobian_parts<E>::is_jacobian)
    return jacobian_parts<E>::map(g);
  else
    return batched::of(g.at(ctg::lower<E>(g)), function_rank);
}

// Σ_k A_ik B_kj over `Contracted` axes, the last of A and the first of B
template <int Contracted, std::int64_t Limit>
struct chain_of : composite {
  static constexpr std::string_view name = "chain";
  static constexpr fault misfit_is = fault::chain_shapes;
  static constexpr shape_result result(shape const* s, parameters) {
    int const kept = s[0].rank - Contracted;
    if (kept < 0 || s[1].rank < Contracted) return misfit::unequal;
    if (!(part_of(s[0], kept, s[0].rank) == part_of(s[1], 0, Contracted))) return misfit::unequal;
    if (kept + s[1].rank - Contracted > max_rank) return misfit::rank;
    return joined_shapes(part_of(s[0], 0, kept), part_of(s[1], Contracted, s[1].rank));
  }

  // rows of A through the function of B backwards, columns of B through that of A forwards, or entry by entry
  template <class A, class B>
  static constexpr batched map(Builder auto& g) {
    int const from = static_cast<int>(g.nodes.size());  // what an operand costs is a part of the choice
    auto const a = operand_map<A>(g, A::shape.rank - Contracted), b = operand_map<B>(g, Contracted);
    jacobian_plan best{};
    if constexpr (requires { jacobian_parts<B>::is_plain; }) best.consider(jacobian_parts<B>::pull(g, a, from));
    if constexpr (requires { jacobian_parts<A>::is_plain; }) {
      auto forward = jacobian_parts<A>::push(g, b.exchanged(), from);
      if (forward.cost >= 0) forward.value = forward.value.exchanged();
      best.consider(forward);
    }
    best.consider(contracted(a, b, from));
    return chosen(g, best, a.batch, b.own);
  }
  template <class A, class B>
  static constexpr handle lower_operands(Builder auto& g) {
    return dense_jacobian(map<A, B>(g), Limit);
  }
};

template <int Contracted, std::int64_t Limit, class A, class B>
struct jacobian_parts<made_of<chain_of<Contracted, Limit>, A, B>> {
  static constexpr bool is_jacobian = true;
  static constexpr int function_rank = A::shape.rank - Contracted;
  static constexpr batched map(Builder auto& g) { return chain_of<Contracted, Limit>::template map<A, B>(g); }
};

/// How many axes chain(A, B) sums over: those of the variable of A, those of the function of B; -1 where neither is a
/// Jacobian.
template <class A, class B>
constexpr int contracted_axes() {
  if constexpr (jacobian_parts<B>::is_jacobian)
    return jacobian_parts<B>::function_rank;
  else if constexpr (jacobian_parts<A>::is_jacobian)
    return A::shape.rank - jacobian_parts<A>::function_rank;
  else
    return -1;
}

}  // namespace detail

/// ∂Y/∂X: the axes of Y, followed by those of X. X is a leaf or any subexpression of Y. It is a linear map with its
/// structure (diagonal for an element-wise function, I ⊗ Wᵀ for a product): chain() applies it without its entries.
/// Evaluated, it is one fused batch of adjoints or tangents, whichever costs less, or both up to a bottleneck. Together
/// Y and X have 8 axes at most.
template <std::int64_t Limit = max_jacobian_entries, Expression Y, Expression X>
constexpr auto jacobian(Y&& y, X&& x) {
  using Yw = detail::wrapped<void, 0, Y>;
  using Xw = detail::wrapped<void, 1, X>;
  if constexpr (detail::any_invalid<Y, X>) {
    return detail::invalid_expression{};
  } else if constexpr (detail::lasts<Y> && detail::lasts<X> && !detail::require_differentiable<"jacobian", Yw, Xw>()) {
    return detail::invalid_expression{};
  } else {
    return detail::form<"jacobian", detail::jacobian_of<Limit>, void, Y, X>(y, x);
  }
}

/// ∂²J/∂X² for J of one entry: the axes of X twice; the Jacobian of the gradient.
template <std::int64_t Limit = max_jacobian_entries, Expression J, Expression X>
constexpr auto hessian(J&& j, X&& x) {
  using Jw = detail::wrapped<void, 0, J>;
  using Xw = detail::wrapped<void, 1, X>;
  if constexpr (detail::any_invalid<J, X>) {
    return detail::invalid_expression{};
  } else if constexpr (!Jw::shape.one_entry()) {
    detail::explain<detail::fault::several_entries>(detail::say_call<"hessian", Jw, Xw>());
    return detail::invalid_expression{};
  } else if constexpr (detail::lasts<J> && detail::lasts<X> && !detail::require_differentiable<"hessian", Jw, Xw>()) {
    return detail::invalid_expression{};
  } else {
    auto const first = detail::form<"gradient", detail::gradient_of, void, J, X&>(j, x);
    return detail::form<"hessian", detail::jacobian_of<Limit>, void, decltype(first), X>(first, x);
  }
}

/// The generalised chain rule: Σ_k A_ik B_kj over the index vector k of what lies between. chain(jacobian(z, y),
/// jacobian(y, x)) is jacobian(z, x) where z reads x through y only; chain(jacobian(y, x), v) is a jvp and chain(u,
/// jacobian(y, x)) a vjp, also for stacks of v and u. At least one operand is a Jacobian (or a chain); neither is
/// formed entry by entry unless that costs least.
template <std::int64_t Limit = max_jacobian_entries, Expression A, Expression B>
constexpr auto chain(A&& a, B&& b) {
  using Aw = detail::wrapped<void, 0, A>;
  using Bw = detail::wrapped<void, 1, B>;
  constexpr int axes = detail::contracted_axes<Aw, Bw>();
  if constexpr (detail::any_invalid<A, B>) {
    return detail::invalid_expression{};
  } else if constexpr (axes < 0) {
    detail::explain<detail::fault::chain_operands>(detail::say_call<"chain", Aw, Bw>());
    return detail::invalid_expression{};
  } else {
    return detail::form<"chain", detail::chain_of<axes, Limit>, void, A, B>(a, b);
  }
}

/// The shape of an expression, without evaluating it.
template <Expression E>
constexpr shape shape_of(E const&) {
  return detail::wrapped<void, 0, E>::shape;
}

/// The number of entries of an expression, without evaluating it; with named extents: entries(e, extents<"N">(64)).
template <Expression E>
constexpr std::int64_t entries(E const&, extent_table const& names = {}) {
  using Ew = detail::wrapped<void, 0, E>;
  return names(Ew::shape);
}

}  // namespace ctg::inline v0
