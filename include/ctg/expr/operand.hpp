// SPDX-License-Identifier: MIT
// What an operand is: the bases by which leaves and formulas are known, and the types of their elements.
#pragma once

#include <ctg/expr/members.hpp>

#include <cstdint>
#include <type_traits>

namespace ctg::inline v0 {

struct expression_base : detail::members_elsewhere {};
struct leaf_base : expression_base {};
struct formula_base : expression_base, detail::entries_elsewhere {};

/// The types that a leaf can hold.
enum class element : std::uint8_t { none, f32, f64, f80, i32, i64 };

template <class T>
inline constexpr element element_of = std::is_same_v<T, float>          ? element::f32
                                      : std::is_same_v<T, double>       ? element::f64
                                      : std::is_same_v<T, long double>  ? element::f80
                                      : std::is_same_v<T, std::int32_t> ? element::i32
                                      : std::is_same_v<T, std::int64_t> ? element::i64
                                                                        : element::none;

constexpr bool is_integer(element e) { return e == element::i32 || e == element::i64; }

template <class E>
concept Expression = std::is_base_of_v<expression_base, std::remove_cvref_t<E>>;

template <class E>
concept Leaf = std::is_base_of_v<leaf_base, std::remove_cvref_t<E>>;

template <class T>
concept Arithmetic = std::is_arithmetic_v<std::remove_cvref_t<T>>;

}  // namespace ctg::inline v0
