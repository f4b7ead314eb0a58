// SPDX-License-Identifier: MIT
// Scans under maps that put batch axes in front of what depends on some nodes: the scan of a batch is a scan whose body
// is mapped. States and inputs that do not depend stay as they are, once for the whole batch.
#pragma once

#include <ctg/calculus/batched.hpp>

namespace ctg::inline v0::detail {

/// A scan, the nodes of its body in their order, and what it reads: operands, and what its body reads from outside.
struct scan_nodes {
  int scan = -1;
  scan_parts of;
  sequence<int> inner, read;
};
constexpr scan_nodes nodes_of_scan(Builder auto& g, int scan) {
  auto const& all = g.scopes();
  auto const at = [](int i) { return static_cast<std::size_t>(i); };
  scan_nodes r{scan, parts_of_scan(g.nodes, scan), {}, {}};
  auto own = all.none();
  for (int s : r.of.slots) all.mark(own, s);
  r.read = r.of.operands;
  int const last = last_of(r.of.roots);
  sequence<char> reached(at(last) + 1, 0);
  for (int i : r.of.roots) reached[at(i)] = 1;
  int count = 0;
  for (int i = last; i >= 0; --i) {
    if (!reached[at(i)]) continue;
    if (!all.meets(i, own)) {
      r.read.push_back(i);
      reached[at(i)] = 0;
      continue;
    }
    ++count;
    if (g.nodes[at(i)].is(opcode::scan)) {
      for (int a : nodes_of_scan(g, i).read) reached[at(a)] = 1;
    } else {
      for (int a : g.nodes[at(i)].args)
        if (a >= 0) reached[at(a)] = 1;
    }
  }
  r.inner.reserve(at(count));
  for (int i = 0; i <= last; ++i)
    if (reached[at(i)]) r.inner.push_back(i);
  return r;
}

/// visit(a) for each node that node i reads.
constexpr void for_reads(Builder auto& g, int i, auto const& visit) {
  if (g.nodes[static_cast<std::size_t>(i)].is(opcode::scan)) {
    for (int a : nodes_of_scan(g, i).read) visit(a);
  } else {
    for (int a : g.nodes[static_cast<std::size_t>(i)].args)
      if (a >= 0) visit(a);
  }
}

/// Which nodes depend on those that are marked, seen through scans: a result depends where its value in the body does.
/// The other results of such a scan are the same in the scan of the batch, which replaces it: they, and what is
/// computed from them, are replaced.
template <Builder G>
class dependence {
 public:
  /// No node before `first` depends.
  constexpr dependence(G& g, int first) : g_(g), first_(first) {}

  constexpr bool operator()(int i) const { return mark_of(i) == depends; }
  constexpr bool replaced(int i) const { return mark_of(i) == copied; }
  constexpr bool stays(int i) const { return mark_of(i) == none; }
  constexpr void mark(int i) { put(i, depends); }
  /// Marks node i, whose operands have been visited. For a scan also the nodes of its body, until a scan is visited
  /// that shares some of them.
  constexpr void visit(int i) {
    node const& n = g_.nodes[static_cast<std::size_t>(i)];
    if (n.is(opcode::scan)) return visit_scan(i);
    if (n.is(opcode::scan_result)) return put(i, of_result(n));
    char m = none;
    for (int a : n.args) m = join(m, mark_of(a));
    put(i, m);
  }
  constexpr scan_nodes nodes_of(int scan) {
    for (scan_nodes const& b : bodies_)
      if (b.scan == scan) return b;
    bodies_.push_back(nodes_of_scan(g_, scan));
    return bodies_.back();
  }

 private:
  struct flow {
    int scan;
    sequence<char> results;
  };
  static constexpr char none = 0, copied = 1, depends = 2;

  constexpr std::size_t at(int i) const { return static_cast<std::size_t>(i - first_); }
  static constexpr char join(char m, char n) { return m < n ? n : m; }
  constexpr char mark_of(int i) const { return i >= first_ && at(i) < marks_.size() ? marks_[at(i)] : none; }
  constexpr void put(int i, char m) {
    if (i < first_) return;
    while (marks_.size() <= at(i)) marks_.push_back(none);
    marks_[at(i)] = m;
  }

  constexpr void visit_scan(int scan) {
    scan_nodes const body = nodes_of(scan);
    scan_parts const& of = body.of;
    int const states = of.layout.states;
    for (std::size_t k = 0; k < of.slots.size(); ++k) put(of.slots[k], (*this)(of.operands[k]) ? depends : none);
    for (bool again = true; again;) {
      for (int i : body.inner)
        if (i >= first_ && !g_.nodes[static_cast<std::size_t>(i)].is(opcode::slot)) visit(i);
      again = false;
      for (std::size_t k = 0; k < static_cast<std::size_t>(states); ++k) {
        if (!(*this)(of.roots[k]) || (*this)(of.slots[k])) continue;
        mark(of.slots[k]);
        again = true;
      }
    }
    flow f{scan, {}};
    auto const states_end = static_cast<std::size_t>(states),
               stacked_end = static_cast<std::size_t>(of.layout.state_before(0));
    for (std::size_t k = 0; k < states_end; ++k) f.results.push_back((*this)(of.slots[k]));
    for (std::size_t k = states_end; k < stacked_end; ++k) f.results.push_back((*this)(of.roots[k]));
    for (std::size_t k = 0; k < states_end; ++k) f.results.push_back((*this)(of.slots[k]));
    for (std::size_t k = stacked_end; k < of.roots.size(); ++k) f.results.push_back((*this)(of.roots[k]));
    char m = none;
    for (int r : body.read) m = join(m, mark_of(r) == none ? none : copied);
    for (char d : f.results) m = d ? depends : m;
    put(scan, m);
    for (flow& known : flows_)
      if (known.scan == scan) return std::swap(known, f);
    flows_.push_back(std::move(f));
  }
  constexpr char of_result(node const& n) const {
    for (flow const& f : flows_)
      if (f.scan == n.args[0] && f.results[static_cast<std::size_t>(n.with.p)]) return depends;
    return mark_of(n.args[0]) == none ? none : copied;
  }

  G& g_;
  int first_;
  sequence<char> marks_;  // by node, from the first on
  sequence<flow> flows_;
  sequence<scan_nodes> bodies_;
};

/// The scan of a batch. The map knows what depends (`depends`), takes the value of a slot (`bind`) and gives all
/// entries of a node's value, the batch axes in front (`whole`), or of one that does not depend (`plain`); `map_node`
/// maps a node whose operands have values.
template <Builder G, class Map>
constexpr handle map_scan(G& g, Map& map, int scan, shape const& batch) {
  dependence<G>& depends = map.depends();
  depends.visit(scan);
  scan_nodes const body = depends.nodes_of(scan);
  scan_parts const& of = body.of;
  auto const at = [](int i) { return static_cast<std::size_t>(i); };
  scan_draft d;
  d.layout = of.layout;
  d.steps = g.at(scan).shape()[0];
  d.backwards = g.nodes[at(scan)].with.q != 0;
  for (int k = 0; k < d.layout.operands(); ++k) {
    int const slot = of.slots[at(k)];
    if (!depends(slot)) {
      d.read(map.plain(of.operands[at(k)]).id, slot);
      continue;
    }
    shape const each = joined_shapes(batch, g.at(slot).shape());
    auto const own = slot_node(g, each);
    auto x = map.whole(of.operands[at(k)]);
    if (k >= d.layout.states) {  // the steps in front of the batch
      int axes[max_rank]{batch.rank};
      for (int i = 1; i < x.shape().rank; ++i) axes[i] = i <= batch.rank ? i - 1 : i;
      x = reshape(permute(x, pack_permutation(x.shape().rank, axes)), stack_shape(d.steps, each));
    }
    d.read(x.id, own.id);
    map.bind(slot, own);
  }
  for (int i : body.inner)
    if (!depends.stays(i) && !g.nodes[at(i)].is(opcode::slot)) map.map_node(i);
  for (int k = 0; k < d.layout.roots(); ++k) {
    int const r = of.roots[at(k)];
    bool const moves = depends(k < d.layout.states ? of.slots[at(k)] : r);
    d.roots.push_back((moves ? map.whole(r) : map.plain(r)).id);
  }
  return d.put(g);
}

/// Result i of a scan, from the scan of a batch: all entries, the batch axes in front.
constexpr handle map_scan_result(Builder auto& g, int i, Handle auto scan, shape const& batch) {
  shape const to = g.at(i).shape();
  auto const which = static_cast<int>(g.nodes[static_cast<std::size_t>(i)].with.p);
  scan_parts const of = parts_of_scan(g.nodes, scan.id);
  scan_layout const l = of.layout;
  if (which < l.states || which >= l.summed_result(0)) return scan_result(scan, which, joined_shapes(batch, to));
  int const value = which < l.state_before(0) ? of.roots[static_cast<std::size_t>(which)]
                                              : of.slots[static_cast<std::size_t>(which - l.state_before(0))];
  shape const stacked = stack_shape(to[0], g.at(value).shape());
  shape const split = joined_shapes(joined_shapes(shape(to[0]), batch), part_of(to, 1, to.rank));
  int axes[max_rank]{};
  for (int k = 0; k < split.rank; ++k) axes[k] = k < batch.rank ? k + 1 : k;
  axes[batch.rank] = 0;
  return permute(reshape(scan_result(scan, which, stacked), split), pack_permutation(split.rank, axes));
}

/// A node that is replaced, which does not depend.
template <class Map>
constexpr handle copy_node(Builder auto& g, Map& map, int i, shape const& batch) {
  node n = g.nodes[static_cast<std::size_t>(i)];
  if (n.is(opcode::scan)) return map_scan(g, map, i, batch);
  for (int& a : n.args)
    if (a >= 0) a = map.plain(a).id;
  return {&g, g.put(n)};
}

}  // namespace ctg::inline v0::detail
