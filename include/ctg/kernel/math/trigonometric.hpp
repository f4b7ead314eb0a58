// SPDX-License-Identifier: MIT
// Circular functions and their inverses on SIMD batches. Polynomials are minimax (Remez).
#pragma once

#include <ctg/kernel/math/bits.hpp>

#include <cmath>

namespace ctg::inline v0::kernel::detail {

/// Up to here n pi / 2 is subtracted in four parts, the first three so short that n times each is exact; beyond, the
/// lanes go through the standard library one by one.
template <class T>
inline constexpr T reduction_limit = sizeof(T) == 4 ? T(8192) : T(1048576);

template <class T>
struct angle_parts {
  batch<bits_of<T>> quadrant;  ///< in the two lowest bits
  batch<T> sine, cosine;       ///< of the rest, |rest| <= pi / 4
};

/// 0 <= x <= reduction_limit.
template <class T>
CTG_ALWAYS_INLINE angle_parts<T> split_angle(batch<T> x) {
  batch<T> const t = fma(x, batch<T>(T(0x1.45f306dc9c883p-1)), batch<T>(shifter<T>));
  batch<T> const n = t - batch<T>(shifter<T>);
  batch<T> r, s, c, z;
  if constexpr (sizeof(T) == 4) {
    r = fma(n, batch<T>(-0x1.444p-24f), fma(n, batch<T>(-0x1.fb4p-12f), fma(n, batch<T>(-0x1.92p0f), x)));
    r = fma(n, batch<T>(-0x1.68c234p-39f), r);
    z = r * r;
    s = polynomial<T>(z, -0x1.555556p-3f, 0x1.111108p-7f, -0x1.a00f98p-13f, 0x1.6cd730p-19f);
    c = polynomial<T>(z, 0x1.55554ap-5f, -0x1.6c0c86p-10f, 0x1.9a00cep-16f);
  } else {
    r = fma(n, batch<T>(-0x1.3198a2ep-69), fma(n, batch<T>(-0x1.0b4611a6p-34), fma(n, batch<T>(-0x1.921fb544p0), x)));
    r = fma(n, batch<T>(-0x1.b839a252049c1p-104), r);
    z = r * r;
    s = polynomial<T>(z, -0x1.5555555555549p-3, 0x1.111111110f868p-7, -0x1.a01a019c0f0a8p-13, 0x1.71de357549de9p-19,
                      -0x1.ae5e642cbb672p-26, 0x1.5d925dd71ba39p-33);
    c = polynomial<T>(z, 0x1.555555555554ep-5, -0x1.6c16c16c15512p-10, 0x1.a01a019cfe782p-16, -0x1.27e4f83ab21a4p-22,
                      0x1.1eea099a16587p-29, -0x1.8fbc931f45b96p-37);
  }
  return {to_bits(t), fma(r * z, s, r), fma(z * z, c, fma(z, batch<T>(T(-0.5)), batch<T>(1)))};
}

/// Where the lowest bit of n is set, b, else a. (Bits throughout: a lane mask of integers is another type than one of
/// floats.)
template <class T>
CTG_ALWAYS_INLINE batch<T> select_odd(batch<bits_of<T>> n, batch<T> a, batch<T> b) {
  using bits = bits_of<T>;
  batch<bits> const mask = batch<bits>(bits(0)) - (n & batch<bits>(bits(1)));
  return bit_cast<T>(to_bits(a) ^ ((to_bits(a) ^ to_bits(b)) & mask));
}

/// x with its sign turned where the second lowest bit of n is set.
template <class T>
CTG_ALWAYS_INLINE batch<T> negate_second_half(batch<bits_of<T>> n, batch<T> x) {
  return bit_cast<T>(to_bits(x) ^ ((n << (static_cast<int>(sizeof(T)) * 8 - 2)) & to_bits(batch<T>(T(-0.0)))));
}

template <class T>
CTG_ALWAYS_INLINE bool any_beyond_reduction(batch<T> size) {
  return xsimd::any(size > batch<T>(reduction_limit<T>));
}

template <class T>
CTG_ALWAYS_INLINE batch<T> sin(batch<T> x) {
  batch<T> const size = xsimd::abs(x);
  if (any_beyond_reduction(size)) return each_lane([](T element) { return std::sin(element); }, x);
  angle_parts<T> const a = split_angle(size);
  return negate_second_half(a.quadrant, select_odd(a.quadrant, a.sine, a.cosine)) ^ sign_of(x);
}

template <class T>
CTG_ALWAYS_INLINE batch<T> cos(batch<T> x) {
  batch<T> const size = xsimd::abs(x);
  if (any_beyond_reduction(size)) return each_lane([](T element) { return std::cos(element); }, x);
  angle_parts<T> const a = split_angle(size);
  batch<bits_of<T>> const next = a.quadrant + batch<bits_of<T>>(bits_of<T>(1));
  return negate_second_half(next, select_odd(a.quadrant, a.cosine, a.sine));
}

template <class T>
CTG_ALWAYS_INLINE batch<T> tan(batch<T> x) {
  batch<T> const size = xsimd::abs(x);
  if (any_beyond_reduction(size)) return each_lane([](T element) { return std::tan(element); }, x);
  angle_parts<T> const a = split_angle(size);
  batch<T> const ratio = select_odd(a.quadrant, a.sine, a.cosine) / select_odd(a.quadrant, a.cosine, a.sine);
  return select_odd(a.quadrant, ratio, -ratio) ^ sign_of(x);
}

/// The angle of (x, y), 0 <= x, y, in [0, pi / 2]; both 0, both infinite or NaN: NaN. One quotient t with |t| <= tan(pi
/// / 8), of the point as it is, mirrored at the diagonal, or turned by pi / 4.
template <class T>
CTG_ALWAYS_INLINE batch<T> acute_angle(batch<T> y, batch<T> x) {
  auto const steep = y > x;
  batch<T> const low = xsimd::min(x, y), high = xsimd::select(steep, y, x);
  auto const middle = low > high * batch<T>(T(0.41421356237309503));
  batch<T> const t = xsimd::select(middle, low - high, low) / xsimd::select(middle, low + high, high);
  batch<T> const z = t * t;
  batch<T> p;
  if constexpr (sizeof(T) == 4)
    p = polynomial<T>(z, -0x1.55554ap-2f, 0x1.9991a8p-3f, -0x1.23b63ap-3f, 0x1.b1fa4cp-4f, -0x1.f22bf4p-5f);
  else
    p = polynomial<T>(z, -0x1.555555555553ep-2, 0x1.9999999995ae1p-3, -0x1.24924922b9c7fp-3, 0x1.c71c70ea1a650p-4,
                      -0x1.745cf93fda06dp-4, 0x1.3b111f1dd249ap-4, -0x1.10ebf445d0eb9p-4, 0x1.df125014a6a40p-5,
                      -0x1.9cded5ffe7f1fp-5, 0x1.37f10d74b1cedp-5, -0x1.259ff14b2933ep-6);
  batch<T> const small = fma(t * z, p, t);
  batch<T> const octant = xsimd::select(middle, small + batch<T>(T(0x1.921fb54442d18p-1)), small);
  return xsimd::select(steep, batch<T>(T(0x1.921fb54442d18p0)) - octant, octant);
}

template <class T>
CTG_ALWAYS_INLINE batch<T> atan(batch<T> x) {
  return acute_angle(xsimd::abs(x), batch<T>(1)) | sign_of(x);
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
  return xsimd::select(left, batch<T>(T(0x1.921fb54442d18p1)) - acute, acute) | sign_of(y);
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
  batch<T> const inner = asin_inner(xsimd::select(outer, xsimd::sqrt(z), size), z);
  return xsimd::select(outer, batch<T>(T(0x1.921fb54442d18p0)) - (inner + inner), inner) | sign_of(x);
}

template <class T>
CTG_ALWAYS_INLINE batch<T> acos(batch<T> x) {
  batch<T> const size = xsimd::abs(x), half(T(0.5));
  auto const outer = size > half;
  batch<T> const z = xsimd::select(outer, (batch<T>(1) - size) * half, size * size);
  batch<T> const inner = asin_inner(xsimd::select(outer, xsimd::sqrt(z), size), z);
  batch<T> const twice = inner + inner;
  batch<T> const far = xsimd::select(x < batch<T>(0), batch<T>(T(0x1.921fb54442d18p1)) - twice, twice);
  return xsimd::select(outer, far, batch<T>(T(0x1.921fb54442d18p0)) - (inner ^ sign_of(x)));
}

}  // namespace ctg::inline v0::kernel::detail
