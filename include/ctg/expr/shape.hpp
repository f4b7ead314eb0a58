// SPDX-License-Identifier: MIT
// Extents and shapes as values. An extent is a number, or names times a number (3·N·8), so that flatten and Kronecker
// products stay exact on extents that only the run knows. Plain arrays: what is asked so often would cost the compiler
// twice as much through std::array's functions.
#pragma once

#include <ctg/fwd.hpp>

#include <array>
#include <concepts>
#include <cstdint>

namespace ctg::inline v0 {

/// The largest rank of a tensor.
inline constexpr int max_rank = 8;

struct extent {
  static constexpr int max_names = 3;

  std::int64_t factor = 1;
  std::uint64_t names[max_names]{};  // hashes, sorted downwards; 0 where there is none

  constexpr extent() = default;
  constexpr extent(std::int64_t n) : factor(n) {}  // NOLINT: a number is an extent
  constexpr bool operator==(extent const& o) const { return factor == o.factor && same_names(o); }
  constexpr bool same_names(extent const& o) const {
    return names[0] == o.names[0] && names[1] == o.names[1] && names[2] == o.names[2];
  }
  constexpr bool is_static() const { return names[0] == 0; }
  constexpr bool is_one() const { return factor == 1 && names[0] == 0; }
};

constexpr extent named(std::uint64_t hash) {
  extent e;
  e.names[0] = hash;
  return e;
}

namespace detail {
// Not constexpr: reached in a constant expression it becomes the compiler's message.
inline void extent_of_more_than_three_names() {}
}  // namespace detail

constexpr extent operator*(extent const& a, extent const& b) {
  extent r{a.factor * b.factor};
  int i = 0, j = 0, k = 0;
  while ((i < extent::max_names && a.names[i]) || (j < extent::max_names && b.names[j])) {
    std::uint64_t const x = i < extent::max_names ? a.names[i] : 0, y = j < extent::max_names ? b.names[j] : 0;
    if (k == extent::max_names) {
      detail::extent_of_more_than_three_names();
      break;
    }
    r.names[k++] = x >= y ? (++i, x) : (++j, y);
  }
  return r;
}

/// The extents of a tensor, first axis first. Rank 0 is a scalar.
struct shape {
  extent extents[max_rank]{};
  int rank = 0;

  constexpr shape() = default;
  template <std::convertible_to<extent>... E>
  constexpr explicit shape(E... e) : extents{extent(e)...}, rank(sizeof...(E)) {}

  constexpr extent const& operator[](int axis) const { return extents[axis]; }
  constexpr extent& operator[](int axis) { return extents[axis]; }
  constexpr void push(extent const& e) { extents[rank++] = e; }
  constexpr bool operator==(shape const& o) const {
    if (rank != o.rank) return false;
    for (int i = 0; i < rank; ++i)
      if (!(extents[i] == o.extents[i])) return false;
    return true;
  }
  /// The number of entries.
  constexpr extent size() const {
    extent n{1};
    for (int i = 0; i < rank; ++i) n = n * extents[i];
    return n;
  }
  /// One entry, whatever the rank (1×1 counts).
  constexpr bool one_entry() const {
    for (int i = 0; i < rank; ++i)
      if (!extents[i].is_one()) return false;
    return true;
  }
  constexpr bool is_static() const {
    for (int i = 0; i < rank; ++i)
      if (!extents[i].is_static()) return false;
    return true;
  }
};

/// What is wrong with the operands of an operation; `none` where they fit.
enum class misfit : std::uint8_t {
  none,
  broadcast,
  unequal,
  inner,
  batch,
  rank,
  axis,
  size,
  scalar,
  vector,
  length,
  square,
  rows,
  bounds,
  pieces,
  joined_length,
  index
};

struct shape_result {
  shape value{};
  misfit problem = misfit::none;
  constexpr shape_result(shape const& s) : value(s) {}  // NOLINT
  constexpr shape_result(misfit p) : problem(p) {}      // NOLINT
};

/// NumPy's rule: axes align from the right, an extent of 1 stretches.
constexpr shape_result broadcast_shapes(shape const& a, shape const& b) {
  if (a == b || b.rank == 0) return a;
  if (a.rank == 0) return b;
  shape r;
  r.rank = a.rank > b.rank ? a.rank : b.rank;
  for (int i = 1; i <= r.rank; ++i) {
    extent const x = i <= a.rank ? a[a.rank - i] : extent{1}, y = i <= b.rank ? b[b.rank - i] : extent{1};
    if (!(x == y) && !x.is_one() && !y.is_one()) return misfit::broadcast;
    r[r.rank - i] = x.is_one() ? y : x;
  }
  return r;
}

namespace detail {

constexpr std::uint64_t hash_shape(shape const& s) {
  std::uint64_t h = static_cast<std::uint64_t>(s.rank);
  for (int i = 0; i < s.rank; ++i) {
    h = mix(h, static_cast<std::uint64_t>(s[i].factor));
    for (std::uint64_t n : s[i].names) {
      if (n == 0) break;
      h = mix(h, n);
    }
  }
  return h;
}

template <class E>
constexpr extent to_extent(E e) {
  if constexpr (std::integral<E>)
    return extent{static_cast<std::int64_t>(e)};
  else
    return named(hash_text(E::name.view()));
}

}  // namespace detail

}  // namespace ctg::inline v0
