// SPDX-License-Identifier: MIT
// The elementary functions of every number type X under one name, math::f(x): an operation's value is written once
// against them, and functions<X> (scalar.hpp, ../kernel/math.hpp, or a user's own type) says what f is for X.
#pragma once

#include <ctg/config.hpp>

namespace ctg::inline v0::math {

/// The customisation point: one specialisation per number type, with one static member function per function below.
/// Accuracy is that of the specialisation. All take NaN to NaN unless said otherwise.
template <class X>
struct functions;

/// e^x: 0 at -inf, inf at +inf, gradual underflow.
template <class X>
CTG_ALWAYS_INLINE constexpr X exp(X x) {
  return functions<X>::exp(x);
}

/// The natural logarithm: -inf at 0, NaN below.
template <class X>
CTG_ALWAYS_INLINE constexpr X log(X x) {
  return functions<X>::log(x);
}

/// The square root: NaN below 0, -0 at -0.
template <class X>
CTG_ALWAYS_INLINE constexpr X sqrt(X x) {
  return functions<X>::sqrt(x);
}

/// |x|.
template <class X>
CTG_ALWAYS_INLINE constexpr X abs(X x) {
  return functions<X>::abs(x);
}

/// The hyperbolic tangent: +-1 at +-inf.
template <class X>
CTG_ALWAYS_INLINE constexpr X tanh(X x) {
  return functions<X>::tanh(x);
}

/// 1 / (1 + e^-x), with full relative accuracy where it is tiny (x < 0).
template <class X>
CTG_ALWAYS_INLINE constexpr X sigmoid(X x) {
  return functions<X>::sigmoid(x);
}

/// x * x.
template <class X>
CTG_ALWAYS_INLINE constexpr X square(X x) {
  return functions<X>::square(x);
}

/// 1 / x, correctly rounded: +-inf at +-0.
template <class X>
CTG_ALWAYS_INLINE constexpr X reciprocal(X x) {
  return functions<X>::reciprocal(x);
}

/// e^x - 1 without cancellation near 0.
template <class X>
CTG_ALWAYS_INLINE constexpr X expm1(X x) {
  return functions<X>::expm1(x);
}

/// log(1 + x) without cancellation near 0: -inf at -1, NaN below.
template <class X>
CTG_ALWAYS_INLINE constexpr X log1p(X x) {
  return functions<X>::log1p(x);
}

/// log(1 + e^x) as max(x, 0) + log1p(e^-|x|).
template <class X>
CTG_ALWAYS_INLINE constexpr X softplus(X x) {
  return functions<X>::softplus(x);
}

/// 2^x.
template <class X>
CTG_ALWAYS_INLINE constexpr X exp2(X x) {
  return functions<X>::exp2(x);
}

/// The logarithm to base 2; exact at powers of two.
template <class X>
CTG_ALWAYS_INLINE constexpr X log2(X x) {
  return functions<X>::log2(x);
}

/// The logarithm to base 10.
template <class X>
CTG_ALWAYS_INLINE constexpr X log10(X x) {
  return functions<X>::log10(x);
}

/// The cube root, odd.
template <class X>
CTG_ALWAYS_INLINE constexpr X cbrt(X x) {
  return functions<X>::cbrt(x);
}

/// 1 / sqrt(x): inf at 0, NaN below.
template <class X>
CTG_ALWAYS_INLINE constexpr X rsqrt(X x) {
  return functions<X>::rsqrt(x);
}

/// The sine of x radians, reduced exactly for any finite x; NaN at +-inf.
template <class X>
CTG_ALWAYS_INLINE constexpr X sin(X x) {
  return functions<X>::sin(x);
}

/// The cosine of x radians, reduced exactly for any finite x; NaN at +-inf.
template <class X>
CTG_ALWAYS_INLINE constexpr X cos(X x) {
  return functions<X>::cos(x);
}

/// The tangent of x radians, reduced exactly for any finite x; NaN at +-inf.
template <class X>
CTG_ALWAYS_INLINE constexpr X tan(X x) {
  return functions<X>::tan(x);
}

/// The arc sine in [-pi/2, pi/2]; NaN outside [-1, 1].
template <class X>
CTG_ALWAYS_INLINE constexpr X asin(X x) {
  return functions<X>::asin(x);
}

/// The arc cosine in [0, pi]; NaN outside [-1, 1].
template <class X>
CTG_ALWAYS_INLINE constexpr X acos(X x) {
  return functions<X>::acos(x);
}

/// The arc tangent in [-pi/2, pi/2].
template <class X>
CTG_ALWAYS_INLINE constexpr X atan(X x) {
  return functions<X>::atan(x);
}

/// (e^x - e^-x) / 2.
template <class X>
CTG_ALWAYS_INLINE constexpr X sinh(X x) {
  return functions<X>::sinh(x);
}

/// (e^x + e^-x) / 2.
template <class X>
CTG_ALWAYS_INLINE constexpr X cosh(X x) {
  return functions<X>::cosh(x);
}

/// The inverse of sinh.
template <class X>
CTG_ALWAYS_INLINE constexpr X asinh(X x) {
  return functions<X>::asinh(x);
}

/// The inverse of cosh: NaN below 1.
template <class X>
CTG_ALWAYS_INLINE constexpr X acosh(X x) {
  return functions<X>::acosh(x);
}

/// The inverse of tanh: +-inf at +-1, NaN outside.
template <class X>
CTG_ALWAYS_INLINE constexpr X atanh(X x) {
  return functions<X>::atanh(x);
}

/// The error function 2/sqrt(pi) * integral of e^-t^2 over [0, x].
template <class X>
CTG_ALWAYS_INLINE constexpr X erf(X x) {
  return functions<X>::erf(x);
}

/// 1 - erf(x), with full relative accuracy where it is tiny.
template <class X>
CTG_ALWAYS_INLINE constexpr X erfc(X x) {
  return functions<X>::erfc(x);
}

/// x Phi(x), Phi the normal distribution function: 0 at -inf.
template <class X>
CTG_ALWAYS_INLINE constexpr X gelu(X x) {
  return functions<X>::gelu(x);
}

/// 1 / (1 + e^-u), u = 2 sqrt(2 / pi) (x + 0.044715 x^3), the gate of gelu's approximation by tanh, with full relative
/// accuracy where it is tiny: the rounding of u, which would count |u| times, goes in too.
template <class X>
CTG_ALWAYS_INLINE constexpr X gelu_gate(X x) {
  return functions<X>::gelu_gate(x);
}

/// x times that gate: 0 at -inf.
template <class X>
CTG_ALWAYS_INLINE constexpr X gelu_tanh(X x) {
  return functions<X>::gelu_tanh(x);
}

/// The largest integer not above x.
template <class X>
CTG_ALWAYS_INLINE constexpr X floor(X x) {
  return functions<X>::floor(x);
}

/// The nearest integer, halves to even.
template <class X>
CTG_ALWAYS_INLINE constexpr X round(X x) {
  return functions<X>::round(x);
}

/// log |Gamma(x)|: inf at 0, -1, -2, ...
template <class X>
CTG_ALWAYS_INLINE constexpr X lgamma(X x) {
  return functions<X>::lgamma(x);
}

/// d/dx log |Gamma(x)|: NaN at -1, -2, ..., -+inf at +-0.
template <class X>
CTG_ALWAYS_INLINE constexpr X digamma(X x) {
  return functions<X>::digamma(x);
}

/// The larger one; NaN if either is NaN.
template <class X>
CTG_ALWAYS_INLINE constexpr X max(X x, X y) {
  return functions<X>::max(x, y);
}

/// The smaller one; NaN if either is NaN.
template <class X>
CTG_ALWAYS_INLINE constexpr X min(X x, X y) {
  return functions<X>::min(x, y);
}

/// x^y with the special cases of C's pow (1 at y = 0 and at x = 1; NaN for x < 0 and y not an integer).
template <class X>
CTG_ALWAYS_INLINE constexpr X pow(X x, X y) {
  return functions<X>::pow(x, y);
}

/// The angle of the point (x, y) in [-pi, pi]; first y, then x.
template <class X>
CTG_ALWAYS_INLINE constexpr X atan2(X y, X x) {
  return functions<X>::atan2(y, x);
}

/// sqrt(x^2 + y^2) without intermediate overflow or underflow.
template <class X>
CTG_ALWAYS_INLINE constexpr X hypot(X x, X y) {
  return functions<X>::hypot(x, y);
}

/// log(e^x + e^y) without overflow.
template <class X>
CTG_ALWAYS_INLINE constexpr X logaddexp(X x, X y) {
  return functions<X>::logaddexp(x, y);
}

/// x log y, and 0 at x = 0 unless y is NaN.
template <class X>
CTG_ALWAYS_INLINE constexpr X xlogy(X x, X y) {
  return functions<X>::xlogy(x, y);
}

/// Whether x is neither infinite nor NaN: bool, or one per lane.
template <class X>
CTG_ALWAYS_INLINE constexpr auto is_finite(X x) {
  return functions<X>::is_finite(x);
}

/// a where the condition holds, else b; both are evaluated. The condition is what comparing two X gives.
template <class Condition, class X>
CTG_ALWAYS_INLINE constexpr X select(Condition condition, X a, X b) {
  return functions<X>::select(condition, a, b);
}

}  // namespace ctg::inline v0::math
