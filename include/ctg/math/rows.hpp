// SPDX-License-Identifier: MIT
// What the algorithms of linear algebra do to rows of a matrix: one number after the other, in constant expressions
// too. kernel/rows.hpp has the same for vectors of them.
#pragma once

#include <ctg/math/arithmetic.hpp>

#include <cstdint>

namespace ctg::inline v0::math {

/// The most rows of B in `subtract_product`.
inline constexpr std::int64_t most_inner = 32;

struct plain_rows {
  /// y −= a x
  template <class X>
  static constexpr void subtract_multiple(X* y, X a, X const* x, std::int64_t n) {
    for (std::int64_t i = 0; i < n; ++i) y[i] = subtract(y[i], multiply(a, x[i]));
  }
  /// x /= d
  template <class X>
  static constexpr void divide_by(X* x, X d, std::int64_t n) {
    for (std::int64_t i = 0; i < n; ++i) x[i] = divide(x[i], d);
  }
  /// C −= A B for C (m×n, rows ldc apart), A (m×k, entry (i, j) at i·row + j·column) and B (k×n, rows
  /// ldb apart, k at most most_inner).
  template <class X>
  static constexpr void subtract_product(X* c, std::int64_t ldc, X const* a, std::int64_t row, std::int64_t column,
                                         X const* b, std::int64_t ldb, std::int64_t m, std::int64_t n, std::int64_t k) {
    for (std::int64_t i = 0; i < m; ++i)
      for (std::int64_t p = 0; p < k; ++p) subtract_multiple(c + i * ldc, a[i * row + p * column], b + p * ldb, n);
  }
};

}  // namespace ctg::inline v0::math
