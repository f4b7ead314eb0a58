// SPDX-License-Identifier: MIT
// The last one or two columns of a product as dot products along k: of a vector of outputs they would use a quarter at
// most, of vectors along k they use all.
#pragma once

#include <ctg/config.hpp>
#include <ctg/kernel/columns.hpp>
#include <ctg/kernel/gemm/blocking.hpp>
#include <ctg/kernel/gemm/pack.hpp>
#include <ctg/kernel/lanes.hpp>
#include <ctg/kernel/simd.hpp>

#include <array>
#include <cmath>
#include <cstddef>

namespace ctg::inline v0::kernel::detail {

/// c[i*ldc + j] = (or, where `accumulate`, += scale times) the sum over p of a[i*row + p] * b[j*b_row + p].
template <class T>
struct dots_arguments {
  T const* a;
  index row;
  T const* b;
  index b_row;
  index k;
  T* c;
  index ldc;
  bool accumulate;
  T scale;
};

/// R rows by C columns. The order of each sum depends on k alone.
template <class T, index R, index C>
CTG_ALWAYS_INLINE void dots_tile(dots_arguments<T> const& g, index first) {
  T const* const a = g.a + first * g.row;
  batch<T> sum[R][C];
  CTG_UNROLL for (index i = 0; i < R; ++i) { CTG_UNROLL for (index j = 0; j < C; ++j) sum[i][j] = batch<T>(T{0}); }
  auto const step = [&](auto const& read) CTG_INLINE_LAMBDA {
    batch<T> column[C];
    CTG_UNROLL for (index j = 0; j < C; ++j) column[j] = read(g.b + j * g.b_row);
    CTG_UNROLL for (index i = 0; i < R; ++i) {
      batch<T> const element = read(a + i * g.row);
      CTG_UNROLL for (index j = 0; j < C; ++j) sum[i][j] = fma(element, column[j], sum[i][j]);
    }
  };
  index p = 0;
  for (; p + lanes<T> <= g.k; p += lanes<T>) step([&](T const* from) CTG_INLINE_LAMBDA { return load(from + p); });
  if (index const rest = g.k - p; rest > 0)
    step([&](T const* from) CTG_INLINE_LAMBDA { return load_partial(from + p, rest); });
  CTG_UNROLL for (index i = 0; i < R; ++i) {
    CTG_UNROLL for (index j = 0; j < C; ++j) {
      T& c = g.c[(first + i) * g.ldc + j];
      T const total = reduce_add(sum[i][j]);
      c = g.accumulate ? std::fma(g.scale, total, c) : total;
    }
  }
}

/// C columns of B, k steps from `from` on, one after the other: in vectors along k where B's rows are contiguous and
/// there are enough columns before these to be read with them (4x128x10 doubles: 350 -> 269 ns).
template <class T, index C>
CTG_NOINLINE void pack_columns(T const* from, index across, index along, index before, index k, T* panel) {
  constexpr index read = 16 / static_cast<index>(sizeof(T)), more = read - C;
  index p = 0;
  if constexpr (loads_columns<T>(read)) {
    for (; across == 1 && before >= more && p + lanes<T> <= k; p += lanes<T>) {
      std::array<batch<T>, static_cast<std::size_t>(read)> column;
      load_columns(from + p * along - more, along, column);
      CTG_UNROLL for (index j = 0; j < C; ++j) store(panel + j * k + p, column[static_cast<std::size_t>(more + j)]);
    }
  }
  if (p < k) pack(from + p * along, along, across, k - p, C, panel + p, k);
}

template <class T, index C>
CTG_NOINLINE void dots_strip(dots_arguments<T> const& g, index rows) {
  index i = 0;
  for (; i + 4 <= rows; i += 4) dots_tile<T, 4, C>(g, i);
  for (; i < rows; ++i) dots_tile<T, 1, C>(g, i);
}

}  // namespace ctg::inline v0::kernel::detail
