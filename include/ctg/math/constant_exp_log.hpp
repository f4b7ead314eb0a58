// SPDX-License-Identifier: MIT
// Exponentials and logarithms in constant expressions: double-double inside, <= 0.51 ULP after the last rounding.
// No step may overflow or make a NaN: that is no constant expression, so special values are handed out by name.
// What is `auto` is a double, or a double_double: a program compiles the functions that it evaluates, an include none.
#pragma once

#include <ctg/math/double_double.hpp>

#include <limits>

namespace ctg::inline v0::math::detail {

inline constexpr double infinity = std::numeric_limits<double>::infinity();
inline constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
inline constexpr double_double ln2{0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56};

/// 2^n, -1022 <= n <= 1023.
constexpr double power_of_two(int n) { return std::bit_cast<double>(static_cast<std::uint64_t>(n + 1023) << 52); }

constexpr bool is_nan(double x) { return x != x; }
constexpr bool sign_bit(double x) { return (std::bit_cast<std::uint64_t>(x) >> 63) != 0; }
constexpr double magnitude(double x) { return sign_bit(x) ? -x : x; }
constexpr double with_sign(double size, double sign) { return sign_bit(sign) ? -size : size; }

/// A factor that takes a positive x to the middle of double's range: `up`, 1 / up or 1.
constexpr double to_middle(double x, double up) { return x < 0x1p-900 ? up : x > 0x1p900 ? 1 / up : 1; }

/// A power of two that takes a positive x to where its square is normal.
constexpr double to_squarable(double x) { return x > 0x1p400 ? 0x1p-600 : x < 0x1p-400 ? 0x1p600 : 1; }

/// The nearest integer of |x| < 2^31; a tie may go either way.
constexpr int nearest(double x) { return static_cast<int>(x + (x < 0 ? -0.5 : 0.5)); }

/// x * 2^n with one rounding, 0.5 <= |x| < 4.
constexpr double scale_to_double(double x, int n) {
  if (n > 1020)
    return n > 1025 || magnitude(x) * power_of_two(n - 1024) >= 1 ? with_sign(infinity, x)
                                                                  : (x * 0x1p1020) * power_of_two(n - 1020);
  if (n < -1020) return n < -1100 ? with_sign(0, x) : (x * power_of_two(n + 200)) * 0x1p-200;
  return x * power_of_two(n);
}

/// k log(2), |k| < 2^20: the head of ln2 has 32 bits, so that its product is exact.
constexpr double_double times_ln2(int k) {
  constexpr double head = 0x1.62e42feep-1;
  constexpr double_double tail{0x1.a39ef35793c76p-33, 0x1.cc01f97b57a08p-87};
  return double_double{head * k} + tail * static_cast<double>(k);
}

/// e^x = (1 + value) 2^exponent with |value| < 0.42.
struct scaled_exp {
  double_double value;
  int exponent;
};

/// |x| < 2^20. Taylor's series of x / 16, where the terms from x^3 on need no more than double, and (1 + p)^2 - 1 four
/// times.
constexpr scaled_exp exp_parts(auto x) {
  int const k = nearest(x.hi * 0x1.71547652b82fep0);
  double_double const r = scale(k == 0 ? x : x - times_ln2(k), 0.0625);
  double const t = r.hi;
  double const tail =
      t * t * t *
      (1. / 6 +
       t * (1. / 24 + t * (1. / 120 + t * (1. / 720 + t * (1. / 5040 + t * (1. / 40320 + t * (1. / 362880)))))));
  double_double p = (r + scale(r * r, 0.5)) + tail;
  for (int i = 0; i < 4; ++i) p = scale(p, 2) + p * p;
  return {p, k};
}

constexpr double rounded(scaled_exp e) { return scale_to_double((1.0 + e.value).hi, e.exponent); }

/// e^x where neither it nor its rounding error leaves the normal range: |x| <= 600.
constexpr double_double exp_normal(auto x) {
  scaled_exp const e = exp_parts(x);
  return scale(1.0 + e.value, power_of_two(e.exponent));
}

/// e^x - 1 for |x| <= 600, with full relative accuracy at 0.
constexpr double_double expm1_normal(auto x) {
  scaled_exp const e = exp_parts(x);
  if (e.exponent == 0) return e.value;
  double const power = power_of_two(e.exponent);
  return scale(e.value, power) + (double_double{power} + -1.0);
}

constexpr double exp(auto x) {
  if (is_nan(x)) return x;
  if (x > 710) return infinity;
  if (x < -746) return 0;
  return rounded(exp_parts(exact(x)));
}

constexpr double expm1(auto x) {
  if (is_nan(x) || magnitude(x) < 0x1p-54) return x;
  if (x > 600) return exp(x);
  return x < -100 ? -1 : expm1_normal(exact(x)).hi;
}

/// log of a normal x > 0, relative error below 2^-64 (also next to 1, where x.lo counts).
/// 2 atanh(s), s = (m - 1) / (m + 1), |s| < 0.172.
constexpr double_double log_normal(auto x) {
  int k = static_cast<int>(std::bit_cast<std::uint64_t>(x.hi) >> 52) - 1023;
  if (x.hi * power_of_two(-(k / 2)) * power_of_two(-(k - k / 2)) > 0x1.6a09e667f3bcdp0) ++k;
  double_double const m = scale(scale(x, power_of_two(-(k / 2))), power_of_two(-(k - k / 2)));
  double_double const s = (m - 1.0) / (m + 1.0);
  double_double const z = s * s;
  double const t = z.hi;
  double series = 0;
  for (int n = 27; n >= 7; n -= 2) series = (series + 1. / n) * t;
  double_double const third{0x1.5555555555555p-2, 0x1.5555555555555p-56};
  double_double const log_m = scale(s + s * (z * (third + z * (0.2 + series))), 2);
  return k == 0 ? log_m : times_ln2(k) + log_m;
}

/// log of any x > 0 that is finite.
constexpr double_double log_positive(auto x) {
  return x < 0x1p-1000 ? log_normal(exact(x * 0x1p100)) - times_ln2(100) : log_normal(exact(x));
}

constexpr double log(auto x) {
  if (is_nan(x) || x == infinity) return x;
  if (x <= 0) return x == 0 ? -infinity : not_a_number;
  return log_positive(x).hi;
}

/// log(1 + e^x), -600 <= x <= 0.
constexpr double_double log1p_of_exp(auto x) {
  double_double const e = exp_normal(x);
  return e.hi < 0x1p-30 ? e - scale(e * e, 0.5) : log_normal(e + 1.0);
}

constexpr double log1p(auto x) {
  if (is_nan(x) || x == infinity || magnitude(x) < 0x1p-54) return x;
  if (x <= -1) return x == -1 ? -infinity : not_a_number;
  return log_normal(two_sum(1, x)).hi;
}

/// x >= 0, finite: Newton's iteration on 1 / sqrt(x), then one correction by the exact residual.
constexpr double_double sqrt_normal(auto x) {
  double y = std::bit_cast<double>(0x5fe6'eb50'c7b5'37a9u - (std::bit_cast<std::uint64_t>(x.hi) >> 1));
  for (int i = 0; i < 4; ++i) y = y * (1.5 - 0.5 * x.hi * y * y);
  double const root = x.hi * y;
  double_double const first = fast_two_sum(root, (x - two_product(root, root)).hi * (0.5 * y));
  return fast_two_sum(first.hi, first.lo + (x - first * first).hi * (0.5 * y));
}

constexpr double sqrt(auto x) {
  if (is_nan(x) || x == infinity || x == 0) return x;
  if (x < 0) return not_a_number;
  double const up = to_middle(x, 0x1p100);
  return sqrt_normal(exact(x * up * up)).hi * (1 / up);
}

/// 1 / (1 + e^-x), |x| <= 600.
constexpr double sigmoid_normal(auto x) {
  bool const below = x.hi < 0;
  double_double const e = exp_normal(below ? x : -x);
  return ((below ? e : double_double{1}) / (e + 1.0)).hi;
}

constexpr double sigmoid(auto x) {
  if (is_nan(x)) return x;
  return x < -600 ? exp(x) : sigmoid_normal(exact(x > 600 ? 600 : x));
}

/// 2 sqrt(2 / pi) (x + 0.044715 x^3) for |x| <= 30.
constexpr double_double gelu_cubic(auto x) {
  constexpr double_double a{0x1.9884533d43651p+0, -0x1.cbc0d30ebfd15p-54},
      b{0x1.2444f2a4d8b4bp-4, -0x1.6c843a29d1c70p-61};
  return (a + b * two_product(x, x)) * x;
}

constexpr double gelu_gate(auto x) {
  if (is_nan(x)) return x;
  if (x > 8.5) return 1;
  if (x < -22) return 0;
  double_double const u = gelu_cubic(x);
  return u.hi < -600 ? rounded(exp_parts(u)) : sigmoid_normal(u);
}

constexpr double tanh(auto x) {
  if (is_nan(x) || magnitude(x) < 0x1p-30) return x;
  if (magnitude(x) > 20) return with_sign(1, x);
  double_double const e = expm1_normal(double_double{2 * magnitude(x)});
  return with_sign((e / (e + 2.0)).hi, x);
}

constexpr double softplus(auto x) {
  if (is_nan(x) || x > 600) return x;
  if (x < -600) return exp(x);
  double_double const tail = log1p_of_exp(exact(-magnitude(x)));
  return (x > 0 ? tail + x : tail).hi;
}

}  // namespace ctg::inline v0::math::detail
