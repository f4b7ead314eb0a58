// SPDX-License-Identifier: MIT
// What is refused where a leaf is made or assigned: the conditions whose names and arguments the compiler prints.
#pragma once

#include <ctg/expr/operand.hpp>
#include <ctg/fwd.hpp>

namespace ctg::inline v0::detail {

// Say what is wrong (expr/diagnose.hpp): a leaf or an expression where a number is wanted; a leaf from an expression.
template <class E, class T>
constexpr T refuse_value();
template <class E>
constexpr auto refuse_element();
template <class L, class E>
constexpr void refuse_initial_value();
template <symbol Sign, class Y, class E>
constexpr void refuse_target();

// Conditions whose names and arguments the compiler prints.
template <symbol Name, class T>
struct is_element {
  static constexpr bool value = element_of<T> != element::none;
};
template <symbol Name, auto... E>
struct are_extents {
  static constexpr bool value = (is_extent<E> && ...);
};
template <class Leaf, class Given>
struct values_stand_in_braces {
  static constexpr bool value = false;
};
// A number, a pointer, a container where a leaf is made. (Narrow by purpose: what asks whether a leaf can be made of a
// pair or an optional must not find this.)
template <class V>
concept ValuesElsewhere = std::is_floating_point_v<V> || std::is_pointer_v<std::decay_t<V>> ||
    (!std::is_base_of_v<expression_base, V> && requires(V const& v) {
      v.data();
      v.size();
    });
template <class View, class Data>
struct data_fit {
  static constexpr bool value = false;
};
template <class Leaf, class Values>
struct is_assignable {
  static constexpr bool value = false;
};
/// `W = evaluate(e)`, `W = values` of a vector.
template <class Leaf, class V>
constexpr void refuse_values() {
  static_assert(
      is_assignable<Leaf, V>::value,
      "ctg: a leaf is assigned an expression, a leaf or a number: write W = e, where e is what evaluate(e) was "
      "given; values from elsewhere come by std::copy into W.begin(), or are read through a view of them");
}
template <class Leaf, std::size_t Given>
struct run_time_extents_are_given {
  static constexpr bool value = Given == Leaf::run_time_extent_count;
};

}  // namespace ctg::inline v0::detail
