// SPDX-License-Identifier: MIT
// Scans before planning: the graph without their bodies, in which a scan is one call, and each body as a graph of its
// own, whose leaves are one step's part of what the scan reads and writes. Both are planned like any graph.
#pragma once

#include <ctg/plan/simplify.hpp>
#include <ctg/plan/views.hpp>

namespace ctg::inline v0::plan {

/// What is wanted of a scan, and what its body consists of, as nodes of the graph around it.
struct region {
  int scan = -1;
  detail::scan_parts parts;
  detail::sequence<int> inputs;    // numbers of the inputs that are read
  detail::sequence<int> results;   // numbers of the results that are wanted
  detail::sequence<int> inner;     // nodes of the body, with what only moves entries of what it reads
  detail::sequence<int> captured;  // what it reads from outside
};

/// All scans that the roots need.
template <class Late>
class regions_of {
 public:
  constexpr regions_of(graph_view g, detail::span<int const> roots)
      : g_(g), scopes_(g.nodes), needed_(g.nodes.size(), 0) {
    for (int r : roots) needed_[r] = 1;
    detail::late<Late, detail::sequence<region>> found;
    for (int i = static_cast<int>(g.nodes.size()) - 1; i >= 0; --i) {
      if (!needed_[i]) continue;
      if (!g_[i].is(opcode::scan)) {
        for (int a : g_[i].args)
          if (a >= 0) needed_[a] = 1;
        continue;
      }
      found.push_back(explore(i));
      auto const& r = found.back();
      for (int k = 0; k < r.parts.layout.states; ++k) needed_[r.parts.operands[k]] = 1;
      for (int k : r.inputs) needed_[r.parts.operands[k]] = 1;
      for (int c : r.captured) needed_[c] = 1;
    }
    for (std::size_t i = found.size(); i-- > 0;) list_.push_back(found[i]);
  }

  constexpr auto const& list() const { return list_; }

  /// The graph around the scans into `out`; the roots in it. A scan node has one list of operands: first states, the
  /// inputs that are read, what the body captures. with.p: their number, with.q: the number of the scan.
  constexpr detail::sequence<int> close(detail::span<int const> roots, Builder auto& out) const {
    for (shape const& s : g_.shapes) out.intern(s);
    detail::sequence<int> to(g_.nodes.size(), -1);
    std::size_t next = 0;
    for (int i = 0; i < static_cast<int>(g_.nodes.size()); ++i) {
      if (!needed_[i]) continue;
      node n = g_[i];
      if (n.is(opcode::scan)) {
        auto const& r = list_[next];
        detail::sequence<int> items;
        for (int k = 0; k < r.parts.layout.states; ++k) items.push_back(r.parts.operands[k]);
        for (int k : r.inputs) items.push_back(r.parts.operands[k]);
        for (int c : r.captured) items.push_back(c);
        node const& list = g_[n.args[0]];  // a scan has a state and an input
        int rest = to[items.back()];
        for (std::size_t k = items.size() - 1; k-- > 0;)
          rest = out.put({list.op, {to[items[k]], rest, -1}, list.shape, {}});
        n.args[0] = rest;
        n.args[1] = n.args[2] = -1;
        n.with = {static_cast<std::int64_t>(items.size()), static_cast<std::int64_t>(next++)};
      } else {
        for (int& a : n.args)
          if (a >= 0) a = to[a];
      }
      to[i] = out.put(n);
    }
    detail::sequence<int> result;
    for (int r : roots) result.push_back(to[r]);
    return result;
  }

 private:
  constexpr auto explore(int scan) const {
    detail::late<Late, region> r;
    r.scan = scan;
    r.parts = detail::parts_of_scan(g_.nodes, scan);
    detail::scan_layout const l = r.parts.layout;
    detail::sequence<char> wanted(l.results(), 0), reached(scan, 0), captured(scan, 0);
    for (int i = scan + 1; i < static_cast<int>(g_.nodes.size()); ++i)
      if (needed_[i] && g_[i].is(opcode::scan_result) && g_[i].args[0] == scan) wanted[g_[i].with.p] = 1;
    for (int w = 0; w < l.results(); ++w)
      if (wanted[w]) r.results.push_back(w);
    auto reach = [&](int i) { (stays_outside(i) ? captured : reached)[i] = 1; };
    for (int i = 0; i < l.states; ++i) reach(r.parts.roots[i]);
    for (int j = 0; j < l.stacked; ++j)
      if (wanted[l.stacked_result(j)]) reach(r.parts.roots[l.states + j]);
    for (int k = 0; k < l.summed; ++k)
      if (wanted[l.summed_result(k)]) reach(r.parts.roots[l.states + l.stacked + k]);
    for (int i = scan - 1; i >= 0; --i)
      if (reached[i])
        for (int a : g_[i].args)
          if (a >= 0) reach(a);
    for (int k = 0; k < l.operands(); ++k) {
      int const s = r.parts.slots[k];
      if (k >= l.states && reached[s]) r.inputs.push_back(k);
      reached[s] = 0;
    }
    for (int i = 0; i < scan; ++i) {
      if (reached[i]) r.inner.push_back(i);
      if (captured[i]) r.captured.push_back(i);
    }
    return r;
  }

  // What depends on no step is computed outside; what costs nothing goes along.
  constexpr bool stays_outside(int i) const {
    bool const moves = is_view(g_[i]) || (is_source(g_[i]) && !g_[i].is(opcode::leaf)) || g_[i].is(opcode::operands);
    return scopes_.closed(i) && !moves;
  }

  graph_view g_;
  detail::late<Late, detail::scopes> scopes_;
  detail::sequence<char> needed_;
  detail::late<Late, detail::sequence<region>> list_;
};
using regions = regions_of<void>;

/// The body of a scan as a graph. Its leaves: the states, the inputs that are read, what is captured; then what is
/// written: the next states, and the results but for final states.
struct body_graph {
  builder graph;
  detail::sequence<int> leaf_shapes;     // by leaf
  detail::sequence<int> roots, targets;  // nodes, and the leaves that they are assigned to
};

template <class Late = void>
constexpr body_graph make_body(graph_view g, detail::late<Late, region> const& r) {
  detail::scan_layout const l = r.parts.layout;
  detail::late<Late, body_graph> b;
  auto& out = b.graph;
  out.sorts_operands = true;
  for (shape const& s : g.shapes) out.intern(s);
  detail::sequence<int> to(g.nodes.size(), -1);
  auto add_leaf = [&](int like) {
    auto const number = static_cast<std::int64_t>(b.leaf_shapes.size());
    b.leaf_shapes.push_back(g[like].shape);
    return out.put({&operation_of<operation<opcode::leaf>>, {-1, -1, -1}, g[like].shape, {number, 0}});
  };
  for (int i = 0; i < l.states; ++i) to[r.parts.slots[i]] = add_leaf(r.parts.slots[i]);
  for (int k : r.inputs) to[r.parts.slots[k]] = add_leaf(r.parts.slots[k]);
  for (int c : r.captured) to[c] = add_leaf(c);
  for (int i : r.inner) {
    node n = g[i];
    for (int& a : n.args)
      if (a >= 0) a = to[a];
    to[i] = out.put(n);
  }
  auto write = [&](int root, bool adds) {
    int value = to[root];
    int const target = add_leaf(root);
    if (adds) value = (detail::late<Late, handle>{&out, target} + detail::late<Late, handle>{&out, value}).id;
    b.roots.push_back(value);
    b.targets.push_back(static_cast<int>(b.leaf_shapes.size()) - 1);
  };
  for (int i = 0; i < l.states; ++i) write(r.parts.roots[i], false);
  for (int w : r.results) {
    if (w < l.states) continue;
    if (w < l.state_before(0))
      write(r.parts.roots[w], false);
    else if (w < l.summed_result(0))
      write(r.parts.slots[w - l.state_before(0)], false);
    else
      write(r.parts.roots[w - l.states], true);
  }
  return b;
}

}  // namespace ctg::inline v0::plan
