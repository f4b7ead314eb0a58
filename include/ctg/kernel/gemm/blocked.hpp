// SPDX-License-Identifier: MIT
// The loops around the micro-kernel: blocks of rows, blocks of k, strips of columns, tiles. Outermost are the rows, so
// that each block of C is finished, and handed to the epilogue, while it is still in the cache.
#pragma once

#include <ctg/config.hpp>
#include <ctg/kernel/gemm/blocking.hpp>
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

/// One strip of B: `columns` of its columns in vectors of `width`, the last of which begins at `last`.
template <class T>
CTG_ALWAYS_INLINE void pack_strip(T const* b, operand<T> const& strides, index columns, index vectors, index width,
                                  index last, index k, T* target) {
  index const across = strides.column_stride, along = strides.row_stride;
  index const step = vectors * width, regular = step - width;
  if (columns < width) {
    std::fill(target, target + k * step, T{0});
    return pack(b, across, along, columns, k, target, step);
  }
  if (last == regular) return pack(b, across, along, step, k, target, step);
  pack(b, across, along, regular, k, target, step);
  pack(b + last * across, across, along, width, k, target + regular, step);
}

/// How `rows` rows of C are split into tiles: evenly, into `tall` tiles of low + 1 rows and then others of low.
struct tiling {
  index low, tall, tiles;

  tiling(index rows, index vectors)
      : low(rows),
        tall(0),
        tiles(triple_rows > 0 && vectors == 3 ? divide_up(rows, std::max(triple_rows, index{1}))
                                              : divide_up(rows, tile_rows)) {
    if (tiles == 1) return;
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

/// The tiles of one strip, in one call for each height: a call per tile costs as much as ten steps in k do (64x10x128^T
/// floats: 73 -> 85 GFLOP/s).
template <class T>
CTG_ALWAYS_INLINE void strip(tile_arguments<T>& t, tiling const& split, index vectors, index width, bool packed) {
  auto const stack = [&](index height, index tiles) CTG_INLINE_LAMBDA {
    if (packed) {
      t.row = bytes<T>(1);
      t.step = bytes<T>(height);
    }
    t.a_next = height * (packed ? bytes<T>(t.k) : t.row);
    t.tiles = tiles;
    micro<T>(height, vectors, width)(t);
  };
  if (split.tall > 0) stack(split.low + 1, split.tall);
  stack(split.low, split.tiles - split.tall);
}

/// Whether C is few tiles and the operands stay where they are: then `few_tiles` does what `blocked` would, without the
/// arithmetic that decides it, which takes as long as the product itself (8 floats cubed: 22 -> 40 GFLOP/s, 16: 76 ->
/// 92; 24 doubles: 53 -> 56).
template <class T>
CTG_ALWAYS_INLINE bool is_few_tiles(gemm_arguments<T> const& g) {
  constexpr index least = vector_bytes == 16 ? blocking<T>::vector : blocking<T>::vector / 2;
  return g.b.column_stride == 1 && g.n >= least && g.n <= 4 * blocking<T>::vector && !ends_in_half<T>(g.n, true) &&
         g.m > 1 && g.m < blocking<T>::least_rows && g.k > 0 && g.k <= blocking<T>::depth;
}

template <class T>
CTG_NOINLINE void few_tiles(gemm_arguments<T> const& g) {
  index const width = vector_width<T>(g.n);
  index const vectors = 1 + (g.n > width) + (g.n > 2 * width) + (g.n > 3 * width);
  operand<T> const a = g.part_of_a(0, g.m, 0, g.k), b = g.part_of_b(0, g.k, 0, g.n);
  tile_arguments<T> t;
  t.b = b.data;
  t.row = bytes<T>(a.row_stride);
  t.step = bytes<T>(a.column_stride);
  t.b_step = bytes<T>(b.row_stride);
  t.ldc = bytes<T>(g.ldc);
  t.k = g.k;
  t.accumulate = g.add;
  t.scale = g.scale;
  t.ahead_share = 0;
  t.fetch = false;
  T* c = g.c;
  index rest = g.n;
  // The first strip has as many vectors as leave none or two.
  index count = vectors == 3 ? (most_vectors == 3 ? 3 : 1) : std::min(vectors, tile_vectors);
  for (;;) {
    index const columns = std::min(rest, count * width);
    t.a = a.data;
    t.c = c;
    t.b_last = t.last = bytes<T>(columns - width);
    strip(t, tiling(g.m, count), count, width, false);
    rest -= columns;
    if (rest == 0) break;
    c += columns;
    t.b += columns;
    count = tile_vectors;
  }
  g.finish(0, g.m, g.c);
}

/// m, n, k > 0.
template <class T>
CTG_NOINLINE void blocked(gemm_arguments<T> const& g) {
  index const m = g.m, n = g.n, k = g.k;
  index const width = vector_width<T>(n), vectors = vector_count<T>(n);
  // Rows shorter than a vector: computed with B padded, then copied to C.
  bool const padded = n < width;
  alignas(64) T copy[blocking<T>::rows * lanes<T>];
  index const height = block_rows<T>(m, n);
  index const depth = block_depth<T>(n, k);
  bool const makes_b = g.makes_b(), keep_b = height < m;
  // What is made lies close together in its panel: rows of A and of B are read there. Of B a later block of rows reads
  // the copy.
  bool const pack_a = packs_a<T>(m, n, k, g.a.column_stride != 1) && !(g.makes_a() && g.a.column_stride == 1);
  bool const pack_b = padded || g.b.column_stride != 1 || (makes_b ? keep_b : packs_b<T>(m, n, k));
  T* const panels_a = g.scratch;
  T* const panels_b = g.scratch + packed_a<T>(m, n, k);
  // A half at the end of the rows is a strip of its own; it may overlap its neighbour where each writes C once.
  bool const half_strip = ends_in_half<T>(n, depth == k && !g.add);
  index const whole = half_strip ? vectors - 1 : vectors;
  bool const triple = most_vectors > 2 && whole > 1 && whole % 2 != 0 && !pack_a;
  index const strips = triple ? whole / 2 : divide_up(whole, tile_vectors);
  // The narrower strips come first, so that a last vector which is shifted back has a neighbour to overlap.
  index const low = strips == 1 ? whole : whole / strips, narrower = strips - (whole - low * strips);

  for (index row = 0; row < m; row += height) {
    index const rows = std::min(height, m - row);
    T* const c = g.window ? g.c : g.c + row * g.ldc;
    tiling const pairs(rows, tile_vectors), triples(rows, most_vectors);
    if (padded && g.add)
      for (index i = 0; i < rows; ++i) copy_short(copy + i * width, c + i * g.ldc, n);
    for (index p = 0; p < k; p += depth) {
      index const steps = std::min(depth, k - p);
      tile_arguments<T> t{};
      t.ldc = bytes<T>(padded ? width : g.ldc);
      t.k = steps;
      t.accumulate = p > 0 || g.add;
      t.scale = g.add ? g.scale : T{1};
      t.fetch = t.accumulate || bytes<T>(m * n) > (index{512} << 10);
      operand<T> const a = g.part_of_a(row, rows, p, steps);
      if (pack_a) pack_block(a, pairs, steps, panels_a);
      operand<T> made_b{};
      index made_from = 0, made_to = 0;
      for (index s = 0, vector = 0; vector < vectors; ++s) {
        // Of vectors `wide`; the strip's panel lies as if it began at `place`.
        bool const narrow = s == strips;
        index const count = narrow ? 1 : low + (s < narrower ? 0 : 1), wide = narrow ? width / 2 : width;
        index const place = vector * width, column = narrow ? n - wide : place;
        vector += count;
        tiling const& split = count > tile_vectors ? triples : pairs;
        index const last = padded ? (count - 1) * wide : std::min(n - column, count * wide) - wide;
        t.last = t.b_last = bytes<T>(last);
        operand<T> b{g.b.data, g.b.row_stride, g.b.column_stride};
        if (!makes_b) {
          b.data += p * b.row_stride + column * b.column_stride;
        } else if (row == 0) {
          if (column >= made_to) {
            made_from = made_to = column;
            for (index next = s; next < strips && made_to < made_from + blocking<T>::panel_columns; ++next)
              made_to += (low + (next < narrower ? 0 : 1)) * width;
            // a half strip reads columns of its neighbour, too
            if (made_to >= whole * width) made_to = n;
            made_b = g.part_of_b(p, steps, made_from, made_to - made_from);
          }
          b = made_b;
          b.data += (column - made_from) * b.column_stride;
        }
        t.a = pack_a ? panels_a : a.data;
        t.b = b.data;
        t.b_step = bytes<T>(b.row_stride);
        t.row = bytes<T>(a.row_stride);
        t.step = bytes<T>(a.column_stride);
        t.ahead_share = 0;
        if (pack_b) {
          T* const panel = keep_b ? panels_b + p * vectors * width + place * steps : panels_b;
          if (row == 0) {
            pack_strip(t.b, b, std::min(n - column, count * wide), count, wide, last, steps, panel);
            if (vector < vectors && !makes_b && b.column_stride == 1) {
              t.ahead = reinterpret_cast<char const*>(t.b + count * wide);
              t.ahead_step = t.b_step;
              t.ahead_share = divide_up(steps, split.tiles);
            }
          } else if (vector < vectors) {
            t.ahead = reinterpret_cast<char const*>(panel + count * wide * steps);
            t.ahead_step = bytes<T>(count * wide);
            t.ahead_share = divide_up(steps, split.tiles);
          }
          t.b = panel;
          t.b_step = bytes<T>(count * wide);
          t.b_last = bytes<T>((count - 1) * wide);
        }
        t.c = padded ? copy : c + column;
        strip(t, split, count, wide, pack_a);
      }
    }
    if (padded)
      for (index i = 0; i < rows; ++i) copy_short(c + i * g.ldc, copy + i * width, n);
    g.finish(row, row + rows, c);
  }
}

}  // namespace detail

}  // namespace ctg::inline v0::kernel
