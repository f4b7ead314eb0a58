// SPDX-License-Identifier: MIT
// Nodes and instructions as a run reads them that prints them: with descriptions of their operations, without the
// rules.
#pragma once

#include <ctg/graph/frozen.hpp>
#include <ctg/graph/node.hpp>

#include <array>

namespace ctg::inline v0::detail {

/// A copy of Items, an array of what has an operation `op` (or none), that points to operations without rules.
template <auto const& Items>
struct described {
  static constexpr std::size_t place_of(auto const& known, operation_info const* op) {
    std::size_t k = 0;
    while (k < known.size && known.items[k]->id != op->id) ++k;
    return k;
  }
  static constexpr auto operations = [] {
    frozen<operation_info const*, Items.size()> found;
    for (auto const& x : Items)
      if (!is_null(x.op))
        if (std::size_t const k = place_of(found, x.op); k == found.size) found.items[found.size++] = x.op;
    return found;
  }();
  static constexpr auto copies = [] {
    std::array<operation_info, operations.size> made{};
    for (std::size_t k = 0; k < made.size(); ++k) made[k] = operations.items[k]->without_rules();
    return made;
  }();
  static constexpr auto items = [] {
    auto made = Items;
    for (auto& x : made)
      if (!is_null(x.op)) x.op = &copies[place_of(operations, x.op)];
    return made;
  }();
};

}  // namespace ctg::inline v0::detail
