// SPDX-License-Identifier: MIT
// GEMM: C = A * B for any strides, with an epilogue on finished rows, or C += s * A * B; A and B in memory, or made by
// a prologue as they are read. No allocation, no state.
//
// Dispatch (L = lanes of a vector; the tile and all thresholds stand in gemm/blocking.hpp)
//   extents                  strides               path                                               header
//   m, n or k = 0            any                   C = 0, epilogue                                    gemm.hpp
//   m = 1 or n = 1           matrix along k        dot products, 4 at once                            gemv.hpp
//                            matrix along outputs  <= 4 L of them or 48 KiB: the sums in registers    gemv.hpp
//                                                  else 8 steps of k in one pass over the sums        gemv.hpp
//                            neither               scalar loop                                        gemv.hpp
//   m >= 32, n, k <= 4, L    rows of A, C dense    several rows of C in a vector                      narrow.hpp
//   n < L/2, without masks   any                   B padded to a vector, the tiles copied to C        blocked.hpp
//   n < L, without masks     any                   the paths below, with vectors of half the width    blocked.hpp
//   m <= 8, n <= L           B's rows contiguous   one tile                                           blocked.hpp
//   m < 48, n <= 4 L         B's rows contiguous   nothing packed, no loops but over the tiles        blocked.hpp
//   m < 48 or B < 512 KiB    B's rows contiguous   nothing packed                                     blocked.hpp
//   one block of rows        B's rows contiguous   AVX-512: the same, the next strip is fetched       blocked.hpp
//   one block of rows        otherwise             B packed strip by strip just before its use        blocked.hpp
//   several blocks           otherwise             B packed as a whole by the first block             blocked.hpp
//   n >= 12 tiles, large A   any                   A packed too, block by block                       blocked.hpp
//   n % L = 1 or 2, k >= 128 A's rows contiguous   with masks: these columns as dot products          dots.hpp
//   known at compile time    any                   gemm_static, inlined                               small.hpp
// (Masks: AVX-512, where what is left of a row is a vector cut off by a mask, of half the width if that suffices. Where
// vectors have 128 bits, as in SSE2 and NEON, there are no halves: n < L is padded. One tile: 6 rows there.)
//
// Accuracy: |error| <= (k + 2) * eps * sum |a||b| for each element. Except for the dot products each element is one
// chain of multiply-adds in ascending k for each block of k (of blocking<T>::depth steps; where m = 1 or n = 1, four
// blocks from k = 32 on), and the chains are added in turn; everywhere its bits depend on its row of A, its column of B
// and the path, but on no other row: neither on m (from m = 2 on) nor on where the row lies. NaN and infinity
// propagate. Same inputs, same bits.
#pragma once

#include <ctg/config.hpp>
#include <ctg/kernel/gemm/blocked.hpp>
#include <ctg/kernel/gemm/blocking.hpp>
#include <ctg/kernel/gemm/gemv.hpp>
#include <ctg/kernel/gemm/micro.hpp>
#include <ctg/kernel/gemm/narrow.hpp>
#include <ctg/kernel/gemm/partition.hpp>
#include <ctg/kernel/gemm/small.hpp>

#include <algorithm>
#include <cstddef>

namespace ctg::inline v0::kernel {

namespace detail {

/// An extent is 0: the sum of nothing.
template <class T>
CTG_NOINLINE void degenerate(gemm_arguments<T> const& g) {
  index const height = block_rows<T>(g.m, g.n);
  for (index row = 0; row < g.m; row += height) {
    index const rows = std::min(height, g.m - row);
    T* const c = g.window ? g.c : g.c + row * g.ldc;
    for (index i = 0; i < rows; ++i)
      for (index j = 0; j < g.n; ++j) c[i * g.ldc + j] = g.add ? c[i * g.ldc + j] + g.scale * T{0} : T{0};
    g.finish(row, row + rows, c);
  }
}

template <class T>
CTG_ALWAYS_INLINE void add_scaled(T* c, index step, T const* sums, index count, T scale) {
  for (index i = 0; i < count; ++i) c[i * step] += scale * sums[i];
}

template <class T>
CTG_NOINLINE void one_row(gemm_arguments<T> const& g) {
  T sums[blocking<T>::gemv_outputs];
  operand<T> const a = g.part_of_a(0, 1, 0, g.k);
  index const width = g.makes_b() ? made_outputs<T>(g.k, g.b.column_stride != 1) : blocking<T>::gemv_outputs;
  for (index j = 0; j < g.n; j += width) {
    index const count = std::min(width, g.n - j);
    operand<T> const b = g.part_of_b(0, g.k, j, count);
    gemv<T>({b.data, b.column_stride, b.row_stride, a.data, a.column_stride, g.add ? sums : g.c + j, 1, count, g.k},
            g.scratch);
    if (g.add) add_scaled(g.c + j, 1, sums, count, g.scale);
  }
  g.finish(0, 1, g.c);
}

template <class T>
CTG_NOINLINE void one_column(gemm_arguments<T> const& g) {
  T sums[blocking<T>::gemv_outputs];
  operand<T> const b = g.part_of_b(0, g.k, 0, 1);
  index const height = g.makes_a() ? made_outputs<T>(g.k, g.a.column_stride == 1) : block_rows<T>(g.m, g.n);
  for (index row = 0; row < g.m; row += height) {
    index const rows = std::min(height, g.m - row);
    T* const c = g.window ? g.c : g.c + row * g.ldc;
    operand<T> const a = g.part_of_a(row, rows, 0, g.k);
    gemv<T>(
        {a.data, a.row_stride, a.column_stride, b.data, b.row_stride, g.add ? sums : c, g.add ? 1 : g.ldc, rows, g.k},
        g.scratch);
    if (g.add) add_scaled(c, g.ldc, sums, rows, g.scale);
    g.finish(row, row + rows, c);
  }
}

}  // namespace detail

/// What this translation unit is compiled for. It is a part of gemm's name: the tile and the meaning of the scratch
/// depend on it, and what was compiled for other instructions is not found by the linker, which says for which it
/// looked.
using isa = xsimd::default_arch;

/// C = A * B, or C += scale * A * B, for float and double, see gemm_arguments. Extents may be 0 (k = 0: the product is
/// 0, and the epilogue runs all the same).
template <class T, class Isa = isa>
void gemm(gemm_arguments<T> const& g) {
  if (detail::is_narrow(g)) return detail::narrow(g);
  if (detail::is_few_tiles(g)) {
    if (detail::is_one_tile(g)) return detail::one_tile(g);
    return detail::few_tiles(g);
  }
  if (g.m == 0 || g.n == 0 || g.k == 0) return detail::degenerate(g);
  if (g.m == 1) return detail::one_row(g);
  if (g.n == 1) return detail::one_column(g);
  detail::blocked(g);
}

#if defined(CTG_KERNELS)
extern template void gemm<float, isa>(gemm_arguments<float> const&);
extern template void gemm<double, isa>(gemm_arguments<double> const&);
#endif

}  // namespace ctg::inline v0::kernel
