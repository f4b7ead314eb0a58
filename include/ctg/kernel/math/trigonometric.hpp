// SPDX-License-Identifier: MIT
// Circular functions and their inverses on SIMD batches. Polynomials are minimax (fpminimax of Sollya).
#pragma once

#include <ctg/kernel/math/bits.hpp>

#include <cmath>

namespace ctg::inline v0::kernel::detail {

/// Up to here n pi / 2 is subtracted in parts; beyond, the lanes go through the standard library one by one.
template <class T>
inline constexpr T reduction_limit = sizeof(T) == 4 ? T(8192) : T(1048576);

template <class T>
CTG_ALWAYS_INLINE bool any_beyond_reduction(batch<T> x) {
  return xsimd::any(xsimd::abs(x) > batch<T>(reduction_limit<T>));
}

/// x - n Of pi / 2, |x| <= reduction_limit: by three whole words of pi / 2 with FMA, whose first product cancels
/// exactly, by four without, of which the first three are so short that n times each is exact. (All are positive, which
/// keeps -0.)
template <int Of, class T>
CTG_ALWAYS_INLINE batch<T> subtract_half_pi(batch<T> x, batch<T> n) {
  auto const subtract = [n](batch<T> from, T part) CTG_INLINE_LAMBDA { return fma(n, batch<T>(T(-Of) * part), from); };
  if constexpr (sizeof(T) == 4 && fma_is_exact)
    return subtract(subtract(subtract(x, 0x1.921fb4p0f), 0x1.4442dp-24f), 0x1.84698ap-48f);
  else if constexpr (sizeof(T) == 4)
    return subtract(subtract(subtract(subtract(x, 0x1.92p0f), 0x1.fb4p-12f), 0x1.444p-24f), 0x1.68c234p-39f);
  else if constexpr (fma_is_exact)
    return subtract(subtract(subtract(x, 0x1.921fb54442d18p0), 0x1.1a62633145c06p-54), 0x1.c1cd129024e09p-107);
  else
    return subtract(subtract(subtract(subtract(x, 0x1.921fb544p0), 0x1.0b4611a6p-34), 0x1.3198a2ep-69),
                    0x1.b839a252049c1p-104);
}

/// sin(r) but for the sign of -0, |r| <= pi / 2. One polynomial on the half period costs half
/// of two on the eighth, of which one is selected.
template <class T>
CTG_ALWAYS_INLINE batch<T> sin_reduced(batch<T> r) {
  batch<T> const z = r * r;
  batch<T> p;  // the last step is Horner's, for its rounding error counts up to four times
  if constexpr (sizeof(T) == 4)
    p = fma(z, polynomial<T>(z, 0x1.110edap-7f, -0x1.9f70fp-13f, 0x1.5dc904p-19f), batch<T>(-0x1.55554cp-3f));
  else
    p = fma(z,
            polynomial<T>(z, 0x1.11111111110c9p-7, -0x1.a01a01a014eb7p-13, 0x1.71de3a52aac67p-19,
                          -0x1.ae6454d968ce3p-26, 0x1.6123ce53aa479p-33, -0x1.ae43dd5090616p-41, 0x1.883c30bac11ffp-49),
            batch<T>(-0x1.5555555555555p-3));
  return fma(r * z, p, r);
}

/// x with its sign turned if the lowest bit of n is set.
template <class T>
CTG_ALWAYS_INLINE batch<T> negate_odd(batch<T> n, batch<T> x) {
  return bit_cast<T>(to_bits(x) ^ (to_bits(n) << (static_cast<int>(sizeof(T)) * 8 - 1)));
}

template <class T>
CTG_ALWAYS_INLINE batch<T> sin(batch<T> x) {
  if (any_beyond_reduction(x)) return each_lane([](T element) { return std::sin(element); }, x);
  batch<T> const magic(shifter<T>), t = fma(x, batch<T>(T(0x1.45f306dc9c883p-2)), magic);
  batch<T> const r = subtract_half_pi<2>(x, t - magic);
  return negate_odd(t, sin_reduced(r) | sign_of(r));
}

/// sin(x + pi / 2): x is reduced by the nearest odd multiple of pi / 2.
template <class T>
CTG_ALWAYS_INLINE batch<T> cos(batch<T> x) {
  if (any_beyond_reduction(x)) return each_lane([](T element) { return std::cos(element); }, x);
  batch<T> const magic(shifter<T, 1>), half(T(0.5));
  batch<T> const t = fma(x, batch<T>(T(0x1.45f306dc9c883p-2)), -half) + magic;
  return negate_odd(t, sin_reduced(subtract_half_pi<2>(x, (t - magic) + half)));
}

/// The tangent of the rest, |rest| <= pi / 4, or -1 / it in every second quadrant.
template <class T>
CTG_ALWAYS_INLINE batch<T> tan(batch<T> x) {
  if (any_beyond_reduction(x)) return each_lane([](T element) { return std::tan(element); }, x);
  batch<T> const magic(shifter<T>), t = fma(x, batch<T>(T(0x1.45f306dc9c883p-1)), magic);
  batch<T> const r = subtract_half_pi<1>(x, t - magic), z = r * r;
  batch<T> p;
  if constexpr (sizeof(T) == 4)
    p = polynomial<T>(z, 0x1.55556p-2f, 0x1.110dap-3f, 0x1.bad946p-5f, 0x1.5cc664p-6f, 0x1.62ad1cp-7f, 0x1.af6e06p-14f,
                      0x1.1e6b6p-8f);
  else
    p = polynomial<T>(z, 0x1.55555555554f2p-2, 0x1.11111111182c6p-3, 0x1.ba1ba1b46c275p-5, 0x1.664f49a84adfp-6,
                      0x1.226e125e1b1cfp-7, 0x1.d6d9333706ed5p-9, 0x1.7d5b629a65281p-10, 0x1.37fa58d1be79ap-11,
                      0x1.d2731813b03acp-13, 0x1.1e244ba2de748p-13, -0x1.b8c1fe0ce2e78p-16, 0x1.76c0457e04d78p-14,
                      -0x1.77fb19d6b4bf2p-15, 0x1.5dcd542817e4fp-16);
  batch<T> const tangent = fma(r * z, p, r);
  using bits = bits_of<T>;
  // A lane mask of integers is another type than one of floats.
  batch<bits> const odd = batch<bits>(bits(0)) - (to_bits(t) & batch<bits>(bits(1)));
  auto const choose = [odd](batch<T> a, batch<T> b)
                          CTG_INLINE_LAMBDA { return bit_cast<T>(to_bits(a) ^ ((to_bits(a) ^ to_bits(b)) & odd)); };
  return choose(tangent, batch<T>(T(-1))) / choose(batch<T>(T(1)), tangent);
}

/// The angle of (x, y), 0 <= x, y, in [0, pi / 2]; both 0, both infinite or y NaN: NaN. From the quotient of the
/// smaller by the larger; narrower intervals would need a shorter polynomial but make the quotient less exact.
template <class T>
CTG_ALWAYS_INLINE batch<T> acute_angle(batch<T> y, batch<T> x) {
  batch<T> const t = xsimd::min(x, y) / xsimd::max(x, y), z = t * t;
  batch<T> p;
  if constexpr (sizeof(T) == 4)
    p = polynomial<T>(z, -0x1.5554dcp-2f, 0x1.9978eep-3f, -0x1.230abp-3f, 0x1.b4dfdcp-4f, -0x1.3553f4p-4f,
                      0x1.61f756p-5f, -0x1.0c23fep-6f, 0x1.7ec1c4p-9f);
  else
    p = polynomial<T>(z, -0x1.555555555544cp-2, 0x1.999999998411p-3, -0x1.2492491fa2135p-3, 0x1.c71c709e19f6ap-4,
                      -0x1.745d02310537cp-4, 0x1.3b12b2e8e2d49p-4, -0x1.11089d02de0f7p-4, 0x1.e1781735b8a87p-5,
                      -0x1.ad32ba4e0d4f4p-5, 0x1.7ee3f62d7bc64p-5, -0x1.4f4521ca5cfb6p-5, 0x1.1715db01ab93fp-5,
                      -0x1.a726a91b98786p-6, 0x1.162c3d9848504p-6, -0x1.2cf76bf2b3bb3p-7, 0x1.f96cc735b95bbp-9,
                      -0x1.312a3f0f4be7ep-10, 0x1.d3bb114308665p-13, -0x1.53e5c945a5972p-16);
  batch<T> const octant = fma(t * z, p, t);
  return xsimd::select(y > x, batch<T>(T(0x1.921fb54442d18p0)) - octant, octant);
}

template <class T>
CTG_ALWAYS_INLINE batch<T> atan(batch<T> x) {
  batch<T> const size = xsimd::abs(x);
  return acute_angle(size, batch<T>(1)) | sign_of(x);
}

template <class T>
CTG_ALWAYS_INLINE batch<T> atan2(batch<T> y, batch<T> x) {
  batch<T> const zero(T(0)), one(T(1)), inf(infinity<T>);
  batch<T> a = xsimd::abs(x), b = xsimd::abs(y);
  // Two infinities count as two ones; (0, 0) as (1, 0).
  auto const both_infinite = (a == inf) & (b == inf);
  a = xsimd::select(both_infinite | ((a == zero) & (b == zero)), one, a);
  b = xsimd::select(both_infinite, one, b);
  batch<T> const acute = acute_angle(b, a);
  auto const left = (x < zero) | (one / x == -inf);
  batch<T> const angle = xsimd::select(left, batch<T>(T(0x1.921fb54442d18p1)) - acute, acute) | sign_of(y);
  return xsimd::select(xsimd::isnan(x), x, angle);
}

/// asin(x) for 0 <= x <= 1/2, z = x^2.
template <class T>
CTG_ALWAYS_INLINE batch<T> asin_inner(batch<T> x, batch<T> z) {
  batch<T> p;
  if constexpr (sizeof(T) == 4)
    p = polynomial<T>(z, 0x1.55554cp-3f, 0x1.333892p-4f, 0x1.6cabb8p-5f, 0x1.04aae8p-5f, 0x1.d7a922p-7f,
                      0x1.33d6c6p-5f);
  else
    p = polynomial<T>(z, 0x1.5555555555578p-3, 0x1.333333332df0cp-4, 0x1.6db6db722bb58p-5, 0x1.f1c71a8b86096p-6,
                      0x1.6e8bdfe88ba73p-6, 0x1.1c49dde5367d0p-6, 0x1.ca21467c75e70p-7, 0x1.75777e0dae840p-7,
                      0x1.618b02c58202ap-7, 0x1.e1579167eb022p-9, 0x1.6502fdc402b42p-6, -0x1.59f7c189ec197p-6,
                      0x1.0be4c01867ac5p-5);
  return fma(x * z, p, x);
}

/// Above 1/2 by pi / 2 - 2 asin(sqrt((1 - x) / 2)).
template <class T>
CTG_ALWAYS_INLINE batch<T> asin(batch<T> x) {
  batch<T> const size = xsimd::abs(x), half(T(0.5));
  auto const outer = size > half;
  batch<T> const z = xsimd::select(outer, (batch<T>(1) - size) * half, size * size);
  batch<T> const inner = asin_inner(xsimd::select(outer, sqrt(z), size), z);
  return xsimd::select(outer, batch<T>(T(0x1.921fb54442d18p0)) - (inner + inner), inner) | sign_of(x);
}

template <class T>
CTG_ALWAYS_INLINE batch<T> acos(batch<T> x) {
  batch<T> const size = xsimd::abs(x), half(T(0.5));
  auto const outer = size > half;
  batch<T> const z = xsimd::select(outer, (batch<T>(1) - size) * half, size * size);
  batch<T> const inner = asin_inner(xsimd::select(outer, sqrt(z), size), z);
  batch<T> const twice = inner + inner;
  batch<T> const steep = xsimd::select(x < batch<T>(0), batch<T>(T(0x1.921fb54442d18p1)) - twice, twice);
  return xsimd::select(outer, steep, batch<T>(T(0x1.921fb54442d18p0)) - (inner ^ sign_of(x)));
}

}  // namespace ctg::inline v0::kernel::detail
