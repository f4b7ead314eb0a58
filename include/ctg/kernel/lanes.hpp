// SPDX-License-Identifier: MIT
// What goes across the lanes of a vector: exchange, reversal, sums and other joins of all lanes.
#pragma once

#include <ctg/kernel/simd.hpp>

namespace ctg::inline v0::kernel {

/// Lane i of the result is lane i ^ Distance of x; Distance is a power of two below the number of lanes.
template <index Distance, class T>
CTG_ALWAYS_INLINE batch<T> exchange(batch<T> x) {
#if defined(__AVX512F__)
  // (the masked forms: g++ 12 warns of the undefined pass-through of the plain ones)
  if constexpr (sizeof(batch<T>) == 64 && sizeof(T) == 4) {
    __m512 const v = x;
    if constexpr (Distance == 8) return _mm512_mask_shuffle_f32x4(v, 0xffff, v, v, 0x4e);
    if constexpr (Distance == 4) return _mm512_mask_shuffle_f32x4(v, 0xffff, v, v, 0xb1);
    if constexpr (Distance == 2) return _mm512_mask_permute_ps(v, 0xffff, v, 0x4e);
    if constexpr (Distance == 1) return _mm512_mask_permute_ps(v, 0xffff, v, 0xb1);
  } else if constexpr (sizeof(batch<T>) == 64) {
    __m512d const v = x;
    if constexpr (Distance == 4) return _mm512_mask_shuffle_f64x2(v, 0xff, v, v, 0x4e);
    if constexpr (Distance == 2) return _mm512_mask_shuffle_f64x2(v, 0xff, v, v, 0xb1);
    if constexpr (Distance == 1) return _mm512_mask_permute_pd(v, 0xff, v, 0x55);
  } else
#elif defined(__AVX__)
  if constexpr (sizeof(batch<T>) == 32 && sizeof(T) == 4) {
    __m256 const v = x;
    if constexpr (Distance == 4) return _mm256_permute2f128_ps(v, v, 1);
    if constexpr (Distance == 2) return _mm256_permute_ps(v, 0x4e);
    if constexpr (Distance == 1) return _mm256_permute_ps(v, 0xb1);
  } else if constexpr (sizeof(batch<T>) == 32) {
    __m256d const v = x;
    if constexpr (Distance == 2) return _mm256_permute2f128_pd(v, v, 1);
    if constexpr (Distance == 1) return _mm256_permute_pd(v, 0x5);
  } else
#elif defined(__SSE2__)
  if constexpr (sizeof(batch<T>) == 16 && sizeof(T) == 4) {
    __m128 const v = x;
    if constexpr (Distance == 2) return _mm_shuffle_ps(v, v, 0x4e);
    if constexpr (Distance == 1) return _mm_shuffle_ps(v, v, 0xb1);
  } else if constexpr (sizeof(batch<T>) == 16) {
    __m128d const v = x;
    return _mm_shuffle_pd(v, v, 1);
  } else
#endif
  {
    alignas(64) T buffer[lanes<T>];
    alignas(64) T exchanged[lanes<T>];
    x.store_aligned(buffer);
    for (index i = 0; i < lanes<T>; ++i) exchanged[i] = buffer[i ^ Distance];
    return batch<T>::load_aligned(exchanged);
  }
}

namespace detail {
template <index Distance, class T>
CTG_ALWAYS_INLINE batch<T> reverse_from(batch<T> x) {
  if constexpr (Distance == 0)
    return x;
  else
    return reverse_from<Distance / 2>(exchange<Distance>(x));
}
}  // namespace detail

/// The lanes in reverse order.
template <class T>
CTG_ALWAYS_INLINE batch<T> reverse(batch<T> x) {
#if defined(__AVX512F__)
  if constexpr (sizeof(batch<T>) == 64 && sizeof(T) == 4)
    return _mm512_maskz_permutexvar_ps(0xffff, _mm512_set_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
                                       x);
  else
#elif defined(__AVX2__)
  if constexpr (sizeof(batch<T>) == 32 && sizeof(T) == 4)
    return _mm256_permutevar8x32_ps(x, _mm256_set_epi32(0, 1, 2, 3, 4, 5, 6, 7));
  else
#endif
    return detail::reverse_from<lanes<T> / 2>(x);
}

/// The first 2·Distance lanes joined as a tree over halves, in all of these: `join` takes two batches and does not mind
/// their order.
template <index Distance, class T>
CTG_ALWAYS_INLINE batch<T> reduce_from(batch<T> x, auto const& join) {
  if constexpr (Distance == 0)
    return x;
  else
    return reduce_from<Distance / 2>(join(x, exchange<Distance>(x)), join);
}
template <class T>
CTG_ALWAYS_INLINE batch<T> reduce(batch<T> x, auto const& join) {
  return reduce_from<lanes<T> / 2>(x, join);
}

/// The sum of the lanes, as a tree over halves.
template <class T>
CTG_ALWAYS_INLINE T reduce_add(batch<T> x) {
  return first_lane(reduce(x, [](batch<T> a, batch<T> b) CTG_INLINE_LAMBDA { return a + b; }));
}

}  // namespace ctg::inline v0::kernel
