// SPDX-License-Identifier: MIT
// Circular functions and their inverses in constant expressions, <= 0.6 ULP; the reduction is exact for every finite
// argument.
#pragma once

#include <ctg/math/constant_exp_log.hpp>

namespace ctg::inline v0::math::detail {

inline constexpr double_double half_pi{0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54};

/// 64 zeros and then the first 1280 binary digits of 2 / pi.
inline constexpr std::uint32_t two_over_pi[] = {
    0x00000000u, 0x00000000u, 0xa2f9836eu, 0x4e441529u, 0xfc2757d1u, 0xf534ddc0u, 0xdb629599u, 0x3c439041u, 0xfe5163abu,
    0xdebbc561u, 0xb7246e3au, 0x424dd2e0u, 0x06492eeau, 0x09d1921cu, 0xfe1deb1cu, 0xb129a73eu, 0xe88235f5u, 0x2ebb4484u,
    0xe99c7026u, 0xb45f7e41u, 0x3991d639u, 0x835339f4u, 0x9c845f8bu, 0xbdf9283bu, 0x1ff897ffu, 0xde05980fu, 0xef2f118bu,
    0x5a0a6d1fu, 0x6d367ecfu, 0x27cb09b7u, 0x4f463f66u, 0x9e5fea2du, 0x7527bac7u, 0xebe5f17bu, 0x3d0739f7u, 0x8a5292eau,
    0x6bfb5fb1u, 0x1f8d5d08u, 0x56033046u, 0xfc7b6babu, 0xf0cfbc20u, 0x9af4361du,
};

/// x = quadrant pi / 2 + rest with |rest| <= pi / 4; the quadrant modulo 4.
struct reduced_angle {
  double_double rest;
  unsigned quadrant;
};

/// Payne and Hanek 1983: x is m 2^e with an integer m < 2^53; of m 2^e 2/pi, the digits of 2/pi that give multiples of
/// 4 are left out, and of the others 192 are enough (no double comes nearer than 2^-62 to a multiple of pi / 2). x is
/// finite and positive.
constexpr reduced_angle reduce_angle(auto x) {
  if (x < 0x1.921fb54442d18p-1) return {{x, 0}, 0};
  std::uint64_t const pattern = std::bit_cast<std::uint64_t>(x);
  int const e = static_cast<int>(pattern >> 52) - 1075;
  std::uint64_t const m = (pattern & 0xf'ffff'ffff'ffffu) | 0x10'0000'0000'0000u;
  std::uint64_t const m_low = m & 0xffff'ffffu, m_high = m >> 32;
  // The window starts at the digit of weight 2^(1 - e); the table's first digit stands 64 before the point.
  unsigned const first = static_cast<unsigned>(e - 2 + 64), word = first / 32, bit = first % 32;
  std::uint32_t product[6] = {};
  std::uint64_t carry = 0;
  for (unsigned i = 6; i-- > 0;) {
    std::uint64_t const pair = static_cast<std::uint64_t>(two_over_pi[word + i]) << 32 | two_over_pi[word + i + 1];
    std::uint64_t const digits = (pair << bit) >> 32;
    std::uint64_t const low = digits * m_low;
    std::uint64_t const sum = (low & 0xffff'ffffu) + (carry & 0xffff'ffffu);
    product[i] = static_cast<std::uint32_t>(sum);
    carry = (low >> 32) + (carry >> 32) + (sum >> 32) + digits * m_high;
  }
  unsigned const quadrant = product[0] >> 30;
  bool const above_half = (product[0] >> 29 & 1) != 0;
  product[0] &= 0x3fff'ffffu;
  double_double fraction{above_half ? -1.0 : 0.0, 0};
  double weight = 0x1p-30;
  for (std::uint32_t const digits : product) {
    fraction = fraction + digits * weight;
    weight *= 0x1p-32;
  }
  return {fraction * half_pi, (quadrant + (above_half ? 1u : 0u)) % 4};
}

/// 1 - t / ((n + 1) (n + 2)) (1 - t / ((n + 3) (n + 4)) ...): Taylor's series of sin or cos of sqrt(t) from the term
/// of degree n on, ten terms of it, less its factor.
constexpr double taylor_tail(double t, int n) {
  double tail = 0;
  for (int k = n + 18; k >= n; k -= 2) tail = (1 - tail * t / ((k + 1) * (k + 2)));
  return tail;
}

/// On |r| <= pi / 4; the terms from r^5 on need no more than double.
constexpr double_double sin_reduced(auto r) {
  double_double const z = r * r;
  constexpr double_double sixth{0x1.5555555555555p-3, 0x1.5555555555555p-57};
  return r - r * (z * (sixth - taylor_tail(z.hi, 5) * z.hi / 120));
}

constexpr double_double cos_reduced(auto r) {
  double_double const z = r * r;
  return 1.0 - z * (0.5 - taylor_tail(z.hi, 4) * exact(z.hi / 24));
}

/// sin(x + shift pi / 2) for finite x.
constexpr double_double sin_shifted(auto x, unsigned shift) {
  reduced_angle const angle = reduce_angle(magnitude(x));
  unsigned const quadrant = (sign_bit(x) ? 4 - angle.quadrant : angle.quadrant) + shift;
  double_double const rest = sign_bit(x) ? -angle.rest : angle.rest;
  double_double const value = quadrant % 2 == 0 ? sin_reduced(rest) : cos_reduced(rest);
  return quadrant % 4 < 2 ? value : -value;
}

constexpr bool is_infinite_or_nan(double x) { return is_nan(x) || magnitude(x) == infinity; }

constexpr double sin(auto x) {
  if (is_infinite_or_nan(x)) return not_a_number;
  return magnitude(x) < 0x1p-27 ? x : sin_shifted(x, 0).hi;
}

constexpr double cos(auto x) { return is_infinite_or_nan(x) ? not_a_number : sin_shifted(x, 1).hi; }

constexpr double tan(auto x) {
  if (is_infinite_or_nan(x)) return not_a_number;
  return magnitude(x) < 0x1p-27 ? x : (sin_shifted(x, 0) / sin_shifted(x, 1)).hi;
}

/// The angle of (x, y), 0 <= y <= x, x > 0, both in the middle of double's range: a guess good to 10^-5 (Abramowitz and
/// Stegun 4.4.49), then the small angle that is left after turning by it.
constexpr double_double angle_in_octant(auto y, auto x) {
  double const t = y.hi / x.hi, z = t * t;
  double const guess = t * (0.9998660 + z * (-0.3302995 + z * (0.1801410 + z * (-0.0851330 + z * 0.0208351))));
  double_double const s = sin_reduced(exact(guess)), c = cos_reduced(exact(guess));
  double_double const rest = (y * c - x * s) / (x * c + y * s);
  return guess + (rest - rest.hi * rest.hi * rest.hi / 3);
}

/// The angle of (x, y), y >= 0, in [0, pi].
constexpr double_double angle(auto y, auto x) {
  double_double const size = x.hi < 0 ? -x : x;
  double_double const acute = y.hi <= size.hi ? angle_in_octant(y, size) : half_pi - angle_in_octant(size, y);
  return x.hi < 0 ? scale(half_pi, 2) - acute : acute;
}

constexpr double atan(auto x) {
  double const size = magnitude(x);
  if (is_nan(x) || size < 0x1p-28) return x;
  return with_sign(size > 0x1p60 ? half_pi.hi : angle(exact(size), double_double{1}).hi, x);
}

/// sqrt(1 - x^2), |x| <= 1.
constexpr double_double other_leg(auto x) { return sqrt_normal(two_sum(1, -x) * two_sum(1, x)); }

constexpr double asin(auto x) {
  double const size = magnitude(x);
  if (is_nan(x) || size < 0x1p-28) return x;
  if (size > 1) return not_a_number;
  return with_sign(size == 1 ? half_pi.hi : angle(exact(size), other_leg(x)).hi, x);
}

constexpr double acos(auto x) {
  if (is_nan(x) || magnitude(x) > 1) return not_a_number;
  if (magnitude(x) == 1) return x > 0 ? 0 : 2 * half_pi.hi;
  if (magnitude(x) < 0x1p-60) return half_pi.hi;
  return angle(other_leg(x), exact(x)).hi;
}

constexpr double atan2(auto y, auto x) {
  if (is_nan(x) || is_nan(y)) return not_a_number;
  double const a = magnitude(x), b = magnitude(y);
  if (b == infinity) return with_sign(a == infinity ? (x > 0 ? 0.5 : 1.5) * half_pi.hi : half_pi.hi, y);
  if (b == 0 || a == infinity) return with_sign(sign_bit(x) ? 2 * half_pi.hi : 0, y);
  if (a == 0) return with_sign(half_pi.hi, y);
  double const power = to_squarable(a > b ? a : b);
  double const scaled_x = a * power, scaled_y = b * power;
  if (scaled_y < scaled_x * 0x1p-60) return with_sign(x > 0 ? b / a : 2 * half_pi.hi, y);
  if (scaled_x < scaled_y * 0x1p-60) return with_sign(half_pi.hi, y);
  return with_sign(angle(exact(scaled_y), exact(with_sign(scaled_x, x))).hi, y);
}

}  // namespace ctg::inline v0::math::detail
