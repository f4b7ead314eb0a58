// SPDX-License-Identifier: MIT
// Forward mode, from graph to graph, out of the rules of reverse mode. An element-wise operation states its local
// derivative, which serves both. For all else the pullback is a linear map of the adjoint, dX = Fᵀ(dY): its own
// transpose is the tangent's map F. So no operation states a second rule.
#pragma once

#include <ctg/calculus/reverse.hpp>

namespace ctg::inline v0 {

namespace detail {

/// A node that stands for an unknown of a shape; what is linear in it is transposed or batched, and it itself never
/// stays.
constexpr handle unknown_node(Builder auto& g, shape const& of) {
  return put_node<opcode::leaf>(g, of, {-static_cast<std::int64_t>(g.nodes.size()) - 1, 0});
}

/// The pass of forward mode for one variable and one tangent of it; it grows as roots are asked for.
template <Builder G>
class forward_mode {
 public:
  static constexpr int unvisited = -2, none = -1;

  constexpr forward_mode(G& g, handle x, handle dx, detail::sequence<int>& tangents)
      : g_(g), x_(x), tangents_(tangents) {
    if (tangents_.empty()) tangents_.assign(static_cast<std::size_t>(x.id) + 1, none);
    tangents_[static_cast<std::size_t>(x.id)] = dx.id;
  }

  /// For tangents of several variables, which are known, as those of all that is not to be visited.
  constexpr forward_mode(G& g, detail::sequence<int>& tangents) : g_(g), x_{&g, -1}, tangents_(tangents) {}

  constexpr int run(handle root) {
    if (root.id < x_.id) return none;
    while (static_cast<int>(tangents_.size()) <= root.id) tangents_.push_back(unvisited);
    auto const needed = below(g_, root.id, x_.id);
    for (int i = x_.id + 1; i <= root.id; ++i)
      if (needed[static_cast<std::size_t>(i - x_.id)] && tangents_[static_cast<std::size_t>(i)] == unvisited)
        tangents_[static_cast<std::size_t>(i)] = visit(i);
    return tangents_[static_cast<std::size_t>(root.id)];
  }

 private:
  constexpr node const& node_at(int i) const { return g_.nodes[static_cast<std::size_t>(i)]; }
  constexpr int tangent(int i) const { return i < 0 ? none : tangents_[static_cast<std::size_t>(i)]; }

  constexpr int visit(int i) {
    pushforward p{g_, i, {}};
    p.all = &tangents_;
    bool flows = false;
    for (std::size_t k = 0; k < 3; ++k) flows |= (p.tangents[k] = tangent(node_at(i).args[k])) >= 0;
    if (!flows) return none;
    if (is_null(node_at(i).op->push)) return transposed(i);
    node_at(i).op->push(p);
    return p.dy < 0 ? none : broadcast(g_.at(p.dy), shape(p.y().shape())).id;
  }

  // Σ F(dX) over the operands: the pullback of an unknown dY gives dX = Fᵀ(dY), and the pullback of that, from the
  // tangent of X back to dY, is F.
  constexpr int transposed(int i) {
    auto const dy = unknown_node(g_, g_.at(i).shape());
    reserve();
    pullback rule{g_, i, dy, slots_};
    node_at(i).op->pull(rule);
    auto const args = std::to_array(node_at(i).args);
    std::array<int, 3> given{-1, -1, -1};
    for (std::size_t k = 0; k < 3; ++k)
      if (args[k] >= 0) given[k] = std::exchange(slots_[static_cast<std::size_t>(args[k])], -1);
    // an adjoint may lie on the way to another: all of them start in one pass
    int top = -1;
    std::array<int, 3> seeds{-1, -1, -1};
    for (std::size_t k = 0; k < 3; ++k)
      if (given[k] >= dy.id && tangent(args[k]) >= 0) seeds[k] = given[k], top = given[k] > top ? given[k] : top;
    if (top < 0) return none;
    depends_.assign(static_cast<std::size_t>(top - dy.id) + 1, 0);
    depends_[0] = 1;
    for (int n = dy.id + 1; n <= top; ++n)
      for (int a : node_at(n).args)
        if (a >= dy.id && depends_[static_cast<std::size_t>(a - dy.id)])
          depends_[static_cast<std::size_t>(n - dy.id)] = 1;
    reserve();
    for (std::size_t k = 0; k < 3; ++k) {
      if (seeds[k] < 0) continue;
      int& slot = slots_[static_cast<std::size_t>(seeds[k])];
      slot = slot < 0 ? tangent(args[k]) : (g_.at(slot) + g_.at(tangent(args[k]))).id;
    }
    for (int n = top; n > dy.id; --n) {
      int const d = std::exchange(slots_[static_cast<std::size_t>(n)], -1);
      if (d < 0 || !depends_[static_cast<std::size_t>(n - dy.id)]) continue;
      reserve();
      pullback back{g_, n, g_.at(d), slots_};
      node_at(n).op->pull(back);
      // what the rule gave to nodes that the unknown does not reach is not asked for
      for (int a : std::to_array(node_at(n).args))
        if (a >= 0 && (a < dy.id || !depends_[static_cast<std::size_t>(a - dy.id)]))
          slots_[static_cast<std::size_t>(a)] = -1;
    }
    int const found = std::exchange(slots_[static_cast<std::size_t>(dy.id)], -1);
    return found < 0 ? none : broadcast(g_.at(found), shape(dy.shape())).id;
  }

  constexpr void reserve() {
    while (slots_.size() < g_.nodes.size()) slots_.push_back(-1);
  }

  G& g_;
  handle x_;
  detail::sequence<int>& tangents_;
  detail::sequence<int> slots_;  // adjoints within the rule that is transposed; all -1 between rules
  detail::sequence<char> depends_;
};

/// The tangent of root where x moves by dx; zeros of root's shape where x does not reach it. One pass serves all roots
/// of one variable and tangent.
constexpr handle tangent_of(Handle auto root, handle x, handle dx) {
  auto& g = *root.g;
  shape const to = root.shape();
  std::size_t k = 0;
  while (k < g.forward_passes.size() && !(g.forward_passes[k].variable == x.id && g.forward_passes[k].tangent == dx.id))
    ++k;
  if (k == g.forward_passes.size()) g.forward_passes.push_back({x.id, dx.id, {}});
  int const found = forward_mode(g, x, dx, g.forward_passes[k].tangents).run(root);
  return found < 0 ? constant_node(g, 0, to) : g.at(found);
}

}  // namespace detail

}  // namespace ctg::inline v0
