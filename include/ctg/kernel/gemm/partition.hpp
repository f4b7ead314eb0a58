// SPDX-License-Identifier: MIT
// GEMM in parts, for several threads: which block of C each computes, and the arguments for it. A part is a product of
// its own, run by gemm() with scratch (and a window) of its own; every element keeps the bits it has in one piece.
#pragma once

#include <ctg/config.hpp>
#include <ctg/kernel/gemm/blocked.hpp>
#include <ctg/kernel/gemm/blocking.hpp>

#include <cstddef>

namespace ctg::inline v0::kernel {

/// A block of C; nothing where `rows` or `columns` is 0.
struct gemm_range {
  index row, rows, column, columns;
};

namespace detail {

/// Where part number `part` of `parts` begins among n things that are cut at multiples of `unit`.
constexpr index part_begin(index n, index parts, index part, index unit) {
  return part >= parts ? n : n * part / parts / unit * unit;
}

/// Whether rows are few for so many parts, and columns are not.
template <class T>
constexpr bool has_few_rows(index m, index n, index parts) {
  return m < parts * blocking<T>::least_rows && n >= 2 * parts * blocking<T>::columns;
}

}  // namespace detail

/// Part number `part` of C (m x n) in `parts`: rows, or columns where rows are few (every part packs the whole of the
/// other operand, or reads it from memory). `whole_rows` asks for rows in any case, as an epilogue does. No part has
/// one row or less than a vector of columns unless C has, because those take a path with other bits; what is too small
/// to be cut is part 0, and the others are nothing.
template <class T>
constexpr gemm_range gemm_partition(index m, index n, index parts, index part, bool whole_rows) {
  if (!whole_rows && detail::has_few_rows<T>(m, n, parts)) {
    index const strip = detail::blocking<T>::columns, begin = detail::part_begin(n, parts, part, strip);
    return {0, m, begin, detail::part_begin(n, parts, part + 1, strip) - begin};
  }
  if (m < 2 * parts) return {0, part == 0 ? m : 0, 0, n};
  index const begin = detail::part_begin(m, parts, part, 1);
  return {begin, detail::part_begin(m, parts, part + 1, 1) - begin, 0, n};
}

/// Whether parts had better be columns though an epilogue wants whole rows, and waits for all parts: where C, or its
/// window, holds all rows, and each part of few rows would read all of a B that is not in L2 (64x4096x4096 floats with
/// two threads: 24 ms of both, 20 by columns).
template <class T>
constexpr bool gemm_prefers_columns(index m, index n, index k, index parts) {
  return detail::has_few_rows<T>(m, n, parts) && detail::outgrows_l2<T>(n, k) && gemm_window_rows<T>(m, n, k) >= m;
}

/// The arguments for a part of g. `scratch`: gemm_scratch<T>(r.rows, r.columns, g.k) elements; `window`, where g has
/// one: gemm_window_rows<T>(r.rows, r.columns, g.k) rows. What g makes is made for each part, whose panels
/// are its own. The epilogue is told the numbers of the rows in g and runs in
/// the part's thread; where r has not all columns it is left out, for the caller to run when all parts are done.
template <class T>
constexpr gemm_arguments<T> gemm_part(gemm_arguments<T> g, gemm_range r, T* scratch, T* window = nullptr) {
  if (r.columns != g.n) g.done = {};
  if (!g.makes_a()) g.a.data += r.row * g.a.row_stride;
  if (!g.makes_b()) g.b.data += r.column * g.b.column_stride;
  g.c = g.window ? window : g.c + r.row * g.ldc + r.column;
  g.first_row += r.row;
  g.first_column += r.column;
  g.m = r.rows;
  g.n = r.columns;
  g.scratch = scratch;
  return g;
}

}  // namespace ctg::inline v0::kernel
