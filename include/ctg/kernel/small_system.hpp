// SPDX-License-Identifier: MIT
// Linear systems of a few unknowns, known at compile time, as straight-line code: matrix and right sides in registers.
// Results are those of math/lu.hpp, operation by operation.
#pragma once

#include <ctg/kernel/gemm/small.hpp>
#include <ctg/math/arithmetic.hpp>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace ctg::inline v0::kernel {

/// Above, the general kernels; unrolled, the code grows with the cube.
inline constexpr index most_unknowns = 8;

namespace detail {

/// Exchanges rows K and p of N, each of Width items, for a p > K that the run knows: the compiler names registers, so
/// each row is asked for. What is no row, as K itself, exchanges nothing.
template <index K, index N, index Width, class X, class P>
CTG_ALWAYS_INLINE void exchange_rows(X (&rows)[N][Width], P p) {
  if (p == static_cast<P>(K)) return;
  CTG_UNROLL for (index i = K + 1; i < N; ++i) {
    if (p != static_cast<P>(i)) continue;
    CTG_UNROLL for (index j = 0; j < Width; ++j) std::swap(rows[K][j], rows[i][j]);
  }
}

/// f.operator()<0>(), f.operator()<1>() … N of them; or from the last on.
template <index N, bool Backwards = false, class F>
CTG_ALWAYS_INLINE void in_turn(F const& f) {
  [&]<index... K>(std::integer_sequence<index, K...>) CTG_INLINE_LAMBDA {
    (f.template operator()<(Backwards ? N - 1 - K : K)>(), ...);
  }
  (std::make_integer_sequence<index, N>{});
}

/// One vector of columns of the right sides, whose rows are M apart.
template <index N, index M, bool Transposed, class V, class T>
CTG_ALWAYS_INLINE void solve_columns(T const* lu, T const* b, T* to) {
  using vector = vector_of<V>;
  auto const factor = [&](index i, index k) CTG_INLINE_LAMBDA { return Transposed ? lu[k * N + i] : lu[i * N + k]; };
  T const* const pivots = lu + N * N;
  V x[N][1];
  auto const substitute = [&](index k, index i)
                              CTG_INLINE_LAMBDA { x[i][0] = vector::multiply_add(V(-factor(i, k)), x[k][0], x[i][0]); };
  CTG_UNROLL for (index i = 0; i < N; ++i) x[i][0] = vector::read(b + i * M);
  if constexpr (!Transposed) in_turn<N>([&]<index K>() CTG_INLINE_LAMBDA { exchange_rows<K>(x, pivots[K]); });
  in_turn<N>([&]<index K>() CTG_INLINE_LAMBDA {
    if constexpr (Transposed) x[K][0] = x[K][0] / V(factor(K, K));
    CTG_UNROLL for (index i = K + 1; i < N; ++i) substitute(K, i);
  });
  in_turn<N, true>([&]<index K>() CTG_INLINE_LAMBDA {
    if constexpr (!Transposed) x[K][0] = x[K][0] / V(factor(K, K));
    CTG_UNROLL for (index i = 0; i < K; ++i) substitute(K, i);
  });
  if constexpr (Transposed) in_turn<N, true>([&]<index K>() CTG_INLINE_LAMBDA { exchange_rows<K>(x, pivots[K]); });
  CTG_UNROLL for (index i = 0; i < N; ++i) vector::write(to + i * M, x[i][0]);
}

}  // namespace detail

/// P A = L U of an N×N matrix with partial pivoting: N rows, L without its unit diagonal below U, and a row of pivots.
template <index N, class T>
CTG_ALWAYS_INLINE void factor_small(T const* a, T* lu) {
  T rows[N][N];
  CTG_UNROLL for (index i = 0; i < N; ++i) { CTG_UNROLL for (index j = 0; j < N; ++j) rows[i][j] = a[i * N + j]; }
  detail::in_turn<N>([&]<index K>() CTG_INLINE_LAMBDA {
    auto const size = [&](index i) CTG_INLINE_LAMBDA { return rows[i][K] < 0 ? -rows[i][K] : rows[i][K]; };
    T largest = size(K);
    index pivot_row = K;
    CTG_UNROLL for (index i = K + 1; i < N; ++i) {
      if (size(i) > largest) largest = size(i), pivot_row = i;
    }
    lu[N * N + K] = static_cast<T>(pivot_row);
    detail::exchange_rows<K>(rows, pivot_row);
    T const pivot = rows[K][K];
    if (pivot == 0) return;
    CTG_UNROLL for (index i = K + 1; i < N; ++i) {
      T const l = rows[i][K] = rows[i][K] / pivot;
      CTG_UNROLL for (index j = K + 1; j < N; ++j) {
        rows[i][j] = math::subtract(rows[i][j], math::multiply(l, rows[K][j]));
      }
    }
  });
  CTG_UNROLL for (index i = 0; i < N; ++i) { CTG_UNROLL for (index j = 0; j < N; ++j) lu[i * N + j] = rows[i][j]; }
}

/// A X = B, or Aᵀ X = B, from the factors of A, for N×M right sides, which X does not overlap.
template <index N, index M, bool Transposed, class T>
CTG_ALWAYS_INLINE void solve_small(T const* lu, T const* b, T* x) {
  using V = decltype(detail::widest_vector<T, M>());
  using vector = detail::vector_of<V>;
  for (index v = 0; v < detail::divide_up(M, vector::width); ++v) {
    index const at = std::min(v * vector::width, M - vector::width);  // the last may repeat columns of the one before
    detail::solve_columns<N, M, Transposed, V>(lu, b + at, x + at);
  }
}

/// det A from the factors of A.
template <index N, class T>
CTG_ALWAYS_INLINE T determinant_small(T const* lu) {
  T d = 1;
  CTG_UNROLL for (index k = 0; k < N; ++k) {
    d *= lu[k * (N + 1)];
    if (lu[N * N + k] != static_cast<T>(k)) d = -d;
  }
  return d == 0 ? T(0) : d;
}

}  // namespace ctg::inline v0::kernel
