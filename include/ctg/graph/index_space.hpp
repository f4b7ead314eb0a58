// SPDX-License-Identifier: MIT
// Shapes with numbers for their names, and the walk over their entries.
#pragma once

#include <ctg/graph/extents.hpp>

#include <array>
#include <cstdint>

namespace ctg::inline v0::detail {

/// The extents of a shape as numbers, and a walk over its indices.
struct index_space {
  int rank = 0;
  std::array<std::int64_t, max_rank> n{};

  constexpr index_space(shape const& s, extent_table const& names) : rank(s.rank) {
    for (int i = 0; i < rank; ++i) n[static_cast<std::size_t>(i)] = names(s[i]);
  }
  constexpr std::int64_t size() const {
    std::int64_t total = 1;
    for (int i = 0; i < rank; ++i) total *= n[static_cast<std::size_t>(i)];
    return total;
  }
  constexpr std::array<std::int64_t, max_rank> strides() const {
    std::array<std::int64_t, max_rank> s{};
    std::int64_t step = 1;
    for (int i = rank - 1; i >= 0; --i) {
      s[static_cast<std::size_t>(i)] = step;
      step *= n[static_cast<std::size_t>(i)];
    }
    return s;
  }
  constexpr std::array<std::int64_t, max_rank> at(std::int64_t flat) const {
    std::array<std::int64_t, max_rank> i{};
    for (int a = rank - 1; a >= 0; --a) {
      auto const k = static_cast<std::size_t>(a);
      i[k] = flat % n[k];
      flat /= n[k];
    }
    return i;
  }
  /// Where index i of a larger space lands here: axes align from the right, an extent of 1 stands for all.
  constexpr std::int64_t offset_from(std::array<std::int64_t, max_rank> const& i, int outer_rank) const {
    std::int64_t at = 0, step = 1;
    for (int a = rank - 1; a >= 0; --a) {
      auto const k = static_cast<std::size_t>(a);
      if (n[k] != 1) at += step * i[static_cast<std::size_t>(a + outer_rank - rank)];
      step *= n[k];
    }
    return at;
  }
};

}  // namespace ctg::inline v0::detail
