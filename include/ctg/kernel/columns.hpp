// SPDX-License-Identifier: MIT
// The columns of as many rows as a vector has lanes, read row by row and transposed in registers: what is written in
// pieces of 128 bits and read as a whole vector would have to wait until it is in the cache.
#pragma once

#include <ctg/kernel/simd.hpp>

#include <algorithm>
#include <array>
#include <type_traits>
#include <utility>

namespace ctg::inline v0::kernel::detail {

#if defined(__AVX__)
/// Elements in 128 bits, within which the zips of wider vectors stay.
template <class T>
inline constexpr index side = 16 / static_cast<index>(sizeof(T));

/// Whether `load_columns` is there for so many columns.
template <class T>
constexpr bool loads_columns(index columns) {
  return columns >= side<T> && sizeof(batch<T>) > 16;
}

// Pieces of Width elements from the Half'th half of each 128 bits of x and y in turn.
template <index Width, index Half, class V>
CTG_ALWAYS_INLINE V zip_within(V x, V y) {
  using T = std::remove_cvref_t<decltype(x[0])>;
  constexpr index n = sizeof(V) / sizeof(T);
  return [&]<int... I>(std::integer_sequence<int, I...>) CTG_INLINE_LAMBDA {
    constexpr auto source = [](index i) {
      index const block = i / side<T>, place = i % side<T>;
      index const piece = place / Width, within = place % Width;
      return block * side<T> + Half * side<T> / 2 + piece / 2 * Width + within + (piece % 2 ? n : 0);
    };
    return V(__builtin_shufflevector(x, y, static_cast<int>(source(I))...));
  }
  (std::make_integer_sequence<int, static_cast<int>(n)>{});
}

// 128 bits from p, and from the rows that come `side` rows later each time.
template <class T>
CTG_ALWAYS_INLINE auto every_fourth(T const* p, index stride) {
  index const far = side<T> * stride;
  auto const pair = [&](T const* q) CTG_INLINE_LAMBDA {
    if constexpr (sizeof(T) == 4)
      return _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(q)), _mm_loadu_ps(q + far), 1);
    else
      return _mm256_insertf128_pd(_mm256_castpd128_pd256(_mm_loadu_pd(q)), _mm_loadu_pd(q + far), 1);
  };
  auto const low = pair(p);
  if constexpr (sizeof(batch<T>) == 32) {
    return low;
  } else {
    auto const high = pair(p + 2 * far);
    return [&]<int... I>(std::integer_sequence<int, I...>) CTG_INLINE_LAMBDA {
      return __builtin_shufflevector(low, high, I...);
    }
    (std::make_integer_sequence<int, static_cast<int>(lanes<T>)>{});
  }
}

/// to[j] = column j of `lanes` rows, `stride` elements from one to the next.
template <std::size_t Columns, class T>
CTG_ALWAYS_INLINE void load_columns(T const* from, index stride, std::array<batch<T>, Columns>& to) {
  constexpr auto columns = static_cast<index>(Columns);
  for (index c = 0; c < columns; c += side<T>) {
    index const first = std::min(c, columns - side<T>);  // the last square is shifted back
    T const* const p = from + first;
    auto const column = &to[static_cast<std::size_t>(first)];
    auto const a = every_fourth(p, stride), b = every_fourth(p + stride, stride);
    if constexpr (side<T> == 2) {
      column[0] = zip_within<1, 0>(a, b);
      column[1] = zip_within<1, 1>(a, b);
    } else {
      auto const d = every_fourth(p + 2 * stride, stride), e = every_fourth(p + 3 * stride, stride);
      auto const ab_low = zip_within<1, 0>(a, b), ab_high = zip_within<1, 1>(a, b);
      auto const de_low = zip_within<1, 0>(d, e), de_high = zip_within<1, 1>(d, e);
      column[0] = zip_within<2, 0>(ab_low, de_low);
      column[1] = zip_within<2, 1>(ab_low, de_low);
      column[2] = zip_within<2, 0>(ab_high, de_high);
      column[3] = zip_within<2, 1>(ab_high, de_high);
    }
  }
}
#else
template <class T>
constexpr bool loads_columns(index) {
  return false;
}
template <std::size_t Columns, class T>
void load_columns(T const* from, index stride, std::array<batch<T>, Columns>& to) = delete;
#endif

#if defined(__AVX512F__)
/// Whether rows of so many columns, one behind the other, are folded as they lie.
template <class T>
constexpr bool folds_rows(index columns) {
  return columns >= 2 && columns <= lanes<T> && (columns & (columns - 1)) == 0;
}

// The elements at odd places of x, and then of y; or at even ones.
template <int Odd, class T>
CTG_ALWAYS_INLINE batch<T> every_second(batch<T> x, batch<T> y) {
  using V = typename batch<T>::register_type;
  return [&]<int... I>(std::integer_sequence<int, I...>) CTG_INLINE_LAMBDA {
    return batch<T>(__builtin_shufflevector(V(x), V(y), (2 * I + Odd)...));
  }
  (std::make_integer_sequence<int, static_cast<int>(lanes<T>)>{});
}

/// What join(x, y) makes of the columns of `lanes` rows, which lie in as many vectors as there are columns: places next
/// to each other are joined until one is left of each row, half the shuffles of taking the columns apart.
template <std::size_t Columns, class T>
CTG_ALWAYS_INLINE batch<T> fold_rows(std::array<batch<T>, Columns> x, auto const& join) {
  for (std::size_t n = Columns / 2; n > 0; n /= 2) CTG_UNROLL for (std::size_t v = 0; v < n; ++v) {
      x[v] = join(every_second<0>(x[2 * v], x[2 * v + 1]), every_second<1>(x[2 * v], x[2 * v + 1]));
    }
  return x[0];
}
#else
template <class T>
constexpr bool folds_rows(index) {
  return false;
}
template <std::size_t Columns, class T>
batch<T> fold_rows(std::array<batch<T>, Columns>, auto const&) = delete;
#endif

}  // namespace ctg::inline v0::kernel::detail
