// SPDX-License-Identifier: MIT
// The elementary functions of float, double and long double: the standard library's at run time, this library's own in
// a constant expression, where the standard library's are not allowed.
#pragma once

#include <ctg/math/constant_special.hpp>
#include <ctg/math/digamma.hpp>

#include <cmath>
#include <concepts>
#include <type_traits>

namespace ctg::inline v0::math {

namespace detail {

/// The argument of a constant function.
constexpr double wide(std::floating_point auto x) { return static_cast<double>(x); }

/// A constant function's result as T; beyond T's range it is infinite, by name, for overflow is no constant expression.
template <std::floating_point T>
constexpr T narrow(double x) {
  // Half an ulp above the largest float starts the values that round to infinity.
  if constexpr (sizeof(T) < sizeof(double)) {
    if (magnitude(x) >= 0x1.ffffffp127) return static_cast<T>(with_sign(1, x)) * std::numeric_limits<T>::infinity();
  }
  return static_cast<T>(x);
}

}  // namespace detail

/// Constant expressions: double is good to 0.75 ULP (pow to 0.9; lgamma and digamma as constant_special.hpp says),
/// float to 0.5 ULP after that; long double is evaluated as double, so it has double's range and accuracy. Run time:
/// whatever the standard library gives (glibc: <= 2 ULP); sigmoid and softplus add one rounding each to exp and log1p;
/// digamma is good to 16 epsilon of the larger of 1 and its size; gelu to 4 ULP in double where it is normal, 1 in
/// float.
template <std::floating_point T>
struct functions<T> {
  static constexpr T exp(T x) {
    return std::is_constant_evaluated() ? detail::narrow<T>(detail::exp(detail::wide(x))) : std::exp(x);
  }
  static constexpr T expm1(T x) {
    return std::is_constant_evaluated() ? detail::narrow<T>(detail::expm1(detail::wide(x))) : std::expm1(x);
  }
  static constexpr T log(T x) {
    return std::is_constant_evaluated() ? detail::narrow<T>(detail::log(detail::wide(x))) : std::log(x);
  }
  static constexpr T log1p(T x) {
    return std::is_constant_evaluated() ? detail::narrow<T>(detail::log1p(detail::wide(x))) : std::log1p(x);
  }
  static constexpr T sqrt(T x) {
    return std::is_constant_evaluated() ? detail::narrow<T>(detail::sqrt(detail::wide(x))) : std::sqrt(x);
  }
  static constexpr T tanh(T x) {
    return std::is_constant_evaluated() ? detail::narrow<T>(detail::tanh(detail::wide(x))) : std::tanh(x);
  }
  static constexpr T exp2(T x) {
    return std::is_constant_evaluated() ? detail::narrow<T>(detail::exp2(detail::wide(x))) : std::exp2(x);
  }
  static constexpr T log2(T x) {
    return std::is_constant_evaluated() ? detail::narrow<T>(detail::log2(detail::wide(x))) : std::log2(x);
  }
  static constexpr T log10(T x) {
    return std::is_constant_evaluated() ? detail::narrow<T>(detail::log10(detail::wide(x))) : std::log10(x);
  }
  static constexpr T cbrt(T x) {
    return std::is_constant_evaluated() ? detail::narrow<T>(detail::cbrt(detail::wide(x))) : std::cbrt(x);
  }
  static constexpr T sin(T x) {
    return std::is_constant_evaluated() ? detail::narrow<T>(detail::sin(detail::wide(x))) : std::sin(x);
  }
  static constexpr T cos(T x) {
    return std::is_constant_evaluated() ? detail::narrow<T>(detail::cos(detail::wide(x))) : std::cos(x);
  }
  static constexpr T tan(T x) {
    return std::is_constant_evaluated() ? detail::narrow<T>(detail::tan(detail::wide(x))) : std::tan(x);
  }
  static constexpr T asin(T x) {
    return std::is_constant_evaluated() ? detail::narrow<T>(detail::asin(detail::wide(x))) : std::asin(x);
  }
  static constexpr T acos(T x) {
    return std::is_constant_evaluated() ? detail::narrow<T>(detail::acos(detail::wide(x))) : std::acos(x);
  }
  static constexpr T atan(T x) {
    return std::is_constant_evaluated() ? detail::narrow<T>(detail::atan(detail::wide(x))) : std::atan(x);
  }
  static constexpr T sinh(T x) {
    return std::is_constant_evaluated() ? detail::narrow<T>(detail::sinh(detail::wide(x))) : std::sinh(x);
  }
  static constexpr T cosh(T x) {
    return std::is_constant_evaluated() ? detail::narrow<T>(detail::cosh(detail::wide(x))) : std::cosh(x);
  }
  static constexpr T asinh(T x) {
    return std::is_constant_evaluated() ? detail::narrow<T>(detail::asinh(detail::wide(x))) : std::asinh(x);
  }
  static constexpr T acosh(T x) {
    return std::is_constant_evaluated() ? detail::narrow<T>(detail::acosh(detail::wide(x))) : std::acosh(x);
  }
  static constexpr T atanh(T x) {
    return std::is_constant_evaluated() ? detail::narrow<T>(detail::atanh(detail::wide(x))) : std::atanh(x);
  }
  static constexpr T erf(T x) {
    return std::is_constant_evaluated() ? detail::narrow<T>(detail::erf(detail::wide(x))) : std::erf(x);
  }
  static constexpr T erfc(T x) {
    return std::is_constant_evaluated() ? detail::narrow<T>(detail::erfc(detail::wide(x))) : std::erfc(x);
  }
  static constexpr T floor(T x) {
    return std::is_constant_evaluated() ? detail::narrow<T>(detail::floor(detail::wide(x))) : std::floor(x);
  }
  static constexpr T lgamma(T x) {
    return std::is_constant_evaluated() ? detail::narrow<T>(detail::lgamma(detail::wide(x))) : std::lgamma(x);
  }
  static constexpr T round(T x) {
    return std::is_constant_evaluated() ? detail::narrow<T>(detail::round(detail::wide(x))) : std::nearbyint(x);
  }
  static constexpr T rsqrt(T x) {
    if (std::is_constant_evaluated()) return detail::narrow<T>(detail::rsqrt(detail::wide(x)));
    return 1 / std::sqrt(x);
  }
  static constexpr T sigmoid(T x) {
    if (std::is_constant_evaluated()) return detail::narrow<T>(detail::sigmoid(detail::wide(x)));
    T const e = std::exp(-std::abs(x));
    return (x < 0 ? e : 1) / (1 + e);
  }
  static constexpr T softplus(T x) {
    if (std::is_constant_evaluated()) return detail::narrow<T>(detail::softplus(detail::wide(x)));
    return (x > 0 ? x : 0) + (x == x ? std::log1p(std::exp(-std::abs(x))) : x);
  }
  static constexpr T gelu(T x) {
    if (std::is_constant_evaluated()) return detail::narrow<T>(detail::gelu(detail::wide(x)));
    if constexpr (sizeof(T) < sizeof(double))
      return x < -40 ? T(-0.0) : static_cast<T>(0.5 * x * std::erfc(-0.70710678118654752 * x));
    else if constexpr (sizeof(T) == sizeof(double))
      return detail::gelu(
          x, [](double y) { return std::erfc(y); }, [](double y) { return std::exp(y); });
    else
      return x < -200 ? T(-0.0) : T(0.5) * x * std::erfc(static_cast<T>(-0.707106781186547524400844L) * x);
  }
  static constexpr T gelu_gate(T x) {
    if (std::is_constant_evaluated()) return detail::narrow<T>(detail::gelu_gate(detail::wide(x)));
    using Wide = std::conditional_t<sizeof(T) < sizeof(double), double, T>;
    if constexpr (sizeof(T) == sizeof(double)) {
      if (!(x >= -22 && x <= 8.5)) return x > 0 ? 1 : x < 0 ? 0 : x;
      detail::double_double const u = detail::gelu_cubic(x);
      double const s = sigmoid(u.hi);
      return s + s * (u.lo * (1 - s));
    } else {
      Wide const w = static_cast<Wide>(x);
      Wide const u = w * (static_cast<Wide>(1.595769121605730711759784L) +
                          static_cast<Wide>(0.0713548162726002487763388L) * w * w);
      return static_cast<T>(1 / (1 + std::exp(-u)));
    }
  }
  static constexpr T gelu_tanh(T x) {
    T const gate = gelu_gate(x);
    return gate == 0 ? T(-0.0) : x * gate;
  }
  static constexpr T digamma(T x) {
    if (std::is_constant_evaluated()) return detail::narrow<T>(detail::digamma(detail::wide(x)));
    return detail::branchless_digamma<T>(x);
  }
  static constexpr T pow(T x, T y) {
    return std::is_constant_evaluated() ? detail::narrow<T>(detail::pow(detail::wide(x), detail::wide(y)))
                                        : std::pow(x, y);
  }
  static constexpr T hypot(T x, T y) {
    return std::is_constant_evaluated() ? detail::narrow<T>(detail::hypot(detail::wide(x), detail::wide(y)))
                                        : std::hypot(x, y);
  }
  static constexpr T atan2(T y, T x) {
    return std::is_constant_evaluated() ? detail::narrow<T>(detail::atan2(detail::wide(y), detail::wide(x)))
                                        : std::atan2(y, x);
  }
  static constexpr T logaddexp(T x, T y) {
    if (std::is_constant_evaluated()) return detail::narrow<T>(detail::logaddexp(detail::wide(x), detail::wide(y)));
    T const larger = max(x, y), smaller = min(x, y);
    return larger == smaller ? larger + static_cast<T>(0.693147180559945309417232L)
                             : larger + std::log1p(std::exp(smaller - larger));
  }
  static constexpr T xlogy(T x, T y) {
    if (std::is_constant_evaluated()) return detail::narrow<T>(detail::xlogy(detail::wide(x), detail::wide(y)));
    return x == 0 && y == y ? 0 : x * std::log(y);
  }

  static constexpr T abs(T x) { return std::is_constant_evaluated() ? (x < 0 ? -x : x == 0 ? 0 : x) : std::abs(x); }
  static constexpr T max(T x, T y) { return x != x || x > y ? x : y; }
  static constexpr T min(T x, T y) { return x != x || x < y ? x : y; }
  static constexpr T square(T x) { return x * x; }
  static constexpr T reciprocal(T x) {
    if (std::is_constant_evaluated() && x == 0)
      return detail::narrow<T>(detail::with_sign(detail::infinity, detail::wide(x)));
    return 1 / x;
  }
  static constexpr bool is_finite(T x) {
    return x >= std::numeric_limits<T>::lowest() && x <= std::numeric_limits<T>::max();
  }
  static constexpr T select(bool condition, T a, T b) { return condition ? a : b; }
};

}  // namespace ctg::inline v0::math
