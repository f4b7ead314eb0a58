// SPDX-License-Identifier: MIT
// math::plain_rows for vectors: how the algorithms of linear algebra combine rows at run time.
#pragma once

#include <ctg/kernel/simd.hpp>
#include <ctg/math/rows.hpp>

#include <algorithm>

namespace ctg::inline v0::kernel {

struct vector_rows {
  template <class T>
  static CTG_ALWAYS_INLINE void subtract_multiple(T* y, T a, T const* x, index n) {
    batch<T> const s(-a);
    index i = 0;
    for (; i + lanes<T> <= n; i += lanes<T>) store(y + i, fma(s, load(x + i), load(y + i)));
    for (; i < n; ++i) y[i] -= a * x[i];
  }

  template <class T>
  static CTG_ALWAYS_INLINE void divide_by(T* x, T d, index n) {
    batch<T> const s(d);
    index i = 0;
    for (; i + lanes<T> <= n; i += lanes<T>) store(x + i, load(x + i) / s);
    for (; i < n; ++i) x[i] /= d;
  }

  /// C −= A B, four rows by two vectors at a time, which stay in registers over all of k; see math::plain_rows. The
  /// columns of B that are at work lie together: rows a power of two apart would push each other out of L1.
  template <class T>
  static CTG_NOINLINE void subtract_product(T* c, index ldc, T const* a, index row, index column, T const* b, index ldb,
                                            index m, index n, index k) {
    constexpr index width = 2 * lanes<T>, block = 2 * width;
    alignas(64) T columns[math::most_inner * block];
    for (index first = 0; first < n; first += block) {
      index const size = std::min(block, n - first), wide = size / width * width;
      for (index p = 0; p < k; ++p) std::copy_n(b + p * ldb + first, size, columns + p * block);
      for (index i = 0; i < m; i += 4) {
        index const rows = std::min(index{4}, m - i);
        T* const to = c + i * ldc + first;
        T const* const from = a + i * row;
        for (index j = 0; j < wide; j += width) {
          if (rows == 4) {
            tile<4>(to + j, ldc, from, row, column, columns + j, block, k);
          } else {
            for (index r = 0; r < rows; ++r)
              tile<1>(to + r * ldc + j, ldc, from + r * row, row, column, columns + j, block, k);
          }
        }
        for (index r = 0; r < rows && wide < size; ++r)
          for (index p = 0; p < k; ++p)
            subtract_multiple(to + r * ldc + wide, from[r * row + p * column], columns + p * block + wide, size - wide);
      }
    }
  }

 private:
  template <index Rows, class T>
  static CTG_ALWAYS_INLINE void tile(T* c, index ldc, T const* a, index row, index column, T const* b, index ldb,
                                     index k) {
    batch<T> sum[Rows][2];
    for (index i = 0; i < Rows; ++i)
      for (index v = 0; v < 2; ++v) sum[i][v] = load(c + i * ldc + v * lanes<T>);
    for (index p = 0; p < k; ++p) {
      batch<T> const x[] = {load(b + p * ldb), load(b + p * ldb + lanes<T>)};
      for (index i = 0; i < Rows; ++i) {
        batch<T> const s(-a[i * row + p * column]);
        for (index v = 0; v < 2; ++v) sum[i][v] = fma(s, x[v], sum[i][v]);
      }
    }
    for (index i = 0; i < Rows; ++i)
      for (index v = 0; v < 2; ++v) store(c + i * ldc + v * lanes<T>, sum[i][v]);
  }
};

}  // namespace ctg::inline v0::kernel
