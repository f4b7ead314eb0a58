// SPDX-License-Identifier: MIT
// Matrix times vector: the products with one row or one column. They are bound by the one pass over the matrix, so each
// way of storing it gets the loop that reads it contiguously.
#pragma once

#include <ctg/config.hpp>
#include <ctg/kernel/gemm/blocking.hpp>
#include <ctg/kernel/lanes.hpp>
#include <ctg/kernel/simd.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

namespace ctg::inline v0::kernel::detail {

/// y[i*y_step] = sum over p of matrix[i*across + p*along] * x[p*x_step], for 0 <= i < count.
template <class T>
struct gemv_arguments {
  T const* matrix;
  index across, along;
  T const* x;
  index x_step;
  T* y;
  index y_step;
  index count, k;
};

/// Rows contiguous along k: R dot products at once, each in two chains of vectors, then the rest one by one. The order
/// of the sum depends on k alone.
template <class T, index R>
CTG_ALWAYS_INLINE void dots(T const* CTG_RESTRICT row, index across, T const* CTG_RESTRICT x, index k,
                            T* CTG_RESTRICT y, index y_step) {
  batch<T> even[R], odd[R];
  CTG_UNROLL for (index r = 0; r < R; ++r) even[r] = odd[r] = batch<T>(T{0});
  index p = 0;
  for (; p + 2 * lanes<T> <= k; p += 2 * lanes<T>) {
    batch<T> const x0 = load(x + p), x1 = load(x + p + lanes<T>);
    CTG_UNROLL for (index r = 0; r < R; ++r) {
      even[r] = fma(load(row + r * across + p), x0, even[r]);
      odd[r] = fma(load(row + r * across + p + lanes<T>), x1, odd[r]);
    }
  }
  if (p + lanes<T> <= k) {
    batch<T> const x0 = load(x + p);
    CTG_UNROLL for (index r = 0; r < R; ++r) even[r] = fma(load(row + r * across + p), x0, even[r]);
    p += lanes<T>;
  }
  // The rest as a vector, too: of scalars g++ fuses what it likes, in four rows otherwise than in one.
  if (index const rest = k - p; rest > 0) {
    batch<T> const x0 = load_partial(x + p, rest);
    CTG_UNROLL for (index r = 0; r < R; ++r) odd[r] = fma(load_partial(row + r * across + p, rest), x0, odd[r]);
  }
  CTG_UNROLL for (index r = 0; r < R; ++r) y[r * y_step] = reduce_add(even[r] + odd[r]);
}

template <class T>
CTG_NOINLINE void gemv_rows(gemv_arguments<T> const& g) {
  index i = 0;
  for (; i + 4 <= g.count; i += 4)
    dots<T, 4>(g.matrix + i * g.across, g.across, g.x, g.k, g.y + i * g.y_step, g.y_step);
  for (; i < g.count; ++i) dots<T, 1>(g.matrix + i * g.across, g.across, g.x, g.k, g.y + i * g.y_step, g.y_step);
}

/// Where outputs lie side by side, k is cut into four chains of multiply-adds, for one alone waits for each of its sums
/// (1x128x10 floats: 220 -> 101 ns). This is the length of the first three, by k alone; 0 where the last is all.
constexpr index piece_of(index k) { return k >= 32 ? k / 4 : 0; }

/// V vectors of outputs, at `at`, the sums of Q pieces of k at a time in registers; the pieces are added in turn.
template <class T, index V, index Q>
CTG_ALWAYS_INLINE void outputs(gemv_arguments<T> const& g, std::array<index, V> at, T* CTG_RESTRICT to,
                               auto const& read, auto const& write) {
  index const piece = piece_of(g.k), along = g.along, step = g.x_step;
  batch<T> total[V];
  CTG_UNROLL for (index v = 0; v < V; ++v) total[v] = batch<T>(T{0});
  for (index first = 0; first < 4; first += Q) {
    batch<T> sum[Q][V];
    CTG_UNROLL for (index q = 0; q < Q; ++q) { CTG_UNROLL for (index v = 0; v < V; ++v) sum[q][v] = batch<T>(T{0}); }
    T const *matrix = g.matrix + first * piece * along, *x = g.x + first * piece * step;
    for (index p = 0; p < piece; ++p, matrix += along, x += step) {
      CTG_UNROLL for (index q = 0; q < Q; ++q) {
        batch<T> const element(x[q * piece * step]);
        CTG_UNROLL for (index v = 0; v < V; ++v) {
          sum[q][v] = fma(element, read(matrix + q * piece * along + at[v]), sum[q][v]);
        }
      }
    }
    for (index p = first + Q < 4 ? g.k : 4 * piece; p < g.k; ++p) {
      batch<T> const element(g.x[p * step]);
      CTG_UNROLL for (index v = 0; v < V; ++v) {
        sum[Q - 1][v] = fma(element, read(g.matrix + p * along + at[v]), sum[Q - 1][v]);
      }
    }
    CTG_UNROLL for (index q = 0; q < Q; ++q) {
      CTG_UNROLL for (index v = 0; v < V; ++v) total[v] = total[v] + sum[q][v];
    }
  }
  CTG_UNROLL for (index v = 0; v < V; ++v) write(to + at[v], total[v]);
}
template <class T, index V>
CTG_ALWAYS_INLINE void outputs(gemv_arguments<T> const& g, std::array<index, V> at, T* to) {
  outputs<T, V, (V < 4 ? 4 : 2)>(
      g, at, to, [](T const* p) CTG_INLINE_LAMBDA { return load(p); },
      [](T* p, batch<T> x) CTG_INLINE_LAMBDA { store(p, x); });
}

/// The same sums in memory, for matrices that are read best as they lie: adds D steps of k, from p on.
template <class T, index D>
CTG_ALWAYS_INLINE void add_steps(gemv_arguments<T> const& g, index p, T* CTG_RESTRICT sum, index count) {
  T const* CTG_RESTRICT const matrix = g.matrix + p * g.along;
  index const along = g.along;
  batch<T> x[D];
  CTG_UNROLL for (index d = 0; d < D; ++d) x[d] = batch<T>(g.x[(p + d) * g.x_step]);
  for (index i = 0; i < count; i += lanes<T>) {
    batch<T> s = load(sum + i);
    CTG_UNROLL for (index d = 0; d < D; ++d) s = fma(x[d], load(matrix + d * along + i), s);
    store(sum + i, s);
  }
}
template <class T>
CTG_ALWAYS_INLINE void sums_in_memory(gemv_arguments<T> const& g, T* CTG_RESTRICT to, index count) {
  alignas(64) T sum[blocking<T>::gemv_outputs];
  index const piece = piece_of(g.k);
  std::fill(to, to + count, T{0});
  for (index q = piece > 0 ? 0 : 3, p = 0; q < 4; ++q) {
    index const end = q < 3 ? (q + 1) * piece : g.k;
    std::fill(sum, sum + count, T{0});
    for (; p + 8 <= end; p += 8) add_steps<T, 8>(g, p, sum, count);
    for (; p < end; ++p) add_steps<T, 1>(g, p, sum, count);
    for (index i = 0; i < count; i += lanes<T>) store(to + i, load(to + i) + load(sum + i));
  }
}

/// Fewer outputs than a vector has lanes; where these are few, one by one, in vectors that round as the others do.
template <class T>
CTG_ALWAYS_INLINE void few_outputs(gemv_arguments<T> const& g, T* CTG_RESTRICT to) {
  if constexpr (vector_bytes > 16) {
    outputs<T, 1, 4>(
        g, {0}, to, [&](T const* p) CTG_INLINE_LAMBDA { return load_partial(p, g.count); },
        [&](T* p, batch<T> x) CTG_INLINE_LAMBDA { store_partial(p, x, g.count); });
  } else {
    for (index i = 0; i < g.count; ++i)
      outputs<T, 1, 4>(
          g, {i}, to, [](T const* p) CTG_INLINE_LAMBDA { return batch<T>(*p); },
          [](T* p, batch<T> x) CTG_INLINE_LAMBDA { *p = first_lane(x); });
  }
}

/// Contiguous across the outputs. count <= gemv_outputs.
template <class T>
CTG_NOINLINE void gemv_columns(gemv_arguments<T> const& g) {
  alignas(64) T apart[blocking<T>::gemv_outputs];
  T* const to = g.y_step == 1 ? g.y : apart;
  if (g.count < lanes<T>) {
    few_outputs(g, to);
  } else {
    index i = 0;
    // Of a large matrix strips of its rows would not be read as they lie (256 doubles square with AVX2: 4.6 -> 5.6 us;
    // but 60: 277 -> 205 ns).
    bool const by_strips = g.count <= 4 * lanes<T> || g.count * g.k * static_cast<index>(sizeof(T)) <= 48 << 10;
    if (!by_strips) {
      i = g.count / lanes<T> * lanes<T>;
      sums_in_memory(g, to, i);
    } else {
      for (; i + 3 * lanes<T> < g.count; i += 4 * lanes<T>)
        outputs<T, 4>(g, {i, i + lanes<T>, i + 2 * lanes<T>, std::min(i + 3 * lanes<T>, g.count - lanes<T>)}, to);
      for (; i + lanes<T> < g.count; i += 2 * lanes<T>)
        outputs<T, 2>(g, {i, std::min(i + lanes<T>, g.count - lanes<T>)}, to);
    }
    // The last vector is shifted back.
    if (i < g.count) outputs<T, 1>(g, {g.count - lanes<T>}, to);
  }
  if (to != g.y)
    for (index i = 0; i < g.count; ++i) g.y[i * g.y_step] = to[i];
}

/// Any strides. `scratch`: k elements, for a strided x.
template <class T>
CTG_NOINLINE void gemv(gemv_arguments<T> g, T* scratch) {
  if (g.across == 1) return gemv_columns(g);
  if (g.along == 1) {
    if (g.x_step != 1) {
      for (index p = 0; p < g.k; ++p) scratch[p] = g.x[p * g.x_step];
      g.x = scratch;
    }
    return gemv_rows(g);
  }
  for (index i = 0; i < g.count; ++i) {
    T sum{0};
    for (index p = 0; p < g.k; ++p) sum += g.matrix[i * g.across + p * g.along] * g.x[p * g.x_step];
    g.y[i * g.y_step] = sum;
  }
}

}  // namespace ctg::inline v0::kernel::detail
