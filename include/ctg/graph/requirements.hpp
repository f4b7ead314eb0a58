// SPDX-License-Identifier: MIT
// What a graph asks of the numbers behind named extents: that a slice lies within them, and that the largest of a row
// has a row to be found in. Checked when a program is bound.
#pragma once

#include <ctg/graph/extents.hpp>
#include <ctg/op/algebra.hpp>

namespace ctg::inline v0::detail {

/// Whether a node asks for anything that only the numbers can tell.
constexpr bool has_requirement(graph_view g, int i) {
  node const& n = g[i];
  if (n.is(opcode::slice)) return !g.shape_of(n.args[0])[static_cast<int>(n.with.p)].is_static();
  return (n.is(opcode::max) || n.is(opcode::min)) && !g.shape_of(n.args[0]).is_static();
}

constexpr bool has_requirements(graph_view g) {
  for (int i = 0; i < static_cast<int>(g.nodes.size()); ++i)
    if (has_requirement(g, i)) return true;
  return false;
}

/// The first node whose requirement the numbers do not meet, or -1.
constexpr int first_unmet(graph_view g, extent_table const& numbers) {
  for (int i = 0; i < static_cast<int>(g.nodes.size()); ++i) {
    if (!has_requirement(g, i)) continue;
    node const& n = g[i];
    shape const& x = g.shape_of(n.args[0]);
    if (n.is(opcode::slice)) {
      if (numbers(x[static_cast<int>(n.with.p)]) < n.with.q >> 32) return i;
    } else if (numbers(x) == 0 && numbers(g.shape_of(i)) != 0) {
      return i;
    }
  }
  return -1;
}

/// The name under which a user knows node i: argmax asks for a largest entry, to compare with (expr/reductions.hpp).
constexpr std::string_view name_of_requirement(graph_view g, int i) {
  for (node const& n : g.nodes) {
    if (!n.is(opcode::where) || !g[n.args[0]].is(opcode::equal)) continue;
    if (g[n.args[0]].args[0] != i && g[n.args[0]].args[1] != i) continue;
    int place = n.args[1];
    while (g[place].is(opcode::broadcast) || g[place].is(opcode::reshape)) place = g[place].args[0];
    if (g[place].is(opcode::iota)) return "argmax";
  }
  return g[i].op->name;
}

}  // namespace ctg::inline v0::detail
