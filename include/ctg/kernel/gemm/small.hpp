// SPDX-License-Identifier: MIT
// GEMM for small extents known at compile time: no packing, no calls, no scratch, inlined into the caller, where
// strides known at compile time become addresses.
#pragma once

#include <ctg/config.hpp>
#include <ctg/kernel/gemm/blocking.hpp>
#include <ctg/kernel/gemm/micro.hpp>
#include <ctg/kernel/gemm/pack.hpp>
#include <ctg/kernel/simd.hpp>

#include <xsimd/xsimd.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>

namespace ctg::inline v0::kernel {

namespace detail {

/// The widest vector of at most N elements; the element itself below 128 bits.
template <class T, index N>
constexpr auto widest_vector() {
  constexpr index least = 16 / static_cast<index>(sizeof(T));
  if constexpr (N >= lanes<T>) {
    return batch<T>{};
  } else if constexpr (N >= 2 * least && 2 * least < lanes<T>) {
    return xsimd::make_sized_batch_t<T, static_cast<std::size_t>(2 * least)>{};
  } else if constexpr (N >= least && least < lanes<T>) {
    return xsimd::make_sized_batch_t<T, static_cast<std::size_t>(least)>{};
  } else {
    return T{};
  }
}

/// How many chains of multiply-adds a tile of so many vectors sums in, K terms: a chain alone waits for each sum.
constexpr index chains_of(index vectors, index k) {
  if (k >= 8 && vectors <= 2) return 4;
  return k >= 4 && vectors <= 4 ? 2 : 1;
}

/// MR rows by NV vectors, all of k. The last vector lies at `Last`.
template <class V, index MR, index NV, index Last, index K, class T>
CTG_ALWAYS_INLINE void static_tile(T const* CTG_RESTRICT a, index row, index step, T const* CTG_RESTRICT b,
                                   index b_step, T* CTG_RESTRICT c, index ldc) {
  using vector = vector_of<V>;
  constexpr auto at = [](index v) { return v + 1 < NV ? v * vector::width : Last; };
  constexpr index chains = chains_of(MR * NV, K);
  V sum[chains][MR][NV], column[NV];
  CTG_UNROLL for (index q = 0; q < chains; ++q) {
    CTG_UNROLL for (index v = 0; v < NV; ++v) column[v] = vector::read(b + q * b_step + at(v));
    CTG_UNROLL for (index i = 0; i < MR; ++i) {
      V const element(a[i * row + q * step]);
      CTG_UNROLL for (index v = 0; v < NV; ++v) sum[q][i][v] = element * column[v];
    }
  }
  for (index p = chains; p < K; p += chains) {
    CTG_UNROLL for (index q = 0; q < chains; ++q) {
      if (p + q >= K) break;
      CTG_UNROLL for (index v = 0; v < NV; ++v) column[v] = vector::read(b + (p + q) * b_step + at(v));
      CTG_UNROLL for (index i = 0; i < MR; ++i) {
        V const element(a[i * row + (p + q) * step]);
        CTG_UNROLL for (index v = 0; v < NV; ++v) {
          sum[q][i][v] = vector::multiply_add(element, column[v], sum[q][i][v]);
        }
      }
    }
  }
  CTG_UNROLL for (index half = chains / 2; half > 0; half /= 2) {
    CTG_UNROLL for (index q = 0; q < half; ++q) {
      CTG_UNROLL for (index i = 0; i < MR; ++i) {
        CTG_UNROLL for (index v = 0; v < NV; ++v) sum[q][i][v] = sum[q][i][v] + sum[q + half][i][v];
      }
    }
  }
  CTG_UNROLL for (index i = 0; i < MR; ++i) {
    CTG_UNROLL for (index v = 0; v < NV; ++v) vector::write(c + i * ldc + at(v), sum[0][i][v]);
  }
}

/// M rows by NV vectors: tiles of equal height, or of two heights that differ by one.
template <class V, index M, index NV, index Last, index K, class T>
CTG_ALWAYS_INLINE void static_strip(T const* a, index row, index step, T const* b, index b_step, T* c, index ldc) {
  constexpr index tiles = divide_up(M, tile_rows), low = M / tiles, higher = M % tiles;
  if constexpr (higher > 0) {
    for (index i = 0; i < higher; ++i)
      static_tile<V, low + 1, NV, Last, K>(a + i * (low + 1) * row, row, step, b, b_step, c + i * (low + 1) * ldc, ldc);
  }
  a += higher * (low + 1) * row;
  c += higher * (low + 1) * ldc;
  for (index i = 0; i < tiles - higher; ++i)
    static_tile<V, low, NV, Last, K>(a + i * low * row, row, step, b, b_step, c + i * low * ldc, ldc);
}

/// B's rows contiguous.
template <index M, index N, index K, class T>
CTG_ALWAYS_INLINE void static_product(T const* a, index row, index step, T const* b, index b_step, T* c, index ldc) {
  using V = decltype(widest_vector<T, N>());
  constexpr index width = vector_of<V>::width;
  constexpr index vectors = divide_up(N, width), pairs = (vectors - 1) / tile_vectors;
  constexpr index rest = vectors - pairs * tile_vectors;
  // A single vector in the rest has its neighbour taken by a pair: it repeats some of that pair's columns, which is
  // right because k is not cut into blocks here.
  for (index j = 0; j < pairs * tile_vectors * width; j += tile_vectors * width)
    static_strip<V, M, tile_vectors, (tile_vectors - 1) * width, K>(a, row, step, b + j, b_step, c + j, ldc);
  constexpr index begin = rest == 1 ? N - width : pairs * tile_vectors * width;
  static_strip<V, M, rest, N - width - begin, K>(a, row, step, b + begin, b_step, c + begin, ldc);
}

/// element(0) to element(N - 1), and zeros up to Width; by whole vectors where that goes, which the compiler hands on
/// in registers to the loads that follow (several stores that one load meets would make it wait).
template <index N, index Width, class T, class F>
CTG_ALWAYS_INLINE void write_row(F const& element, T* to) {
  using V = decltype(widest_vector<T, Width>());
  constexpr index width = vector_of<V>::width;
  auto const padded = [&](index i) CTG_INLINE_LAMBDA { return i < N ? element(i) : T{0}; };
  if constexpr (width > 1 && Width % width == 0) {
    for (index first = 0; first < Width; first += width) {
      [&]<index... I>(std::integer_sequence<index, I...>) CTG_INLINE_LAMBDA {
        vector_of<V>::write(to + first, V{padded(first + I)...});
      }
      (std::make_integer_sequence<index, width>{});
    }
  } else {
    for (index i = 0; i < Width; ++i) to[i] = padded(i);
  }
}
template <index N, index Width, class T>
CTG_ALWAYS_INLINE void copy_row(T const* from, index step, T* to) {
  write_row<N, Width>([&](index i) CTG_INLINE_LAMBDA { return from[i * step]; }, to);
}

}  // namespace detail

/// C (M x N, rows ldc apart) = A (M x K) * B (K x N), overwriting C, which overlaps neither. Any strides; B with rows
/// that are not contiguous is copied to the stack first. Meant for extents up to about 32. Roomy: behind a row of C is
/// room to the end of a line, and what is written there does not matter.
template <index M, index N, index K, bool Roomy = false, class T>
CTG_ALWAYS_INLINE void gemm_static(operand<T> a, operand<T> b, T* c, index ldc) {
  static_assert(M >= 0 && N >= 0 && K >= 0, "extents of a matrix product are not negative");
  if constexpr (K == 0) {
    for (index i = 0; i < M; ++i)
      for (index j = 0; j < N; ++j) c[i * ldc + j] = T{0};
  } else if constexpr (M > 0 && N > 0) {
    // Rows shorter than the shortest vector are copied into whole ones; so is their result.
    constexpr index shortest = 16 / static_cast<index>(sizeof(T));
    constexpr index width = N > 1 && N < shortest && lanes<T> >= shortest ? shortest : N;
    T rows[K * width];
    if (width > N || (N > 1 && b.column_stride != 1)) {
      for (index p = 0; p < K; ++p)
        detail::copy_row<N, width>(b.data + p * b.row_stride, b.column_stride, rows + p * width);
      b = {rows, width, 1};
    }
    if constexpr (width == N || (Roomy && M == 1)) {
      detail::static_product<M, width, K>(a.data, a.row_stride, a.column_stride, b.data, b.row_stride, c, ldc);
    } else {
      T result[M * width];
      detail::static_product<M, width, K>(a.data, a.row_stride, a.column_stride, b.data, b.row_stride, result, width);
      for (index i = 0; i < M; ++i) detail::copy_row<N, N>(result + i * width, 1, c + i * ldc);
    }
  }
}

}  // namespace ctg::inline v0::kernel
