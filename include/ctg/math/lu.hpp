// SPDX-License-Identifier: MIT
// LU factors with partial pivoting and triangular systems, by blocks of columns (Golub and Van Loan, Matrix
// Computations, 3.2 and 3.4). `Rows` says how rows are combined: plain_rows here, vectors in kernel/.
#pragma once

#include <ctg/math/rows.hpp>

#include <algorithm>

namespace ctg::inline v0::math {

/// Columns that are eliminated one by one before the rest of the matrix follows in one product.
inline constexpr std::int64_t lu_block = most_inner;

/// T X = B in place of B (X: n rows of m entries, ldx apart), T triangular with entry (i, k) at i·row + k·column: from
/// the first row on (lower) or from the last (upper). `unit`: the diagonal counts as 1.
template <class Rows, class X>
constexpr void solve_triangular(X const* t, std::int64_t row, std::int64_t column, bool lower, bool unit, X* x,
                                std::int64_t ldx, std::int64_t n, std::int64_t m) {
  std::int64_t const blocks = (n + lu_block - 1) / lu_block;
  for (std::int64_t block = 0; block < blocks; ++block) {
    std::int64_t const first = (lower ? block : blocks - 1 - block) * lu_block, last = std::min(n, first + lu_block);
    for (std::int64_t step = first; step < last; ++step) {
      std::int64_t const k = lower ? step : first + last - 1 - step;
      if (!unit) Rows::divide_by(x + k * ldx, t[k * (row + column)], m);
      for (std::int64_t i = lower ? k + 1 : first; i < (lower ? last : k); ++i)
        Rows::subtract_multiple(x + i * ldx, t[i * row + k * column], x + k * ldx, m);
    }
    // the rows that are not solved yet
    std::int64_t const from = lower ? last : 0, to = lower ? n : first;
    Rows::subtract_product(x + from * ldx, ldx, t + from * row + first * column, row, column, x + first * ldx, ldx,
                           to - from, m, last - first);
  }
}

/// P A = L U in place of A (n×n): L without its unit diagonal below, U above. pivots[k]: the row that was exchanged
/// with row k. A column without a pivot leaves a 0 on the diagonal of U and is passed over.
template <class Rows, class X>
constexpr void factor_lu(X* a, X* pivots, std::int64_t n) {
  for (std::int64_t first = 0; first < n; first += lu_block) {
    std::int64_t const last = std::min(n, first + lu_block);
    for (std::int64_t k = first; k < last; ++k) {
      auto size = [&](std::int64_t i) { return a[i * n + k] < 0 ? -a[i * n + k] : a[i * n + k]; };
      std::int64_t p = k;
      for (std::int64_t i = k + 1; i < n; ++i)
        if (size(i) > size(p)) p = i;
      pivots[k] = static_cast<X>(p);
      if (p != k) std::swap_ranges(a + k * n, a + (k + 1) * n, a + p * n);
      X const pivot = a[k * n + k];
      if (pivot == 0) continue;
      for (std::int64_t i = k + 1; i < n; ++i) {
        X const l = a[i * n + k] = divide(a[i * n + k], pivot);
        Rows::subtract_multiple(a + i * n + k + 1, l, a + k * n + k + 1, last - k - 1);
      }
    }
    if (last == n) continue;
    X* const rest = a + first * n + last;
    solve_triangular<Rows>(a + first * (n + 1), n, std::int64_t{1}, true, true, rest, n, last - first, n - last);
    Rows::subtract_product(a + last * (n + 1), n, a + last * n + first, n, std::int64_t{1}, rest, n, n - last, n - last,
                           last - first);
  }
}

/// A X = B, or Aᵀ X = B, in place of B (n×m), from the factors of A.
template <class Rows, class X>
constexpr void solve_lu(X const* lu, X const* pivots, bool transposed, X* x, std::int64_t n, std::int64_t m) {
  auto exchange = [&](std::int64_t k) {
    // what is no row (NaN factors have no pivots) exchanges nothing
    if (!(pivots[k] > static_cast<X>(k) && pivots[k] < static_cast<X>(n))) return;
    std::swap_ranges(x + k * m, x + (k + 1) * m, x + static_cast<std::int64_t>(pivots[k]) * m);
  };
  if (transposed) {
    solve_triangular<Rows>(lu, std::int64_t{1}, n, true, false, x, m, n, m);
    solve_triangular<Rows>(lu, std::int64_t{1}, n, false, true, x, m, n, m);
    for (std::int64_t k = n; k-- > 0;) exchange(k);
  } else {
    for (std::int64_t k = 0; k < n; ++k) exchange(k);
    solve_triangular<Rows>(lu, n, std::int64_t{1}, true, true, x, m, n, m);
    solve_triangular<Rows>(lu, n, std::int64_t{1}, false, false, x, m, n, m);
  }
}

}  // namespace ctg::inline v0::math
