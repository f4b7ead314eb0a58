// SPDX-License-Identifier: MIT
// Products in the order that costs least: chains of matrix products by dynamic programming over their extents, sums of
// a product's entries, rows or columns without the product. Rounding differs from the written order as much as two
// orders of one sum do.
#pragma once

#include <ctg/plan/hoist.hpp>
#include <ctg/plan/short_axes.hpp>

namespace ctg::inline v0::plan {

template <class Late>
class reorderer_of {
  using handle = detail::late<Late, ctg::handle>;

 public:
  constexpr reorderer_of(graph_view from, detail::span<int const> roots, builder& out) : from_(from), out_(out) {
    readers_.assign(from_.nodes.size(), 0);
    reader_.assign(from_.nodes.size(), -1);
    for (int r : roots) readers_[r] += 2;  // wanted as it is
    // what nobody reads any more is no reader: simplification leaves such nodes behind
    for (int i = static_cast<int>(from_.nodes.size()) - 1; i >= 0; --i)
      if (readers_[i] > 0)
        for (int a : n(i).args)
          if (a >= 0) {
            ++readers_[a];
            reader_[a] = i;
          }
    to_.assign(from_.nodes.size(), -1);
  }

  /// Whether any product could be replaced: one that is read by one product or one sum.
  static constexpr bool applies(graph_view g) {
    for (node const& x : g.nodes) {
      bool const sums = x.is(opcode::sum);
      if (!sums && !x.is(opcode::product)) continue;
      for (int a : x.args)
        if (a >= 0 && g.nodes[a].is(opcode::product)) return true;
    }
    return false;
  }

  constexpr detail::sequence<int> run(detail::span<int const> roots) {
    out_.sorts_operands = true;
    detail::sequence<int> result;
    for (int i = 0; i < static_cast<int>(from_.nodes.size()); ++i)
      if (readers_[i] > 0 && !inside_a_chain(i)) to_[i] = rebuild(i).id;
    for (int r : roots) result.push_back(to_[r]);
    return result;
  }

 private:
  constexpr node const& n(int i) const { return from_.nodes[i]; }
  constexpr shape const& shape_of(int i) const { return from_.shapes[n(i).shape]; }
  constexpr handle done(int i) { return {&out_, to_[i]}; }

  // A product that only its reader needs, which is a product or a sum: built there, in whatever form.
  constexpr bool inside_a_chain(int i) const {
    if (!n(i).is(opcode::product) || shape_of(i).rank != 2 || readers_[i] != 1) return false;
    int const r = reader_[i];
    return n(r).is(opcode::sum) || (n(r).is(opcode::product) && shape_of(r).rank == 2);
  }

  constexpr handle rebuild(int i) {
    node const& x = n(i);
    if (x.is(opcode::product) && shape_of(i).rank == 2) return chain(i);
    if (x.is(opcode::sum) && inside_a_chain(x.args[0])) return sum_of_product(i);
    std::array<handle, 3> y{};
    for (std::size_t k = 0; k < 3; ++k)
      if (x.args[k] >= 0) y[k] = done(x.args[k]);
    return detail::rebuild_node(out_, from_, x, y, true, x.args[0] >= 0 && readers_[x.args[0]] > 1);
  }

  // ── sums: Σ A B = Σ (column sums of A)ᵀ ⊙ (row sums of B), and each half of that for one axis ──

  constexpr handle sum_of_product(int i) {
    detail::sequence<int> factors;
    collect(n(i).args[0], factors);
    bool const all = n(i).with.q != 0, rows = all || (n(i).with.p & 1), columns = all || (n(i).with.p & 2);
    detail::sequence<handle> x;
    for (int f : factors) x.push_back(done(f));
    if (rows) x.front() = sum_axes(x.front(), 1);
    if (columns) x.back() = sum_axes(x.back(), 2);
    handle const result = best(x);
    return all ? sum_all(result) : result;
  }

  // ── chains ──

  constexpr void collect(int i, detail::sequence<int>& factors) const {
    for (int k : {0, 1}) {
      int const a = n(i).args[k];
      if (inside_a_chain(a))
        collect(a, factors);
      else
        factors.push_back(a);
    }
  }

  constexpr handle chain(int i) {
    detail::sequence<int> factors;
    collect(i, factors);
    detail::sequence<handle> x;
    for (int f : factors) x.push_back(done(f));
    return best(x);
  }

  // cost[i][j]: of the product of the factors i..j; split[i][j]: the last factor of its left part. The written order,
  // from the left, wins where nothing is cheaper.
  constexpr handle best(detail::sequence<handle> const& x) {
    std::size_t const count = x.size();
    detail::sequence<std::int64_t> extents;
    for (handle const& f : x) extents.push_back(detail::nominal_count(f.shape()[0]));
    extents.push_back(detail::nominal_count(x.back().shape()[1]));
    detail::sequence<std::int64_t> cost(count * count, 0);
    detail::sequence<std::size_t> split(count * count, 0);
    for (std::size_t length = 2; length <= count; ++length)
      for (std::size_t i = 0; i + length <= count; ++i) {
        std::size_t const j = i + length - 1;
        for (std::size_t k = j; k-- > i;) {
          std::int64_t const c =
              cost[i * count + k] + cost[(k + 1) * count + j] + extents[i] * extents[k + 1] * extents[j + 1];
          if (k + 1 == j || c < cost[i * count + j]) {
            cost[i * count + j] = c;
            split[i * count + j] = k;
          }
        }
      }
    return multiplied(x, split, 0, count - 1);
  }
  constexpr handle multiplied(detail::sequence<handle> const& x, detail::sequence<std::size_t> const& split,
                              std::size_t i, std::size_t j) {
    if (i == j) return x[i];
    std::size_t const k = split[i * x.size() + j];
    return detail::rebuild_product(out_, multiplied(x, split, i, k), multiplied(x, split, k + 1, j), true);
  }

  graph_view from_;
  builder& out_;
  detail::sequence<int> readers_, reader_, to_;
};

/// Builds the graph with its products in the cheapest order into `out`; returns the new roots.
template <class Late = void>
constexpr detail::sequence<int> reorder(graph_view from, detail::span<int const> roots, builder& out) {
  return reorderer_of<Late>(from, roots, out).run(roots);
}

/// The graph that is planned: products moved out of scans, simplified, row operations expanded, products in the
/// cheapest order, reductions over short axes written out. The first `wanted` of the roots are those of the program.
template <class Late = void>
constexpr detail::sequence<int> simplify_for_plan(graph_view from, detail::span<int const> roots, std::size_t wanted,
                                                  builder& out) {
  detail::sequence<int> simple;
  if (hoister_of<Late>::applies(from)) {
    detail::late<Late, builder> moved;
    simple = hoist<Late>(from, roots, moved);
    simple = simplify<Late>(::ctg::view(moved), simple, out, true);
  } else {
    simple = simplify<Late>(from, roots, out, true);
  }
  if (reorderer_of<Late>::applies(::ctg::view(out))) {
    detail::late<Late, builder> ordered;
    simple = reorder<Late>(::ctg::view(out), simple, ordered);
    out = std::move(ordered);
  }
  short_axes_of<Late> axes(::ctg::view(out), simple, wanted);
  if (!axes.applies()) return simple;
  detail::late<Late, builder> pieces;
  detail::sequence<int> const in_pieces = axes.run(pieces);
  out = std::move(pieces);
  return in_pieces;
}

}  // namespace ctg::inline v0::plan
