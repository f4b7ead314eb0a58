// SPDX-License-Identifier: MIT
// The vector type of the kernels: xsimd's batch for the best instruction set of this translation unit, and what xsimd
// 8.1 to 14 lack or name differently (partial loads, horizontal sums, FMA for AVX-512 before version 11).
#pragma once

#include <ctg/config.hpp>

#include <xsimd/xsimd.hpp>

#include <cstddef>
#include <cstring>

#if defined(__AVX512F__)
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

/// The first n lanes from p, the others `rest`; reads nothing beyond p + n. 0 <= n < lanes.
template <class T>
CTG_ALWAYS_INLINE batch<T> load_partial(T const* p, index n, T rest = T{}) {
  alignas(64) T buffer[lanes<T>];
  for (index i = 0; i < lanes<T>; ++i) buffer[i] = i < n ? p[i] : rest;
  return batch<T>::load_aligned(buffer);
}

/// The first n lanes to p; writes nothing beyond p + n. 0 <= n < lanes.
template <class T>
CTG_ALWAYS_INLINE void store_partial(T* p, batch<T> x, index n) {
  alignas(64) T buffer[lanes<T>];
  x.store_aligned(buffer);
  for (index i = 0; i < n; ++i) p[i] = buffer[i];
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

/// The sum of the lanes. (A tree over halves: xsimd calls it hadd before 9.0 and reduce_add since.)
template <class T>
CTG_ALWAYS_INLINE T reduce_add(batch<T> x) {
#if XSIMD_VERSION_MAJOR < 9
  return xsimd::hadd(x);
#else
  return xsimd::reduce_add(x);
#endif
}

}  // namespace ctg::inline v0::kernel
