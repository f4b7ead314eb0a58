// SPDX-License-Identifier: MIT
// GEMM against a reference in long double: every extent around every tile and lane edge, larger ones around the block
// edges, all layouts of the operands, window mode, and guard zones around everything it may write to.
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <ctg/kernel/gemm.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <utility>
#include <vector>

// A name of its own, because <strings.h> puts a function `index` into the global one.
namespace gemm_test {

namespace kernel = ctg::kernel;
using kernel::index;
using kernel::operand;

// The tile as the kernels have it: the sampling below follows it from one instruction set to the next.
constexpr index tile_rows = kernel::detail::tile_rows;
template <class T>
constexpr index tile_columns = kernel::detail::blocking<T>::columns;
template <class T>
constexpr index vector = kernel::detail::blocking<T>::vector;
template <class T>
constexpr index depth = kernel::detail::blocking<T>::depth;

struct extents {
  index m, n, k;
};

enum class layout { rows, columns, padded_rows, padded_columns, scattered, same_row, same_column, constant };
constexpr layout transpositions[] = {layout::rows, layout::columns};
constexpr layout layouts[] = {layout::rows,      layout::columns,  layout::padded_rows, layout::padded_columns,
                              layout::scattered, layout::same_row, layout::same_column, layout::constant};

template <class T>
struct matrix {
  std::vector<T> data;
  index row_stride, column_stride;

  matrix(index rows, index columns, layout kind, std::uint32_t seed) {
    switch (kind) {
      case layout::rows:
        row_stride = columns, column_stride = 1;
        break;
      case layout::columns:
        row_stride = 1, column_stride = rows;
        break;
      case layout::padded_rows:
        row_stride = columns + 3, column_stride = 1;
        break;
      case layout::padded_columns:
        row_stride = 1, column_stride = rows + 5;
        break;
      case layout::scattered:
        row_stride = 2 * columns + 1, column_stride = 2;
        break;
      case layout::same_row:
        row_stride = 0, column_stride = 1;
        break;
      case layout::same_column:
        row_stride = 1, column_stride = 0;
        break;
      default:
        row_stride = 0, column_stride = 0;
        break;
    }
    index const last = rows > 0 && columns > 0 ? (rows - 1) * row_stride + (columns - 1) * column_stride : -1;
    data.resize(static_cast<std::size_t>(last + 1));
    for (T& x : data) {
      seed = seed * 1664525u + 1013904223u;
      x = static_cast<T>(seed >> 8) / static_cast<T>(1 << 23) - T{1};
    }
  }

  operand<T> view() const { return {data.data(), row_stride, column_stride}; }
  T& at(index i, index j) { return data[static_cast<std::size_t>(i * row_stride + j * column_stride)]; }
  T at(index i, index j) const { return data[static_cast<std::size_t>(i * row_stride + j * column_stride)]; }
};

// Memory whose surroundings, and whose padding between rows, must survive.
template <class T>
struct guarded {
  static constexpr index zone = 64;
  static constexpr T mark = T(-12345.5);
  std::vector<T> data;
  index size;

  explicit guarded(index n) : data(static_cast<std::size_t>(n + 2 * zone + 64), mark), size(n) {}
  // Aligned to 64 bytes, as gemm asks of its scratch.
  T* begin() {
    auto const address = reinterpret_cast<std::uintptr_t>(data.data() + zone);
    return data.data() + zone + static_cast<index>((64 - address % 64) % 64 / sizeof(T));
  }
  bool intact() {
    T const* const first = begin();
    T const *const low = data.data(), *const high = data.data() + data.size();
    return std::all_of(low, first, [](T x) { return x == mark; }) &&
           std::all_of(first + size, high, [](T x) { return x == mark; });
  }
};

template <class T>
struct record {
  std::vector<std::pair<index, index>> ranges;
  std::vector<T> result;
  index n = 0, ldc = 0;
  T const* base = nullptr;
  bool window = false, placed = true;

  static void run(void* context, index begin, index end, T* c) {
    auto& self = *static_cast<record*>(context);
    self.ranges.emplace_back(begin, end);
    self.placed = self.placed && c == self.base + (self.window ? 0 : begin * self.ldc);
    for (index i = 0; i < end - begin; ++i)
      for (index j = 0; j < self.n; ++j) self.result.push_back(c[i * self.ldc + j]);
  }
};

template <class T>
struct outcome {
  std::vector<T> c;  // m x n, dense
  bool sound;        // guards, padding, ranges
};

template <class T>
outcome<T> product(index m, index n, index k, operand<T> a, operand<T> b, index padding, bool window) {
  index const ldc = n + padding;
  index const height = window ? kernel::gemm_window_rows<T>(m, n, k) : m;
  guarded<T> c(height * ldc), scratch(kernel::gemm_scratch<T>(m, n, k));
  std::fill_n(scratch.begin(), scratch.size, std::numeric_limits<T>::quiet_NaN());
  record<T> seen;
  seen.n = n, seen.ldc = ldc, seen.base = c.begin(), seen.window = window;
  kernel::gemm<T>({m, n, k, a, b, c.begin(), ldc, scratch.begin(), window, {&record<T>::run, &seen}});

  bool sound = c.intact() && scratch.intact() && seen.placed && height <= std::max<index>(m, 0);
  for (index i = 0; i < height; ++i)
    for (index j = n; j < ldc; ++j) sound = sound && c.begin()[i * ldc + j] == guarded<T>::mark;
  index next = 0;
  for (auto const& [begin, end] : seen.ranges) {
    sound = sound && begin == next && end > begin && end - begin <= std::max<index>(height, 1);
    next = end;
  }
  sound = sound && next == m;
  if (!window) {
    std::vector<T> kept;
    for (index i = 0; i < m; ++i) kept.insert(kept.end(), c.begin() + i * ldc, c.begin() + i * ldc + n);
    sound = sound && kept.size() == seen.result.size() &&
            (kept.empty() || std::memcmp(kept.data(), seen.result.data(), kept.size() * sizeof(T)) == 0);
  }
  return {std::move(seen.result), sound};
}

// |error| <= (k + 2) * eps * sum |a||b|: one rounding for each product and each sum, with room for their compounding.
template <class T>
bool accurate(matrix<T> const& a, matrix<T> const& b, index i, index j, index k, T computed) {
  long double sum = 0, magnitude = 0;
  for (index p = 0; p < k; ++p) {
    long double const term = static_cast<long double>(a.at(i, p)) * static_cast<long double>(b.at(p, j));
    sum += term;
    magnitude += std::fabs(term);
  }
  long double const bound = static_cast<long double>(k + 2) * std::numeric_limits<T>::epsilon() * magnitude;
  return std::fabs(static_cast<long double>(computed) - sum) <= bound;
}

// Elements are checked `sparsely` apart: all of them for small extents, a lattice prime to every tile for large ones.
template <class T>
bool correct(index m, index n, index k, layout la, layout lb, index padding = 0, bool window = false,
             index sparsely = 1) {
  matrix<T> const a(m, k, la, 1), b(k, n, lb, 2);
  auto const [c, sound] = product<T>(m, n, k, a.view(), b.view(), padding, window);
  if (!sound || static_cast<index>(c.size()) != m * n) return false;
  for (index e = 0; e < m * n; e += sparsely)
    if (!accurate(a, b, e / n, e % n, k, c[static_cast<std::size_t>(e)])) return false;
  return true;
}

TEMPLATE_TEST_CASE("gemm: every extent up to two tiles, all transpositions", "[gemm]", float, double) {
  for (index m = 0; m <= 2 * tile_rows + 1; ++m) {
    for (index n = 0; n <= 2 * tile_columns<TestType> + 1; ++n) {
      bool good = true;
      for (index k : {0, 1, 3, 8, 17}) {
        for (layout la : transpositions)
          for (layout lb : transpositions) good = good && correct<TestType>(m, n, k, la, lb, (m + n) % 3);
      }
      INFO("m = " << m << ", n = " << n);
      REQUIRE(good);
    }
  }
}

TEMPLATE_TEST_CASE("gemm: every layout, every depth around the lanes", "[gemm]", float, double) {
  index const lanes = vector<TestType>;
  for (layout la : layouts) {
    for (layout lb : layouts) {
      bool good = true;
      for (index m : {index{1}, index{2}, tile_rows, tile_rows + 1})
        for (index n : {index{1}, lanes - 1, lanes, lanes + 1, 3 * lanes + 1})
          for (index k = 0; k <= 4 * lanes + 1; k += 1 + k / lanes)
            good = good && correct<TestType>(m, n, k, la, lb, k % 2, k % 3 == 0);
      INFO("layouts " << static_cast<int>(la) << ", " << static_cast<int>(lb));
      REQUIRE(good);
    }
  }
}

TEMPLATE_TEST_CASE("gemm: around the edges of the blocks", "[gemm]", float, double) {
  index const d = depth<TestType>, rows = kernel::detail::blocking<TestType>::rows;
  extents const shapes[] = {{tile_rows + 1, 2 * tile_columns<TestType> + 3, d - 1},
                            {tile_rows + 1, 2 * tile_columns<TestType> + 3, d},
                            {47, tile_columns<TestType> + 1, d + 1},
                            {48, 3 * tile_columns<TestType> - 1, 2 * d + 1},
                            {64, 10, 2 * d + 3},
                            {rows - 1, 65, 70},
                            {rows, 3, d + 2},
                            {rows + 1, 66, 80},
                            {rows + 1, 129, d + 1},
                            {2 * rows + 1, 67, 9},
                            {70, 255, 2 * d + 1},
                            {70, 256, 2 * d + 1},
                            {rows + 1, 257, 3 * d - 1},
                            {3 * rows - 1, 300, d - 1},
                            {2, 600, 2 * d + 1},
                            {6, vector<TestType> + 2, 131},
                            {rows + 2, 2, d + 5},
                            {3, 2000, 31}};
  for (auto const& [m, n, k] : shapes) {
    for (layout la : {layout::rows, layout::padded_columns}) {
      for (layout lb : {layout::padded_rows, layout::columns}) {
        INFO(m << " x " << k << " x " << n << ", layouts " << static_cast<int>(la) << ", " << static_cast<int>(lb));
        REQUIRE(correct<TestType>(m, n, k, la, lb, 1, false, 37));
        REQUIRE(correct<TestType>(m, n, k, la, lb, 2, true, 41));
      }
    }
  }
}

TEMPLATE_TEST_CASE("gemm: one row or one column", "[gemm]", float, double) {
  index const outputs = kernel::detail::blocking<TestType>::gemv_outputs, lanes = vector<TestType>;
  for (index count : {index{1}, index{2}, index{3}, lanes - 1, lanes, lanes + 1, outputs - 1, outputs, outputs + 1,
                      2 * outputs + lanes + 1}) {
    for (index k : {index{1}, index{7}, lanes, 2 * lanes - 1, index{100}, index{784}}) {
      bool good = true;
      for (layout la : layouts) {
        for (layout lb : layouts) {
          good = good && correct<TestType>(1, count, k, la, lb, 0, false, 7);
          good = good && correct<TestType>(count, 1, k, la, lb, 2, false, 7) &&
                 correct<TestType>(count, 1, k, la, lb, 0, true, 7);
        }
      }
      INFO("outputs = " << count << ", k = " << k);
      REQUIRE(good);
    }
  }
}

TEMPLATE_TEST_CASE("gemm: the bits of one row's element do not depend on the other columns", "[gemm]", float, double) {
  index const lanes = vector<TestType>, n = 260;
  for (index k : {31, 32, 35, 100}) {
    matrix<TestType> const a(1, k, layout::rows, 1), b(k, n, layout::rows, 2);
    auto const all = product<TestType>(1, n, k, a.view(), b.view(), 0, false);
    for (index width : {index{1}, lanes - 1, lanes, lanes + 1, 2 * lanes, 3 * lanes + 1, 4 * lanes, 7 * lanes + 1}) {
      REQUIRE(correct<TestType>(1, width, k, layout::rows, layout::rows, 0, false));
      for (index column : {index{0}, index{5}, n - width}) {
        auto const some = product<TestType>(1, width, k, a.view(), {b.data.data() + column, n, 1}, 0, false);
        INFO(k << " x " << width << " from column " << column);
        REQUIRE(std::memcmp(some.c.data(), all.c.data() + column, static_cast<std::size_t>(width) * sizeof(TestType)) ==
                0);
      }
    }
  }
}

TEMPLATE_TEST_CASE("gemm: the window is smaller than C and reused", "[gemm]", float, double) {
  index const m = 3 * kernel::detail::blocking<TestType>::rows;
  REQUIRE(kernel::gemm_window_rows<TestType>(m, 40, 50) < m);
  REQUIRE(correct<TestType>(m, 40, 50, layout::rows, layout::rows, 3, true));
  REQUIRE(correct<TestType>(m, 40, 0, layout::rows, layout::rows, 3, true));
  REQUIRE(correct<TestType>(m, 0, 50, layout::rows, layout::rows, 0, true));
}

TEMPLATE_TEST_CASE("gemm: without an epilogue", "[gemm]", float, double) {
  constexpr extents shapes[] = {{20, 20, 30}, {1, 20, 30}, {20, 1, 30}, {200, 3, 30}};
  for (auto const& [m, n, k] : shapes) {
    matrix<TestType> const a(m, k, layout::rows, 1), b(k, n, layout::columns, 2);
    guarded<TestType> c(m * n), scratch(kernel::gemm_scratch<TestType>(m, n, k));
    kernel::gemm<TestType>({m, n, k, a.view(), b.view(), c.begin(), n, scratch.begin(), false, {}});
    auto const [expected, sound] = product<TestType>(m, n, k, a.view(), b.view(), 0, false);
    REQUIRE(sound);
    REQUIRE(std::equal(expected.begin(), expected.end(), c.begin()));
    REQUIRE((c.intact() && scratch.intact()));
  }
}

// C += scale * A * B for rows of C that are apart, with the error bound of the product and two roundings more.
template <class T>
bool adds(index m, index n, index k, layout la, layout lb, index padding, index sparsely) {
  matrix<T> const a(m, k, la, 1), b(k, n, lb, 2), before(m, n, layout::rows, 3);
  index const ldc = n + padding;
  guarded<T> c(m * ldc), scratch(kernel::gemm_scratch<T>(m, n, k));
  std::fill_n(scratch.begin(), scratch.size, std::numeric_limits<T>::quiet_NaN());
  for (index i = 0; i < m; ++i)
    for (index j = 0; j < n; ++j) c.begin()[i * ldc + j] = before.at(i, j);
  kernel::gemm_arguments<T> g{m, n, k, a.view(), b.view(), c.begin(), ldc, scratch.begin(), false, {}};
  g.add = true;
  g.scale = T(-0.3);
  kernel::gemm<T>(g);
  if (!c.intact() || !scratch.intact()) return false;
  for (index i = 0; i < m; ++i)
    for (index j = n; j < ldc; ++j)
      if (c.begin()[i * ldc + j] != guarded<T>::mark) return false;
  for (index e = 0; e < m * n; e += sparsely) {
    index const i = e / n, j = e % n;
    long double sum = before.at(i, j), magnitude = std::fabs(sum);
    for (index p = 0; p < k; ++p) {
      long double const term = static_cast<long double>(g.scale) * a.at(i, p) * b.at(p, j);
      sum += term;
      magnitude += std::fabs(term);
    }
    long double const bound = static_cast<long double>(k + 4) * std::numeric_limits<T>::epsilon() * magnitude;
    if (!(std::fabs(c.begin()[i * ldc + j] - sum) <= bound)) return false;
  }
  return true;
}

TEMPLATE_TEST_CASE("gemm: adds to C", "[gemm]", float, double) {
  index const strip = tile_columns<TestType>, d = depth<TestType>, rows = kernel::detail::blocking<TestType>::rows;
  for (index m = 0; m <= tile_rows + 1; ++m)
    for (index n = 0; n <= 2 * strip + 1; ++n)
      for (index k : {0, 1, 5}) {
        INFO(m << " x " << k << " x " << n);
        REQUIRE(adds<TestType>(m, n, k, layout::columns, n % 2 ? layout::rows : layout::columns, n % 3, 1));
      }
  extents const shapes[] = {{784, 10, 64},        {100, 3 * strip + 2, d},   {50, 3 * strip - 2, 2 * d + 1},
                            {rows + 1, 2, d + 1}, {rows + 9, 5 * strip, 3},  {1, 3 * rows, 9},
                            {3 * rows, 1, d + 1}, {2 * rows + 1, 400, d + 9}};
  for (auto const& [m, n, k] : shapes)
    for (layout la : transpositions)
      for (layout lb : transpositions) {
        INFO(m << " x " << k << " x " << n << ", layouts " << static_cast<int>(la) << ", " << static_cast<int>(lb));
        REQUIRE(adds<TestType>(m, n, k, la, lb, 1, 11));
      }
}

TEMPLATE_TEST_CASE("gemm: the bits of a row do not depend on the other rows", "[gemm]", float, double) {
  index const m = kernel::detail::blocking<TestType>::rows + 7;
  for (index n : {index{3}, index{30}, index{260}, tile_columns<TestType> + 2}) {
    for (index k : {index{10}, depth<TestType> + 44}) {
      for (layout lb : transpositions) {
        matrix<TestType> const a(m, k, layout::rows, 1), b(k, n, lb, 2);
        auto const all = product<TestType>(m, n, k, a.view(), b.view(), 0, false);
        auto const again = product<TestType>(m, n, k, a.view(), b.view(), 5, true);
        REQUIRE((all.sound && again.sound));
        REQUIRE(all.c == again.c);
        for (index begin : {index{0}, index{5}, m - 11}) {
          for (index count : {index{2}, index{5}, index{11}}) {
            auto const some = product<TestType>(count, n, k, {a.data.data() + begin * k, k, 1}, b.view(), 0, false);
            REQUIRE(std::equal(some.c.begin(), some.c.end(), all.c.begin() + begin * n));
          }
        }
      }
    }
  }
}

TEMPLATE_TEST_CASE("gemm: many short rows, several to a vector", "[gemm]", float, double) {
  index const most = kernel::detail::narrow_extent, least = kernel::detail::least_narrow_rows;
  for (index n = 1; n <= most + 1; ++n) {
    for (index k = 1; k <= most + 1; ++k) {
      bool good = true;
      for (index m : {least - 1, least, least + 1, least + 2, least + 3, 2 * least + 5, index{601}})
        for (layout lb : {layout::rows, layout::columns, layout::scattered})
          for (bool window : {false, true}) {
            good = good && correct<TestType>(m, n, k, layout::rows, lb, 0, window);
            if (m > 2 * least) continue;
            matrix<TestType> const a(m, k, layout::rows, 1), b(k, n, lb, 2);
            auto const all = product<TestType>(m, n, k, a.view(), b.view(), 0, window);
            for (index row = 0; row + 2 <= m; ++row) {
              auto const two = product<TestType>(2, n, k, {a.data.data() + row * k, k, 1}, b.view(), 0, false);
              good = good && std::memcmp(two.c.data(), all.c.data() + row * n,
                                         static_cast<std::size_t>(2 * n) * sizeof(TestType)) == 0;
            }
          }
      INFO("n = " << n << ", k = " << k);
      REQUIRE(good);
    }
  }
}

TEMPLATE_TEST_CASE("gemm: parts cover C once and have the bits of the whole", "[gemm]", float, double) {
  index const rows = kernel::detail::blocking<TestType>::rows, strip = tile_columns<TestType>, d = depth<TestType>;
  extents const shapes[] = {{1, 700, 30},
                            {3, 9, 20},
                            {13, 40, 25},
                            {64, 10, 50},
                            {64, 8 * strip + 3, d + 5},
                            {64, 8 * strip + 2, d + 5},
                            {2 * rows + 5, 33, 20},
                            {200, 2 * strip, d + 9},
                            {37, 0, 4},
                            {0, 12, 4},
                            {50, 12 * strip, 0}};
  for (auto const& [m, n, k] : shapes) {
    matrix<TestType> const a(m, k, layout::rows, 1), b(k, n, layout::columns, 2);
    for (bool window : {false, true}) {
      auto const whole = product<TestType>(m, n, k, a.view(), b.view(), 0, window);
      REQUIRE(whole.sound);
      for (bool whole_rows : {true, false}) {
        if (window && !whole_rows) continue;
        for (index parts : {1, 2, 3, 5}) {
          std::vector<TestType> c(static_cast<std::size_t>(m * n));
          std::vector<int> times(c.size());
          record<TestType> seen;
          seen.n = n, seen.ldc = n;
          index finished = 0;
          for (index part = 0; part < parts; ++part) {
            auto const r = kernel::gemm_partition<TestType>(m, n, parts, part, whole_rows);
            for (index i = r.row; i < r.row + r.rows; ++i)
              for (index j = r.column; j < r.column + r.columns; ++j) ++times[static_cast<std::size_t>(i * n + j)];
            guarded<TestType> scratch(kernel::gemm_scratch<TestType>(r.rows, r.columns, k));
            guarded<TestType> rows_of_part(kernel::gemm_window_rows<TestType>(r.rows, r.columns, k) * n);
            kernel::gemm(kernel::gemm_part<TestType>(
                {m, n, k, a.view(), b.view(), c.data(), n, nullptr, window, {&record<TestType>::run, &seen}}, r,
                scratch.begin(), rows_of_part.begin()));
            REQUIRE((scratch.intact() && rows_of_part.intact()));
            for (; finished < static_cast<index>(seen.ranges.size()); ++finished) {
              auto const [begin, end] = seen.ranges[static_cast<std::size_t>(finished)];
              REQUIRE((r.columns == n && r.row <= begin && begin < end && end <= r.row + r.rows));
            }
          }
          INFO(m << " x " << k << " x " << n << " in " << parts << (window ? ", window" : ""));
          REQUIRE(std::all_of(times.begin(), times.end(), [](int x) { return x == 1; }));
          REQUIRE((window ? seen.result : c) == whole.c);
          if (whole_rows) REQUIRE(seen.result == whole.c);
        }
      }
    }
  }
  // two threads have equal work, by columns where there are few rows
  REQUIRE(kernel::gemm_partition<TestType>(128, 512, 2, 0, true).rows == 64);
  REQUIRE(kernel::gemm_partition<TestType>(64, 4096, 2, 1, false).columns == 2048);
}

// A factor that is made from a matrix: what was asked for, and how often each of its entries.
template <class T>
struct made_from {
  matrix<T> const& source;
  index columns;  // of the source
  bool transposed;
  mutable std::vector<int> times;
  mutable bool in_batch = true;
  guarded<T> panel;

  made_from(matrix<T> const& from, index source_rows, index source_columns, bool turned, index room)
      : source(from),
        columns(source_columns),
        transposed(turned),
        times(static_cast<std::size_t>(source_rows * source_columns)),
        panel(room) {}
  kernel::made_factor<T> factor() { return {&run, this, panel.begin(), transposed}; }
  bool each_once() const {
    return std::all_of(times.begin(), times.end(), [](int n) { return n == 1; });
  }

 private:
  static void run(void const* context, index batch, index row, index rows, index column, index columns, T* to) {
    auto const& self = *static_cast<made_from const*>(context);
    self.in_batch = self.in_batch && batch == 7;
    for (index i = row; i < row + rows; ++i)
      for (index j = column; j < column + columns; ++j) {
        *to++ = self.transposed ? self.source.at(j, i) : self.source.at(i, j);
        ++self.times[static_cast<std::size_t>(i * self.columns + j)];
      }
  }
};

// Whether a product whose factors are made, in one part or in two, has the bits of one that finds them in memory.
template <class T>
bool makes(index m, index n, index k, layout la, layout lb, bool make_a, bool make_b, index parts) {
  matrix<T> const a(m, k, la, 1), b(k, n, lb, 2);
  bool const turned_a = la == layout::columns, turned_b = lb == layout::columns;
  auto const expected = product<T>(m, n, k, a.view(), b.view(), 0, false);
  std::vector<T> c(static_cast<std::size_t>(m * n));
  for (index part = 0; part < parts; ++part) {
    auto const r = kernel::gemm_partition<T>(m, n, parts, part, false);
    if (r.rows == 0 || r.columns == 0) continue;
    guarded<T> scratch(kernel::gemm_scratch<T>(r.rows, r.columns, k));
    std::fill_n(scratch.begin(), scratch.size, std::numeric_limits<T>::quiet_NaN());
    made_from<T> from_a(a, turned_a ? k : m, turned_a ? m : k, turned_a,
                        kernel::gemm_panel_a<T>(r.rows, r.columns, k, turned_a));
    made_from<T> from_b(b, turned_b ? n : k, turned_b ? k : n, turned_b,
                        kernel::gemm_panel_b<T>(r.rows, r.columns, k, turned_b));
    kernel::prologue<T> made;
    made.batch = 7;
    if (make_a) made.a = from_a.factor();
    if (make_b) made.b = from_b.factor();
    operand<T> x = a.view(), y = b.view();
    if (make_a) x.data = nullptr;
    if (make_b) y.data = nullptr;
    kernel::gemm_arguments<T> g{m, n, k, x, y, c.data(), n, nullptr, false, {}};
    g.made = &made;
    kernel::gemm(kernel::gemm_part<T>(g, r, scratch.begin()));
    if (!scratch.intact() || !from_a.panel.intact() || !from_b.panel.intact()) return false;
    if (!from_a.in_batch || !from_b.in_batch) return false;
    if (parts == 1 && ((make_a && !from_a.each_once()) || (make_b && !from_b.each_once()))) return false;
  }
  return std::equal(c.begin(), c.end(), expected.c.begin(), expected.c.end());
}

TEMPLATE_TEST_CASE("gemm: makes its factors, each entry once", "[gemm]", float, double) {
  index const strip = tile_columns<TestType>, v = vector<TestType>, d = depth<TestType>,
              rows = kernel::detail::blocking<TestType>::rows;
  extents const shapes[] = {{1, 1, 1},
                            {2, strip, 3},
                            {6, v + 2, 131},
                            {tile_rows + 1, strip + 1, 5},
                            {7, v / 2, 9},
                            {60, 2, d + 5},
                            {1, 3 * rows, 9},
                            {3 * rows, 1, d + 1},
                            {90, 1, 5000},
                            {1, 90, 5000},
                            {50, 6 * strip + v + 1, 2 * d + 1},
                            {60, 4 * strip + v / 2, 30},
                            {rows + 9, 5 * strip - 1, d + 3},
                            {2 * rows + 1, 12 * strip + v / 2, 2 * d + 9}};
  for (auto const& [m, n, k] : shapes)
    for (layout la : transpositions)
      for (layout lb : transpositions)
        for (int which : {1, 2, 3})
          for (index parts : {1, 2}) {
            INFO(m << " x " << k << " x " << n << ", layouts " << int(la) << int(lb) << ", made " << which);
            REQUIRE(makes<TestType>(m, n, k, la, lb, which & 1, which & 2, parts));
          }
}

TEMPLATE_TEST_CASE("gemm: NaN and infinity propagate, and only where they belong", "[gemm]", float, double) {
  constexpr TestType infinity = std::numeric_limits<TestType>::infinity();
  constexpr TestType nan = std::numeric_limits<TestType>::quiet_NaN();
  constexpr extents shapes[] = {{9, 5, 40}, {9, 37, 40}, {1, 37, 40}, {37, 1, 40}, {60, 300, 300}};
  for (auto const& [m, n, k] : shapes) {
    for (layout la : transpositions) {
      for (layout lb : transpositions) {
        matrix<TestType> a(m, k, la, 3), b(k, n, lb, 4);
        a.at(m - 1, k - 1) = infinity;
        a.at(0, 2) = 0;
        b.at(2, n - 1) = infinity;
        b.at(k - 1, n / 2) = 0;
        if (m > 2) a.at(1, 1) = nan;
        auto const [c, sound] = product<TestType>(m, n, k, a.view(), b.view(), 1, false);
        REQUIRE(sound);
        bool good = true;
        for (index i = 0; i < m; ++i) {
          for (index j = 0; j < n; ++j) {
            TestType sum = 0;
            for (index p = 0; p < k; ++p) sum += a.at(i, p) * b.at(p, j);
            TestType const got = c[static_cast<std::size_t>(i * n + j)];
            good = good && std::isnan(sum) == std::isnan(got) && std::isinf(sum) == std::isinf(got) &&
                   (!std::isinf(sum) || (sum > 0) == (got > 0));
          }
        }
        INFO(m << " x " << k << " x " << n);
        REQUIRE(good);
      }
    }
  }
}

TEST_CASE("gemm: scratch and window are constants, and nothing where nothing is computed", "[gemm]") {
  STATIC_REQUIRE(kernel::gemm_scratch<float>(0, 5, 5) == 0);
  STATIC_REQUIRE(kernel::gemm_scratch<float>(5, 0, 5) == 0);
  STATIC_REQUIRE(kernel::gemm_scratch<float>(5, 5, 0) == 0);
  STATIC_REQUIRE(kernel::gemm_scratch<double>(64, 128, 784) > 0);
  STATIC_REQUIRE(kernel::gemm_window_rows<float>(7, 5, 5) == 7);
  STATIC_REQUIRE(kernel::gemm_window_rows<double>(100000, 5, 5) < 1000);
}

template <class T, index M, index N, index K>
bool static_correct() {
  for (layout la : {layout::rows, layout::padded_columns, layout::same_row}) {
    for (layout lb : {layout::rows, layout::padded_rows, layout::columns, layout::constant}) {
      matrix<T> const a(M, K, la, 5), b(K, N, lb, 6);
      index const ldc = N + 1;
      guarded<T> c(M * ldc);
      kernel::gemm_static<M, N, K>(a.view(), b.view(), c.begin(), ldc);
      for (index i = 0; i < M; ++i) {
        for (index j = 0; j < N; ++j)
          if (!accurate(a, b, i, j, K, c.begin()[i * ldc + j])) return false;
        if (c.begin()[i * ldc + N] != guarded<T>::mark) return false;
      }
      if (!c.intact()) return false;
    }
  }
  return true;
}

TEMPLATE_TEST_CASE("gemm_static: extents at compile time", "[gemm]", float, double) {
  REQUIRE(static_correct<TestType, 1, 1, 1>());
  REQUIRE(static_correct<TestType, 0, 3, 2>());
  REQUIRE(static_correct<TestType, 2, 3, 0>());
  REQUIRE(static_correct<TestType, 3, 2, 4>());
  REQUIRE(static_correct<TestType, 4, 4, 4>());
  REQUIRE(static_correct<TestType, 13, 9, 6>());
  REQUIRE(static_correct<TestType, 7, 17, 5>());
  REQUIRE(static_correct<TestType, 32, 10, 12>());
  REQUIRE(static_correct<TestType, 9, 31, 33>());
  REQUIRE(static_correct<TestType, 3, 36, 7>());
}

}  // namespace gemm_test
