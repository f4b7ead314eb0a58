// SPDX-License-Identifier: MIT
// The micro-kernel: a stack of register tiles of C, each of whose k loops runs in registers.
//
// Contract
//   tile       MR rows by NV vectors V (of `width` elements: all lanes, or half of them), 1 <= MR <= tile_rows,
//              1 <= NV <= tile_vectors. One call does `tiles` tiles, one below the other, with the same columns of B.
//   C          row i, vector v at c + i*ldc + offset(v), where offset(v) = v*width, but `last` for the last vector: it
//              is shifted back to end where the matrix ends, and then overlaps its neighbour inside the tile. Both hold
//              the same sums and both are read before either is written, so that the overlap is harmless.
//   A          element (i, p) at a[i*row + p*step], the next tile a_next further: packed (row = 1, step = MR), or in
//              place with any strides.
//   B          step p, vector v at b + p*b_step + v's offset in B (b_last for the last): packed (vectors side by side),
//              or in place where B's rows are contiguous.
//   k          any depth, 0 included. accumulate = false overwrites C, true adds to it.
//   ahead      `ahead_bytes` which the next call will read (the next strip of B), fetched into L2 a share per tile
//              (1024 floats square: 100 -> 104 GFLOP/s; fetching the next tile of C likewise brought nothing).
//   alignment  none is required. Nothing outside the tiles is read or written.
//   rounding   each element of C is one chain of multiply-adds in ascending p, starting from 0 (or from C): the bits do
//              not depend on MR, NV, the packing, or how k is cut into calls.
#pragma once

#include <ctg/config.hpp>
#include <ctg/kernel/gemm/blocking.hpp>
#include <ctg/kernel/simd.hpp>

#include <xsimd/xsimd.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace ctg::inline v0::kernel {

/// A matrix operand: element (i, j) is data[i*row_stride + j*column_stride]. Any strides, zero (broadcast) included.
template <class T>
struct operand {
  T const* data;
  index row_stride;
  index column_stride;
};

namespace detail {

template <class T>
struct tile_arguments {
  T const* a;
  index row, step, a_next;
  T const* b;
  index b_step, b_last;
  T* c;
  index ldc, last;
  index k, tiles;
  bool accumulate;
  void const* ahead;
  index ahead_bytes;
};

/// Into L2: a strip of B that is fetched ahead must not push the present one out of L1.
CTG_ALWAYS_INLINE void prefetch([[maybe_unused]] void const* p) {
#if defined(__GNUC__)
  __builtin_prefetch(p, 0, 2);
#endif
}

// One interface for vectors of any width and for plain elements.
template <class V>
struct vector_of {
  static constexpr index width = static_cast<index>(V::size);
  template <class T>
  CTG_ALWAYS_INLINE static V read(T const* p) {
    return V::load_unaligned(p);
  }
  template <class T>
  CTG_ALWAYS_INLINE static void write(T* p, V x) {
    x.store_unaligned(p);
  }
  CTG_ALWAYS_INLINE static V multiply_add(V a, V b, V c) {
    if constexpr (std::is_same_v<V, batch<typename V::value_type>>)
      return kernel::fma(a, b, c);
    else
      return xsimd::fma(a, b, c);
  }
};

template <class T>
  requires std::is_arithmetic_v<T>
struct vector_of<T> {
  static constexpr index width = 1;
  CTG_ALWAYS_INLINE static T read(T const* p) { return *p; }
  CTG_ALWAYS_INLINE static void write(T* p, T x) { *p = x; }
  CTG_ALWAYS_INLINE static T multiply_add(T a, T b, T c) { return a * b + c; }
};

/// The vector for rows shorter than a whole one: half as wide, where the half is still a vector.
template <class T>
constexpr auto half_vector() {
  if constexpr (lanes<T> * sizeof(T) > 16)
    return xsimd::make_sized_batch_t<T, static_cast<std::size_t>(lanes<T> / 2)>{};
  else
    return batch<T>{};
}
template <class T>
using half = decltype(half_vector<T>());

// Alone in its function, once per shape: inlined into a driver, g++ 12 spills the accumulators.
template <class T, class V, index MR, index NV>
CTG_NOINLINE void micro_kernel(tile_arguments<T> const& t) {
  static_assert(lanes<T> == blocking<T>::vector, "blocking.hpp and xsimd disagree on the vector width");
  using vector = vector_of<V>;
  T* CTG_RESTRICT c = t.c;
  T const* first = t.a;
  index const ldc = t.ldc, last = t.last, row = t.row, step = t.step, b_step = t.b_step, b_last = t.b_last;
  index const share = t.ahead_bytes > 0 ? round_up(divide_up(t.ahead_bytes, t.tiles), 64) : 0;
  constexpr auto at = [](index v, index end) CTG_INLINE_LAMBDA { return v + 1 < NV ? v * vector::width : end; };
  for (index tile = 0; tile < t.tiles; ++tile, c += MR * ldc, first += t.a_next) {
    V sum[MR][NV];
    if (t.accumulate) {
      CTG_UNROLL for (index i = 0; i < MR; ++i) {
        CTG_UNROLL for (index v = 0; v < NV; ++v) sum[i][v] = vector::read(c + i * ldc + at(v, last));
      }
    } else {
      CTG_UNROLL for (index i = 0; i < MR; ++i) { CTG_UNROLL for (index v = 0; v < NV; ++v) sum[i][v] = V(T{0}); }
    }
    for (index line = tile * share, end = std::min(line + share, t.ahead_bytes); line < end; line += 64)
      prefetch(static_cast<char const*>(t.ahead) + line);
    T const* CTG_RESTRICT a = first;
    T const* CTG_RESTRICT b = t.b;
    for (index p = t.k; p > 0; --p) {
      V column[NV];
      CTG_UNROLL for (index v = 0; v < NV; ++v) column[v] = vector::read(b + at(v, b_last));
      CTG_UNROLL for (index i = 0; i < MR; ++i) {
        V const element(a[i * row]);
        CTG_UNROLL for (index v = 0; v < NV; ++v) sum[i][v] = vector::multiply_add(element, column[v], sum[i][v]);
      }
      a += step;
      b += b_step;
    }
    CTG_UNROLL for (index i = 0; i < MR; ++i) {
      CTG_UNROLL for (index v = 0; v < NV; ++v) vector::write(c + i * ldc + at(v, last), sum[i][v]);
    }
  }
}

template <class T>
using micro_function = void (*)(tile_arguments<T> const&);

template <class T, class V, std::size_t... I>
constexpr std::array<micro_function<T>, sizeof...(I)> micro_table(std::index_sequence<I...>) {
  return {&micro_kernel<T, V, static_cast<index>(I) % tile_rows + 1, static_cast<index>(I) / tile_rows + 1>...};
}

template <class T, class V>
inline constexpr auto micro_kernels = micro_table<T, V>(std::make_index_sequence<tile_rows * tile_vectors>{});

/// The kernel for vectors of `width` elements: lanes, or half of them.
template <class T>
CTG_ALWAYS_INLINE micro_function<T> micro(index rows, index vectors, index width) {
  auto const shape = static_cast<std::size_t>((vectors - 1) * tile_rows + rows - 1);
  return width == lanes<T> ? micro_kernels<T, batch<T>>[shape] : micro_kernels<T, half<T>>[shape];
}

}  // namespace detail

}  // namespace ctg::inline v0::kernel
