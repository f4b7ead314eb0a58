// SPDX-License-Identifier: MIT
// The vector type of the kernels: xsimd's batch for the best instruction set of this translation unit, and what xsimd
// 8.1 to 14 lack or name differently (partial loads, FMA for AVX-512 before version 11).
#pragma once

#include <ctg/config.hpp>

#include <xsimd/xsimd.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

#if defined(__aarch64__)
// For float xsimd (8.1 to 14) has the approximation of 32-bit ARM here: x / 0 and 0 / 0 become anything, and one in
// four quotients is wrong in the last place. AArch64 has an instruction.
template <>
inline xsimd::batch<float>& xsimd::batch<float>::operator/=(xsimd::batch<float> const& other) noexcept {
  return *this = xsimd::batch<float>(vdivq_f32(*this, other));
}
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

#if defined(__AVX__)
namespace detail {
// Pieces of 16, 8 and 4 bytes. A masked store is dozens of micro-operations on Zen 2 and 3, and no processor forwards
// what a masked store wrote, or several stores, to one wide load: an access in pieces meets the pieces of the one
// before.
inline __m128 load_pieces(float const* p, index n) {
  __m128 x = _mm_setzero_ps();
  if (n & 2) x = _mm_loadl_pi(x, reinterpret_cast<__m64 const*>(p));  // _mm_load_sd would read a double
  if (n == 3)
    x = _mm_insert_ps(x, _mm_load_ss(p + 2), 0x20);
  else if (n & 1)
    x = _mm_load_ss(p);
  return x;
}
inline void store_pieces(float* p, __m128 x, index n) {
  if (n & 2) {
    _mm_storel_pi(reinterpret_cast<__m64*>(p), x);
    x = _mm_movehl_ps(x, x);
    p += 2;
  }
  if (n & 1) _mm_store_ss(p, x);
}
inline __m256 load_pieces_of_8(float const* p, index n) {
  if (n < 4) return _mm256_insertf128_ps(_mm256_setzero_ps(), load_pieces(p, n), 0);
  return _mm256_set_m128(load_pieces(p + 4, n - 4), _mm_loadu_ps(p));
}
inline void store_pieces_of_8(float* p, __m256 x, index n) {
  if (n < 4) return store_pieces(p, _mm256_castps256_ps128(x), n);
  _mm_storeu_ps(p, _mm256_castps256_ps128(x));
  store_pieces(p + 4, _mm256_extractf128_ps(x, 1), n - 4);
}
inline __m256d load_pieces_of_4(double const* p, index n) {
  __m128d const first = n >= 2 ? _mm_loadu_pd(p) : n == 1 ? _mm_load_sd(p) : _mm_setzero_pd();
  return _mm256_set_m128d(n == 3 ? _mm_load_sd(p + 2) : _mm_setzero_pd(), first);
}
inline void store_pieces_of_4(double* p, __m256d x, index n) {
  __m128d rest = _mm256_castpd256_pd128(x);
  if (n & 2) {
    _mm_storeu_pd(p, rest);
    rest = _mm256_extractf128_pd(x, 1);
    p += 2;
  }
  if (n & 1) _mm_store_sd(p, rest);
}
}  // namespace detail
#endif

/// The first n lanes from p, the others zero; reads nothing beyond p + n. 0 <= n < lanes.
template <class T>
CTG_ALWAYS_INLINE batch<T> load_partial(T const* p, index n) {
#if defined(__AVX512F__)
  if constexpr (sizeof(batch<T>) == 64 && sizeof(T) == 4) {
    if (__builtin_constant_p(n) && n < 8)
      return _mm512_insertf32x8(_mm512_setzero_ps(), detail::load_pieces_of_8(p, n), 0);
    if (__builtin_constant_p(n) && n == 8) return _mm512_insertf32x8(_mm512_setzero_ps(), _mm256_loadu_ps(p), 0);
    return _mm512_maskz_loadu_ps(static_cast<__mmask16>((1u << n) - 1), p);
  } else if constexpr (sizeof(batch<T>) == 64) {
    if (__builtin_constant_p(n) && n < 4)
      return _mm512_insertf64x4(_mm512_setzero_pd(), detail::load_pieces_of_4(p, n), 0);
    if (__builtin_constant_p(n) && n == 4) return _mm512_insertf64x4(_mm512_setzero_pd(), _mm256_loadu_pd(p), 0);
    return _mm512_maskz_loadu_pd(static_cast<__mmask8>((1u << n) - 1), p);
  } else
#elif defined(__AVX__)
  if constexpr (sizeof(batch<T>) == 32 && sizeof(T) == 4) {
    if (__builtin_constant_p(n)) return detail::load_pieces_of_8(p, n);
    return _mm256_maskload_ps(p, detail::first_lanes(n, 8));
  } else if constexpr (sizeof(batch<T>) == 32) {
    if (__builtin_constant_p(n)) return detail::load_pieces_of_4(p, n);
    return _mm256_maskload_pd(p, detail::first_lanes(n, 4));
  } else
#endif
  {
    alignas(64) T buffer[lanes<T>];
    for (index i = 0; i < lanes<T>; ++i) buffer[i] = i < n ? p[i] : T{};
    return batch<T>::load_aligned(buffer);
  }
}

/// The lanes of the least vector, of 16 bytes or more, that holds n entries: where there is room behind a short row it
/// is read and written by these, so that the processor hands on what is stored to the load that follows.
template <class T>
constexpr index whole_lanes(index n) {
  return std::max(16 / static_cast<index>(sizeof(T)), static_cast<index>(std::bit_ceil(static_cast<std::size_t>(n))));
}

/// N lanes from p, those of a vector of 16 or 32 bytes; the others hold anything.
template <index N, class T>
CTG_ALWAYS_INLINE batch<T> load_first(T const* p) {
#if defined(__AVX512F__)
  if constexpr (sizeof(batch<T>) == 64 && sizeof(T) == 4)
    return N == 4 ? _mm512_castps128_ps512(_mm_loadu_ps(p)) : _mm512_castps256_ps512(_mm256_loadu_ps(p));
  else if constexpr (sizeof(batch<T>) == 64)
    return N == 2 ? _mm512_castpd128_pd512(_mm_loadu_pd(p)) : _mm512_castpd256_pd512(_mm256_loadu_pd(p));
  else
#elif defined(__AVX__)
  if constexpr (sizeof(batch<T>) == 32 && sizeof(T) == 4)
    return _mm256_castps128_ps256(_mm_loadu_ps(p));
  else if constexpr (sizeof(batch<T>) == 32)
    return _mm256_castpd128_pd256(_mm_loadu_pd(p));
  else
#endif
    return load_partial(p, N);
}

/// The first n lanes to p; writes nothing beyond p + n. 0 <= n < lanes.
template <class T>
CTG_ALWAYS_INLINE void store_partial(T* p, batch<T> x, index n) {
#if defined(__AVX512F__)
  if constexpr (sizeof(batch<T>) == 64 && sizeof(T) == 4) {
    if (__builtin_constant_p(n) && n < 8) return detail::store_pieces_of_8(p, _mm512_castps512_ps256(x), n);
    if (__builtin_constant_p(n) && n == 8) return _mm256_storeu_ps(p, _mm512_castps512_ps256(x));
    _mm512_mask_storeu_ps(p, static_cast<__mmask16>((1u << n) - 1), x);
  } else if constexpr (sizeof(batch<T>) == 64) {
    if (__builtin_constant_p(n) && n < 4) return detail::store_pieces_of_4(p, _mm512_castpd512_pd256(x), n);
    if (__builtin_constant_p(n) && n == 4) return _mm256_storeu_pd(p, _mm512_castpd512_pd256(x));
    _mm512_mask_storeu_pd(p, static_cast<__mmask8>((1u << n) - 1), x);
  } else
#elif defined(__AVX__)
  if constexpr (sizeof(batch<T>) == 32 && sizeof(T) == 4)
    detail::store_pieces_of_8(p, x, n);
  else if constexpr (sizeof(batch<T>) == 32)
    detail::store_pieces_of_4(p, x, n);
  else
#endif
  {
    alignas(64) T buffer[lanes<T>];
    x.store_aligned(buffer);
    for (index i = 0; i < n; ++i) p[i] = buffer[i];
  }
}

#if defined(__AVX512F__) && defined(__AVX512VL__)
/// The lanes of `mask` from p, the others zero, for vectors of 256 or 512 bits; reads nothing else.
template <class V, class T>
CTG_ALWAYS_INLINE V load_masked(T const* p, unsigned mask) {
  auto const m16 = static_cast<__mmask16>(mask);
  auto const m8 = static_cast<__mmask8>(mask);
  if constexpr (sizeof(V) == 64 && sizeof(T) == 4)
    return _mm512_maskz_loadu_ps(m16, p);
  else if constexpr (sizeof(V) == 64)
    return _mm512_maskz_loadu_pd(m8, p);
  else if constexpr (sizeof(T) == 4)
    return _mm256_maskz_loadu_ps(m8, p);
  else
    return _mm256_maskz_loadu_pd(m8, p);
}

/// The lanes of `mask` to p; writes nothing else.
template <class V, class T>
CTG_ALWAYS_INLINE void store_masked(T* p, V x, unsigned mask) {
  auto const m16 = static_cast<__mmask16>(mask);
  auto const m8 = static_cast<__mmask8>(mask);
  if constexpr (sizeof(V) == 64 && sizeof(T) == 4)
    _mm512_mask_storeu_ps(p, m16, x);
  else if constexpr (sizeof(V) == 64)
    _mm512_mask_storeu_pd(p, m8, x);
  else if constexpr (sizeof(T) == 4)
    _mm256_mask_storeu_ps(p, m8, x);
  else
    _mm256_mask_storeu_pd(p, m8, x);
}
#else
template <class V, class T>
V load_masked(T const* p, unsigned mask) = delete;
template <class V, class T>
void store_masked(T* p, V x, unsigned mask) = delete;
#endif

/// To p, aligned to the size of the vector, past the caches: a line that is written as a whole need not be read first.
/// To be followed by `end_of_stream` before another thread reads it.
template <class T>
CTG_ALWAYS_INLINE void stream(T* p, batch<T> x) {
#if defined(__AVX512F__)
  if constexpr (sizeof(batch<T>) == 64 && sizeof(T) == 4)
    _mm512_stream_ps(p, x);
  else if constexpr (sizeof(batch<T>) == 64)
    _mm512_stream_pd(p, x);
  else
#elif defined(__AVX__)
  if constexpr (sizeof(batch<T>) == 32 && sizeof(T) == 4)
    _mm256_stream_ps(p, x);
  else if constexpr (sizeof(batch<T>) == 32)
    _mm256_stream_pd(p, x);
  else
#elif defined(__SSE2__)
  if constexpr (sizeof(batch<T>) == 16 && sizeof(T) == 4)
    _mm_stream_ps(p, x);
  else if constexpr (sizeof(batch<T>) == 16)
    _mm_stream_pd(p, x);
  else
#endif
    store(p, x);
}
CTG_ALWAYS_INLINE void end_of_stream() {
#if defined(__SSE2__)
  _mm_sfence();
#endif
}

/// x in the first n lanes, y in the others. 0 <= n <= lanes.
template <class T>
CTG_ALWAYS_INLINE batch<T> first_of(index n, batch<T> x, batch<T> y) {
#if defined(__AVX512F__)
  if constexpr (sizeof(batch<T>) == 64 && sizeof(T) == 4)
    return _mm512_mask_blend_ps(static_cast<__mmask16>((1u << n) - 1), y, x);
  else if constexpr (sizeof(batch<T>) == 64)
    return _mm512_mask_blend_pd(static_cast<__mmask8>((1u << n) - 1), y, x);
  else
#elif defined(__AVX__)
  if constexpr (sizeof(batch<T>) == 32 && sizeof(T) == 4)
    return _mm256_blendv_ps(y, x, _mm256_castsi256_ps(detail::first_lanes(n, 8)));
  else if constexpr (sizeof(batch<T>) == 32)
    return _mm256_blendv_pd(y, x, _mm256_castsi256_pd(detail::first_lanes(n, 4)));
  else
#endif
  {
    alignas(64) T buffer[lanes<T>];
    alignas(64) T other[lanes<T>];
    x.store_aligned(buffer);
    y.store_aligned(other);
    for (index i = n; i < lanes<T>; ++i) buffer[i] = other[i];
    return batch<T>::load_aligned(buffer);
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

/// The square root, rounded correctly: xsimd's for float on AArch64 is that of 32-bit ARM, an approximation.
template <class T>
CTG_ALWAYS_INLINE batch<T> sqrt(batch<T> x) {
#if defined(__aarch64__)
  if constexpr (sizeof(T) == 4)
    return vsqrtq_f32(x);
  else
#endif
    return xsimd::sqrt(x);
}

/// Lane 0.
template <class T>
CTG_ALWAYS_INLINE T first_lane(batch<T> x) {
#if defined(__AVX512F__)
  if constexpr (sizeof(batch<T>) == 64 && sizeof(T) == 4)
    return _mm512_cvtss_f32(x);
  else if constexpr (sizeof(batch<T>) == 64)
    return _mm512_cvtsd_f64(x);
  else
#elif defined(__AVX__)
  if constexpr (sizeof(batch<T>) == 32 && sizeof(T) == 4)
    return _mm256_cvtss_f32(x);
  else if constexpr (sizeof(batch<T>) == 32)
    return _mm256_cvtsd_f64(x);
  else
#endif
    return x.get(0);
}

}  // namespace ctg::inline v0::kernel
