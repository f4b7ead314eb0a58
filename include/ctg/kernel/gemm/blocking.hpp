// SPDX-License-Identifier: MIT
// The sizes of GEMM: register tile, cache blocks, and what follows from them for the caller (scratch, window). The only
// place with block sizes; it does without SIMD headers, so that memory planners can include it cheaply.
#pragma once

#include <ctg/config.hpp>

#include <algorithm>
#include <cstddef>

namespace ctg::inline v0::kernel {

using index = std::ptrdiff_t;

/// Up to this extent a product of three known ones is straight-line code.
inline constexpr index straight_line_extent = 64;

namespace detail {

/// Up to these extents of B, and from so many rows on, several rows of C are one vector (gemm/narrow.hpp), where that
/// makes up for what comes before the first of them (40 ns).
inline constexpr index narrow_extent = 4;
inline constexpr index least_narrow_rows = 32;

// The register tile is `tile_rows` rows by `tile_vectors` vectors. Each step in k costs tile_rows broadcasts and
// tile_vectors loads for tile_rows * tile_vectors multiply-adds; the tile must hide the latency of the multiply-add
// (4 cycles at 2 a cycle: 8 accumulators) and leave registers for the vectors of B and one element of A. On Zen 4,
// which does one 512-bit multiply-add a cycle, 8x2, 8x3 and 14x2 all reach the peak from L1; 8x2 splits small extents
// best. A vector alone takes single_rows: with 16 registers 8, so that 8 floats cubed are one tile (45 -> 62 GFLOP/s).
// There a vector left over is no strip of its own, whose tiles hide no latency, but goes with two others in tiles of
// `triple_rows` rows by three (24 floats cubed: 90 -> 114 GFLOP/s).
#if defined(__AVX512F__)
inline constexpr index vector_bytes = 64;
inline constexpr index tile_rows = 8;
inline constexpr index tile_vectors = 2;
inline constexpr index single_rows = 8;
inline constexpr index triple_rows = 0;
#elif defined(__AVX__)
inline constexpr index vector_bytes = 32;
inline constexpr index tile_rows = 6;
inline constexpr index tile_vectors = 2;
inline constexpr index single_rows = 8;
inline constexpr index triple_rows = 4;
#else
inline constexpr index vector_bytes = 16;
inline constexpr index tile_rows = 6;
inline constexpr index tile_vectors = 2;
inline constexpr index single_rows = 6;
inline constexpr index triple_rows = 0;
#endif
inline constexpr index most_vectors = triple_rows > 0 ? 3 : tile_vectors;

// Whether the last vector of a row is cut off by a mask. Elsewhere it is shifted back, and rows shorter than a vector
// take vectors of half the width.
#if defined(__AVX512F__) && defined(__AVX512VL__)
inline constexpr bool has_masks = true;
#else
inline constexpr bool has_masks = false;
#endif

/// The micro-kernels' kinds: 1 .. most_vectors whole vectors, and 1 .. most_halves of half the width.
inline constexpr index most_halves = vector_bytes == 16 ? 0 : has_masks ? 1 : tile_vectors;

/// Rows of the tallest tile of so many vectors. (Rows of exactly half a vector are not worth two kernels more.)
constexpr index tallest(index vectors, bool halves) {
  if (vectors == 1 && (has_masks || !halves)) return single_rows;
  return vectors <= tile_vectors ? tile_rows : triple_rows;
}

constexpr index divide_up(index x, index y) { return (x + y - 1) / y; }
constexpr index round_up(index x, index y) { return divide_up(x, y) * y; }

template <class T>
struct blocking {
  static constexpr index vector = vector_bytes / static_cast<index>(sizeof(T));
  static constexpr index columns = tile_vectors * vector;

  // Depth of a block. Each cut of k reads and writes C once more, so that the deepest block is best whose panel of A
  // (tile_rows x depth floats: 12 KiB) stays in half of a 32 KiB L1 while the strip of B passes by it out of L2, at 8
  // bytes a cycle with vectors of 512 bits. (1024 floats square: depth 256 -> 384: 103 -> 104 GFLOP/s, 128: 98.)
  static constexpr index depth = 384;

  // Rows of a block: a block of A (rows x depth) takes less than half of a 1 MiB L2, and B, which every block reads
  // anew out of L3 or memory, is read seldom (2048 floats square: 144 -> 288 rows: 89 -> 105 GFLOP/s). A common
  // multiple of 6 and 8 rows.
  static constexpr index rows = 288;
  static constexpr index least_rows = 48;

  // Elements of C which a block of rows may hold: 2 MiB, which an epilogue finds in L3.
  static constexpr index block_elements = (index{2048} << 10) / static_cast<index>(sizeof(T));

  // Outputs of one pass of a matrix-vector product.
  static constexpr index gemv_outputs = 256;

  // Columns of B, in whole strips, that a prologue makes at a time.
  static constexpr index panel_columns = 4 * columns;
};

/// Elements of the vectors for rows of n elements: rows of up to half a vector, and without masks all that are shorter
/// than one, take vectors of half the width (not below 128 bits), so that without masks ten columns are two overlapping
/// vectors of eight where a whole one has sixteen.
template <class T>
constexpr index vector_width(index n) {
  constexpr index whole = blocking<T>::vector;
  return n >= whole || vector_bytes == 16 || (has_masks && 2 * n > whole) ? whole : whole / 2;
}

/// Vectors that cover n columns. (Two divisions by constants, because one by a variable shows in a product of 8x8x8.)
template <class T>
constexpr index vector_count(index n) {
  constexpr index whole = blocking<T>::vector;
  return vector_width<T>(n) == whole ? divide_up(n, whole) : divide_up(n, whole / 2);
}

/// Whether rows are so short that B is padded to vectors, and the tiles are copied to C.
template <class T>
constexpr bool is_padded(index n) {
  return !has_masks && n < vector_width<T>(n);
}

/// A strip of columns: how many vectors, and of how many elements.
struct strip_shape {
  index vectors, width;
};
template <class T>
constexpr bool has_halves(strip_shape shape) {
  return shape.width < blocking<T>::vector;
}

/// The next strip where `rest` of a row's n columns are left. With masks, pairs of vectors come first, and what is left
/// of at most half a vector is a strip of half the width, which takes half the time (100 floats square: 98 -> 107
/// GFLOP/s). Without, a last vector which is shifted back needs a neighbour to overlap: what is left over comes first,
/// or goes with the last two where `triples` are possible.
template <class T>
constexpr strip_shape next_strip(index n, index rest, bool triples) {
  constexpr index whole = blocking<T>::vector;
  if (has_masks) return {rest >= 2 * whole ? 2 : 1, 2 * rest <= whole ? whole / 2 : whole};
  index const vectors = vector_width<T>(n) == whole ? divide_up(rest, whole) : divide_up(rest, whole / 2);
  bool const odd = vectors % 2 != 0;
  return {!odd ? 2 : !triples || vectors == 1 ? 1 : vectors == 3 ? 3 : 2, vector_width<T>(n)};
}

/// Whether the last one or two columns are dot products along k: where A's rows are contiguous, and so long that adding
/// up the lanes in the end does not count (64x128x10 doubles: 44 -> 49 GFLOP/s, 64x128x18 floats: 79 -> 102, 64x128x2:
/// 23 -> 51; but 8x64x10 doubles: 45 -> 36).
template <class T>
constexpr bool ends_in_dots(index n, index k, index column_stride) {
  index const rest = n % blocking<T>::vector;
  return has_masks && rest > 0 && rest <= 2 && k >= 128 && column_stride == 1;
}

/// Rows of C that are completed together: blocks of equal height, so that the last one is not a splinter.
template <class T>
constexpr index block_rows(index m, index n) {
  if (n == 1) return std::min(m, blocking<T>::gemv_outputs);
  if (m <= blocking<T>::least_rows) return m;
  index const fitting = n > 0 ? blocking<T>::block_elements / n : blocking<T>::rows;
  index const limit = std::clamp(fitting, blocking<T>::least_rows, blocking<T>::rows);
  if (m <= limit) return m;
  return std::min(m, round_up(divide_up(m, divide_up(m, limit)), tile_rows));
}

/// Outputs of one pass of a matrix-vector product whose matrix a prologue makes: whole rows of it (`along`), as many as
/// take half of a 1 MiB L2 (2048 floats square: 8 rows 1.5 ms, 16 1.16, 64 1.01, 256 1.29; kept as a whole 2.5), else
/// pieces of all its rows.
template <class T>
constexpr index made_outputs(index k, bool along) {
  if (!along || k == 0) return blocking<T>::gemv_outputs;
  return std::clamp((index{512} << 10) / static_cast<index>(sizeof(T)) / k, index{8}, blocking<T>::gemv_outputs);
}

/// Whether A is worth packing. Every strip reads a block of A again, from L2; a packed one comes faster if A is
/// scattered, which is transposed (from a dozen strips on: 784x64^T x 128 doubles 45 -> 50 GFLOP/s) or has rows whole
/// pages apart, which compete for the same sets (64x4096x4096 floats 103 -> 108), or if it is so large that its rows do
/// so too (768 floats square 105 -> 107, but 512: 108 -> 107).
template <class T>
constexpr bool packs_a(index m, index n, index k, bool scattered) {
  index const least_bytes = scattered ? index{256} << 10 : index{1} << 20;
  return n >= 12 * blocking<T>::columns && m * k > least_bytes / static_cast<index>(sizeof(T));
}

/// Whether A is scattered, see packs_a.
template <class T>
constexpr bool is_scattered(index row_stride, index column_stride) {
  return column_stride != 1 || row_stride * static_cast<index>(sizeof(T)) % 4096 == 0;
}

/// Steps in k of a block: about equal, and whole vectors, for a prologue computes rows of that length. What is padded
/// is copied to C once.
template <class T>
constexpr index block_depth(index n, index k) {
  if (is_padded<T>(n) || k <= blocking<T>::depth) return k;
  return round_up(divide_up(k, divide_up(k, blocking<T>::depth)), blocking<T>::vector);
}

template <class T>
constexpr index packed_a(index m, index n, index k) {
  if (!packs_a<T>(m, n, k, true)) return 0;
  return round_up(block_rows<T>(m, n) * std::min(k, blocking<T>::depth), blocking<T>::vector);
}

/// Whether B is so large that it comes from beyond L2.
template <class T>
constexpr bool outgrows_l2(index n, index k) {
  return n * k >= (index{2} << 20) / static_cast<index>(sizeof(T));
}

/// Whether each strip of B is fetched while the tiles of the one before are computed: where that takes long enough, and
/// B is not in L2 (64x4096x4096 floats: 91 -> 108 GFLOP/s, 64x4096x1000: 76 -> 106; but 16x1024x1024, where the fetches
/// of a strip are a burst before two tiles: 107 -> 100, and with vectors of 256 bits 32x2048x2048: 84 -> 82), or many
/// rows spread the fetches thin (128x784x512: 113 -> 114.5).
template <class T>
constexpr bool fetches_b(index m, index n, index k) {
  if (m >= 2 * blocking<T>::least_rows) return n * k >= (index{512} << 10) / static_cast<index>(sizeof(T));
  return m >= (vector_bytes == 64 ? 24 : blocking<T>::least_rows) && outgrows_l2<T>(n, k);
}

/// Whether B is copied to panels though its rows are contiguous: where the copy serves several blocks of rows
/// (4096x64x4096 floats: 95 -> 109 GFLOP/s; but one block: 128x512x512 112 -> 115 in place, 192x4096x4096 101 -> 111).
/// Smaller vectors use B up faster than scattered lines come from L2, so that a copy pays for one block too (AVX2:
/// 128x512x512 doubles 48 -> 52, 64x4096x4096 32 -> 44).
template <class T>
constexpr bool packs_b(index m, index n, index k) {
  return fetches_b<T>(m, n, k) && (vector_bytes < 64 || m > block_rows<T>(m, n));
}

/// Where a single block of rows uses each strip once there is room for one strip, else for the whole of B.
template <class T>
constexpr index packed_b(index m, index n, index k) {
  index const width = vector_width<T>(n), vectors = vector_count<T>(n);
  if (is_padded<T>(n)) return k * width;
  if (m <= block_rows<T>(m, n)) return std::min(k, blocking<T>::depth) * std::min(vectors, most_vectors) * width;
  return k * vectors * width;
}

}  // namespace detail

/// Elements of scratch that gemm<T> may touch at these extents, whatever the strides; to be aligned to 64 bytes.
template <class T>
constexpr index gemm_scratch(index m, index n, index k) {
  if (m == 0 || n == 0 || k == 0) return 0;
  if (m == 1 || n == 1) return k;
  return detail::packed_a<T>(m, n, k) + detail::packed_b<T>(m, n, k);
}

/// Elements of the panel for the parts of A, and of that for the parts of B, that gemm<T> asks a prologue for;
/// `transposed`: of what it makes.
template <class T>
constexpr index gemm_panel_a(index m, index n, index k, bool transposed) {
  if (m == 1) return k;
  if (n == 1) return k * std::min(m, detail::made_outputs<T>(k, !transposed));
  return detail::block_rows<T>(m, n) * detail::block_depth<T>(n, k);
}
template <class T>
constexpr index gemm_panel_b(index m, index n, index k, bool transposed) {
  using sizes = detail::blocking<T>;
  if (m == 1 || n == 1) return k * std::min(n, detail::made_outputs<T>(k, transposed));
  return detail::block_depth<T>(n, k) * std::min(n, sizes::panel_columns + 2 * sizes::columns);
}

/// Rows of C that gemm<T> completes between two calls of the epilogue: the height of C in window mode.
template <class T>
constexpr index gemm_window_rows(index m, index n, [[maybe_unused]] index k) {
  return detail::block_rows<T>(m, n);
}

}  // namespace ctg::inline v0::kernel
