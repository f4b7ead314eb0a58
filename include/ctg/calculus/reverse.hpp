// SPDX-License-Identifier: MIT
// Reverse mode, from graph to graph: one pass for each root and seed, whose adjoints every gradient of it looks up.
#pragma once

#include <ctg/op/algebra.hpp>

namespace ctg::inline v0 {

/// The adjoints of all nodes below `root` for the adjoint `seed` of root itself; -1 where nothing flows. The adjoints
/// are nodes of the same builder, so that they can be differentiated again.
constexpr detail::sequence<int> const& reverse(Builder auto& g, handle root, handle seed) {
  for (auto const& pass : g.passes)
    if (pass.root == root.id && pass.seed == seed.id) return pass.adjoints;
  detail::sequence<int> adjoint(static_cast<std::size_t>(root.id) + 1, -1);
  adjoint[static_cast<std::size_t>(root.id)] = seed.id;
  // operands have smaller numbers than their node: downwards is a topological order
  for (int i = root.id; i >= 0; --i) {
    int const dy = adjoint[static_cast<std::size_t>(i)];
    if (dy < 0 || g.nodes[static_cast<std::size_t>(i)].arity() == 0) continue;
    pullback p{g, i, g.at(dy), adjoint};
    g.nodes[static_cast<std::size_t>(i)].op->pull(p);
  }
  g.passes.push_back({root.id, seed.id, std::move(adjoint)});
  return g.passes.back().adjoints;
}

namespace detail {

/// The adjoint of x for the given root and seed; zeros of x's shape where nothing reaches it.
constexpr handle adjoint_of(Handle auto root, handle seed, handle x) {
  auto& g = *root.g;
  auto const& adjoints = reverse(g, root, seed);
  if (x.id < static_cast<int>(adjoints.size()) && adjoints[static_cast<std::size_t>(x.id)] >= 0)
    return broadcast(g.at(adjoints[static_cast<std::size_t>(x.id)]), x.shape());
  return constant_node(g, 0, x.shape());
}

/// Marks root and the nodes below it among those from `first` on, which stands first.
constexpr sequence<char> below(Builder auto const& g, int root, int first) {
  sequence<char> marks(static_cast<std::size_t>(root - first) + 1, 0);
  marks.back() = 1;
  for (int i = root; i > first; --i)
    if (marks[static_cast<std::size_t>(i - first)])
      for (int a : g.nodes[static_cast<std::size_t>(i)].args)
        if (a >= first) marks[static_cast<std::size_t>(a - first)] = 1;
  return marks;
}

/// Whether node x is below root.
constexpr bool occurs(Builder auto const& g, int root, int x) { return x <= root && below(g, root, x).front(); }

}  // namespace detail

}  // namespace ctg::inline v0
