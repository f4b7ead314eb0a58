// SPDX-License-Identifier: MIT
// LU factors with partial pivoting and triangular systems, by halves, so that nearly all of the work is in products of
// large blocks (S. Toledo, Locality of reference in LU decomposition with partial pivoting, SIAM J. Matrix Anal. Appl.
// 18, 1997). `Rows` does what is left: plain_rows here, vectors in kernel/.
#pragma once

#include <ctg/math/rows.hpp>

#include <algorithm>

namespace ctg::inline v0::math {

/// The first of two halves of n: whole blocks.
constexpr std::int64_t lu_half(std::int64_t n) { return (n / 2 + lu_block - 1) / lu_block * lu_block; }

/// T X = B in place of B (X: n rows of m entries, ldx apart).
template <class Rows, class X>
constexpr void solve_triangular(Rows const& rows, triangle<X> const& t, X* x, std::int64_t ldx, std::int64_t n,
                                std::int64_t m) {
  if (n <= lu_block) return rows.solve(t, x, ldx, n, m);
  std::int64_t const half = lu_half(n), rest = n - half;
  X* const second = x + half * ldx;
  if (t.lower) {
    solve_triangular(rows, t, x, ldx, half, m);
    rows.subtract_product(second, ldx, &t.at(half, 0), t.row, t.column, x, ldx, rest, m, half);
    solve_triangular(rows, t.from(half), second, ldx, rest, m);
  } else {
    solve_triangular(rows, t.from(half), second, ldx, rest, m);
    rows.subtract_product(x, ldx, &t.at(0, half), t.row, t.column, second, ldx, half, m, rest);
    solve_triangular(rows, t, x, ldx, half, m);
  }
}

/// P A = L U in place of A (m×n with n <= m, rows lda apart): L without its unit diagonal below, U above. pivots[k]:
/// the row that was exchanged with row k. A column without a pivot leaves a 0 on the diagonal of U and is passed over.
template <class Rows, class X>
constexpr void factor_lu(Rows const& rows, X* a, std::int64_t lda, X* pivots, std::int64_t m, std::int64_t n) {
  if (n <= lu_block) return rows.eliminate(a, lda, pivots, m, n);
  std::int64_t const half = lu_half(n), rest = n - half;
  X *const right = a + half, *const below = a + half * lda, *const last = below + half;
  auto exchange = [&](X* columns, std::int64_t k, std::int64_t width) {
    auto const p = static_cast<std::int64_t>(pivots[k]);
    if (p != k) rows.exchange(columns + k * lda, columns + p * lda, width);
  };
  factor_lu(rows, a, lda, pivots, m, half);
  for (std::int64_t k = 0; k < half; ++k) exchange(right, k, rest);
  solve_triangular(rows, triangle<X>{a, lda, 1, true, true}, right, lda, half, rest);
  rows.subtract_product(last, lda, below, lda, std::int64_t{1}, right, lda, m - half, rest, half);
  factor_lu(rows, last, lda, pivots + half, m - half, rest);
  for (std::int64_t k = half; k < n; ++k) {
    pivots[k] = pivots[k] + static_cast<X>(half);
    exchange(a, k, half);
  }
}

/// A X = B, or Aᵀ X = B, in place of B (n×m), from the factors of A.
template <class Rows, class X>
constexpr void solve_lu(Rows const& rows, X const* lu, X const* pivots, bool transposed, X* x, std::int64_t n,
                        std::int64_t m) {
  auto exchange = [&](std::int64_t k) {
    // what is no row (NaN factors have no pivots) exchanges nothing
    if (!(pivots[k] > static_cast<X>(k) && pivots[k] < static_cast<X>(n))) return;
    rows.exchange(x + k * m, x + static_cast<std::int64_t>(pivots[k]) * m, m);
  };
  if (transposed) {
    solve_triangular(rows, triangle<X>{lu, 1, n, true, false}, x, m, n, m);
    solve_triangular(rows, triangle<X>{lu, 1, n, false, true}, x, m, n, m);
    for (std::int64_t k = n; k-- > 0;) exchange(k);
  } else {
    for (std::int64_t k = 0; k < n; ++k) exchange(k);
    solve_triangular(rows, triangle<X>{lu, n, 1, true, true}, x, m, n, m);
    solve_triangular(rows, triangle<X>{lu, n, 1, false, false}, x, m, n, m);
  }
}

}  // namespace ctg::inline v0::math
