// SPDX-License-Identifier: MIT
// Matrix times vector: the products with one row or one column. They are bound by the one pass over the matrix, so each
// way of storing it gets the loop that reads it contiguously.
#pragma once

#include <ctg/config.hpp>
#include <ctg/kernel/gemm/blocking.hpp>
#include <ctg/kernel/simd.hpp>

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

/// Adds D steps of k to the sums, in ascending k (the chain of the micro-kernel, hence its bits).
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

/// Contiguous across the outputs: eight steps of k in one pass over sums that stay in L1. count <= gemv_outputs.
template <class T>
CTG_NOINLINE void gemv_columns(gemv_arguments<T> const& g) {
  alignas(64) T sum[blocking<T>::gemv_outputs] = {};
  index const whole = g.count / lanes<T> * lanes<T>;
  index p = 0;
  for (; p + 8 <= g.k; p += 8) add_steps<T, 8>(g, p, sum, whole);
  for (; p < g.k; ++p) add_steps<T, 1>(g, p, sum, whole);
  if (whole < g.count) {
    // The last vector is shifted back and done anew as a whole.
    if (g.count >= lanes<T>) {
      batch<T> s(T{0});
      for (p = 0; p < g.k; ++p)
        s = fma(batch<T>(g.x[p * g.x_step]), load(g.matrix + p * g.along + g.count - lanes<T>), s);
      store(sum + g.count - lanes<T>, s);
    } else if constexpr (vector_bytes > 16) {
      // (1x128x10 floats: 6.4 -> 11.5 GFLOP/s)
      batch<T> s(T{0});
      for (p = 0; p < g.k; ++p) s = fma(batch<T>(g.x[p * g.x_step]), load_partial(g.matrix + p * g.along, g.count), s);
      store(sum, s);
    } else {
      for (p = 0; p < g.k; ++p)
        for (index i = 0; i < g.count; ++i) sum[i] += g.x[p * g.x_step] * g.matrix[p * g.along + i];
    }
  }
  for (index i = 0; i < g.count; ++i) g.y[i * g.y_step] = sum[i];
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
