// SPDX-License-Identifier: MIT
// The loops around the micro-kernel: blocks of rows, blocks of k, strips of columns, tiles. Outermost are the rows, so
// that each block of C is finished, and handed to the epilogue, while it is still in the cache.
#pragma once

#include <ctg/config.hpp>
#include <ctg/kernel/gemm/blocking.hpp>
#include <ctg/kernel/gemm/dots.hpp>
#include <ctg/kernel/gemm/micro.hpp>
#include <ctg/kernel/gemm/pack.hpp>
#include <ctg/kernel/gemm/prologue.hpp>
#include <ctg/kernel/simd.hpp>

#include <algorithm>
#include <cstddef>

namespace ctg::inline v0::kernel {

/// What happens to rows of C that are complete: called once for each block of rows [begin, end), in ascending order,
/// with all their columns written; `c` points at row `begin`. A plain function, so that gemm is compiled once per
/// element type.
template <class T>
struct epilogue {
  void (*run)(void* context, index begin, index end, T* c) = nullptr;
  void* context = nullptr;
};

/// C (m x n, row-major, rows ldc >= n apart) = A (m x k) * B (k x n). C is overwritten and overlaps neither A nor B.
/// `add`: C += scale * A * B instead, without `window` and `done`.
/// `scratch`: gemm_scratch<T>(m, n, k) elements, aligned to 64 bytes, uninitialised. `window`: C has room for
/// gemm_window_rows<T>(m, n, k) rows only, which every block of rows overwrites anew, for results only `done` sees.
/// `made`: of a factor that it makes, the operand says nothing but the strides (in panels as in memory), and its panel
/// holds gemm_panel_a<T> or gemm_panel_b<T> elements. No entry is made twice.
template <class T>
struct gemm_arguments {
  index m, n, k;
  operand<T> a, b;
  T* c;
  index ldc;
  T* scratch;
  bool window;
  epilogue<T> done;
  index first_row = 0;     ///< what `done` and `made` are told for row 0
  index first_column = 0;  ///< what `made` is told for column 0
  bool add = false;
  T scale{1};
  prologue<T> const* made = nullptr;
  T const* first_term = nullptr;  ///< a row that each row of C begins with; the narrow path alone takes one

  bool makes_a() const { return made && made->a.run; }
  bool makes_b() const { return made && made->b.run; }
  /// Parts of A and B, which are made if they are not there.
  operand<T> part_of_a(index row, index rows, index p, index steps) const {
    if (makes_a()) return made->a.part(made->batch, first_row + row, rows, p, steps);
    return {a.data + row * a.row_stride + p * a.column_stride, a.row_stride, a.column_stride};
  }
  operand<T> part_of_b(index p, index steps, index column, index columns) const {
    if (makes_b()) return made->b.part(made->batch, p, steps, first_column + column, columns);
    return {b.data + p * b.row_stride + column * b.column_stride, b.row_stride, b.column_stride};
  }

  /// Rows [begin, end) are complete; they lie at `rows`.
  void finish(index begin, index end, T* rows) const {
    if (done.run) done.run(done.context, first_row + begin, first_row + end, rows);
  }
};

namespace detail {

/// `columns` columns of B as a strip, whose last vector is masked, or shifted back, or padded.
template <class T>
CTG_ALWAYS_INLINE void pack_strip(T const* b, operand<T> const& strides, index columns, strip_shape shape, index k,
                                  T* target) {
  index const across = strides.column_stride, along = strides.row_stride;
  index const step = shape.vectors * shape.width, regular = step - shape.width, last = columns - shape.width;
  if (has_masks) return pack(b, across, along, columns, k, target, step);
  if (last < 0) {
    std::fill(target, target + k * step, T{0});
    return pack(b, across, along, columns, k, target, step);
  }
  if (last == regular) return pack(b, across, along, step, k, target, step);
  pack(b, across, along, regular, k, target, step);
  pack(b + last * across, across, along, shape.width, k, target + regular, step);
}

/// How `rows` rows of C are split into tiles: evenly, into `tall` tiles of low + 1 rows and then others of low.
struct tiling {
  index low, tall, tiles;

  CTG_ALWAYS_INLINE tiling(index rows, index tallest) : low(rows), tall(0), tiles(1) {
    if (rows <= tallest) return;
    tiles = tallest == single_rows ? divide_up(rows, single_rows)
            : tallest == tile_rows ? divide_up(rows, tile_rows)
                                   : divide_up(rows, std::max(triple_rows, index{1}));
    // Blocks of rows are small, and a division of 64 bits costs twice one of 32.
    low = static_cast<index>(static_cast<unsigned>(rows) / static_cast<unsigned>(tiles));
    tall = rows - low * tiles;
  }
  index height(index tile) const { return low + (tile < tall ? 1 : 0); }
};

/// Panels of A lie one after another, each as wide as its tile.
template <class T>
CTG_ALWAYS_INLINE void pack_block(operand<T> const& a, tiling const& split, index k, T* target) {
  // Where A is transposed, a few columns at a time: each is a page of its own, and the next tile reads on in its lines.
  index const depth = a.row_stride == 1 ? 16 : k;
  for (index q = 0; q < k; q += depth) {
    T const* source = a.data + q * a.column_stride;
    T* panel = target;
    for (index tile = 0; tile < split.tiles; ++tile) {
      index const height = split.height(tile);
      pack(source, a.row_stride, a.column_stride, height, std::min(depth, k - q), panel + q * height, height);
      source += height * a.row_stride;
      panel += height * k;
    }
  }
}

template <class T>
constexpr index bytes(index elements) {
  return elements * static_cast<index>(sizeof(T));
}

/// Where A and B are read; strides in elements.
template <class T>
CTG_ALWAYS_INLINE void read_from(tile_arguments<T>& t, operand<T> const& a, T const* b, index b_step) {
  t.a = a.data;
  t.row = bytes<T>(a.row_stride);
  t.step = bytes<T>(a.column_stride);
  t.b = b;
  t.b_step = bytes<T>(b_step);
}

/// The tiles of one strip, in one call for each height: a call per tile costs as much as ten steps in k do (64x10x128^T
/// floats: 73 -> 85 GFLOP/s).
template <class T>
CTG_ALWAYS_INLINE void strip(tile_arguments<T>& t, tiling const& split, strip_shape shape, bool packed) {
  auto const stack = [&](index height, index tiles, bool again) CTG_INLINE_LAMBDA {
    if (packed) {
      t.row = bytes<T>(1);
      t.step = bytes<T>(height);
    }
    if (again) t.a = advance(t.a, t.a_next);
    t.a_next = height * (packed ? bytes<T>(t.k) : t.row);
    t.tiles = tiles;
    micro<T>(height, shape)(t);
  };
  if (split.tall > 0) stack(split.low + 1, split.tall, false);
  stack(split.low, split.tiles - split.tall, split.tall > 0);
}

/// The lanes of a strip's last vector, or where it lies.
template <class T>
CTG_ALWAYS_INLINE void end_of_strip(tile_arguments<T>& t, strip_shape shape, index columns) {
  if (has_masks)
    t.mask = (2u << (columns - (shape.vectors - 1) * shape.width - 1)) - 1;
  else
    t.b_last = t.last = bytes<T>(columns - shape.width);
}

/// Whether C is few tiles and the operands stay where they are: then `few_tiles` does what `blocked` would, without the
/// arithmetic that decides it, which takes as long as the product itself (8 floats cubed: 22 -> 40 GFLOP/s, 16: 76 ->
/// 92; 24 doubles: 53 -> 56).
template <class T>
CTG_ALWAYS_INLINE bool is_few_tiles(gemm_arguments<T> const& g) {
  constexpr index whole = blocking<T>::vector, least = has_masks ? 2 : vector_bytes == 16 ? whole : whole / 2;
  constexpr auto between = [](index x, index low, index high) CTG_INLINE_LAMBDA {
    return static_cast<std::size_t>(x - low) <= static_cast<std::size_t>(high - low);
  };
  return g.b.column_stride == 1 && between(g.n, least, 4 * whole) && between(g.m, 2, blocking<T>::least_rows - 1) &&
         between(g.k, 1, blocking<T>::depth) && !g.made && !ends_in_dots<T>(g.n, g.k, g.a.column_stride);
}

template <class T>
CTG_ALWAYS_INLINE bool is_one_tile(gemm_arguments<T> const& g) {
  index const width = vector_width<T>(g.n);
  return g.n <= width && g.m <= tallest(1, width < blocking<T>::vector);
}

template <class T>
CTG_ALWAYS_INLINE void begin_few_tiles(tile_arguments<T>& t, gemm_arguments<T> const& g) {
  t.c = g.c;
  t.ldc = bytes<T>(g.ldc);
  t.k = g.k;
  t.accumulate = g.add;
  t.scale = g.scale;
  t.fetches = false;
}

/// See is_one_tile.
template <class T>
CTG_NOINLINE void one_tile(gemm_arguments<T> const& g) {
  tile_arguments<T> t;
  begin_few_tiles(t, g);
  strip_shape const shape{1, vector_width<T>(g.n)};
  end_of_strip(t, shape, g.n);
  read_from(t, g.a, g.b.data, g.b.row_stride);
  t.tiles = 1;
  micro<T>(g.m, shape)(t);
  g.finish(0, g.m, g.c);
}

template <class T>
CTG_NOINLINE void few_tiles(gemm_arguments<T> const& g) {
  tile_arguments<T> t;
  begin_few_tiles(t, g);
  for (index column = 0, columns = 0; column < g.n; column += columns) {
    strip_shape const shape = next_strip<T>(g.n, g.n - column, most_vectors > 2);
    columns = std::min(g.n - column, shape.vectors * shape.width);
    t.c = g.c + column;
    end_of_strip(t, shape, columns);
    read_from(t, g.a, g.b.data + column, g.b.row_stride);
    strip(t, tiling(g.m, tallest(shape.vectors, has_halves<T>(shape))), shape, false);
  }
  g.finish(0, g.m, g.c);
}

/// m, n, k > 0.
template <class T>
CTG_NOINLINE void blocked(gemm_arguments<T> const& g) {
  index const m = g.m, n = g.n, k = g.k;
  index const width = vector_width<T>(n), vectors = vector_count<T>(n);
  // Rows shorter than a vector: computed with B padded, then copied to C.
  bool const padded = is_padded<T>(n);
  alignas(64) T copy[blocking<T>::rows * lanes<T>];
  index const height = block_rows<T>(m, n);
  index const depth = block_depth<T>(n, k);
  bool const makes_b = g.makes_b(), keep_b = height < m;
  // What is made lies close together in its panel: rows of A and of B are read there. Of B a later block of rows reads
  // the copy.
  bool const pack_a = packs_a<T>(m, n, k, is_scattered<T>(g.a.row_stride, g.a.column_stride)) &&
                      !(g.makes_a() && g.a.column_stride == 1);
  bool const pack_b = padded || g.b.column_stride != 1 || (makes_b ? keep_b : packs_b<T>(m, n, k));
  bool const fetch_b = !makes_b && g.b.column_stride == 1 && (pack_b || fetches_b<T>(m, n, k));
  T* const panels_a = g.scratch;
  T* const panels_b = g.scratch + packed_a<T>(m, n, k);
  bool const triples_too = most_vectors > 2 && !pack_a;

  for (index row = 0; row < m; row += height) {
    index const rows = std::min(height, m - row);
    T* const c = g.window ? g.c : g.c + row * g.ldc;
    tiling const singles(rows, pack_a ? tile_rows : tallest(1, width < blocking<T>::vector));
    tiling const pairs(rows, tile_rows), triples(rows, tallest(most_vectors, false));
    if (padded && g.add)
      for (index i = 0; i < rows; ++i) copy_short(copy + i * width, c + i * g.ldc, n);
    for (index p = 0; p < k; p += depth) {
      index const steps = std::min(depth, k - p);
      tile_arguments<T> t{};
      t.ldc = bytes<T>(padded ? width : g.ldc);
      t.k = steps;
      t.accumulate = p > 0 || g.add;
      t.scale = g.add ? g.scale : T{1};
      t.fetch_c = t.accumulate || bytes<T>(m * n) > (index{512} << 10);
      operand<T> const a = g.part_of_a(row, rows, p, steps);
      operand<T> const rows_of_a{pack_a ? panels_a : a.data, a.row_stride, a.column_stride};
      if (pack_a) pack_block(a, pairs, steps, panels_a);
      bool const dots = ends_in_dots<T>(n, k, a.column_stride);
      operand<T> made_b{};
      index made_from = 0, made_to = 0;
      for (index column = 0, columns = 0; column < n; column += columns) {
        strip_shape const shape = next_strip<T>(n, n - column, triples_too);
        index const count = shape.vectors, wide = shape.width;
        columns = std::min(n - column, count * wide);
        bool const is_last = column + columns == n;
        tiling const& split = count == 1 ? singles : count > tile_vectors ? triples : pairs;
        end_of_strip(t, shape, padded ? wide : columns);
        operand<T> b{g.b.data, g.b.row_stride, g.b.column_stride};
        if (!makes_b) {
          b.data += p * b.row_stride + column * b.column_stride;
        } else if (row == 0) {
          if (column >= made_to) {
            made_from = made_to = column;
            while (made_to < n && made_to < made_from + blocking<T>::panel_columns) {
              auto const next = next_strip<T>(n, n - made_to, triples_too);
              made_to += std::min(n - made_to, next.vectors * next.width);
            }
            // what is left of a vector is no part of its own
            if (n - made_to < width) made_to = n;
            made_b = g.part_of_b(p, steps, made_from, made_to - made_from);
          }
          b = made_b;
          b.data += (column - made_from) * b.column_stride;
        }
        if (dots && is_last) {
          T* const panel = panels_b + (!keep_b ? 0 : pack_b ? p * vectors * width + column * steps : p * columns);
          if (row == 0) {
            auto const pack_them = columns == 1 ? pack_columns<T, 1> : pack_columns<T, 2>;
            pack_them(b.data, b.column_stride, b.row_stride, column - made_from, steps, panel);
          }
          dots_arguments<T> const d{a.data,     a.row_stride, panel,        steps,  steps,
                                    c + column, g.ldc,        t.accumulate, t.scale};
          columns == 1 ? dots_strip<T, 1>(d, rows) : dots_strip<T, 2>(d, rows);
          continue;
        }
        // The next strip, in place or copied, or the first of the next steps.
        operand<T> next = b;
        if (fetch_b) next.data += is_last ? steps * b.row_stride - column : columns;
        if (pack_b) {
          T* const panel = keep_b ? panels_b + p * vectors * width + column * steps : panels_b;
          if (row == 0)
            pack_strip(b.data, b, columns, shape, steps, panel);
          else
            next = {panel + columns * steps, count * wide, 1};
          b = {panel, count * wide, 1};
          t.b_last = bytes<T>((count - 1) * wide);
        }
        bool const fetch_next = (fetch_b || (pack_b && row > 0)) && (!is_last || p + steps < k);
        t.ahead = reinterpret_cast<char const*>(next.data);
        t.ahead_step = bytes<T>(next.row_stride);
        t.ahead_share = fetch_next ? divide_up(steps, split.tiles) : 0;
        t.c = padded ? copy : c + column;
        t.fetches = t.fetch_c || t.ahead_share > 0;
        read_from(t, rows_of_a, b.data, b.row_stride);
        strip(t, split, shape, pack_a);
      }
    }
    if (padded)
      for (index i = 0; i < rows; ++i) copy_short(c + i * g.ldc, copy + i * width, n);
    g.finish(row, row + rows, c);
  }
}

}  // namespace detail

}  // namespace ctg::inline v0::kernel
