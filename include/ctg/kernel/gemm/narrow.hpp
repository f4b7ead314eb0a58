// SPDX-License-Identifier: MIT
// Products of many short rows and a matrix of at most 4x4, as rotations, quaternions and homogeneous coordinates are:
// several rows of C to a vector, whose elements of A are permuted out of one load; without AVX2 one row, whose elements
// are broadcast. A row that is added to all, as a translation is, is where the sums begin. (1000 rows of 3 floats times
// 3x3: AVX-512 900 -> 295 ns, AVX2 1550 -> 410, SSE2 1750 -> 870; of 3 doubles 920 -> 645, 1220 -> 780.)
#pragma once

#include <ctg/config.hpp>
#include <ctg/kernel/gemm/blocked.hpp>
#include <ctg/kernel/gemm/blocking.hpp>
#include <ctg/kernel/simd.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace ctg::inline v0::kernel::detail {

#if defined(__AVX2__)
/// Which words of 32 bits make up a vector.
struct words {
  static constexpr index count = vector_bytes / 4;
  alignas(64) std::int32_t from[count]{};
};

template <class T>
CTG_ALWAYS_INLINE batch<T> permute(batch<T> x, words const& w, [[maybe_unused]] index ahead = 0) {
  auto const by = static_cast<std::int32_t>(ahead * static_cast<index>(sizeof(T) / 4));
#if defined(__AVX512F__)
  __m512i const place = _mm512_add_epi32(_mm512_load_si512(w.from), _mm512_set1_epi32(by));
  if constexpr (sizeof(T) == 4)
    return _mm512_maskz_permutexvar_ps(0xffff, place, x);
  else
    return _mm512_castps_pd(_mm512_maskz_permutexvar_ps(0xffff, place, _mm512_castpd_ps(x)));
#else
  __m256i const place =
      _mm256_add_epi32(_mm256_load_si256(reinterpret_cast<__m256i const*>(w.from)), _mm256_set1_epi32(by));
  if constexpr (sizeof(T) == 4)
    return _mm256_permutevar8x32_ps(x, place);
  else
    return _mm256_castps_pd(_mm256_permutevar8x32_ps(_mm256_castpd_ps(x), place));
#endif
}

/// Rows of C in a vector: as many as the vector has room for, of C and of A.
template <class T>
constexpr index narrow_rows(index n, index k) {
  return lanes<T> / std::max(n, k);
}

struct words_table {
  words at[5 * narrow_extent];
};
/// For each n and k: where the lanes of C find the first element of their row of A; and their columns, where k = 0.
template <class T>
inline constexpr auto narrow_places = [] {
  words_table table{};
  constexpr index size = sizeof(T) / 4;
  for (index n = 1; n <= std::min(narrow_extent, lanes<T>); ++n)
    for (index k = 0; k <= std::min(narrow_extent, lanes<T>); ++k)
      for (index w = 0; w < words::count; ++w) {
        index const lane = w / size, row = lane / n;
        index const from = k == 0 ? lane % n : row < narrow_rows<T>(n, k) ? row * k : 0;
        table.at[k * narrow_extent + n - 1].from[w] = static_cast<std::int32_t>(from * size + w % size);
      }
  return table;
}();
template <class T>
CTG_ALWAYS_INLINE words const& places_for(index n, index k) {
  return narrow_places<T>.at[k * narrow_extent + n - 1];
}
#else
template <class T>
constexpr index narrow_rows(index, index) {
  return 1;
}
#endif

/// B as the lanes of C need it, and the rows of A from there on. C = A B by whole vectors in ascending order: what one
/// writes behind its rows, the next makes good; the last ones are written in part. Each element is the chain of the
/// micro-kernel, hence its bits.
template <class T>
class narrow_product {
 public:
  CTG_ALWAYS_INLINE narrow_product(index n, index k, operand<T> const& b, T const* first_term)
      : n_(n), k_(k), together_(narrow_rows<T>(n, k)), least_(std::min(n, k)), first_(T{0}) {
    for (index p = 0; p < k; ++p) b_[p] = in_lanes(b.data + p * b.row_stride, b.column_stride);
    if (first_term) first_ = in_lanes(first_term, 1);
  }

  CTG_ALWAYS_INLINE void run(T const* CTG_RESTRICT a, T* CTG_RESTRICT c, index rows) const {
    // behind the last of these rows there is a whole vector of A and of C
    index const safe = rows - divide_up(lanes<T>, least_);
    index row = 0;
    for (; row + 3 * together_ <= safe; row += 4 * together_) whole<4>(a + row * k_, c + row * n_);
    for (; row <= safe; row += together_) whole<1>(a + row * k_, c + row * n_);
    for (; row < rows; row += together_) part(a + row * k_, c + row * n_, std::min(together_, rows - row));
  }

 private:
  // A row, once for each row of C in a vector.
  CTG_ALWAYS_INLINE batch<T> in_lanes(T const* x, index stride) const {
    alignas(64) T row[lanes<T>] = {};
    for (index j = 0; j < n_; ++j) row[j] = x[j * stride];
#if defined(__AVX2__)
    return permute<T>(load(row), places_for<T>(n_, 0));
#else
    return load(row);
#endif
  }

#if defined(__AVX2__)
  CTG_ALWAYS_INLINE batch<T> begin(T const* a) const { return load(a); }
  CTG_ALWAYS_INLINE batch<T> element(batch<T> a, index p) const { return permute<T>(a, places_for<T>(n_, k_), p); }
#else
  CTG_ALWAYS_INLINE T const* begin(T const* a) const { return a; }
  CTG_ALWAYS_INLINE batch<T> element(T const* a, index p) const { return batch<T>(a[p]); }
#endif

  template <index Vectors>
  CTG_ALWAYS_INLINE void whole(T const* CTG_RESTRICT a, T* CTG_RESTRICT c) const {
    decltype(begin(a)) from[Vectors];
    batch<T> sum[Vectors];
    CTG_UNROLL for (index v = 0; v < Vectors; ++v) {
      from[v] = begin(a + v * together_ * k_);
      sum[v] = first_;
    }
    for (index p = 0; p < k_; ++p)
      CTG_UNROLL for (index v = 0; v < Vectors; ++v) sum[v] = fma(element(from[v], p), b_[p], sum[v]);
    CTG_UNROLL for (index v = 0; v < Vectors; ++v) store(c + v * together_ * n_, sum[v]);
  }

  CTG_ALWAYS_INLINE void part(T const* CTG_RESTRICT a, T* CTG_RESTRICT c, index rows) const {
#if defined(__AVX2__)
    batch<T> const from = rows * k_ == lanes<T> ? load(a) : load_partial(a, rows * k_);
#else
    T const* const from = a;
#endif
    batch<T> sum = first_;
    for (index p = 0; p < k_; ++p) sum = fma(element(from, p), b_[p], sum);
    if (rows * n_ == lanes<T>)
      store(c, sum);
    else
      store_partial(c, sum, rows * n_);
  }

  index n_, k_, together_, least_;
  batch<T> first_, b_[narrow_extent];
};

/// Whether the rows of A and C are so short, and lie so close, that `narrow` is the faster path.
template <class T>
CTG_ALWAYS_INLINE bool is_narrow(gemm_arguments<T> const& g) {
  constexpr index most = std::min(narrow_extent, lanes<T>);
  return g.k <= most && g.n <= most && g.n > 1 && g.k > 0 && g.m >= least_narrow_rows && g.a.column_stride == 1 &&
         g.a.row_stride == g.k && g.ldc == g.n && !g.add && !g.made;
}

template <class T>
CTG_NOINLINE void narrow(gemm_arguments<T> const& g) {
  narrow_product<T> const product(g.n, g.k, g.b, g.first_term);
  index const height = block_rows<T>(g.m, g.n);
  for (index row = 0; row < g.m; row += height) {
    index const rows = std::min(height, g.m - row);
    T* const c = g.window ? g.c : g.c + row * g.n;
    product.run(g.a.data + row * g.k, c, rows);
    g.finish(row, row + rows, c);
  }
}

}  // namespace ctg::inline v0::kernel::detail
