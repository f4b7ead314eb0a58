// SPDX-License-Identifier: MIT
// The micro-kernel: a stack of register tiles of C, each of whose k loops runs in registers.
//
// Contract
//   tile       MR rows by NV vectors V (of `width` elements: all lanes, or half of them), 1 <= MR <= tallest(NV, ..),
//              of the kinds that blocking.hpp lists. One call does `tiles` tiles, one below the other, with the same
//              columns of B.
//   strides    in bytes, see micro_kernel. `a`, `c` and `ahead` move on with the tiles, so that a second call goes on.
//   C          row i, vector v at c + i*ldc + offset(v), where offset(v) = v vectors. With masks, of a vector that is
//              alone (NV = 1) only the lanes `mask` are read and written; several are whole (a mask costs an operation:
//              1 % of 16x16x32 doubles). Without, the last one lies at `last`: it is shifted back to end where the
//              matrix ends, and then overlaps its neighbour inside the tile. Both hold the same sums and both are read
//              before either is written, so that the overlap is harmless.
//   A          element (i, p) at a + i*row + p*step, the next tile a_next further: packed (row = 1 element, step = MR),
//              or in place with any strides.
//   B          step p, vector v at b + p*b_step + v's offset in B (b_last for the last): packed (vectors side by side),
//              or in place where B's rows are contiguous. With masks, the lanes of C's vectors are those of B's.
//   k          any depth, 0 included. accumulate = false overwrites C, true adds the sums, times `scale`, to it.
//   ahead      the next `ahead_share` rows per tile, ahead_step apart, of what will be read after this call (the next
//              strip of B), are fetched into L2 (1024 floats square: 100 -> 104 GFLOP/s, and while B is packed 103 ->
//              106). Where there are none and no fetch_c, fetches = false spares the tests.
//   fetch_c    whether the tiles of C lie outside L2, and are fetched into it before they are needed (a pause in the
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
  index k;
  T const* b;
  index b_last;  // without masks
  index row;
  bool accumulate;
  index step;
  unsigned mask;  // with masks
  index b_step;
  index tiles;
  T* c;
  T scale;  // where `accumulate`
  index ldc;
  index last;  // without masks
  index a_next;
  bool fetches, fetch_c;
  char const* ahead;
  index ahead_step;
  index ahead_share;
};

/// Into L2: a strip of B that is fetched ahead must not push the present one out of L1.
CTG_ALWAYS_INLINE void prefetch([[maybe_unused]] char const* p) {
#if defined(__GNUC__)
  __builtin_prefetch(p, 0, 2);
#endif
}

/// The lines of `size` bytes from p on, the one included where p is not aligned.
CTG_ALWAYS_INLINE void prefetch_row(char const* p, index size) {
  for (index at = 0; at < size; at += 64) prefetch(p + at);
  prefetch(p + size - 1);
}

/// What a tile of `rows` rows of `size` bytes fetches before it begins; not a part of each kernel, for the sake of the
/// time to compile them.
template <class T>
CTG_NOINLINE void fetch(tile_arguments<T>& t, index rows, index size) {
  for (index row = t.ahead_share; row > 0; --row, t.ahead += t.ahead_step) prefetch_row(t.ahead, size);
  if (!t.fetch_c) return;
  auto const* c = reinterpret_cast<char const*>(t.c);
  for (index row = 0; row < rows; ++row, c += t.ldc) prefetch_row(c, size);
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
    if constexpr (std::is_same_v<V, batch<typename V::value_type>>) return kernel::fma(a, b, c);
#if defined(__FMA__)
    // xsimd 8.1 takes 128 bits for SSE, and rounds twice, unless the compiler fuses what it wrote
    else if constexpr (sizeof(V) == 16 && sizeof(typename V::value_type) == 4)
      return _mm_fmadd_ps(a, b, c);
    else if constexpr (sizeof(V) == 16)
      return _mm_fmadd_pd(a, b, c);
#endif
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

template <index Lanes>
inline constexpr unsigned whole_mask = (1u << Lanes) - 1;

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

/// Where an instruction broadcasts an element of memory by itself, each multiply-add reads its own, as if A lay apart
/// for each vector of a row: elements kept in registers would leave too few of those to rename for the processor to
/// work ahead, beyond the end of a tile (8x16x16 doubles, which take at least 256 cycles: 311 -> 278). The vectors of
/// B, which all rows use, are read once all the same (g++ 12 would read them for each of up to 4 rows).
inline constexpr bool broadcasts_from_memory = vector_bytes == 64;
template <class T>
CTG_ALWAYS_INLINE void seem_another([[maybe_unused]] T const*& p) {
#if defined(__GNUC__)
  if constexpr (broadcasts_from_memory) asm volatile("" : "+r"(p));
#endif
}
template <class V>
CTG_ALWAYS_INLINE void stay_in_register([[maybe_unused]] V& x) {
#if defined(__GNUC__) && defined(__AVX512F__)
  if constexpr (sizeof(V) == 64) {
    typename V::register_type r = x;
    asm("" : "+v"(r));
    x = r;
  }
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
  constexpr bool masked = has_masks && NV == 1;
  constexpr auto at = [](index v, index end) CTG_INLINE_LAMBDA {
    return has_masks || v + 1 < NV ? v * vector::width * static_cast<index>(sizeof(T)) : end;
  };
  constexpr auto read = [](T const* p, [[maybe_unused]] unsigned mask) CTG_INLINE_LAMBDA {
    if constexpr (masked)
      return load_masked<V>(p, mask);
    else
      return vector::read(p);
  };
  tile_arguments<T>* t = &arguments;
  for (;;) {
    if (t->fetches) fetch(*t, MR, NV * vector::width * static_cast<index>(sizeof(T)));
    V sum[MR][NV];
    CTG_UNROLL for (index i = 0; i < MR; ++i) { CTG_UNROLL for (index v = 0; v < NV; ++v) sum[i][v] = V(T{0}); }
    T const* a[NV];
    CTG_UNROLL for (index v = 0; v < NV; ++v) {
      a[v] = t->a;
      seem_another(a[v]);
    }
    T const* b = t->b;
    index const row = t->row, step = t->step, b_step = t->b_step, b_last = has_masks ? 0 : t->b_last;
    unsigned const mask = has_masks ? t->mask : 0;
    for (index p = t->k; p > 0; --p) {
      V column[NV];
      CTG_UNROLL for (index v = 0; v < NV; ++v) {
        column[v] = read(advance(b, at(v, b_last)), mask);
        stay_in_register(column[v]);
      }
      CTG_UNROLL for (index i = 0; i < MR; ++i) {
        CTG_UNROLL for (index v = 0; v < NV; ++v) {
          V const element(*advance(a[broadcasts_from_memory ? v : 0], i * row));
          sum[i][v] = vector::multiply_add(element, column[v], sum[i][v]);
        }
      }
      CTG_UNROLL for (index v = 0; v < NV; ++v) a[v] = advance(a[v], step);
      b = advance(b, b_step);
    }
    read_again(t);
    T* c = t->c;
    index const ldc = t->ldc, last = has_masks ? 0 : t->last;
    if (t->accumulate) {
      V const scale(t->scale);
      CTG_UNROLL for (index i = 0; i < MR; ++i) {
        CTG_UNROLL for (index v = 0; v < NV; ++v) sum[i][v] =
            vector::multiply_add(sum[i][v], scale, read(advance(c, i * ldc + at(v, last)), mask));
      }
    }
    // What a masked store wrote is not forwarded to loads (it is there after 23 cycles instead of 13).
    if (masked && mask != whole_mask<vector::width>) {
      if constexpr (masked)
        CTG_UNROLL for (index i = 0; i < MR; ++i, c = advance(c, ldc)) store_masked(c, sum[i][0], mask);
    } else {
      CTG_UNROLL for (index i = 0; i < MR; ++i, c = advance(c, ldc)) {
        CTG_UNROLL for (index v = 0; v < NV; ++v) vector::write(advance(c, at(v, last)), sum[i][v]);
      }
    }
    t->c = c;
    if (--t->tiles == 0) break;
    t->a = advance(t->a, t->a_next);
  }
}

template <class T>
using micro_function = void (*)(tile_arguments<T>&);

/// The kernel of a kind (see blocking.hpp) for tiles of 1, 2, ... rows, and nothing for those taller than its tallest.
template <class T, index Kind, index Rows>
constexpr micro_function<T> micro_entry() {
  constexpr index vectors = Kind % most_vectors + 1;
  using V = std::conditional_t<(Kind < most_vectors), batch<T>, half<T>>;
  if constexpr (Rows <= tallest(vectors, Kind >= most_vectors) && (Kind < most_vectors || vectors <= most_halves))
    return &micro_kernel<T, V, Rows, vectors>;
  else
    return nullptr;
}
template <class T, std::size_t... I>
constexpr std::array<micro_function<T>, sizeof...(I)> micro_table(std::index_sequence<I...>) {
  return {micro_entry<T, static_cast<index>(I) / single_rows, static_cast<index>(I) % single_rows + 1>()...};
}
template <class T>
inline constexpr auto micro_kernels = micro_table<T>(std::make_index_sequence<2 * most_vectors * single_rows>{});

/// The kernel for tiles of so many rows.
template <class T>
CTG_ALWAYS_INLINE micro_function<T> micro(index rows, strip_shape shape) {
  index const kind = shape.vectors - 1 + (has_halves<T>(shape) ? most_vectors : 0);
  return micro_kernels<T>[static_cast<std::size_t>(kind * single_rows + rows - 1)];
}

}  // namespace detail

}  // namespace ctg::inline v0::kernel
