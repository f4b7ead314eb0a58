// SPDX-License-Identifier: MIT
// Powers, roots, hyperbolic functions and their inverses in constant expressions; <= 0.6 ULP, pow <= 0.9 ULP.
#pragma once

#include <ctg/math/constant_exp_log.hpp>

namespace ctg::inline v0::math::detail {

constexpr double exp2(auto x) {
  if (is_nan(x)) return x;
  if (x >= 1024) return infinity;
  if (x < -1080) return 0;
  int const k = nearest(x);
  scaled_exp e = exp_parts(ln2 * (x - k));
  e.exponent += k;
  return rounded(e);
}

/// log(x) times a factor.
constexpr double scaled_log(auto x, double_double factor) {
  return x > 0 && x < infinity ? (log_positive(x) * factor).hi : log(x);
}
constexpr double log2(auto x) { return scaled_log(x, {0x1.71547652b82fep+0, 0x1.777d0ffda0d24p-56}); }
constexpr double log10(auto x) { return scaled_log(x, {0x1.bcb7b1526e50ep-2, 0x1.95355baaafad3p-57}); }

/// Exponent bits divided by 3 start Newton's iteration; the last step takes the exact residual.
constexpr double cbrt(auto x) {
  if (is_nan(x) || x == 0 || magnitude(x) == infinity) return x;
  double const size = magnitude(x);
  if (double const up = to_middle(size, 0x1p100); up != 1) return with_sign(cbrt(size * up * up * up) / up, x);
  double y = std::bit_cast<double>(std::bit_cast<std::uint64_t>(size) / 3 + 0x2a9f'7893'0000'0000u);
  for (int i = 0; i < 5; ++i) y -= (y - size / (y * y)) / 3;
  double const residual = (two_product(y, y) * y - size).hi;
  return with_sign(fast_two_sum(y, -residual / (3 * y * y)).hi, x);
}

constexpr double rsqrt(auto x) {
  if (is_nan(x)) return x;
  if (x == 0) return with_sign(infinity, x);
  if (x == infinity) return 0;
  if (x < 0) return not_a_number;
  double const up = to_middle(x, 0x1p100);
  return (1.0 / sqrt_normal(exact(x * up * up))).hi * up;
}

constexpr double sinh(auto x) {
  double const size = magnitude(x);
  if (is_nan(x) || size < 0x1p-28 || size == infinity) return x;
  if (size > 711) return with_sign(infinity, x);
  if (size > 40) {
    scaled_exp e = exp_parts(exact(size));
    --e.exponent;
    return with_sign(rounded(e), x);
  }
  double_double const e = expm1_normal(exact(size));
  return with_sign(scale(e + e / (e + 1.0), 0.5).hi, x);
}

constexpr double cosh(auto x) {
  double const size = magnitude(x);
  if (is_nan(x)) return x;
  if (size > 711) return infinity;
  if (size > 40) return magnitude(sinh(size));
  double_double const e = exp_normal(exact(size));
  return scale(e + 1.0 / e, 0.5).hi;
}

constexpr double asinh(auto x) {
  double const size = magnitude(x);
  if (is_nan(x) || size < 0x1p-28 || size == infinity) return x;
  if (size > 0x1p28) return with_sign((log_positive(size) + ln2).hi, x);
  double_double const square = two_product(x, x);
  return with_sign(log_normal(1.0 + (size + square / (1.0 + sqrt_normal(square + 1.0)))).hi, x);
}

constexpr double acosh(auto x) {
  if (is_nan(x) || x == infinity) return x;
  if (x < 1) return not_a_number;
  if (x == 1) return 0;
  if (x > 0x1p28) return (log_positive(x) + ln2).hi;
  double_double const t = two_sum(x, -1);
  return log_normal(1.0 + (t + sqrt_normal(t * (t + 2.0)))).hi;
}

constexpr double atanh(auto x) {
  double const size = magnitude(x);
  if (is_nan(x) || size < 0x1p-28) return x;
  if (size >= 1) return size == 1 ? with_sign(infinity, x) : not_a_number;
  return with_sign(0.5 * log_normal(two_sum(1, size) / two_sum(1, -size)).hi, x);
}

constexpr bool is_integer(double x) {
  return magnitude(x) >= 0x1p52 || static_cast<double>(static_cast<std::int64_t>(x)) == x;
}
constexpr bool is_odd(double x) { return magnitude(x) < 0x1p53 && static_cast<std::int64_t>(x) % 2 != 0; }

constexpr double pow(auto x, auto y) {
  if (y == 0 || x == 1) return 1;
  if (is_nan(x) || is_nan(y)) return not_a_number;
  double const size = magnitude(x);
  bool const y_integer = is_integer(y);
  if (x < 0 && !y_integer && size != infinity) return not_a_number;
  double const sign = sign_bit(x) && y_integer && is_odd(y) ? -1 : 1;
  if (size == 1) return sign;
  if (size == 0 || size == infinity || magnitude(y) > 0x1p64)
    return with_sign((size < 1) == (y < 0) ? infinity : 0, sign);
  double_double const exponent = log_positive(size) * y;
  if (magnitude(exponent.hi) > 1000) return with_sign(exponent.hi < 0 ? 0 : infinity, sign);
  return with_sign(rounded(exp_parts(exponent)), sign);
}

constexpr double hypot(auto x, auto y) {
  double const a = magnitude(x), b = magnitude(y);
  if (a == infinity || b == infinity) return infinity;
  if (is_nan(x) || is_nan(y)) return not_a_number;
  double const larger = a > b ? a : b, smaller = a > b ? b : a;
  if (smaller < larger * 0x1p-60) return larger;
  if (larger == 0) return 0;
  double const power = to_squarable(larger);
  double_double const l = two_product(larger * power, larger * power);
  double_double const root = sqrt_normal(l + two_product(smaller * power, smaller * power));
  // 1 / power is a power of two, and only a result beyond the largest double is infinite.
  if (power < 1 && root.hi >= 0x1p424) return infinity;
  return root.hi * (1 / power);
}

constexpr double logaddexp(auto x, auto y) {
  if (is_nan(x) || is_nan(y)) return not_a_number;
  double const larger = x > y ? x : y, smaller = x > y ? y : x;
  if (smaller == -infinity || larger == infinity) return larger;
  if (larger * 0.5 - smaller * 0.5 > 300) return larger;
  return (log1p_of_exp(two_sum(smaller, -larger)) + larger).hi;
}

constexpr double xlogy(auto x, auto y) {
  if (is_nan(x) || is_nan(y) || y < 0) return not_a_number;
  if (x == 0) return 0;
  double const logarithm = log(y);
  if (logarithm == 0) return magnitude(x) == infinity ? not_a_number : 0;
  double const sign = with_sign(1, x) * with_sign(1, logarithm);
  if (magnitude(x) == infinity || magnitude(logarithm) == infinity) return sign * infinity;
  if (magnitude(x) < 0x1p-900) return (log_positive(y) * (x * 0x1p200)).hi * 0x1p-200;
  double_double const product = log_positive(y) * (x * 0x1p-20);
  return magnitude(product.hi) >= 0x1p1004 ? sign * infinity : product.hi * 0x1p20;
}

}  // namespace ctg::inline v0::math::detail
