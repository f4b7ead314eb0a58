// SPDX-License-Identifier: MIT
// Jacobians, from graph to graph: a batch of seeds through reverse mode, through forward mode, or both up to a
// bottleneck between them, whichever costs least.
#pragma once

#include <ctg/calculus/batch.hpp>

namespace ctg::inline v0::detail {

// Not constexpr: reached in a constant expression it becomes the compiler's message.
inline void jacobian_with_an_intermediate_of_more_than_eight_axes_or_an_operation_without_a_batched_form() {}

// The nodes of a scan's body run once for each step.
constexpr void count_steps(Builder auto& g, int scan, int from, detail::sequence<double>& runs) {
  double const steps = nominal_size(g.at(scan).shape());
  for (int i : nodes_of_scan(g, scan).inner)
    if (i >= from) runs[static_cast<std::size_t>(i - from)] *= steps;
}

/// Operations to compute root from nodes that were there before `from`; with all entries of it written. What is in the
/// body of a scan counts for each step.
constexpr double cost_of(Handle auto root, int from) {
  auto& g = *root.g;
  if (root.id < from) return 0;
  detail::sequence<char> needed(static_cast<std::size_t>(root.id - from) + 1, 0);
  needed.back() = 1;
  detail::sequence<double> runs(needed.size(), 1);
  double cost = 0;
  for (int i = root.id; i >= from; --i) {
    if (!needed[static_cast<std::size_t>(i - from)]) continue;
    node const& n = g.at(i).at();
    for (int a : n.args)
      if (a >= from) needed[static_cast<std::size_t>(a - from)] = 1;
    if (n.is(opcode::scan)) count_steps(g, i, from, runs);
    if (n.op->kind == family::layout || n.op->kind == family::source) continue;
    double each = 1;
    shape const& of = g.at(n.args[0]).shape();
    if (n.op->kind == family::product) each = 2 * static_cast<double>(nominal_count(of[of.rank - 1]));
    cost += runs[static_cast<std::size_t>(i - from)] *
            (n.op->kind == family::reduction ? nominal_size(of) : each * nominal_size(g.at(i).shape()));
  }
  return cost;
}

/// One way to a Jacobian, and what it costs.
struct jacobian_plan {
  batched value{};
  double cost = -1;  // below 0: no way
  constexpr void consider(jacobian_plan const& other) {
    if (other.cost >= 0 && (cost < 0 || other.cost < cost)) *this = other;
  }
};

constexpr jacobian_plan finished(std::same_as<batched> auto const& v, bool failed, int from) {
  if (failed) return {};
  return {v, cost_of(v.resolved(), from)};
}

/// A batch of adjoints of y becomes one of x.
constexpr jacobian_plan pull_batch(Handle auto y, handle x, batched const& seed, int from) {
  auto const dy = unknown_node(*y.g, y.shape());
  auto const dx = adjoint_of(y, dy, x);
  batch_map m(*y.g, dy, seed);
  auto const v = m.run(dx);
  return finished(v, m.failed(), from);
}
/// A batch of tangents of x becomes one of y.
constexpr jacobian_plan push_batch(Handle auto y, handle x, batched const& seed, int from) {
  auto const dx = unknown_node(*y.g, x.shape());
  auto const dy = tangent_of(y, x, dx);
  batch_map m(*y.g, dx, seed);
  auto const v = m.run(dy);
  return finished(v, m.failed(), from);
}

/// The smallest node that every path from x to y goes through and that is smaller than both; -1 where there is none.
constexpr int bottleneck(Handle auto y, handle x) {
  auto& g = *y.g;
  std::size_t const count = static_cast<std::size_t>(y.id - x.id) + 1;
  auto at = [&](int i) { return static_cast<std::size_t>(i - x.id); };
  detail::sequence<char> above(count, 0), between(count, 0);
  above[0] = 1;
  for (int i = x.id + 1; i <= y.id; ++i)
    for (int a : g.at(i).at().args)
      if (a >= x.id && above[at(a)]) above[at(i)] = 1;
  detail::sequence<int> farthest(count, 0);  // the last reader on a path
  between.back() = above.back();
  for (int i = y.id; i > x.id; --i)
    if (between[at(i)])
      for_reads(g, i, [&](int a) {
        if (a < x.id || !above[at(a)]) return;
        between[at(a)] = 1;
        if (farthest[at(a)] < i) farthest[at(a)] = i;
      });
  auto size = [&](int i) { return nominal_size(g.at(i).shape()); };
  double least = size(x.id) < size(y.id) ? size(x.id) : size(y.id);
  int found = -1, reach = farthest[0];
  for (int i = x.id + 1; i < y.id; ++i) {
    if (!between[at(i)]) continue;
    if (reach <= i && size(i) < least && !g.at(i).is(opcode::scan)) {
      least = size(i);
      found = i;
    }
    if (farthest[at(i)] > reach) reach = farthest[at(i)];
  }
  return found;
}

/// Σ_k A[i, k] B[k, j] of two Jacobians, all entries.
constexpr jacobian_plan contracted(std::same_as<batched> auto const& a, std::same_as<batched> auto const& b, int from) {
  shape const i = a.batch, k = a.own, j = b.own;
  auto const left = a.resolved(), right = b.resolved();
  if (k.size().is_one()) {
    auto const rows = reshape(left, joined_shapes(i, ones(j.rank)));
    return finished(batched::of(rows % reshape(right, joined_shapes(ones(i.rank), j)), i.rank), false, from);
  }
  for (shape const& s : {i, k, j})
    if (count_names(s) > extent::max_names) return {};
  auto const rows = reshape(left, shape(i.size(), k.size()));
  auto const whole = product(rows, reshape(right, shape(k.size(), j.size())));
  return finished(batched::of(reshape(whole, joined_shapes(i, j)), i.rank), false, from);
}

/// ∂y/∂x with its structure: batch axes of y's shape, own axes of x's.
constexpr jacobian_plan jacobian_map(Handle auto y, handle x, int from) {
  auto& g = *y.g;
  shape const ys = y.shape(), xs = x.shape();
  if (x.id > y.id) return finished(batched::of(constant_node(g, 0, joined_shapes(ys, xs)), ys.rank), false, from);
  jacobian_plan best{};
  if (!xs.one_entry() || ys.one_entry()) best.consider(pull_batch(y, x, batched::identity(g, ys), from));
  if (!ys.one_entry() || best.cost < 0) {
    auto forward = push_batch(y, x, batched::identity(g, xs), from);
    if (forward.cost >= 0) forward.value = forward.value.exchanged();
    best.consider(forward);
  }
  if (int const b = bottleneck(y, x); b >= 0) {
    auto const outer = jacobian_map(y, g.at(b), from), inner = jacobian_map(g.at(b), x, from);
    if (outer.cost >= 0 && inner.cost >= 0) best.consider(contracted(outer.value, inner.value, from));
  }
  return best;
}

/// The way chosen; without one, zeros for a builder that lets its user know.
constexpr batched chosen(Builder auto& g, jacobian_plan const& p, shape const& batch, shape const& own) {
  if (p.cost >= 0) return p.value;
  if (!g.takes_unformed) jacobian_with_an_intermediate_of_more_than_eight_axes_or_an_operation_without_a_batched_form();
  shape const whole = joined_shapes(batch, own);
  g.unformed = g.intern(whole);
  return batched::of(constant_node(g, 0, whole), batch.rank);
}

}  // namespace ctg::inline v0::detail
