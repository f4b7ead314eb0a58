// SPDX-License-Identifier: MIT
// What the algorithms of linear algebra do to blocks of a matrix: one number after the other, in constant expressions
// too. kernel/rows.hpp has the same for vectors of them, with room to pack in.
#pragma once

#include <ctg/math/arithmetic.hpp>

#include <algorithm>
#include <cstdint>

namespace ctg::inline v0::math {

/// Columns that are eliminated one by one, and rows that are solved for one by one; the rest is products of matrices.
inline constexpr std::int64_t lu_block = 16;

/// A triangular matrix, or a block of one: entry (i, k) at i·row + k·column; `lower` or upper; `unit`: the diagonal
/// counts as 1.
template <class X>
struct triangle {
  X const* data;
  std::int64_t row, column;
  bool lower, unit;
  constexpr X const& at(std::int64_t i, std::int64_t k) const { return data[i * row + k * column]; }
  constexpr triangle from(std::int64_t i) const { return {&at(i, i), row, column, lower, unit}; }
};

template <class X>
struct plain_rows {
  X* scratch = nullptr;

  constexpr void exchange(X* x, X* y, std::int64_t n) const { std::swap_ranges(x, x + n, y); }

  /// P A = L U in place of A (m×n with n <= m and n <= lu_block, rows lda apart); see factor_lu.
  constexpr void eliminate(X* a, std::int64_t lda, X* pivots, std::int64_t m, std::int64_t n) const {
    for (std::int64_t k = 0; k < n; ++k) {
      auto size = [&](std::int64_t i) { return a[i * lda + k] < 0 ? -a[i * lda + k] : a[i * lda + k]; };
      std::int64_t p = k;
      for (std::int64_t i = k + 1; i < m; ++i)
        if (size(i) > size(p)) p = i;
      pivots[k] = static_cast<X>(p);
      if (p != k) exchange(a + k * lda, a + p * lda, n);
      X const pivot = a[k * lda + k];
      if (pivot == 0) continue;
      for (std::int64_t i = k + 1; i < m; ++i) {
        X const l = a[i * lda + k] = divide(a[i * lda + k], pivot);
        subtract_multiple(a + i * lda + k + 1, l, a + k * lda + k + 1, n - k - 1);
      }
    }
  }

  /// T X = B in place of B (X: n rows of m entries, ldx apart; n <= lu_block).
  constexpr void solve(triangle<X> const& t, X* x, std::int64_t ldx, std::int64_t n, std::int64_t m) const {
    for (std::int64_t step = 0; step < n; ++step) {
      std::int64_t const k = t.lower ? step : n - 1 - step;
      for (std::int64_t j = 0; j < m && !t.unit; ++j) x[k * ldx + j] = divide(x[k * ldx + j], t.at(k, k));
      for (std::int64_t i = t.lower ? k + 1 : 0; i < (t.lower ? n : k); ++i)
        subtract_multiple(x + i * ldx, t.at(i, k), x + k * ldx, m);
    }
  }

  /// C −= A B for C (m×n, rows ldc apart), A (m×k, entry (i, j) at i·row + j·column) and B (k×n, rows ldb apart).
  constexpr void subtract_product(X* c, std::int64_t ldc, X const* a, std::int64_t row, std::int64_t column, X const* b,
                                  std::int64_t ldb, std::int64_t m, std::int64_t n, std::int64_t k) const {
    for (std::int64_t i = 0; i < m; ++i)
      for (std::int64_t p = 0; p < k; ++p) subtract_multiple(c + i * ldc, a[i * row + p * column], b + p * ldb, n);
  }

 private:
  // y −= a x
  static constexpr void subtract_multiple(X* y, X a, X const* x, std::int64_t n) {
    for (std::int64_t i = 0; i < n; ++i) y[i] = subtract(y[i], multiply(a, x[i]));
  }
};

}  // namespace ctg::inline v0::math
