// SPDX-License-Identifier: MIT
// Packing: one routine for panels of A and of B, which transposes while it copies where the source demands it.
#pragma once

#include <ctg/config.hpp>
#include <ctg/kernel/gemm/blocking.hpp>
#include <ctg/kernel/gemm/micro.hpp>
#include <ctg/kernel/simd.hpp>

#include <xsimd/xsimd.hpp>

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace ctg::inline v0::kernel::detail {

// Vectors of 128 bits: every instruction set has their zips, and those of wider vectors work per 128 bits anyway.
template <class T>
using quarter = xsimd::make_sized_batch_t<T, 16 / sizeof(T)>;

/// target[p*step + j] = source[j*stride + p] for 0 <= j, p < lanes of 128 bits.
template <class T>
CTG_ALWAYS_INLINE void transpose_square(T const* CTG_RESTRICT source, index stride, T* CTG_RESTRICT target,
                                        index step) {
  using V = quarter<T>;
  if constexpr (V::size == 4) {
    V const r0 = V::load_unaligned(source), r1 = V::load_unaligned(source + stride);
    V const r2 = V::load_unaligned(source + 2 * stride), r3 = V::load_unaligned(source + 3 * stride);
    V const even_low = xsimd::zip_lo(r0, r2), odd_low = xsimd::zip_lo(r1, r3);
    V const even_high = xsimd::zip_hi(r0, r2), odd_high = xsimd::zip_hi(r1, r3);
    xsimd::zip_lo(even_low, odd_low).store_unaligned(target);
    xsimd::zip_hi(even_low, odd_low).store_unaligned(target + step);
    xsimd::zip_lo(even_high, odd_high).store_unaligned(target + 2 * step);
    xsimd::zip_hi(even_high, odd_high).store_unaligned(target + 3 * step);
  } else {
    V const r0 = V::load_unaligned(source), r1 = V::load_unaligned(source + stride);
    xsimd::zip_lo(r0, r1).store_unaligned(target);
    xsimd::zip_hi(r0, r1).store_unaligned(target + step);
  }
}

/// Rows of at least one vector (Least = 1: exactly one), the last shifted back to end with the row.
template <class V, int Least, class T>
CTG_ALWAYS_INLINE void copy_panel(T const* CTG_RESTRICT source, index along, index width, index depth,
                                  T* CTG_RESTRICT target, index step) {
  constexpr index size = static_cast<index>(V::size);
  for (index p = 0; p < depth; ++p, source += along, target += step) {
    if constexpr (Least > 1) {
      V::load_unaligned(source).store_unaligned(target);
      for (index j = size; j < width - size; j += size) V::load_unaligned(source + j).store_unaligned(target + j);
    }
    V::load_unaligned(source + width - size).store_unaligned(target + width - size);
  }
}

/// A panel `width` wide and `depth` deep: target[p*step + j] = source[j*across + p*along], 0 <= j < width and
/// 0 <= p < depth. Writes nothing else. What is contiguous across (along) the panel is copied (transposed) in vectors,
/// other strides by elements.
template <class T>
CTG_NOINLINE void pack(T const* CTG_RESTRICT source, index across, index along, index width, index depth,
                       T* CTG_RESTRICT target, index step) {
  constexpr index side = static_cast<index>(quarter<T>::size);
  if (across == 1 && width == lanes<T>) return copy_panel<batch<T>, 1>(source, along, lanes<T>, depth, target, step);
  if (across == 1 && width >= lanes<T>) return copy_panel<batch<T>, 2>(source, along, width, depth, target, step);
  if (across == 1 && width == side) return copy_panel<quarter<T>, 1>(source, along, side, depth, target, step);
  if (across == 1 && width >= side) return copy_panel<quarter<T>, 2>(source, along, width, depth, target, step);
  if (along == 1 && width >= side && depth >= side) {
    // A few rows of the source at a time, so that lines of the target are filled as a whole, while the next rows are
    // fetched: processors guess what follows within a page, but not in other rows (768 floats square: packing A 3.4 %
    // -> 1.9 % of the time). The last squares are shifted back and transposed anew as a whole.
    constexpr index group = 8, line_elements = 64 / static_cast<index>(sizeof(T));
    for (index first = 0; first < width; first += group) {
      index const end = std::min(first + group, width);
      for (index p = 0; p < depth; p += side) {
        index const line = std::min(p, depth - side);
        for (index j = first; j < end; j += side) {
          index const column = std::min(j, width - side);
          transpose_square(source + column * across + line, across, target + line * step + column, step);
        }
        if (depth > 4 * line_elements && line % line_elements == 0)
          for (index j = 0; j < group; ++j)
            prefetch(reinterpret_cast<char const*>(source + (first + group + j) * across + line));
      }
    }
    return;
  }
  for (index j = 0; j < width; ++j)
    for (index p = 0; p < depth; ++p) target[p * step + j] = source[j * across + p * along];
}

/// Copies n elements, 0 < n < lanes, as two overlapping pieces of a fixed power of two: a call of memcpy for each short
/// row would cost more than the row.
template <class T>
CTG_ALWAYS_INLINE void copy_short(T* target, T const* source, index n) {
  auto const piece = [&]<index Size>() CTG_INLINE_LAMBDA {
    T first[Size], last[Size];
    std::memcpy(first, source, sizeof first);
    std::memcpy(last, source + n - Size, sizeof last);
    std::memcpy(target, first, sizeof first);
    std::memcpy(target + n - Size, last, sizeof last);
  };
  if (n >= 8) {
    piece.template operator()<8>();
  } else if (n >= 4) {
    piece.template operator()<4>();
  } else if (n >= 2) {
    piece.template operator()<2>();
  } else {
    *target = *source;
  }
}

}  // namespace ctg::inline v0::kernel::detail
