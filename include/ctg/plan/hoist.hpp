// SPDX-License-Identifier: MIT
// Products that no state enters, moved out of scans: x_t W of every step is one product X W before the scan. In the
// backward scan the states before each step are inputs, so that what it computes again of them is one product too.
#pragma once

#include <ctg/calculus/per_sample.hpp>

namespace ctg::inline v0::plan {

// A step whose product has more rows reads W as well as all steps at once do, and one whose W stays in the first-level
// cache loses nothing either (docs/recurrences.md).
inline constexpr std::int64_t most_hoisted_rows = 4;
inline constexpr double least_hoisted_factor = 8192;
/// A product is moved out where the scan writes values of all steps anyway, if it has at most that many times their
/// entries: a `fold` that is not differentiated needs the same memory for any number of steps.
inline constexpr double most_hoisted_ratio = 4;

template <class Late>
class hoister_of {
  using handle = detail::late<Late, ctg::handle>;
  using builder = detail::late<Late, ctg::builder>;

 public:
  constexpr hoister_of(graph_view from, builder& out) : from_(from), out_(out), to_(from.nodes.size(), -1) {}

  /// Whether anything could be moved: a product in a graph with scans, of few rows and a large factor.
  static constexpr bool applies(graph_view g) {
    if (!detail::has_scans(g.nodes)) return false;
    for (node const& n : g.nodes)
      if (n.is(opcode::product) && pays(g.shapes[n.shape], g.shape_of(n.args[1]))) return true;
    return false;
  }

  /// The new roots.
  constexpr detail::sequence<int> run(detail::span<int const> roots) {
    detail::sequence<char> needed(from_.nodes.size(), 0);
    for (int r : roots) needed[r] = 1;
    for (std::size_t i = from_.nodes.size(); i-- > 0;)
      if (needed[i])
        for (int a : from_.nodes[i].args)
          if (a >= 0) needed[a] = 1;
    detail::sequence<double> written(from_.nodes.size(), 0);  // entries of all steps, by scan
    for (std::size_t i = 0; i < from_.nodes.size(); ++i) {
      node const& n = from_.nodes[i];
      if (!needed[i] || !n.is(opcode::scan_result)) continue;
      detail::scan_layout const l(from_[n.args[0]].with);
      if (n.with.p >= l.states && n.with.p < l.summed_result(0))
        written[n.args[0]] += detail::nominal_size(from_.shape_of(static_cast<int>(i)));
    }
    for (shape const& s : from_.shapes) out_.intern(s);
    for (std::size_t i = 0; i < from_.nodes.size(); ++i) {
      if (!needed[i]) continue;
      node n = from_.nodes[i];
      for (int& a : n.args)
        if (a >= 0) a = to_[a];
      to_[i] = out_.put(n);
      if (n.is(opcode::scan) && written[i] > 0) to_[i] = hoisted(to_[i], most_hoisted_ratio * written[i]);
    }
    detail::sequence<int> result;
    for (int r : roots) result.push_back(to_[r]);
    return result;
  }

 private:
  static constexpr bool pays(shape const& y, shape const& w) {
    return y.rank == 2 && w.rank == 2 && y[0].is_static() && y[0].factor <= most_hoisted_rows &&
           detail::nominal_size(w) >= least_hoisted_factor;
  }
  constexpr handle of(int i) { return {&out_, i}; }

  constexpr int hoisted(int scan, double most) {
    detail::scan_nodes const body = detail::nodes_of_scan(out_, scan);
    extent const steps = of(scan).shape()[0];
    detail::sequence<int> const chosen = choose(body, steps, most);
    if (chosen.empty()) return scan;
    detail::per_sample_map<builder> map(out_, steps);
    for (int k = body.of.layout.states; k < body.of.layout.operands(); ++k) {
      handle const slot = of(body.of.slots[k]);
      map.bind(slot, reshape(of(body.of.operands[k]), detail::joined_shapes(shape(steps), slot.shape())));
    }
    detail::scan_draft d;
    d.layout = body.of.layout;
    d.steps = steps;
    d.backwards = out_.nodes[scan].with.q != 0;
    d.operands = body.of.operands;
    d.slots = body.of.slots;
    detail::sequence<int> inside(scan, -1);
    for (int c : chosen) {
      handle const all = map.run(of(c));
      if (map.failed()) return scan;
      shape const s = of(c).shape();
      // unlike all others: they have numbers from 0 on
      node const slot{&operation_of<operation<opcode::slot>>,
                      {-1, -1, -1},
                      out_.intern(s),
                      {-1 - static_cast<std::int64_t>(out_.nodes.size()), 0}};
      inside[c] = out_.put(slot);
      d.read(reshape(all, detail::stack_shape(steps, s)).id, inside[c]);
      ++d.layout.inputs;
    }
    for (int i : body.inner) {
      if (inside[i] >= 0) continue;
      node n = out_.nodes[i];
      for (int& a : n.args)
        if (a >= 0 && inside[a] >= 0) a = inside[a];
      int const now = out_.put(n);
      if (now != i) inside[i] = now;
    }
    for (int r : body.of.roots) d.roots.push_back(inside[r] >= 0 ? inside[r] : r);
    return d.put(out_).id;
  }

  // The largest sums of products of inputs, as long as they are small enough together.
  constexpr detail::sequence<int> choose(detail::scan_nodes const& body, extent const& steps, double most) {
    auto const& all = out_.scopes();
    auto inputs = all.none(), own = all.none();
    for (int s : body.of.slots) all.mark(own, s);
    auto const depends = [&](int i) { return all.meets(i, own); };
    for (std::size_t k = body.of.layout.states; k < body.of.slots.size(); ++k) all.mark(inputs, body.of.slots[k]);
    detail::sequence<char> sums(body.scan, 0), read(body.scan, 0);
    for (int i : body.inner) {
      node const& n = out_.nodes[i];
      if (n.is(opcode::scan)) return {};  // whose body would have to be copied
      bool const adds = n.is(opcode::add) || n.is(opcode::subtract);
      bool const candidate = n.is(opcode::product) ? pays(of(i).shape(), of(n.args[1]).shape()) && !depends(n.args[1])
                                                   : adds && (sums[n.args[0]] || sums[n.args[1]]);
      sums[i] = candidate && all.within(i, inputs);
      for (int a : n.args)
        if (a >= 0 && !sums[i]) read[a] = 1;
    }
    detail::sequence<int> chosen;
    for (int i : body.inner) {
      if (!sums[i] || !read[i]) continue;
      most -= detail::nominal_size(shape(steps)) * detail::nominal_size(of(i).shape());
      if (most >= 0) chosen.push_back(i);
    }
    return chosen;
  }

  graph_view from_;
  builder& out_;
  detail::sequence<int> to_;
};

/// Builds the graph with such products before its scans into `out`; returns the new roots.
template <class Late = void>
constexpr detail::sequence<int> hoist(graph_view from, detail::span<int const> roots, builder& out) {
  return hoister_of<Late>(from, out).run(roots);
}

}  // namespace ctg::inline v0::plan
