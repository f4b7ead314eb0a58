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

/// 1.5 * 2^mantissa_bits: x + shifter holds the nearest integer of x in its low bits.
template <class T>
inline constexpr T shifter = T(1.5) / std::numeric_limits<T>::epsilon();

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

/// c[0] + c[1] x + c[2] x^2 ... with the terms joined in pairs (Estrin): as many operations as Horner's rule, but half
/// the latency, which is what limits a loop (measured: exp +3 %, for the scheduler holds only about four batches in
/// flight).
template <class T, std::size_t N>
CTG_ALWAYS_INLINE batch<T> polynomial(batch<T> x, std::array<batch<T>, N> const& c) {
  if constexpr (N == 1) {
    return c[0];
  } else {
    std::array<batch<T>, (N + 1) / 2> pairs;
    CTG_UNROLL
    for (std::size_t i = 0; i < N / 2; ++i) pairs[i] = fma(c[2 * i + 1], x, c[2 * i]);
    if constexpr (N % 2 == 1) pairs[N / 2] = c[N - 1];
    return polynomial(x * x, pairs);
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

/// x * 2^n by its exponent bits; n in the low bits of n, x normal and the result too.
template <class T>
CTG_ALWAYS_INLINE batch<T> scale_normal(batch<T> x, batch<bits_of<T>> n) {
  return bit_cast<T>(to_bits(x) + (n << mantissa_bits<T>));
}

}  // namespace ctg::inline v0::kernel::detail
