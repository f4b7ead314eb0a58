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

/// Whether X (n×n) is I. Others are told by their first entries.
template <class X>
constexpr bool is_identity(X const* x, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i)
    for (std::int64_t j = 0; j < n; ++j)
      if (x[i * n + j] != (i == j ? X(1) : X(0))) return false;
  return true;
}

/// Blocks of fewer columns are solved so much slower that nothing is gained, nor with fewer than four (measured).
inline constexpr std::int64_t least_inverse_block = 64;

/// T⁻¹ of a lower T in place of I (n×n): block by block of columns, each from the diagonal down. An eighth of n at once
/// leaves 0.40 of the work of a solution for n columns, 1/3 being the least.
template <class Rows, class X>
constexpr void invert_triangular(Rows const& rows, triangle<X> const& t, X* x, std::int64_t n) {
  std::int64_t const width = std::max(least_inverse_block, (n / 8 + lu_block - 1) / lu_block * lu_block);
  for (std::int64_t i = 0; i < n; i += width)
    solve_triangular(rows, t.from(i), x + i * (n + 1), n, n - i, std::min(width, n - i));
}

/// A X = B, or Aᵀ X = B, in place of B (n×m), from the factors of A. With B = I the first of two triangular systems has
/// a triangular solution, L⁻¹ or U⁻ᵀ; then P stands for an exchange of columns, A⁻¹ = U⁻¹ L⁻¹ P.
template <class Rows, class X>
constexpr void solve_lu(Rows const& rows, X const* lu, X const* pivots, bool transposed, X* x, std::int64_t n,
                        std::int64_t m) {
  // what is no row (NaN factors have no pivots) exchanges nothing
  auto is_row = [&](std::int64_t k) { return pivots[k] > static_cast<X>(k) && pivots[k] < static_cast<X>(n); };
  auto exchange = [&](std::int64_t k) {
    if (is_row(k)) rows.exchange(x + k * m, x + static_cast<std::int64_t>(pivots[k]) * m, m);
  };
  bool const inverts = m == n && n >= 4 * least_inverse_block && is_identity(x, n);
  if (transposed) {
    triangle<X> const first{lu, 1, n, true, false};
    inverts ? invert_triangular(rows, first, x, n) : solve_triangular(rows, first, x, m, n, m);
    solve_triangular(rows, triangle<X>{lu, 1, n, false, true}, x, m, n, m);
    for (std::int64_t k = n; k-- > 0;) exchange(k);
  } else if (inverts) {
    invert_triangular(rows, triangle<X>{lu, n, 1, true, true}, x, n);
    solve_triangular(rows, triangle<X>{lu, n, 1, false, false}, x, n, n, n);
    for (std::int64_t i = 0; i < n; i += 8)  // as many rows as stay in L1
      for (std::int64_t k = n; k-- > 0;) {
        if (!is_row(k)) continue;
        X *const one = x + i * n + k, *const other = x + i * n + static_cast<std::int64_t>(pivots[k]);
        for (std::int64_t r = 0; r < std::min<std::int64_t>(8, n - i); ++r) std::swap(one[r * n], other[r * n]);
      }
  } else {
    for (std::int64_t k = 0; k < n; ++k) exchange(k);
    solve_triangular(rows, triangle<X>{lu, n, 1, true, true}, x, m, n, m);
    solve_triangular(rows, triangle<X>{lu, n, 1, false, false}, x, m, n, m);
  }
}

}  // namespace ctg::inline v0::math
