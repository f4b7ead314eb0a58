// SPDX-License-Identifier: MIT
// math::plain_rows for vectors: how the algorithms of linear algebra work on blocks of a matrix at run time.
#pragma once

#include <ctg/kernel/gemm.hpp>
#include <ctg/kernel/lanes.hpp>
#include <ctg/kernel/lu_scratch.hpp>
#include <ctg/kernel/simd.hpp>
#include <ctg/math/rows.hpp>

#include <algorithm>

namespace ctg::inline v0::kernel {

template <class T>
struct vector_rows {
  T* scratch;  // lu_scratch<T> elements, aligned to 64 bytes

  CTG_ALWAYS_INLINE void exchange(T* x, T* y, index n) const {
    index i = 0;
    for (; i + lanes<T> <= n; i += lanes<T>) {
      batch<T> const before = load(x + i);
      store(x + i, load(y + i));
      store(y + i, before);
    }
    for (; i < n; ++i) std::swap(x[i], y[i]);
  }

  /// See math::plain_rows. The panel is packed column by column, in whole vectors with zeros at the end, so that the
  /// search, the division and the update are contiguous.
  CTG_NOINLINE void eliminate(T* a, index lda, T* pivots, index m, index n) const {
    if (m <= few_rows) return math::plain_rows<T>{}.eliminate(a, lda, pivots, m, n);
    index const step = detail::round_up(m, lanes<T>);
    T* const panel = scratch;
    detail::pack(a, lda, index{1}, m, n, panel, step);
    for (index k = 0; k < n; ++k) std::fill(panel + k * step + m, panel + (k + 1) * step, T{0});
    for (index k = 0; k < n; ++k) {
      T* const column = panel + k * step;
      index const p = largest(column, k, m);
      pivots[k] = static_cast<T>(p);
      if (p != k)
        for (index j = 0; j < n; ++j) std::swap(panel[j * step + k], panel[j * step + p]);
      T const pivot = column[k];
      if (pivot == 0) continue;
      index const first = (k + 1) / lanes<T> * lanes<T>, kept = k + 1 - first;
      for (index i = first; i < step; i += lanes<T>) {
        batch<T> const x = load(column + i), l = x / batch<T>(pivot);
        store(column + i, i == first ? first_of(kept, x, l) : l);
      }
      index j = k + 1;
      for (; j + 4 <= n; j += 4) update<4>(column, panel + j * step, step, k, first, kept);
      for (; j < n; ++j) update<1>(column, panel + j * step, step, k, first, kept);
    }
    detail::pack(panel, step, index{1}, n, m, a, lda);
  }

  /// See math::plain_rows. Two vectors of columns at a time, four rows of them in registers.
  CTG_NOINLINE void solve(math::triangle<T> const& t, T* x, index ldx, index n, index m) const {
    if (m == 1) return solve_column(t, x, ldx, n);
    index j = 0;
    for (; j + 2 * lanes<T> <= m; j += 2 * lanes<T>) solve_columns<2>(t, x + j, ldx, n, lanes<T>);
    for (; j < m; j += lanes<T>) solve_columns<1>(t, x + j, ldx, n, std::min(lanes<T>, m - j));
  }

  void subtract_product(T* c, index ldc, T const* a, index row, index column, T const* b, index ldb, index m, index n,
                        index k) const {
    gemm_arguments<T> g{m, n, k, {a, row, column}, {b, ldb, 1}, c, ldc, scratch, false, {}};
    g.add = true;
    g.scale = T{-1};
    gemm(g);
  }

 private:
  // Of a matrix so small, packing takes longer than it saves.
  static constexpr index few_rows = 12;

  // The first of the largest entries from k on: what is not greater than entry k, as nothing is than NaN, is passed by.
  static CTG_ALWAYS_INLINE index largest(T const* column, index k, index m) {
    T const own = column[k] < 0 ? -column[k] : column[k];
    if (own != own) return k;
    index const first = k / lanes<T> * lanes<T>;
    batch<T> best(own);
    for (index i = first; i < m; i += lanes<T>) {
      batch<T> x = xsimd::abs(load(column + i));
      if (i == first) x = first_of(k - first, best, x);
      best = xsimd::select(x > best, x, best);
    }
    T const most =
        first_lane(reduce(best, [](batch<T> p, batch<T> q) CTG_INLINE_LAMBDA { return xsimd::select(p > q, p, q); }));
    if (most == own) return k;
    index i = k + 1;
    while (column[i] != most && column[i] != -most) ++i;
    return i;
  }

  // Rows below k of `Columns` columns, less their row k times the factors of column k.
  template <index Columns>
  static CTG_ALWAYS_INLINE void update(T const* factors, T* columns, index step, index k, index first, index kept) {
    batch<T> scale[Columns];
    CTG_UNROLL for (index c = 0; c < Columns; ++c) scale[c] = batch<T>(-columns[c * step + k]);
    auto const rows = [&](index i, bool whole) CTG_INLINE_LAMBDA {
      batch<T> const l = load(factors + i);
      CTG_UNROLL for (index c = 0; c < Columns; ++c) {
        T* const to = columns + c * step + i;
        batch<T> const before = load(to), after = fma(scale[c], l, before);
        store(to, whole ? after : first_of(kept, before, after));
      }
    };
    if (first >= step) return;
    rows(first, false);
    for (index i = first + lanes<T>; i < step; i += lanes<T>) rows(i, true);
  }

  static CTG_ALWAYS_INLINE void solve_column(math::triangle<T> const& t, T* x, index ldx, index n) {
    for (index s = 0; s < n; ++s) {
      index const k = t.lower ? s : n - 1 - s;
      if (!t.unit) x[k * ldx] /= t.at(k, k);
      T const solved = x[k * ldx];
      for (index i = t.lower ? k + 1 : 0; i < (t.lower ? n : k); ++i) x[i * ldx] -= t.at(i, k) * solved;
    }
  }

  template <index Vectors>
  static CTG_ALWAYS_INLINE void solve_columns(math::triangle<T> const& t, T* x, index ldx, index n, index last) {
    index done = 0;
    for (; done + 4 <= n; done += 4) solve_rows<4, Vectors>(t, x, ldx, n, done, last);
    for (; done < n; ++done) solve_rows<1, Vectors>(t, x, ldx, n, done, last);
  }

  // The next `Rows` rows after so many that are solved, `last` columns of their last vector.
  template <index Rows, index Vectors>
  static CTG_ALWAYS_INLINE void solve_rows(math::triangle<T> const& t, T* x, index ldx, index n, index done,
                                           index last) {
    auto const row = [&](index s) CTG_INLINE_LAMBDA { return t.lower ? s : n - 1 - s; };
    auto const read = [&](index i, index v) CTG_INLINE_LAMBDA {
      T const* const from = x + i * ldx + v * lanes<T>;
      return Vectors > 1 || last == lanes<T> ? load(from) : load_partial(from, last);
    };
    batch<T> sum[Rows][Vectors];
    CTG_UNROLL for (index r = 0; r < Rows; ++r) {
      CTG_UNROLL for (index v = 0; v < Vectors; ++v) sum[r][v] = read(row(done + r), v);
    }
    for (index s = 0; s < done; ++s) {
      batch<T> solved[Vectors];
      CTG_UNROLL for (index v = 0; v < Vectors; ++v) solved[v] = read(row(s), v);
      CTG_UNROLL for (index r = 0; r < Rows; ++r) {
        batch<T> const factor(-t.at(row(done + r), row(s)));
        CTG_UNROLL for (index v = 0; v < Vectors; ++v) sum[r][v] = fma(factor, solved[v], sum[r][v]);
      }
    }
    CTG_UNROLL for (index q = 0; q < Rows; ++q) {
      index const k = row(done + q);
      CTG_UNROLL for (index v = 0; v < Vectors; ++v) {
        if (!t.unit) sum[q][v] = sum[q][v] / batch<T>(t.at(k, k));
        T* const to = x + k * ldx + v * lanes<T>;
        if (Vectors > 1 || last == lanes<T>)
          store(to, sum[q][v]);
        else
          store_partial(to, sum[q][v], last);
      }
      CTG_UNROLL for (index r = q + 1; r < Rows; ++r) {
        batch<T> const factor(-t.at(row(done + r), k));
        CTG_UNROLL for (index v = 0; v < Vectors; ++v) sum[r][v] = fma(factor, sum[q][v], sum[r][v]);
      }
    }
  }
};

}  // namespace ctg::inline v0::kernel
