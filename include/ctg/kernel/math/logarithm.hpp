// SPDX-License-Identifier: MIT
// Logarithms on SIMD batches: x = 2^k (1 + f) with 1 + f in [3/4, 3/2), the interval of AVX-512's mantissas.
#pragma once

#include <ctg/kernel/math/exponential.hpp>

namespace ctg::inline v0::kernel::detail {

template <class T>
struct log_parts {
  batch<T> k;         ///< the exponent
  batch<T> mantissa;  ///< in [3/4, 3/2)
};

/// 2^mantissa_bits + k is a number with the integer k in its low bits; this much more for the exponent's bias.
template <class T>
inline constexpr T biased_exponents = 1 / std::numeric_limits<T>::epsilon() + T(exponent_bias<T>);

/// x > 0, normal, by its bits; `offset` is biased_exponents, more if x has been scaled.
template <class T>
CTG_ALWAYS_INLINE log_parts<T> split_bits(batch<T> x, batch<T> offset) {
  using bits = bits_of<T>;
  constexpr bits three_quarters = sizeof(T) == 4 ? bits(0x3f40'0000) : bits(0x3fe8'0000'0000'0000);
  constexpr bits one = static_cast<bits>(exponent_bias<T>) << mantissa_bits<T>;
  constexpr bits mantissa_mask = (bits(1) << mantissa_bits<T>)-1;
  constexpr bits magic_bits = static_cast<bits>(exponent_bias<T> + mantissa_bits<T>) << mantissa_bits<T>;
  batch<bits> const i = to_bits(x) + batch<bits>(one - three_quarters);
  return {bit_cast<T>((i >> mantissa_bits<T>) | batch<bits>(magic_bits)) - offset,
          bit_cast<T>((i & batch<bits>(mantissa_mask)) + batch<bits>(three_quarters))};
}

/// x > 0, normal.
template <class T>
CTG_ALWAYS_INLINE log_parts<T> split_log(batch<T> x) {
  if constexpr (has_exponent_instructions<T>) {
    batch<T> const m = mantissa_of(x);
    return {exponent_of(x) - exponent_of(m), m};
  } else {
    return split_bits(x, batch<T>(biased_exponents<T>));
  }
}

/// x > 0, denormal too. With AVX-512 the parts of 0 and infinity give their logarithms and those of x < 0 NaN.
template <class T>
CTG_ALWAYS_INLINE log_parts<T> split_log_any(batch<T> x) {
  if constexpr (has_exponent_instructions<T>) {
    return split_log(x);
  } else {
    auto const tiny = x < batch<T>(std::numeric_limits<T>::min());
    constexpr T up = 2 / std::numeric_limits<T>::epsilon();
    return split_bits(
        xsimd::select(tiny, x * batch<T>(up), x),
        xsimd::select(tiny, batch<T>(biased_exponents<T> + T(mantissa_bits<T> + 1)), batch<T>(biased_exponents<T>)));
  }
}

/// log(1 + f) - f, 1 + f in [3/4, 3/2), and `extra` more (small).
/// float: f^2 P(f); double: -(f^2 / 2 - s (f^2 / 2 + z R(z))), s = f / (2 + f), z = s^2 (fdlibm's form), where P and R
/// are minimax polynomials (fpminimax of Sollya).
template <class T>
CTG_ALWAYS_INLINE batch<T> log_tail(batch<T> f, batch<T> extra) {
  if constexpr (sizeof(T) == 4) {
    batch<T> const p = polynomial<T>(f, -0.5f, 0x1.5555a6p-2f, -0x1.00004ep-2f, 0x1.9968fp-3f, -0x1.54eb54p-3f,
                                     0x1.28852ep-3f, -0x1.0db586p-3f, 0x1.ad4188p-4f, -0x1.721d3ep-5f);
    return fma(f * f, p, extra);
  } else {
    batch<T> const half_square = f * f * batch<T>(T(0.5));
    batch<T> const s = f / (f + batch<T>(2));
    batch<T> const z = s * s;
    batch<T> const r =
        z * polynomial<T>(z, 0x1.555555555556ep-1, 0x1.999999997c136p-2, 0x1.249249526912ap-2, 0x1.c71c3c82011c4p-3,
                          0x1.746bcac9d475dp-3, 0x1.390136d7e2353p-3, 0x1.35ac3fa725b16p-3);
    return fma(s, half_square + r, extra) - half_square;
  }
}

/// log 2 in two parts, the head so short that an exponent times it is exact.
template <class T>
inline constexpr T ln2_head = sizeof(T) == 4 ? T(0x1.62e4p-1) : T(0x1.62e42feep-1);
template <class T>
inline constexpr T ln2_tail = sizeof(T) == 4 ? T(0x1.7f7d1cp-20) : T(0x1.a39ef35793c76p-33);

/// k log 2 + log(1 + f).
template <class T>
CTG_ALWAYS_INLINE batch<T> join_log(batch<T> k, batch<T> f) {
  return fma(k, batch<T>(ln2_head<T>), f + log_tail(f, k * batch<T>(ln2_tail<T>)));
}

/// What a logarithm is where its formula does not hold: x itself at +inf, -inf at its pole, NaN below.
template <class T>
CTG_ALWAYS_INLINE batch<T> log_edges(batch<T> x, T pole, batch<T> result) {
  batch<T> const inside = xsimd::select(x == batch<T>(infinity<T>), x, result);
  batch<T> const outside = xsimd::select(x == batch<T>(pole), batch<T>(-infinity<T>), batch<T>(not_a_number<T>));
  return xsimd::select(x > batch<T>(pole), inside, outside);
}

/// The same for what is made of split_log_any's parts.
template <class T>
CTG_ALWAYS_INLINE batch<T> log_result(batch<T> x, batch<T> result) {
  if constexpr (has_exponent_instructions<T>)
    return result;
  else
    return log_edges(x, T(0), result);
}

template <class T>
CTG_ALWAYS_INLINE batch<T> log(batch<T> x) {
  log_parts<T> const e = split_log_any(x);
  return log_result(x, join_log(e.k, e.mantissa - batch<T>(1)));
}

template <class T>
CTG_ALWAYS_INLINE batch<T> log2(batch<T> x) {
  log_parts<T> const e = split_log_any(x);
  batch<T> const f = e.mantissa - batch<T>(1);
  batch<T> const inverse_ln2(T(0x1.71547652b82fep0));
  return log_result(x, fma(log_tail(f, batch<T>(0)), inverse_ln2, fma(f, inverse_ln2, e.k)));
}

template <class T>
CTG_ALWAYS_INLINE batch<T> log10(batch<T> x) {
  constexpr T head = sizeof(T) == 4 ? T(0x1.344p-2) : T(0x1.34413508p-2);
  constexpr T tail = sizeof(T) == 4 ? T(0x1.3509f79fef312p-18) : T(0x1.f79fef311f12bp-34);
  log_parts<T> const e = split_log_any(x);
  batch<T> const f = e.mantissa - batch<T>(1);
  batch<T> const inverse_ln10(T(0x1.bcb7b1526e50ep-2));
  batch<T> const low = fma(f, inverse_ln10, fma(log_tail(f, batch<T>(0)), inverse_ln10, e.k * batch<T>(tail)));
  return log_result(x, fma(e.k, batch<T>(head), low));
}

/// log(1 + x) for finite x > -1: the rounding error of u = 1 + x, scaled like u's mantissa, goes into f.
/// (By 2^(1 - k) / 2, for 2^-k is no normal number at the largest k.)
template <class T>
CTG_ALWAYS_INLINE batch<T> log1p_inside(batch<T> x) {
  batch<T> const u = x + batch<T>(1);
  batch<T> const x_part = u - batch<T>(1);
  batch<T> const error = (batch<T>(1) - (u - x_part)) + (x - x_part);
  log_parts<T> const e = split_log(u);
  batch<T> const f = e.mantissa - batch<T>(1);
  if constexpr (has_exponent_instructions<T>) {
    return join_log(e.k, f + scale(error, -e.k));
  } else {
    batch<T> const shrink = power_of_two<T>(to_bits(batch<T>(biased_exponents<T> + 1) - e.k));
    return join_log(e.k, fma(error * batch<T>(T(0.5)), shrink, f));
  }
}

template <class T>
CTG_ALWAYS_INLINE batch<T> log1p(batch<T> x) {
  batch<T> const result = xsimd::select(x == batch<T>(0), x, log1p_inside(x));
  return log_edges(x, T(-1), result);
}

/// log(1 + e) for 0 <= e <= 1: 2 atanh(s), s = e / (2 + e), which needs neither exponent nor rounding error of 1 + e;
/// as e - (h - s (h + z R(z))) with h = e^2 / 2, z = s^2, for e is exact and the rest small.
template <class T>
CTG_ALWAYS_INLINE batch<T> log1p_unit(batch<T> e) {
  batch<T> const s = e / (e + batch<T>(2)), z = s * s;
  batch<T> r;
  if constexpr (sizeof(T) == 4)
    r = polynomial<T>(z, 0x1.555558p-1f, 0x1.9996a8p-2f, 0x1.25097cp-2f, 0x1.b6d5b4p-3f, 0x1.f1b2b8p-3f);
  else
    r = polynomial<T>(z, 0x1.5555555555548p-1, 0x1.999999999df1ep-2, 0x1.249249218edb8p-2, 0x1.c71c73b1625fdp-3,
                      0x1.745cc0f20373ep-3, 0x1.3b1ce42c04e96p-3, 0x1.1073505d78fb6p-3, 0x1.ef301a4ae2d94p-4,
                      0x1.585c1bce5b357p-4, 0x1.5a281dc9c1c06p-3);
  batch<T> const half_square = e * e * batch<T>(T(0.5));
  return e - (half_square - s * fma(z, r, half_square));
}

template <class T>
CTG_ALWAYS_INLINE batch<T> softplus(batch<T> x) {
  return at_least(x, T(0)) + log1p_unit(exp_of_minus_abs(x));
}

/// log(e^x + e^y): the larger one + log1p(e^d) with d the difference, whose rounding error (Knuth) goes into the
/// exponential; equal infinities have no difference.
template <class T>
CTG_ALWAYS_INLINE batch<T> logaddexp(batch<T> x, batch<T> y) {
  batch<T> const larger = xsimd::max(x, y), smaller = xsimd::min(x, y), d = smaller - larger;
  batch<T> const part = d - smaller;
  batch<T> const error = (smaller - (d - part)) - (larger + part);
  batch<T> const low = xsimd::select(d > batch<T>(exp_underflow<T>), error, batch<T>(T(0)));
  batch<T> const sum = larger + log1p_unit(exp_below_one(d, low));
  batch<T> const result = xsimd::select(x == y, x + batch<T>(T(0x1.62e42fefa39efp-1)), sum);
  return xsimd::select(xsimd::isnan(x), x, result);
}

/// Beyond `huge` asinh and acosh are log 2x to the last bit, and x^2 could overflow.
template <class T>
inline constexpr T huge = sizeof(T) == 4 ? T(0x1p30) : T(0x1p60);

/// log 2a for a > huge, infinity included.
template <class T>
CTG_ALWAYS_INLINE batch<T> log_of_twice(batch<T> a) {
  log_parts<T> const e = split_log(a);
  return xsimd::select(a == batch<T>(infinity<T>), a, join_log(e.k + batch<T>(1), e.mantissa - batch<T>(1)));
}

template <class T>
CTG_ALWAYS_INLINE batch<T> asinh(batch<T> x) {
  batch<T> const a = xsimd::abs(x), bounded = at_most(a, huge<T>), square = bounded * bounded;
  batch<T> const inside = log1p_inside(bounded + square / (batch<T>(1) + sqrt(square + batch<T>(1))));
  return xsimd::select(a > batch<T>(huge<T>), log_of_twice(a), inside) | sign_of(x);
}

template <class T>
CTG_ALWAYS_INLINE batch<T> acosh(batch<T> x) {
  batch<T> const t = at_most(x, huge<T>) - batch<T>(1);
  batch<T> const inside = log1p_inside(t + sqrt(t * (t + batch<T>(2))));
  batch<T> const result = xsimd::select(x > batch<T>(huge<T>), log_of_twice(x), inside);
  return xsimd::select(x < batch<T>(1), batch<T>(not_a_number<T>), result);
}

template <class T>
CTG_ALWAYS_INLINE batch<T> atanh(batch<T> x) {
  batch<T> const a = xsimd::abs(x);
  return (batch<T>(T(0.5)) * detail::log1p((a + a) / (batch<T>(1) - a))) | sign_of(x);
}

/// e^(log|x| / 3), which is good to 2^-18, and one step of Newton's iteration.
template <class T>
CTG_ALWAYS_INLINE batch<T> cbrt(batch<T> x) {
  batch<T> const a = xsimd::abs(x);
  batch<T> const guess = detail::exp(detail::log(a) * batch<T>(T(1. / 3)));
  batch<T> const root = guess - (guess - a / (guess * guess)) * batch<T>(T(1. / 3));
  return xsimd::select((a == batch<T>(0)) | (a == batch<T>(infinity<T>)), a, root) | sign_of(x);
}

}  // namespace ctg::inline v0::kernel::detail
