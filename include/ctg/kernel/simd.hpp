// SPDX-License-Identifier: MIT
// The vector type of the kernels: xsimd's batch for the best instruction set of this translation unit, and what xsimd
// 8.1 to 14 lack or name differently (partial loads, horizontal sums, FMA for AVX-512 before version 11).
#pragma once

#include <ctg/config.hpp>

#include <xsimd/xsimd.hpp>

#include <cstddef>
#include <cstdint>

#if defined(__AVX__)
#include <immintrin.h>
#endif

namespace ctg::inline v0::kernel {

using index = std::ptrdiff_t;

template <class T>
using batch = xsimd::batch<T>;

template <class T>
inline constexpr index lanes = static_cast<index>(batch<T>::size);

template <class T>
CTG_ALWAYS_INLINE batch<T> load(T const* p) {
  return batch<T>::load_unaligned(p);
}

template <class T>
CTG_ALWAYS_INLINE void store(T* p, batch<T> x) {
  x.store_unaligned(p);
}

#if defined(__AVX__) && !defined(__AVX512F__)
namespace detail {
// n ones and then zeros: the masks of AVX, read from the middle of a table.
inline __m256i first_lanes(index n, index of) {
  alignas(64) static constexpr std::int32_t table[16] = {-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0};
  return _mm256_loadu_si256(reinterpret_cast<__m256i const*>(table + 8 - n * (8 / of)));
}
}  // namespace detail
#endif

/// The first n lanes from p, the others zero; reads nothing beyond p + n. 0 <= n < lanes.
template <class T>
CTG_ALWAYS_INLINE batch<T> load_partial(T const* p, index n) {
#if defined(__AVX512F__)
  if constexpr (sizeof(batch<T>) == 64 && sizeof(T) == 4)
    return _mm512_maskz_loadu_ps(static_cast<__mmask16>((1u << n) - 1), p);
  else if constexpr (sizeof(batch<T>) == 64)
    return _mm512_maskz_loadu_pd(static_cast<__mmask8>((1u << n) - 1), p);
  else
#elif defined(__AVX__)
  if constexpr (sizeof(batch<T>) == 32 && sizeof(T) == 4)
    return _mm256_maskload_ps(p, detail::first_lanes(n, 8));
  else if constexpr (sizeof(batch<T>) == 32)
    return _mm256_maskload_pd(p, detail::first_lanes(n, 4));
  else
#endif
  {
    alignas(64) T buffer[lanes<T>];
    for (index i = 0; i < lanes<T>; ++i) buffer[i] = i < n ? p[i] : T{};
    return batch<T>::load_aligned(buffer);
  }
}

/// The first n lanes to p; writes nothing beyond p + n. 0 <= n < lanes.
template <class T>
CTG_ALWAYS_INLINE void store_partial(T* p, batch<T> x, index n) {
#if defined(__AVX512F__)
  if constexpr (sizeof(batch<T>) == 64 && sizeof(T) == 4)
    _mm512_mask_storeu_ps(p, static_cast<__mmask16>((1u << n) - 1), x);
  else if constexpr (sizeof(batch<T>) == 64)
    _mm512_mask_storeu_pd(p, static_cast<__mmask8>((1u << n) - 1), x);
  else
#elif defined(__AVX__)
  if constexpr (sizeof(batch<T>) == 32 && sizeof(T) == 4)
    _mm256_maskstore_ps(p, detail::first_lanes(n, 8), x);
  else if constexpr (sizeof(batch<T>) == 32)
    _mm256_maskstore_pd(p, detail::first_lanes(n, 4), x);
  else
#endif
  {
    alignas(64) T buffer[lanes<T>];
    x.store_aligned(buffer);
    for (index i = 0; i < n; ++i) p[i] = buffer[i];
  }
}

/// a * b + c, with one rounding where the instruction set has it.
template <class T>
CTG_ALWAYS_INLINE batch<T> fma(batch<T> a, batch<T> b, batch<T> c) {
#if defined(__AVX512F__)
  if constexpr (sizeof(batch<T>) == 64 && sizeof(T) == 4)
    return _mm512_fmadd_ps(a, b, c);
  else if constexpr (sizeof(batch<T>) == 64)
    return _mm512_fmadd_pd(a, b, c);
  else
#endif
    return xsimd::fma(a, b, c);
}

/// The sum of the lanes, as a tree over halves.
template <class T>
CTG_ALWAYS_INLINE T reduce_add(batch<T> x) {
#if defined(__AVX512F__)
  // xsimd 8.1's hadd draws warnings about uninitialised values out of g++ 12's own header here
  if constexpr (sizeof(batch<T>) == 64) {
    alignas(64) T buffer[lanes<T>];
    x.store_aligned(buffer);
    for (index half = lanes<T> / 2; half > 0; half /= 2)
      for (index i = 0; i < half; ++i) buffer[i] += buffer[i + half];
    return buffer[0];
  } else
#endif
  {
#if XSIMD_VERSION_MAJOR < 9
    return xsimd::hadd(x);
#else
    return xsimd::reduce_add(x);
#endif
  }
}

}  // namespace ctg::inline v0::kernel
