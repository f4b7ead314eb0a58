// SPDX-License-Identifier: MIT
// Error function, gamma function and rounding in constant expressions; accuracy stands with each function.
#pragma once

#include <ctg/math/constant_power.hpp>
#include <ctg/math/constant_trig.hpp>

#include <array>
#include <cstddef>

namespace ctg::inline v0::math::detail {

/// A polynomial whose first coefficients are double-double; the others are small enough for double. Horner's rule.
template <std::size_t M, std::size_t N>
constexpr double_double mixed_polynomial(double_double x, double_double const (&head)[M], double const (&tail)[N]) {
  double rest = 0;
  for (std::size_t i = N; i-- > 0;) rest = rest * x.hi + tail[i];
  double_double sum{rest, 0};
  for (std::size_t i = M; i-- > 0;) sum = sum * x + head[i];
  return sum;
}

/// |x| <= 1: x P(x^2), P minimax to 2^-74 (Remez).
constexpr double_double erf_inner(auto x) {
  constexpr double_double head[] = {{0x1.20dd750429b6dp+0, 0x1.1ae37b93ea5a0p-56},
                                    {-0x1.812746b0379e7p-2, 0x1.eeb0707511f69p-57},
                                    {0x1.ce2f21a042be2p-4, -0x1.832e39ac72bfap-58},
                                    {-0x1.b82ce31288b47p-6, 0x1.de622aefe8a6ep-60}};
  constexpr double tail[] = {0x1.565bcd0e6a2c7p-8,   -0x1.c02db40035535p-11, 0x1.f9a326f792d8cp-14,
                             -0x1.f4d25bf6e570cp-17, 0x1.b9e6c358021afp-20,  -0x1.5f73c0d43c8b7p-23,
                             0x1.fcbaf8e6fe1fap-27,  -0x1.517b6b7d08d9ep-30, 0x1.9a032e03616a3p-34,
                             -0x1.b3ce1a6e3eb46p-38, 0x1.3b6f49ab10d27p-42};
  return mixed_polynomial(two_product(x, x), head, tail) * x;
}

/// e^(x^2) erfc(x) for x >= 0.49: H(t) / (x + 4), t = (x - 4) / (x + 4), H minimax to 2^-74 (Remez).
constexpr double_double erfc_scaled(auto x) {
  constexpr double_double head[] = {
      {0x1.18932bf08e154p+0, 0x1.0981b3de4cd25p-54},  {-0x1.f3fe31ecb49bfp-1, -0x1.1137ab1fb244ap-56},
      {0x1.8be202d26c706p-1, -0x1.d79fbec73540dp-55}, {-0x1.14eacb1ad0349p-1, -0x1.bf1ee8e8ca892p-60},
      {0x1.52cac2371014fp-2, -0x1.d47804f1e39c6p-56}, {-0x1.645fd8a4bb899p-3, 0x1.a36d4e16e6292p-57},
      {0x1.38dbd2c8e34c2p-4, -0x1.c671981bfbc50p-59}, {-0x1.b00c052c852b4p-6, -0x1.12e477e81e8f6p-60}};
  constexpr double tail[] = {
      0x1.908f47223041cp-8,   -0x1.269b5154212dep-12, -0x1.dd28436972a37p-12, 0x1.72cd9d3d2ae36p-13,
      -0x1.e7f00df6c50b0p-19, -0x1.3c6d6f95b203cp-16, 0x1.3b1980b22dad9p-18,  0x1.7e10fc12bba1bp-20,
      -0x1.c78dc68ceaa70p-21, -0x1.3e0ab9f755415p-24, 0x1.12c05d673807dp-23,  -0x1.5920425b9e989p-31,
      -0x1.4a29333df1b4fp-26, 0x1.001dfa7f1dd7fp-30,  0x1.9b3a265a256b8p-29,  -0x1.6328fdb62de53p-33,
      -0x1.e9f03c7676717p-32, 0x1.f439ba469961ep-37,  0x1.8e655e207c230p-35};
  double_double const u = 1.0 / two_sum(x, 4);
  return mixed_polynomial(1.0 - scale(u, 8), head, tail) * u;
}

/// 0.5 <= x <= 6.
constexpr double_double erfc_outer(auto x) { return exp_normal(-two_product(x, x)) * erfc_scaled(x); }

/// <= 0.6 ULP.
constexpr double erf(auto x) {
  double const size = magnitude(x);
  if (is_nan(x)) return x;
  if (size < 0x1p-30) return x * 0x1.20dd750429b6dp0;
  if (size > 6) return with_sign(1, x);
  return size < 1 ? erf_inner(x).hi : with_sign((1.0 - erfc_outer(size)).hi, x);
}

/// <= 0.6 ULP, denormal results included.
constexpr double erfc(auto x) {
  if (is_nan(x)) return x;
  if (x < 0.5)
    return x < -6 ? 2 : x < -1 ? (2.0 - erfc_outer(-x)).hi : magnitude(x) < 0x1p-60 ? 1 : (1.0 - erf_inner(x)).hi;
  if (x > 28) return 0;
  scaled_exp const e = exp_parts(-two_product(x, x));
  return scale_to_double(((1.0 + e.value) * erfc_scaled(x)).hi, e.exponent);
}

/// x Phi(x) = x erfc(-x / sqrt 2) / 2 by functions erfc and exp: the rounding error of x / sqrt 2, which would count up
/// to 1400 times, goes in by the derivative of erfc.
template <class Erfc, class Exp>
constexpr double gelu(double x, Erfc const& erfc_of, Exp const& exp_of) {
  if (is_nan(x) || x > 40) return x;
  if (x < -40) return -0.0;
  double_double const w = two_product(x, 0x1.6a09e667f3bcdp-1) + -0x1.bdd3413b26456p-55 * x;
  return 0.5 * x * (erfc_of(-w.hi) + 0x1.20dd750429b6dp0 * exp_of(-w.hi * w.hi) * w.lo);
}
constexpr double gelu(auto x) {
  return gelu(
      x, [](double y) { return erfc(y); }, [](double y) { return exp(y); });
}

/// Stirling's series at x >= 12 ends with an error below 2^-66.
inline constexpr double stirling_from = 12;

/// The product P of x, x + 1, ... below 12, its logarithmic derivative P'/P as slope / product, and the first one not
/// below 12.
struct rising_product {
  double_double product{1, 0};
  double_double slope{};
  double_double end;
};

constexpr rising_product rise(auto x) {
  rising_product result{.end = x};
  while (result.end.hi < stirling_from) {
    result.slope = result.slope * result.end + result.product;
    result.product = result.product * result.end;
    result.end = result.end + 1.0;
  }
  return result;
}

/// x > 0.
constexpr double_double lgamma_positive(auto x) {
  constexpr double series[] = {0x1.5555555555555p-4,   -0x1.6c16c16c16c17p-9, 0x1.a01a01a01a01ap-11,
                               -0x1.3813813813814p-11, 0x1.b951e2b18ff23p-11, -0x1.f6ab0d9993c7dp-10,
                               0x1.a41a41a41a41ap-8,   -0x1.e4286cb0f5398p-6, 0x1.6fe96381e0680p-3,
                               -0x1.6476701181f3ap+0};
  constexpr double_double half_log_2pi{0x1.d67f1c864beb5p-1, -0x1.65b5a1b7ff5dfp-55};
  rising_product const up = rise(x);
  double const inverse = 1 / up.end.hi;
  double tail = 0;
  for (std::size_t i = std::size(series); i-- > 0;) tail = tail * inverse * inverse + series[i];
  double_double const log_end = log_normal(up.end);
  double_double const stirling = (up.end - 0.5) * log_end - up.end + (half_log_2pi + tail * inverse);
  return up.product.hi == 1 && up.product.lo == 0 ? stirling : stirling - log_normal(up.product);
}

/// x > 0.
constexpr double_double digamma_positive(auto x) {
  constexpr double series[] = {-0x1.5555555555555p-4, 0x1.1111111111111p-7, -0x1.0410410410410p-8, 0x1.1111111111111p-8,
                               -0x1.f07c1f07c1f08p-8, 0x1.5995995995996p-6, -0x1.5555555555555p-4, 0x1.c5e5e5e5e5e5ep-2,
                               -0x1.86e7f9b9fe6e8p+1, 0x1.a74ca514ca515p+4};
  rising_product const up = rise(x);
  double const inverse = 1 / up.end.hi;
  double tail = 0;
  for (std::size_t i = std::size(series); i-- > 0;) tail = (tail + series[i]) * inverse * inverse;
  return log_normal(up.end) - 0.5 / up.end + tail - up.slope / up.product;
}

/// sin(pi f), |f| <= 1/2.
constexpr double_double sin_pi(auto f) {
  double_double const pi = scale(half_pi, 2);
  if (magnitude(f.hi) <= 0.25) return sin_reduced(pi * f);
  double_double const size = cos_reduced(pi * (f.hi < 0 ? 0.5 + f : 0.5 - f));
  return f.hi < 0 ? -size : size;
}

/// The distance to the nearest integer, with its sign; |x| < 2^51.
constexpr double from_nearest(auto x) {
  double const shifter = with_sign(0x1p52, x);
  return x - ((x + shifter) - shifter);
}

/// <= 1 ULP, or 2^-58 absolute near its zeros (1, 2 and those below 0).
constexpr double lgamma(auto x) {
  if (is_nan(x)) return x;
  if (x == 1 || x == 2) return 0;
  if (magnitude(x) == infinity || x > 0x1.754d9278b51a7p1014) return infinity;
  if (x > 0x1p60) return (log_positive(x) - 1.0).hi * x;
  if (x <= 0 && is_integer(x)) return infinity;
  if (magnitude(x) < 0x1p-60) return -log_positive(magnitude(x)).hi;
  if (x > 0) return lgamma_positive(exact(x)).hi;
  // Reflection: |Gamma(x) Gamma(1 - x)| = pi / |sin(pi x)|.
  double_double const sine = sin_pi(exact(magnitude(from_nearest(x))));
  return (log_normal(scale(half_pi, 2) / sine) - lgamma_positive(two_sum(1, -x))).hi;
}

/// <= 1 ULP, or 2^-58 absolute near its zeros.
constexpr double digamma(auto x) {
  if (is_nan(x) || x == infinity) return x;
  if (x == 0) return with_sign(infinity, -x);
  if (x == -infinity || (x < 0 && is_integer(x))) return not_a_number;
  if (magnitude(x) < 0x1p-60) return magnitude(x) < 0x1p-1024 ? with_sign(infinity, -x) : -1 / x;
  if (x > 0x1p60) return log(x);
  if (x > 0) return digamma_positive(exact(x)).hi;
  // Reflection: digamma(1 - x) - digamma(x) = pi cot(pi x).
  double const f = from_nearest(x);
  double_double const cosine = sin_pi(two_sum(0.5, -magnitude(f)));
  return (digamma_positive(two_sum(1, -x)) - scale(half_pi, 2) * cosine / sin_pi(exact(f))).hi;
}

constexpr double round(auto x) {
  if (is_nan(x) || magnitude(x) >= 0x1p52) return x;
  return with_sign((magnitude(x) + 0x1p52) - 0x1p52, x);
}

constexpr double floor(auto x) {
  double const nearest_integer = round(x);
  return nearest_integer > x ? nearest_integer - 1 : nearest_integer;
}

}  // namespace ctg::inline v0::math::detail
