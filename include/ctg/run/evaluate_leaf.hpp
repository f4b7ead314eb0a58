// SPDX-License-Identifier: MIT
// `auto Y = evaluate<"Y">(e)`: the value of an expression as a leaf, to go on with.
#pragma once

#include <ctg/run/evaluate.hpp>

namespace ctg::inline v0 {

namespace detail {

// The name behind axis Axis of E's shape as a template argument; empty where it is no plain name.
template <class E, int Axis>
constexpr void write_axis_name(writer& w) {
  extent const e = E::shape[Axis];
  if (e.factor == 1 && e.names[0] && !e.names[1]) w << extent_name<E>(e.names[0]);
}

template <class E, int Axis>
constexpr auto leaf_extent() {
  if constexpr (E::shape[Axis].is_static())
    return E::shape[Axis].factor;
  else
    return dim<to_symbol<write_axis_name<E, Axis>>()>;
}

// An extent such as 3·N has no name of its own.
template <class E>
inline constexpr bool extents_have_names = [] {
  for (int i = 0; i < E::shape.rank; ++i)
    if (!E::shape[i].is_static() && (E::shape[i].factor != 1 || E::shape[i].names[1])) return false;
  return true;
}();

template <symbol Name, class E, class Axes = std::make_integer_sequence<int, E::shape.rank>>
struct leaf_for;
template <symbol Name, class E, int... Axis>
struct leaf_for<Name, E, std::integer_sequence<int, Axis...>> {
  using type = tensor<Name, value_type_of<E>, leaf_extent<E, Axis>()...>;
};

// A leaf of the extents n.
template <class L, class N>
constexpr L make_leaf(N const& n) {
  if constexpr (L::run_time_extent_count == 0) {
    return L{};
  } else {
    constexpr auto first = [] {  // of each distinct name, the axis where it stands first
      shape const s = info_of<L>.shape;
      std::array<std::size_t, L::run_time_extent_count> axes{};
      std::size_t count = 0;
      for (int i = 0; i < s.rank; ++i) {
        bool known = s[i].is_static();
        for (int j = 0; j < i; ++j) known = known || s[j] == s[i];
        if (!known) axes[count++] = static_cast<std::size_t>(i);
      }
      return axes;
    }();
    return std::apply([&](auto... axis) { return L(n[axis]...); }, first);
  }
}

template <symbol Name, class E>
constexpr auto evaluate_into_leaf(E const& e) {
  using L = typename leaf_for<Name, E>::type;
  if constexpr (E::shape.one_entry()) {
    L leaf{};
    leaf.data()[0] = evaluate_wrapped(e);
    return leaf;
  } else {
    auto const values = evaluate_wrapped(e);
    L leaf = make_leaf<L>(values.extents());
    for (std::int64_t i = 0; i < values.size(); ++i) leaf.data()[i] = values.data()[i];
    return leaf;
  }
}

}  // namespace detail

/// The value of e as an owning leaf of this name, in e's shape: `auto Y = evaluate<"Y">(X * W);`. Named extents keep
/// their names. Works in constant expressions.
template <symbol Name, Expression E>
constexpr auto evaluate(E&& e) {
  using Wrapped = detail::wrapped<void, 0, E>;
  if constexpr (!detail::require_lasting<"evaluate", E>() || detail::any_invalid<Wrapped>) {
    return detail::invalid_expression{};
  } else if constexpr (!detail::extents_have_names<Wrapped>) {
    detail::explain<detail::extents_have_names<Wrapped> ? detail::fault::none : detail::fault::compound_extent>(
        detail::say_call<"evaluate", Wrapped>());
    return detail::invalid_expression{};
  } else {
    return detail::evaluate_into_leaf<Name>(detail::wrap<void, 0>(e));
  }
}

}  // namespace ctg::inline v0
