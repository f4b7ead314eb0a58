// SPDX-License-Identifier: MIT
// The micro-kernel: a stack of register tiles of C, each of whose k loops runs in registers.
//
// Contract
//   tile       MR rows by NV vectors V (of `width` elements: all lanes, or half of them), 1 <= MR <= tile_rows,
//              1 <= NV <= tile_vectors, or MR <= triple_rows and NV = 3 (all lanes). One call does `tiles` tiles, one
//              below the other, with the same columns of B.
//   strides    in bytes, see micro_kernel. `a`, `c` and `ahead` move on with the tiles, so that a second call goes on.
//   C          row i, vector v at c + i*ldc + offset(v), where offset(v) = v vectors, but `last` for the last one: it
//              is shifted back to end where the matrix ends, and then overlaps its neighbour inside the tile. Both hold
//              the same sums and both are read before either is written, so that the overlap is harmless.
//   A          element (i, p) at a + i*row + p*step, the next tile a_next further: packed (row = 1 element, step = MR),
//              or in place with any strides.
//   B          step p, vector v at b + p*b_step + v's offset in B (b_last for the last): packed (vectors side by side),
//              or in place where B's rows are contiguous.
//   k          any depth, 0 included. accumulate = false overwrites C, true adds the sums, times `scale`, to it.
//   ahead      the next `ahead_share` rows per tile, ahead_step apart, of what will be read after this call (the next
//              strip of B), are fetched into L2 (1024 floats square: 100 -> 104 GFLOP/s, and while B is packed 103 ->
//              106).
//   fetch      whether the tiles of C lie outside L2, and are fetched into it before they are needed (a pause in the
//              loop over k, for a fetch into L1, costs more than it brings: 12 floats cubed 66 -> 70 GFLOP/s).
//   alignment  none is required. Nothing outside the tiles is read or written (fetched, perhaps).
//   rounding   each call sums one chain of multiply-adds in ascending p, starting from 0, which is then stored or added
//              to C (times `scale`, as one multiply-add): the bits depend on how k is cut into calls, but not on MR,
//              NV or the packing.
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

// What is copied from one gemm_arguments does not stand side by side here: g++ 12 would copy it in pairs, and loads of
// pairs that were stored one by one stall (8 floats cubed: 46 -> 39 GFLOP/s).
template <class T>
struct tile_arguments {
  T const* a;
  index a_next;
  T* c;
  index tiles;
  T const* b;
  bool accumulate;
  index row;
  char const* ahead;
  index k;
  bool fetch;
  index b_step;
  index ahead_step;
  index b_last;
  T scale;  // where `accumulate`
  index last;
  index ahead_share;
  index step;
  index ldc;
};

/// Into L2: a strip of B that is fetched ahead must not push the present one out of L1.
CTG_ALWAYS_INLINE void prefetch([[maybe_unused]] char const* p) {
#if defined(__GNUC__)
  __builtin_prefetch(p, 0, 2);
#endif
}

/// The lines of `Size` bytes from p on, the one included where p is not aligned.
template <index Size>
CTG_ALWAYS_INLINE void prefetch_row(char const* p) {
  CTG_UNROLL for (index at = 0; at < Size; at += 64) prefetch(p + at);
  prefetch(p + Size - 1);
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

/// What is read through p behind this point is read again: what the ends of a tile need, held in registers throughout
/// the loop over k, would displace what the loop needs (114 -> 94 GFLOP/s in L1).
template <class X>
CTG_ALWAYS_INLINE void read_again([[maybe_unused]] X*& p) {
#if defined(__GNUC__)
  asm("" : "+r"(p) : : "memory");
#endif
}

/// p, `bytes` further on.
template <class T>
CTG_ALWAYS_INLINE T* advance(T* p, index bytes) {
  using byte = std::conditional_t<std::is_const_v<T>, char const, char>;
  return reinterpret_cast<T*>(reinterpret_cast<byte*>(p) + bytes);
}

// Alone in its function, once per shape: inlined into a driver, g++ 12 spills the accumulators. Strides are in bytes,
// because g++ 12 makes a second copy of the loop for each one of 1 element, which takes longer to compile and is 6 %
// slower (108 against 114 GFLOP/s in L1).
template <class T, class V, index MR, index NV>
CTG_NOINLINE void micro_kernel(tile_arguments<T>& arguments) {
  static_assert(lanes<T> == blocking<T>::vector, "blocking.hpp and xsimd disagree on the vector width");
  using vector = vector_of<V>;
  constexpr auto at = [](index v, index end) CTG_INLINE_LAMBDA {
    return v + 1 < NV ? v * vector::width * static_cast<index>(sizeof(T)) : end;
  };
  tile_arguments<T>* t = &arguments;
  do {
    constexpr index size = NV * vector::width * static_cast<index>(sizeof(T));
    for (index rows = t->ahead_share; rows > 0; --rows, t->ahead += t->ahead_step) prefetch_row<size>(t->ahead);
    V sum[MR][NV];
    CTG_UNROLL for (index i = 0; i < MR; ++i) { CTG_UNROLL for (index v = 0; v < NV; ++v) sum[i][v] = V(T{0}); }
    if (t->fetch) {
      auto const* row_c = reinterpret_cast<char const*>(t->c);
      CTG_UNROLL for (index i = 0; i < MR; ++i, row_c += t->ldc) prefetch_row<size>(row_c);
      read_again(t);
    }
    T const* a = t->a;
    T const* b = t->b;
    index const row = t->row, step = t->step, b_step = t->b_step, b_last = t->b_last;
    for (index p = t->k; p > 0; --p) {
      V column[NV];
      CTG_UNROLL for (index v = 0; v < NV; ++v) column[v] = vector::read(advance(b, at(v, b_last)));
      V element[MR];
      CTG_UNROLL for (index i = 0; i < MR; i += tile_elements) {
        index const end = std::min(i + tile_elements, MR);
        CTG_UNROLL for (index j = i; j < end; ++j) element[j] = V(*advance(a, j * row));
        CTG_UNROLL for (index j = i; j < end; ++j) {
          CTG_UNROLL for (index v = 0; v < NV; ++v) sum[j][v] = vector::multiply_add(element[j], column[v], sum[j][v]);
        }
      }
      a = advance(a, step);
      b = advance(b, b_step);
    }
    read_again(t);
    T* c = t->c;
    index const ldc = t->ldc, last = t->last;
    if (t->accumulate) {
      V const scale(t->scale);
      CTG_UNROLL for (index i = 0; i < MR; ++i) {
        CTG_UNROLL for (index v = 0; v < NV; ++v) sum[i][v] =
            vector::multiply_add(sum[i][v], scale, vector::read(advance(c, i * ldc + at(v, last))));
      }
    }
    CTG_UNROLL for (index i = 0; i < MR; ++i, c = advance(c, ldc)) {
      CTG_UNROLL for (index v = 0; v < NV; ++v) vector::write(advance(c, at(v, last)), sum[i][v]);
    }
    t->c = c;
    t->a = advance(t->a, t->a_next);
  } while (--t->tiles > 0);
}

template <class T>
using micro_function = void (*)(tile_arguments<T>&);

template <class T, class V, std::size_t... I>
constexpr std::array<micro_function<T>, sizeof...(I)> micro_table(std::index_sequence<I...>) {
  return {&micro_kernel<T, V, static_cast<index>(I) % tile_rows + 1, static_cast<index>(I) / tile_rows + 1>...};
}

template <class T, class V>
inline constexpr auto micro_kernels =
    micro_table<T, V>(std::make_index_sequence<tile_rows * tile_vectors + (V::size == lanes<T> ? triple_rows : 0)>{});

/// The kernel for vectors of `width` elements: lanes, or half of them.
template <class T>
CTG_ALWAYS_INLINE micro_function<T> micro(index rows, index vectors, index width) {
  auto const shape = static_cast<std::size_t>((vectors - 1) * tile_rows + rows - 1);
  return width == lanes<T> ? micro_kernels<T, batch<T>>[shape] : micro_kernels<T, half<T>>[shape];
}

}  // namespace detail

}  // namespace ctg::inline v0::kernel
