// SPDX-License-Identifier: MIT
// Division of many numbers by one: a reciprocal once, then per quotient a product and its correction (Markstein, "IA-64
// and Elementary Functions", 2000), a third of a division's time.
#pragma once

#include <ctg/kernel/math/bits.hpp>

#include <cmath>

namespace ctg::inline v0::kernel {

/// A number in all lanes by which batches are divided. Errors are those of a division (0.5 ULP and, if at all, 2
/// epsilon more), but up to 1.5 ULP where the dividend or the quotient is denormal; infinities, NaN and the sign of
/// zero are those of a division, but quotients in the last 2 ULP below overflow may be infinite.
template <class T>
class divisor {
 public:
  static constexpr bool pays = detail::fma_is_exact;

  divisor() = default;
  explicit CTG_ALWAYS_INLINE divisor(batch<T> d)
      : value_(d), inverse_(batch<T>(T(1)) / d), regular_(is_regular(first_lane(d))) {}

  friend CTG_ALWAYS_INLINE batch<T> operator/(batch<T> x, divisor const& d) {
    if (!pays || !d.regular_) [[unlikely]]
      return x / d.value_;
    batch<T> const guess = x * d.inverse_;
    batch<T> const y = fma(detail::fnma(guess, d.value_, x), d.inverse_, guess);
    // what is infinite leaves a rest that is no number, and a negative zero a positive one
    return xsimd::select(is_number_but_zero(y), y, guess);
  }

 private:
  static CTG_ALWAYS_INLINE typename batch<T>::batch_bool_type is_number_but_zero(batch<T> y) {
#if defined(__AVX512F__)
    if constexpr (sizeof(batch<T>) == 64 && sizeof(T) == 4)
      return _mm512_cmp_ps_mask(y, _mm512_setzero_ps(), _CMP_NEQ_OQ);
    else if constexpr (sizeof(batch<T>) == 64)
      return _mm512_cmp_pd_mask(y, _mm512_setzero_pd(), _CMP_NEQ_OQ);
    else
#elif defined(__AVX__)
    if constexpr (sizeof(batch<T>) == 32 && sizeof(T) == 4)
      return _mm256_cmp_ps(y, _mm256_setzero_ps(), _CMP_NEQ_OQ);
    else if constexpr (sizeof(batch<T>) == 32)
      return _mm256_cmp_pd(y, _mm256_setzero_pd(), _CMP_NEQ_OQ);
    else
#endif
      return (y < batch<T>(T(0))) | (y > batch<T>(T(0)));
  }

  // Far enough from where the reciprocal is denormal or infinite.
  static CTG_ALWAYS_INLINE bool is_regular(T d) {
    constexpr T least = sizeof(T) == 4 ? T(0x1p-60) : T(0x1p-500);
    return std::abs(d) >= least && std::abs(d) <= 1 / least;
  }

  batch<T> value_, inverse_;
  bool regular_;
};

}  // namespace ctg::inline v0::kernel
