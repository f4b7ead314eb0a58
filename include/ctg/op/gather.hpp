// SPDX-License-Identifier: MIT
// Rows by number, and the transpose of that: rows added up by number.
#pragma once

#include <ctg/op/algebra.hpp>

namespace ctg::inline v0 {

constexpr handle scatter(Handle auto rows, Handle auto y, std::int64_t axis, extent const& count);

// Z_i = row y_i of A along an axis (with.p); NaN where y_i is no row of A           dA = each row of dZ added to row
// y_i
template <>
struct operation<opcode::gather> : detail::called {
  static constexpr char const* name = "gather";
  static constexpr int arity = 2, flops = 0;
  static constexpr shape_result result(shape const* s, parameters with) {
    int axes = 0;
    for (int i = 0; i < s[1].rank; ++i) axes += !s[1][i].is_one();
    if (with.p >= s[0].rank || axes > 1) return misfit::index;
    return detail::with_extent(s[0], with.p, s[1].size());
  }
  static constexpr void pull(auto& p) {
    std::int64_t const axis = p.at().with.p;
    p.give(0, scatter(p.dy, p.x(1), axis, extent(p.x(0).shape()[static_cast<int>(axis)])));
  }
};

// Z = zeros, and row i of X added to row y_i; rows whose y_i is no row of Z are left out         dX = gather(dZ, y)
template <>
struct operation<opcode::scatter> : detail::called {
  static constexpr char const* name = "scatter";
  static constexpr int arity = 2;
  static constexpr void pull(auto& p) { p.give(0, apply<operation<opcode::gather>>(p.at().with, p.dy, p.x(1))); }
};

constexpr handle scatter(Handle auto rows, Handle auto y, std::int64_t axis, extent const& count) {
  shape const to = detail::with_extent(rows.shape(), axis, count);
  return detail::put_node<opcode::scatter>(*rows.g, to, {axis, 0}, rows.id, y.id);
}

}  // namespace ctg::inline v0
