// SPDX-License-Identifier: MIT
// + - * / as IEEE 754 has them, in constant expressions too: there a compiler refuses 1 / 0, ∞ − ∞, 0 · ∞ and overflow.
#pragma once

#include <ctg/config.hpp>

#include <bit>
#include <concepts>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace ctg::inline v0::math {

namespace detail {

template <class T>
inline constexpr T inf = std::numeric_limits<T>::infinity();
template <class T>
inline constexpr T nan = std::numeric_limits<T>::quiet_NaN();
template <class T>
inline constexpr T largest = std::numeric_limits<T>::max();

template <class T>
constexpr T size_without_sign(T x) {
  return x < 0 ? -x : x;
}
// The sign bit: that of a zero counts too.
template <class T>
constexpr bool negative(T x) {
  return x < 0 || (x == 0 && std::bit_cast<std::uint64_t>(static_cast<double>(x)) != 0);
}

template <std::floating_point T>
constexpr T constant_sum(T x, T y) {
  if (x != x || y != y) return nan<T>;
  if (size_without_sign(x) == inf<T>) return y == -x ? nan<T> : x;
  if (size_without_sign(y) == inf<T>) return y;
  if (x > 0 && y > largest<T> - x) return inf<T>;
  if (x < 0 && y < -largest<T> - x) return -inf<T>;
  return x + y;
}

template <std::floating_point T>
constexpr T constant_product(T x, T y) {
  if (x != x || y != y) return nan<T>;
  T const signed_inf = negative(x) == negative(y) ? inf<T> : -inf<T>;
  if (size_without_sign(x) == inf<T> || size_without_sign(y) == inf<T>) return x == 0 || y == 0 ? nan<T> : signed_inf;
  if (size_without_sign(y) > 1 && size_without_sign(x) > largest<T> / size_without_sign(y)) return signed_inf;
  return x * y;
}

template <std::floating_point T>
constexpr T constant_quotient(T x, T y) {
  if (x != x || y != y) return nan<T>;
  T const signed_inf = negative(x) == negative(y) ? inf<T> : -inf<T>;
  if (y == 0) return x == 0 ? nan<T> : signed_inf;
  if (size_without_sign(x) == inf<T>) return size_without_sign(y) == inf<T> ? nan<T> : signed_inf;
  if (size_without_sign(y) < 1 && size_without_sign(x) > largest<T> * size_without_sign(y)) return signed_inf;
  return x / y;
}

}  // namespace detail

template <class X>
CTG_ALWAYS_INLINE constexpr X add(X x, X y) {
  if constexpr (std::floating_point<X>)
    if (std::is_constant_evaluated()) return detail::constant_sum(x, y);
  return x + y;
}
template <class X>
CTG_ALWAYS_INLINE constexpr X subtract(X x, X y) {
  if constexpr (std::floating_point<X>)
    if (std::is_constant_evaluated()) return detail::constant_sum(x, -y);
  return x - y;
}
template <class X>
CTG_ALWAYS_INLINE constexpr X multiply(X x, X y) {
  if constexpr (std::floating_point<X>)
    if (std::is_constant_evaluated()) return detail::constant_product(x, y);
  return x * y;
}
template <class X>
CTG_ALWAYS_INLINE constexpr X divide(X x, X y) {
  if constexpr (std::floating_point<X>)
    if (std::is_constant_evaluated()) return detail::constant_quotient(x, y);
  return x / y;
}

}  // namespace ctg::inline v0::math
