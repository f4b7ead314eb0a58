// SPDX-License-Identifier: MIT
// Recurrences as nodes. A scan node lists what it reads, the slots of its body, and the roots of its body (see
// graph/scopes.hpp); its results are nodes that name it. The derivative of a scan is a scan that runs backwards over
// the states before each step, with the adjoint of the state as its state: so it has a derivative of its own.
#pragma once

#include <ctg/calculus/forward.hpp>
#include <ctg/graph/extents.hpp>
#include <ctg/graph/scopes.hpp>

namespace ctg::inline v0 {

// Stands for a state or for one step of an input in the body of a scan; with.p: a number of its own
template <>
struct operation<opcode::slot> : detail::source {
  static constexpr char const* name = "slot";
};

// A list: one item and the list of the others. In reverse mode also what is known of a scan's adjoint: the adjoint of
// result with.p − 1, and the list of the others.
template <>
struct operation<opcode::operands> : detail::layout {
  static constexpr char const* name = "operands";
  static constexpr family kind = family::call;
  static constexpr int arity = 2;
  static constexpr shape_result result(shape const*, parameters) { return shape{}; }
  // there is a tangent of a list where there is one of an item
  static constexpr void push(pushforward& p) { p.dy = p.self; }
};

// with.p: the scan_layout; with.q: whether the steps go from the last to the first. Its shape is (number of steps).
template <>
struct operation<opcode::scan> : detail::layout {
  static constexpr char const* name = "scan";
  static constexpr family kind = family::call;
  static constexpr int arity = 3;
  static constexpr shape_result result(shape const*, parameters) { return shape{}; }
  static constexpr void pull(auto& p);
  static constexpr void push(auto& p);
};

// Result with.p of a scan.
template <>
struct operation<opcode::scan_result> : detail::layout {
  static constexpr char const* name = "scan";
  static constexpr family kind = family::call;
  static constexpr int arity = 1;
  static constexpr shape_result result(shape const*, parameters) { return shape{}; }
  static constexpr void pull(auto& p);
  static constexpr void push(auto& p);
};

namespace detail {

constexpr handle slot_node(Builder auto& g, shape const& of) {
  return put_node<opcode::slot>(g, of, {static_cast<std::int64_t>(g.nodes.size()), 0});
}

constexpr int list_node(Builder auto& g, int first, int rest, std::int64_t p = 0) {
  return put_node<opcode::operands>(g, {}, {p, 0}, first, rest).id;
}
constexpr int listed(Builder auto& g, sequence<int> const& items) {
  int list = items.back();
  for (std::size_t i = items.size() - 1; i-- > 0;) list = list_node(g, items[i], list);
  return list;
}
constexpr int index_in(sequence<int> const& list, int item) {
  std::size_t i = 0;
  while (i < list.size() && list[i] != item) ++i;
  return i < list.size() ? static_cast<int>(i) : -1;
}

/// A scan, with its lists in the order of scan_layout.
struct scan_draft {
  scan_layout layout;
  extent steps;
  bool backwards = false;
  sequence<int> operands, slots, roots;

  constexpr void read(int operand, int slot) {
    operands.push_back(operand);
    slots.push_back(slot);
  }
  constexpr handle put(Builder auto& g) const {
    int const x = listed(g, operands), s = listed(g, slots), r = listed(g, roots);
    return put_node<opcode::scan>(g, shape(steps), {layout.packed(), backwards}, x, s, r);
  }
};

constexpr handle scan_result(Handle auto scan, int which, shape const& of) {
  return put_node<opcode::scan_result>(*scan.g, of, {which, 0}, scan.id);
}

/// Marks the nodes up to `last` that depend on one of the slots, other than through a scan which owns it as well (the
/// derivative of a scan has slots in common with the scan).
constexpr detail::sequence<char> depend_on(Builder auto& g, detail::sequence<int> const& slots, int last) {
  auto const& all = g.scopes();
  auto marked = all.none();
  int first = last + 1;
  for (int s : slots) {
    all.mark(marked, s);
    if (s < first) first = s;
  }
  detail::sequence<char> d(static_cast<std::size_t>(last) + 1, 0);
  for (int i = first; i <= last; ++i) d[static_cast<std::size_t>(i)] = all.meets(i, marked);
  return d;
}

constexpr void add_adjoint(Builder auto& g, detail::sequence<int>& adjoints, int to, Handle auto d) {
  int& slot = adjoints[static_cast<std::size_t>(to)];
  slot = slot < 0 ? d.id : (g.at(slot) + d).id;
}

constexpr int last_of(detail::sequence<int> const& list) {
  int last = -1;
  for (int i : list) last = i > last ? i : last;
  return last;
}

/// Sums over the steps of a scan that are one product, or one sum, of values of all steps: Σ Aₜᵀ Bₜ is AᵀB, where A and
/// B have the rows of all steps. One matrix product behind the scan costs less than one within each step.
template <Builder G>
class over_steps {
 public:
  constexpr over_steps(G& g, scan_draft const& scan) : g_(g), scan_(scan) {
    depends_ = depend_on(g, scan.slots, static_cast<int>(g.nodes.size()) - 1);
  }

  /// Values that the scan stacks beside others, by node.
  constexpr sequence<int> const& more() const { return more_; }
  /// Where d is Aᵀ B for a step's A and B: both are stacked.
  constexpr void ask(handle d) {
    // the rows of a scan within are many enough, and not kept on purpose
    if (!is_product(d) || is_stacked(d.arg(0).arg(0)) || is_stacked(d.arg(1))) return;
    for (int h : {d.arg(0).arg(0).id, d.arg(1).id})
      if (index_in(scan_.slots, h) < 0 && index_in(more_, h) < 0) more_.push_back(h);
  }

  /// Behind the scan, whose first value of `more` is result `first`: the sum of d over the steps, from values of all
  /// steps. No handle (g is null) where these are not there.
  constexpr handle sum(Handle auto d, Handle auto scan, int first) const {
    if (is_product(d)) {
      auto const a = d.arg(0).arg(0);
      if (is_stacked(a) || is_stacked(d.arg(1))) return {};
      return product(transpose(rows(a, scan, first)), rows(d.arg(1), scan, first));
    }
    auto const x = d.is(opcode::sum) && d.at().with == parameters{1, 0} ? d.arg(0) : d;
    bool const row = d.shape().rank == 2 && d.shape()[0].is_one();
    return row && fits(x) && index_in(more_, x.id) >= 0 ? sum_axes(rows(x, scan, first), 1) : handle{};
  }
  /// The same for d of all steps, where d is A B for a step's A, with rows one behind the other.
  constexpr handle stacked(Handle auto d, Handle auto scan, int first) const {
    bool const applies = d.is(opcode::product) && d.shape().rank == 2 && fits(d.arg(0)) &&
                         index_in(more_, d.arg(0).id) >= 0 && !depends(d.arg(1));
    return applies ? product(rows(d.arg(0), scan, first), d.arg(1)) : handle{};
  }

 private:
  constexpr bool depends(handle h) const {
    return static_cast<std::size_t>(h.id) < depends_.size() && depends_[static_cast<std::size_t>(h.id)];
  }
  // A matrix in each step; the number of rows of all steps must be an extent.
  constexpr bool fits(handle h) const {
    if (h.shape().rank != 2 || !depends(h)) return false;
    return count_names(scan_.steps) + count_names(h.shape()[0]) <= extent::max_names;
  }
  constexpr bool is_product(handle d) const {
    return d.is(opcode::product) && d.shape().rank == 2 && d.arg(0).is(opcode::transpose) && fits(d.arg(0).arg(0)) &&
           fits(d.arg(1));
  }
  static constexpr bool is_stacked(handle h) {
    while (h.is(opcode::reshape)) h = h.arg(0);
    return h.is(opcode::scan_result);
  }
  // The rows of x of all steps.
  constexpr handle rows(Handle auto x, Handle auto scan, int first) const {
    shape const s = x.shape();
    int const k = index_in(scan_.slots, x.id);
    decltype(x) all{&g_, k < 0 ? -1 : scan_.operands[static_cast<std::size_t>(k)]};
    if (k < 0)
      all = scan_result(scan, first + index_in(more_, x.id), stack_shape(scan_.steps, s));
    else if (k < scan_.layout.states)
      all = scan_result(scan, scan_.layout.state_before(k), stack_shape(scan_.steps, s));
    return reshape(all, shape(scan_.steps * s[0], s[1]));
  }

  G& g_;
  scan_draft const& scan_;
  sequence<char> depends_;
  sequence<int> more_;
};

}  // namespace detail

// A scan has one adjoint for each result: they gather as a list until it is the scan's turn.
constexpr void operation<opcode::scan_result>::pull(auto& p) {
  int& slot = p.adjoint[static_cast<std::size_t>(p.at().args[0])];
  slot = detail::list_node(p.g, p.dy.id, slot, p.at().with.p + 1);
}

// The adjoints of one step are those of the body, for the adjoints of its roots. The adjoint of the state is carried
// from step to step, those of the inputs are stacked, and those of what the body reads from outside are summed. Values
// of the body that its derivative wants are computed again from the state before the step, which is stored.
constexpr void operation<opcode::scan>::pull(auto& p) {
  using namespace detail;
  auto& g = p.g;
  scan_parts const of = parts_of_scan(g.nodes, p.self);
  scan_layout const l = of.layout;
  extent const steps = p.y().shape()[0];
  auto const at = [](int i) { return static_cast<std::size_t>(i); };
  auto const shape_of = [&g](int i) { return shape(g.at(i).shape()); };

  detail::sequence<int> given(at(l.results()), -1);
  for (int list = p.dy.id; list >= 0; list = g.nodes[at(list)].args[1])
    given[at(static_cast<int>(g.nodes[at(list)].with.p) - 1)] = g.nodes[at(list)].args[0];

  int const last = last_of(of.roots);
  detail::sequence<char> const depends = depend_on(g, of.slots, last);
  detail::sequence<int> adjoints(at(std::max(last, last_of(of.slots))) + 1, -1);
  scan_draft back;
  back.steps = steps;
  back.backwards = p.at().with.q == 0;
  for (int i = 0; i < l.states; ++i) {
    shape const s = shape_of(of.slots[at(i)]);
    int const d = given[at(i)];
    auto const slot = slot_node(g, s);
    back.read((d < 0 ? constant_node(g, 0, s) : broadcast(g.at(d), s)).id, slot.id);
    add_adjoint(g, adjoints, of.roots[at(i)], slot);
  }
  for (int i = 0; i < l.states; ++i)
    back.read(scan_result(g.at(p.self), l.state_before(i), stack_shape(steps, shape_of(of.slots[at(i)]))).id,
              of.slots[at(i)]);
  for (int k = l.states; k < l.operands(); ++k) back.read(of.operands[at(k)], of.slots[at(k)]);
  auto const seed = [&](int result, int node) {  // what comes with each step, unless it is one number for all
    if (given[at(result)] < 0) return;
    auto const d = g.at(given[at(result)]), one = d.is(opcode::broadcast) ? d.arg(0) : d;
    shape const s = shape_of(node);
    if (is_constant(d) || (d.is(opcode::broadcast) && one.shape().one_entry()))
      return add_adjoint(g, adjoints, node,
                         broadcast(is_constant(d) ? constant_node(g, constant_value(d)) : reshape(one, {}), s));
    auto const slot = slot_node(g, s);
    back.read(reshape(d, stack_shape(steps, s)).id, slot.id);
    add_adjoint(g, adjoints, node, slot);
  };
  for (int j = 0; j < l.stacked; ++j) seed(l.stacked_result(j), of.roots[at(l.states + j)]);
  for (int k = 0; k < l.summed; ++k) {
    int const d = given[at(l.summed_result(k))], root = of.roots[at(l.states + l.stacked + k)];
    if (d >= 0) add_adjoint(g, adjoints, root, broadcast(g.at(d), shape_of(root)));
  }

  for (int i = last; i >= 0; --i) {
    int const dy = adjoints[at(i)];
    if (dy < 0 || !depends[at(i)] || g.nodes[at(i)].arity() == 0) continue;
    pullback body{g, i, g.at(dy), adjoints};
    g.nodes[at(i)].op->pull(body);
  }
  for (int i = 0; i < l.states; ++i) seed(l.state_before(i), of.slots[at(i)]);

  auto const adjoint = [&](int i) {
    shape const s = shape_of(i);
    return adjoints[at(i)] < 0 ? constant_node(g, 0, s) : broadcast(g.at(adjoints[at(i)]), s);
  };
  for (int i = 0; i < l.operands(); ++i) back.roots.push_back(adjoint(of.slots[at(i)]).id);
  sequence<int> read, sums;  // what is read from outside, and the adjoints of one step
  for (int i = 0; i <= last; ++i) {
    node const n = g.nodes[at(i)];
    bool const varies = n.op->kind != family::source || n.is(opcode::leaf) || n.is(opcode::slot);
    if (adjoints[at(i)] < 0 || depends[at(i)] || !varies) continue;
    read.push_back(i);
    sums.push_back(adjoint(i).id);
  }
  over_steps whole(g, back);
  for (int d : sums) whole.ask(g.at(d));
  for (int h : whole.more()) back.roots.push_back(h);
  for (int d : sums) back.roots.push_back(d);
  back.layout = {l.states, static_cast<int>(back.operands.size()) - l.states,
                 l.inputs + static_cast<int>(whole.more().size()), static_cast<int>(read.size())};
  auto const b = back.put(g);
  int const more = back.layout.stacked_result(l.inputs);
  for (int i = 0; i < l.states; ++i) {
    int const to = of.operands[at(i)];
    add_adjoint(g, p.adjoint, to, scan_result(b, i, shape_of(to)));
  }
  for (int j = 0; j < l.inputs; ++j) {
    int const to = of.operands[at(l.states + j)];
    auto const d = whole.stacked(g.at(back.roots[at(l.states + j)]), b, more);
    add_adjoint(g, p.adjoint, to,
                d.g ? reshape(d, shape_of(to)) : scan_result(b, back.layout.stacked_result(j), shape_of(to)));
  }
  for (std::size_t k = 0; k < read.size(); ++k) {
    auto const d = whole.sum(g.at(sums[k]), b, more);
    add_adjoint(g, p.adjoint, read[k],
                d.g ? d : scan_result(b, back.layout.summed_result(static_cast<int>(k)), shape_of(read[k])));
  }
}

// Forward mode: a scan whose states are the states and their tangents.
namespace detail {

// Where a result of a scan has its tangent among the results of the scan with tangents.
constexpr int tangent_result(auto const& of, auto const& with_tangents, int result) {
  if (result < of.states) return of.states + result;
  int const stacked = result - of.states, before = stacked - of.stacked;
  if (before < 0) return with_tangents.stacked_result(stacked);
  if (before < of.states) return with_tangents.state_before(of.states + before);
  return with_tangents.summed_result(before - of.states);
}

}  // namespace detail

constexpr void operation<opcode::scan>::push(auto& p) {
  using namespace detail;
  auto& g = p.g;
  scan_parts const of = parts_of_scan(g.nodes, p.self);
  scan_layout const l = of.layout;
  auto const at = [](int i) { return static_cast<std::size_t>(i); };
  auto const shape_of = [&g](int i) { return shape(g.at(i).shape()); };

  int const last = last_of(of.roots);
  detail::sequence<char> const depends = depend_on(g, of.slots, last);
  // of what the body reads from outside the tangents are known; those of its own nodes are to be found
  detail::sequence<int> tangents(at(std::max(last, last_of(of.slots))) + 1, forward_mode<builder>::none);
  for (int i = 0; i <= last; ++i) {
    if (depends[at(i)])
      tangents[at(i)] = forward_mode<builder>::unvisited;
    else if (at(i) < p.all->size() && (*p.all)[at(i)] >= 0)
      tangents[at(i)] = (*p.all)[at(i)];
  }
  scan_draft with;
  with.steps = p.y().shape()[0];
  with.backwards = p.at().with.q != 0;
  auto const read = [&](int k) { with.read(of.operands[at(k)], of.slots[at(k)]); };
  auto const read_tangent = [&](int k, bool carried) {
    int const d = (*p.all)[at(of.operands[at(k)])];
    tangents[at(of.slots[at(k)])] = forward_mode<builder>::none;
    if (d < 0 && !carried) return;
    int const slot = slot_node(g, shape_of(of.slots[at(k)])).id;
    with.read(d < 0 ? constant_node(g, 0, shape_of(of.operands[at(k)])).id : d, slot);
    tangents[at(of.slots[at(k)])] = slot;
  };
  for (int k = 0; k < l.states; ++k) read(k);
  for (int k = 0; k < l.states; ++k) read_tangent(k, true);
  for (int k = l.states; k < l.operands(); ++k) read(k);
  for (int k = l.states; k < l.operands(); ++k) read_tangent(k, false);

  forward_mode body(g, tangents);
  auto const tangent = [&](int root) {
    int const d = body.run(g.at(root));
    return d < 0 ? constant_node(g, 0, shape_of(root)) : broadcast(g.at(d), shape_of(root));
  };
  for (int i = 0; i < l.states; ++i) with.roots.push_back(of.roots[at(i)]);
  for (int i = 0; i < l.roots(); ++i) with.roots.push_back(tangent(of.roots[at(i)]).id);
  with.layout = {2 * l.states, static_cast<int>(with.operands.size()) - 2 * l.states, l.stacked, l.summed};
  p.dy = with.put(g).id;
}

constexpr void operation<opcode::scan_result>::push(auto& p) {
  auto const with = p.dx(0);
  detail::scan_layout const l(p.x(0).at().with);
  int const which = detail::tangent_result(l, detail::scan_layout(with.at().with), static_cast<int>(p.at().with.p));
  p.dy = detail::scan_result(with, which, p.y().shape()).id;
}

}  // namespace ctg::inline v0
