// SPDX-License-Identifier: MIT
// Where a plan has the values of an expression: nodes of a graph that is made anew are found among those of the plan.
#pragma once

#include <ctg/plan/memory.hpp>
#include <ctg/plan/views.hpp>

#include <bit>
#include <utility>

namespace ctg::inline v0::plan {

/// The node whose value node i is a copy of (the planner makes copies of what a reader cannot follow); i if it is none.
template <class = void>
constexpr int behind_copies(detail::span<node const> nodes, int i) {
  while (i >= 0 && nodes[i].is(opcode::stop_gradient)) i = nodes[i].args[0];
  return i;
}

/// For each node of `made`, which is simplified like the plan's graph, the node of the plan that has its value, or -1.
/// The two graphs may number their nodes and shapes otherwise, and the operands of an operation that commutes may stand
/// in either order; leaves and numbers have the same numbers in both.
template <class Late = void>
constexpr detail::sequence<int> find_in_plan(graph_view made, detail::span<node const> nodes,
                                             detail::span<shape const> shapes) {
  auto ordered = [](node x) {
    if (x.op->commutative && x.args[0] > x.args[1]) std::swap(x.args[0], x.args[1]);
    return x;
  };
  // Nodes of the plan by a hash of operation, operands and parameters; the parameter of a size is a number of a shape.
  detail::late<Late, detail::sequence<node>> planned;
  detail::late<Late, detail::sequence<int>> slots(std::bit_ceil(2 * nodes.size() + 1), -1), next;
  auto slot_of = [&](node x) -> int& {
    if (x.is(opcode::size)) x.with = {};
    x.shape = 0;
    return slots[detail::hash_node(x) & (slots.size() - 1)];
  };
  // what is computed again for a reader (plan/recompute.hpp) counts as the first node of its kind
  detail::late<Late, detail::sequence<int>> first;
  for (node y : nodes) {
    for (int& a : y.args)
      if (a >= 0) a = first[static_cast<std::size_t>(behind_copies(nodes, a))];
    y = ordered(y);
    int& slot = slot_of(y);
    int known = -1;
    if (y.op->kind == family::elementwise && !y.is(opcode::stop_gradient))
      for (int k = slot; k >= 0; k = next[static_cast<std::size_t>(k)])
        if (planned[static_cast<std::size_t>(k)].same(y)) known = k;
    int const made_now = static_cast<int>(planned.size());
    first.push_back(known >= 0 ? known : made_now);
    next.push_back(known >= 0 ? -1 : std::exchange(slot, made_now));
    planned.push_back(y);
  }
  auto same_shape = [&](std::int64_t of_made, std::int64_t of_plan) { return made.shapes[of_made] == shapes[of_plan]; };
  detail::late<Late, detail::sequence<int>> found(made.nodes.size(), -1);
  for (std::size_t i = 0; i < made.nodes.size(); ++i) {
    node x = made.nodes[i];
    bool known = true;
    for (int& a : x.args)
      if (a >= 0) {
        a = found[a];
        known = known && a >= 0;
      }
    if (!known) continue;
    x = ordered(x);
    for (int k = slot_of(x); k >= 0; k = next[static_cast<std::size_t>(k)]) {  // the last that fits was the first made
      node const& y = planned[static_cast<std::size_t>(k)];
      if (x.op->id != y.op->id || !x.same_args(y) || !same_shape(x.shape, y.shape)) continue;
      bool const same_parameters =
          x.is(opcode::size) ? same_shape(x.with.p, y.with.p) && x.with.q == y.with.q : x.with == y.with;
      if (same_parameters) found[i] = k;
    }
  }
  return found;
}

/// Whether the value of node n, or what it is a view of, is in memory: a leaf, a result, a buffer, or a copy in one.
template <class = void>
constexpr bool is_in_memory(tables const& t, int n) {
  for (; n >= 0; n = behind_copies(t.nodes, t.nodes[n].args[0])) {
    node const& x = t.nodes[n];
    if (x.is(opcode::leaf)) return true;
    for (output const& o : t.outputs)
      if (behind_copies(t.nodes, o.node) == n) return true;
    for (storage const& s : t.storages)
      if (s.kind == storage_kind::buffer && s.index >= 0 && s.first >= 0 && behind_copies(t.nodes, s.index) == n)
        return true;
    if (!is_view(x)) return false;
  }
  return false;
}

}  // namespace ctg::inline v0::plan
