// SPDX-License-Identifier: MIT
// The elementary functions on SIMD batches of float and double: own polynomials on xsimd's arithmetic, for xsimd's
// functions lose the tails (exp gives inf at 88.4 and 0 at -88) and its tanh has half the throughput.
#pragma once

#include <ctg/kernel/math/error.hpp>
#include <ctg/kernel/math/power.hpp>
#include <ctg/kernel/math/trigonometric.hpp>
#include <ctg/math/digamma.hpp>

#include <cmath>
#include <limits>

namespace ctg::inline v0::math {

/// The bounds hold for all inputs, denormal ones and results included, in float and double, with FMA and, unless said
/// otherwise, without; infinities, NaN and the sign of zero are as in the standard library (test/unit/math_batch.cpp
/// and math_pairs.cpp assert just that). sqrt, reciprocal, square, floor and round are rounded correctly.
template <class T, class A>
struct functions<xsimd::batch<T, A>> {
  using X = xsimd::batch<T, A>;

  /// <= 1.1 ULP.
  static CTG_ALWAYS_INLINE X exp(X x) { return kernel::detail::exp(x); }
  /// <= 1.2 ULP.
  static CTG_ALWAYS_INLINE X exp2(X x) { return kernel::detail::exp2(x); }
  /// <= 2.1 ULP.
  static CTG_ALWAYS_INLINE X expm1(X x) { return kernel::detail::expm1(x); }
  /// <= 1.3 ULP.
  static CTG_ALWAYS_INLINE X log(X x) { return kernel::detail::log(x); }
  /// <= 1.9 ULP (2.4 without FMA).
  static CTG_ALWAYS_INLINE X log2(X x) { return kernel::detail::log2(x); }
  /// <= 1.9 ULP (2.6 without FMA).
  static CTG_ALWAYS_INLINE X log10(X x) { return kernel::detail::log10(x); }
  /// <= 1.3 ULP.
  static CTG_ALWAYS_INLINE X log1p(X x) { return kernel::detail::log1p(x); }
  /// <= 2.0 ULP.
  static CTG_ALWAYS_INLINE X softplus(X x) { return kernel::detail::softplus(x); }
  /// <= 2.5 ULP.
  static CTG_ALWAYS_INLINE X tanh(X x) { return kernel::detail::tanh(x); }
  /// <= 2.4 ULP.
  static CTG_ALWAYS_INLINE X sigmoid(X x) { return kernel::detail::sigmoid(x); }
  /// <= 2.4 ULP.
  static CTG_ALWAYS_INLINE X sinh(X x) { return kernel::detail::sinh(x); }
  /// <= 1.5 ULP.
  static CTG_ALWAYS_INLINE X cosh(X x) { return kernel::detail::cosh(x); }
  /// <= 1.8 ULP.
  static CTG_ALWAYS_INLINE X asinh(X x) { return kernel::detail::asinh(x); }
  /// <= 2.4 ULP.
  static CTG_ALWAYS_INLINE X acosh(X x) { return kernel::detail::acosh(x); }
  /// <= 2.1 ULP.
  static CTG_ALWAYS_INLINE X atanh(X x) { return kernel::detail::atanh(x); }
  /// <= 0.8 ULP.
  static CTG_ALWAYS_INLINE X cbrt(X x) { return kernel::detail::cbrt(x); }
  /// <= 2.3 ULP; lanes beyond 8192 (float) or 2^20 (double) go through the standard library.
  static CTG_ALWAYS_INLINE X sin(X x) { return kernel::detail::sin(x); }
  /// <= 2.4 ULP; as sin.
  static CTG_ALWAYS_INLINE X cos(X x) { return kernel::detail::cos(x); }
  /// <= 2.5 ULP (3.1 without FMA); as sin.
  static CTG_ALWAYS_INLINE X tan(X x) { return kernel::detail::tan(x); }
  /// <= 2.4 ULP.
  static CTG_ALWAYS_INLINE X asin(X x) { return kernel::detail::asin(x); }
  /// <= 1.3 ULP.
  static CTG_ALWAYS_INLINE X acos(X x) { return kernel::detail::acos(x); }
  /// <= 2.1 ULP.
  static CTG_ALWAYS_INLINE X atan(X x) { return kernel::detail::atan(x); }
  /// <= 2.1 ULP.
  static CTG_ALWAYS_INLINE X erf(X x) { return kernel::detail::erf(x); }
  /// <= 2.7 ULP (3.3 without FMA).
  static CTG_ALWAYS_INLINE X erfc(X x) { return kernel::detail::erfc(x); }
  /// <= 2.5 ULP (3.3 without FMA).
  static CTG_ALWAYS_INLINE X gelu(X x) { return kernel::detail::gelu(x); }
  /// <= 2.7 ULP.
  static CTG_ALWAYS_INLINE X gelu_gate(X x) { return kernel::detail::gelu_gate(x); }
  /// <= 3 ULP where the gate is no denormal number.
  static CTG_ALWAYS_INLINE X gelu_tanh(X x) { return kernel::detail::gelu_tanh(x); }
  /// <= 16 epsilon of the larger of 1 and |result|.
  static CTG_ALWAYS_INLINE X digamma(X x) { return detail::branchless_digamma<T>(x); }
  /// Lane by lane through the standard library.
  static CTG_ALWAYS_INLINE X lgamma(X x) {
    return kernel::detail::each_lane([](T element) { return std::lgamma(element); }, x);
  }

  /// <= 1.3 ULP.
  static CTG_ALWAYS_INLINE X pow(X x, X y) { return kernel::detail::pow(x, y); }
  /// <= 2 ULP; infinite if one of the two is, NaN or not.
  static CTG_ALWAYS_INLINE X hypot(X x, X y) { return kernel::detail::hypot(x, y); }
  /// <= 3.2 ULP of the larger of |max(x, y)| and |result|.
  static CTG_ALWAYS_INLINE X logaddexp(X x, X y) { return kernel::detail::logaddexp(x, y); }
  /// <= 2.1 ULP.
  static CTG_ALWAYS_INLINE X atan2(X y, X x) { return kernel::detail::atan2(y, x); }
  /// <= 2 ULP.
  static CTG_ALWAYS_INLINE X xlogy(X x, X y) {
    return xsimd::select((x == X(T(0))) & (y == y), X(T(0)), x * kernel::detail::log(y));
  }

  static CTG_ALWAYS_INLINE X sqrt(X x) { return kernel::sqrt(x); }
  /// <= 1.5 ULP.
  static CTG_ALWAYS_INLINE X rsqrt(X x) { return X(T(1)) / kernel::sqrt(x); }
  static CTG_ALWAYS_INLINE X floor(X x) { return kernel::detail::floor(x); }
  static CTG_ALWAYS_INLINE X round(X x) { return kernel::detail::round(x); }
  static CTG_ALWAYS_INLINE X abs(X x) { return xsimd::abs(x); }
  static CTG_ALWAYS_INLINE X square(X x) { return x * x; }
  static CTG_ALWAYS_INLINE X reciprocal(X x) { return X(T(1)) / x; }

  /// The hardware's maximum lets a NaN in y through only.
  static CTG_ALWAYS_INLINE X max(X x, X y) { return xsimd::select(x == x, xsimd::max(x, y), x); }
  static CTG_ALWAYS_INLINE X min(X x, X y) { return xsimd::select(x == x, xsimd::min(x, y), x); }

  static CTG_ALWAYS_INLINE auto is_finite(X x) { return xsimd::abs(x) <= X(std::numeric_limits<T>::max()); }
  static CTG_ALWAYS_INLINE X select(typename X::batch_bool_type condition, X a, X b) {
    return xsimd::select(condition, a, b);
  }
};

}  // namespace ctg::inline v0::math
