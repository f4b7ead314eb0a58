// SPDX-License-Identifier: MIT
// What the SIMD elementary functions share: a floating-point batch seen as bits, powers of two made from bits,
// polynomials. Rounding by a shifter and integers in the low mantissa bits stand in for the conversions between double
// and int64 that SSE2 and AVX2 lack. -ffast-math would break both.
#pragma once

#include <ctg/kernel/simd.hpp>

#include <array>
#include <concepts>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace ctg::inline v0::kernel::detail {

template <class T>
using bits_of = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;

template <class T>
inline constexpr int mantissa_bits = std::numeric_limits<T>::digits - 1;

template <class T>
inline constexpr int exponent_bias = std::numeric_limits<T>::max_exponent - 1;

template <class T>
inline constexpr T infinity = std::numeric_limits<T>::infinity();

template <class T>
inline constexpr T not_a_number = std::numeric_limits<T>::quiet_NaN();

/// 1.5 * 2^mantissa_bits + Bias: x + shifter holds the nearest integer of x, plus Bias, in its low bits. (With the bias
/// of an exponent in it, a shift makes a power of two of the sum.)
template <class T, int Bias = 0>
inline constexpr T shifter = T(1.5) / std::numeric_limits<T>::epsilon() + T(Bias);

/// Whether kernel::fma has one rounding, so that it gives the error of a product.
#if defined(__FMA__) || defined(__AVX512F__)
inline constexpr bool fma_is_exact = true;
#else
inline constexpr bool fma_is_exact = false;
#endif

/// Whether batch<T> is a register of AVX-512, which splits numbers into mantissa and exponent and joins them, denormals
/// and overflow included, in one instruction each (measured: log 1.3, exp 1.2 times as fast).
template <class T>
#if defined(__AVX512F__)
inline constexpr bool has_exponent_instructions = sizeof(batch<T>) == 64;
#else
inline constexpr bool has_exponent_instructions = false;
#endif

#if defined(__AVX512F__)
// Of the masked forms, for g++ 12 warns of its own undefined values in the others.

/// The exponent as a number, -inf at 0.
template <class T>
CTG_ALWAYS_INLINE batch<T> exponent_of(batch<T> x) {
  if constexpr (sizeof(T) == 4)
    return _mm512_maskz_getexp_ps(0xffff, x);
  else
    return _mm512_maskz_getexp_pd(0xff, x);
}
/// The mantissa in [3/4, 3/2); NaN below 0; 1 at 0 and inf.
template <class T>
CTG_ALWAYS_INLINE batch<T> mantissa_of(batch<T> x) {
  if constexpr (sizeof(T) == 4)
    return _mm512_maskz_getmant_ps(0xffff, x, _MM_MANT_NORM_p75_1p5, _MM_MANT_SIGN_nan);
  else
    return _mm512_maskz_getmant_pd(0xff, x, _MM_MANT_NORM_p75_1p5, _MM_MANT_SIGN_nan);
}
/// x * 2^n with one rounding.
template <class T>
CTG_ALWAYS_INLINE batch<T> scale(batch<T> x, batch<T> n) {
  if constexpr (sizeof(T) == 4)
    return _mm512_maskz_scalef_ps(0xffff, x, n);
  else
    return _mm512_maskz_scalef_pd(0xff, x, n);
}
#endif

/// c - a * b, as fma.
template <class T>
CTG_ALWAYS_INLINE batch<T> fnma(batch<T> a, batch<T> b, batch<T> c) {
#if defined(__AVX512F__)
  if constexpr (sizeof(batch<T>) == 64 && sizeof(T) == 4)
    return _mm512_fnmadd_ps(a, b, c);
  else if constexpr (sizeof(batch<T>) == 64)
    return _mm512_fnmadd_pd(a, b, c);
  else
#endif
    return xsimd::fnma(a, b, c);
}

/// xsimd names the target batch before version 11 and the target element since.
template <class To, class From>
CTG_ALWAYS_INLINE batch<To> bit_cast(batch<From> x) {
  if constexpr (requires {
                  { xsimd::bitwise_cast<To>(x) } -> std::same_as<batch<To>>;
                })
    return xsimd::bitwise_cast<To>(x);
  else
    return xsimd::bitwise_cast<batch<To>>(x);
}

template <class T>
CTG_ALWAYS_INLINE batch<bits_of<T>> to_bits(batch<T> x) {
  return bit_cast<bits_of<T>>(x);
}

/// c[0] + c[1] x + c[2] x^2 ... by Horner's rule in x^2 over pairs of terms: one operation more than Horner's rule in x
/// and half its latency, which counts since the scheduler holds only about four batches (exp: 3 %). Longer ones are
/// pairs of pairs first, which costs another square. Pairs all the way (Estrin) take 1.05 to 1.15 times as long for
/// exp, log and tanh. (All measured; vectors of 64 bytes have half as many multiply-adds in flight for the same work.)
template <class T, std::size_t N>
CTG_ALWAYS_INLINE batch<T> polynomial(batch<T> x, std::array<batch<T>, N> const& c) {
  if constexpr (N == 1) {
    return c[0];
  } else {
    std::array<batch<T>, (N + 1) / 2> pairs;
    CTG_UNROLL
    for (std::size_t i = 0; i < N / 2; ++i) pairs[i] = fma(c[2 * i + 1], x, c[2 * i]);
    if constexpr (N % 2 == 1) pairs[N / 2] = c[N - 1];
    batch<T> const square = x * x;
    if constexpr (N > (sizeof(batch<T>) == 64 ? 14 : 8)) return polynomial(square, pairs);
    batch<T> sum = pairs.back();
    CTG_UNROLL
    for (std::size_t i = pairs.size() - 1; i > 0; --i) sum = fma(sum, square, pairs[i - 1]);
    return sum;
  }
}
template <class T, class... Cs>
CTG_ALWAYS_INLINE batch<T> polynomial(batch<T> x, T c, Cs... cs) {
  return polynomial(x, std::array<batch<T>, 1 + sizeof...(Cs)>{batch<T>(c), batch<T>(cs)...});
}

/// min and max against a bound that let a NaN in x through (the second operand wins on x86, either does on Arm).
template <class T>
CTG_ALWAYS_INLINE batch<T> at_most(batch<T> x, T bound) {
  return xsimd::min(batch<T>(bound), x);
}
template <class T>
CTG_ALWAYS_INLINE batch<T> at_least(batch<T> x, T bound) {
  return xsimd::max(batch<T>(bound), x);
}

template <class T>
CTG_ALWAYS_INLINE batch<T> sign_of(batch<T> x) {
  return x & batch<T>(T(-0.0));
}

/// The nearest integer, halves to even. (xsimd's for SSE2 convert infinities to int64, which is undefined.)
template <class T>
CTG_ALWAYS_INLINE batch<T> round(batch<T> x) {
  batch<T> const size = xsimd::abs(x), magic(1 / std::numeric_limits<T>::epsilon());
  return xsimd::select(size < magic, ((size + magic) - magic) | sign_of(x), x);
}

template <class T>
CTG_ALWAYS_INLINE batch<T> floor(batch<T> x) {
  batch<T> const nearest = detail::round(x);
  return xsimd::select(nearest > x, nearest - batch<T>(T(1)), nearest);
}

/// f of every lane by itself, where no vector form is worth its code.
template <class T, class F>
CTG_NOINLINE batch<T> each_lane(F f, batch<T> x) {
  alignas(64) T buffer[lanes<T>];
  x.store_aligned(buffer);
  for (T& element : buffer) element = f(element);
  return batch<T>::load_aligned(buffer);
}

/// hi + lo with |lo| <= ulp(hi) / 2: twice the precision (Dekker 1971).
template <class T>
struct two_words {
  batch<T> hi, lo;
};

/// a b, and what its rounding took. Without FMA, which not every instruction set has, by halves, whose products are
/// exact.
template <class T>
CTG_ALWAYS_INLINE two_words<T> two_product(batch<T> a, batch<T> b) {
  batch<T> const product = a * b;
  if constexpr (fma_is_exact) {
    return {product, fma(a, b, -product)};
  } else {
    using bits = bits_of<T>;
    batch<bits> const upper(sizeof(T) == 4 ? bits(0xffff'f000u) : bits(0xffff'ffff'f800'0000u));
    batch<T> const a_hi = bit_cast<T>(to_bits(a) & upper), a_lo = a - a_hi;
    batch<T> const b_hi = bit_cast<T>(to_bits(b) & upper), b_lo = b - b_hi;
    return {product, ((a_hi * b_hi - product) + a_hi * b_lo + a_lo * b_hi) + a_lo * b_lo};
  }
}

/// a b - c with one rounding, where a b - c is small and the rounded product less c exact.
template <class T>
CTG_ALWAYS_INLINE batch<T> product_minus(batch<T> a, batch<T> b, batch<T> c) {
  if constexpr (fma_is_exact) {
    return fma(a, b, -c);
  } else {
    two_words<T> const product = two_product(a, b);
    return (product.hi - c) + product.lo;
  }
}

/// 2^n with n + exponent_bias in the low bits, 0 < n + exponent_bias < 2 exponent_bias + 1.
template <class T>
CTG_ALWAYS_INLINE batch<T> power_of_two(batch<bits_of<T>> biased) {
  return bit_cast<T>(biased << mantissa_bits<T>);
}

}  // namespace ctg::inline v0::kernel::detail
