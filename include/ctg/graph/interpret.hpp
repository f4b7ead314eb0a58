// SPDX-License-Identifier: MIT
// The reference interpreter: evaluates any graph node by node, in constant expressions and in tests. Slow and plain on
// purpose; the kernels are held against it.
#pragma once

#include <ctg/graph/extents.hpp>
#include <ctg/graph/interpret_call.hpp>
#include <ctg/graph/node.hpp>
#include <ctg/graph/scopes.hpp>
#include <ctg/math/arithmetic.hpp>
#include <ctg/math/scalar.hpp>
#include <ctg/op/operations.hpp>

#include <limits>

namespace ctg::inline v0 {

namespace detail {

// What a reduction starts from, and how it takes one more entry.
template <class X>
constexpr X neutral(opcode reduction) {
  constexpr X infinity = std::numeric_limits<X>::infinity();
  return reduction == opcode::max    ? -infinity
         : reduction == opcode::min  ? infinity
         : reduction == opcode::prod ? X(1)
                                     : X(0);
}
template <class X>
constexpr X gathered(opcode reduction, X so_far, X x) {
  if (reduction == opcode::max) return math::max(so_far, x);
  if (reduction == opcode::min) return math::min(so_far, x);
  if (reduction == opcode::prod) return math::multiply(so_far, x);
  return math::add(so_far, x);
}

template <class X>
constexpr X call(operation_info const& op, X const* x, parameters with) {
  if constexpr (std::is_same_v<X, long double>)
    return op.value_f80(x, with);
  else
    return op.value_f64(x, with);
}

/// The results of a scan, in the order of scan_layout; `evaluate(i)` gives node i of its body a value.
template <class X, class Evaluate>
constexpr sequence<sequence<X>> interpret_scan(graph_view g, int scan, extent_table const& extents,
                                               late<X, scopes> const& all, sequence<std::uint64_t>& bound,
                                               sequence<sequence<X>>& values, Evaluate const& evaluate) {
  auto const at = [](int i) { return static_cast<std::size_t>(i); };
  scan_parts const of = parts_of_scan(g.nodes, scan);
  scan_layout const l = of.layout;
  sequence<std::uint64_t> const outside = bound;
  for (int s : of.slots) all.mark(bound, s);
  sequence<char> reached(at(scan), 0);
  for (int r : of.roots) reached[at(r)] = 1;
  for (int i = scan - 1; i >= 0; --i)
    if (reached[at(i)])
      for (int a : g[i].args)
        if (a >= 0) reached[at(a)] = 1;
  sequence<int> body;
  for (int i = 0; i < scan; ++i)
    if (reached[at(i)] && all.within(i, bound) && !all.within(i, outside)) body.push_back(i);

  auto const size_of_node = [&](int i) { return at(static_cast<int>(extents(g.shape_of(i)))); };
  auto const steps = at(static_cast<int>(extents(g.shape_of(scan)[0])));
  sequence<sequence<X>> results;
  for (int i = 0; i < l.states; ++i) results.push_back(values[at(of.operands[at(i)])]);
  for (int j = 0; j < l.stacked; ++j)
    results.push_back(sequence<X>(steps * size_of_node(of.roots[at(l.states + j)]), X(0)));
  for (int i = 0; i < l.states; ++i) results.push_back(sequence<X>(steps * size_of_node(of.slots[at(i)]), X(0)));
  for (int k = 0; k < l.summed; ++k)
    results.push_back(sequence<X>(size_of_node(of.roots[at(l.states + l.stacked + k)]), X(0)));
  for (std::size_t step = 0; step < steps; ++step) {
    std::size_t const t = g[scan].with.q ? steps - 1 - step : step;
    auto const put = [&](int result, sequence<X> const& x) {
      for (std::size_t e = 0; e < x.size(); ++e) results[at(result)][t * x.size() + e] = x[e];
    };
    for (int i = 0; i < l.states; ++i) {
      values[at(of.slots[at(i)])] = results[at(i)];
      put(l.state_before(i), results[at(i)]);
    }
    for (int k = l.states; k < l.operands(); ++k) {
      std::size_t const n = size_of_node(of.slots[at(k)]);
      sequence<X> x(n, X(0));
      for (std::size_t e = 0; e < n; ++e) x[e] = values[at(of.operands[at(k)])][t * n + e];
      values[at(of.slots[at(k)])] = x;
    }
    for (int i : body) evaluate(i);
    for (int i = 0; i < l.states; ++i) results[at(i)] = values[at(of.roots[at(i)])];
    for (int j = 0; j < l.stacked; ++j) put(l.stacked_result(j), values[at(of.roots[at(l.states + j)])]);
    for (int k = 0; k < l.summed; ++k) {
      auto const& x = values[at(of.roots[at(l.states + l.stacked + k)])];
      for (std::size_t e = 0; e < x.size(); ++e)
        results[at(l.summed_result(k))][e] = math::add(results[at(l.summed_result(k))][e], x[e]);
    }
  }
  bound = outside;
  return results;
}

}  // namespace detail

/// What the leaves and the plain numbers of a graph hold.
struct graph_inputs {
  detail::span<detail::location const> leaves;
  detail::span<double const> numbers;
  extent_table extents;
};

/// What `interpret` asks of each node: nothing.
struct interpret_all {
  static constexpr bool knows(std::size_t) { return false; }
  static constexpr void computed(std::size_t, auto const&) {}
};

/// The values of all nodes that the roots need, row-major, in X (double or long double). What `nodes.knows(id)` keeps
/// the value that it has in `values`; `nodes.computed(id, value)` may look at, and change, what has been computed.
template <class X, class Nodes = interpret_all>
constexpr detail::sequence<detail::sequence<X>> interpret(graph_view g, detail::span<int const> roots,
                                                          graph_inputs const& in,
                                                          detail::sequence<detail::sequence<X>> values = {},
                                                          Nodes const& nodes = {}) {
  using detail::index_space;
  auto const count = g.nodes.size();
  while (values.size() < count) values.push_back({});
  detail::sequence<char> needed(count, 0);
  for (int r : roots) needed[static_cast<std::size_t>(r)] = 1;
  for (std::size_t i = count; i-- > 0;)
    if (needed[i] && !nodes.knows(i))
      for (int a : g.nodes[i].args)
        if (a >= 0) needed[static_cast<std::size_t>(a)] = 1;

  bool const scans = detail::has_scans(g.nodes);
  detail::late<X, detail::scopes> const scopes(scans ? g.nodes : g.nodes.first(0));
  detail::sequence<std::uint64_t> bound = scopes.none();  // the slots that have values
  detail::sequence<detail::sequence<detail::sequence<X>>> results(scans ? count : 0);

  auto evaluate = [&](auto const& again, std::size_t id) -> void {
    node const& n = g.nodes[id];
    index_space const space(g.shape_of(static_cast<int>(id)), in.extents);
    detail::sequence<X>& y = values[id];
    if (n.is(opcode::slot)) return;  // has its value from the scan
    y.assign(static_cast<std::size_t>(space.size()), X(0));
    auto operand = [&](int k) -> detail::sequence<X> const& {
      return values[static_cast<std::size_t>(n.args[static_cast<std::size_t>(k)])];
    };
    auto operand_space = [&](int k) {
      return index_space(g.shape_of(n.args[static_cast<std::size_t>(k)]), in.extents);
    };
    auto for_each = [&](auto const& f) {
      for (std::int64_t i = 0; i < static_cast<std::int64_t>(y.size()); ++i)
        y[static_cast<std::size_t>(i)] = f(space.at(i), i);
    };
    // f(entries along an axis of operand 0), for row operations and reductions alike
    switch (n.op->code) {
      case opcode::leaf: {
        auto const& leaf = in.leaves[static_cast<std::size_t>(n.with.p)];
        for_each([&](auto const& i, std::int64_t) {
          std::int64_t at = 0;
          for (std::size_t a = 0; a < static_cast<std::size_t>(space.rank); ++a) at += i[a] * leaf.strides[a];
          return leaf.template read<X>(at);
        });
        break;
      }
      case opcode::number:
        y[0] = static_cast<X>(in.numbers[static_cast<std::size_t>(n.with.p)]);
        break;
      case opcode::constant:
        for (auto& v : y) v = static_cast<X>(detail::constant_value(n));
        break;
      case opcode::size:
        y[0] = static_cast<X>(in.extents(g.shapes[static_cast<std::size_t>(n.with.p)]));
        break;
      case opcode::iota:
        for_each([&](auto const&, std::int64_t i) { return static_cast<X>(i); });
        break;
      case opcode::one_hot:
        for_each([&](auto const& i, std::int64_t) {
          std::int64_t const row =
              operand_space(0).rank == space.rank ? i[0] : operand_space(0).offset_from(i, space.rank - 1);
          X const label = operand(0)[static_cast<std::size_t>(row)];
          if (!(label >= 0 && label < static_cast<X>(n.with.p))) return std::numeric_limits<X>::quiet_NaN();
          return static_cast<X>(label == static_cast<X>(i[static_cast<std::size_t>(space.rank - 1)]));
        });
        break;
      case opcode::broadcast: {
        auto const from = operand_space(0);
        for_each([&](auto const& i, std::int64_t) {
          return operand(0)[static_cast<std::size_t>(from.offset_from(i, space.rank))];
        });
        break;
      }
      case opcode::reshape:
        y = operand(0);
        break;
      case opcode::transpose: {
        auto const strides = operand_space(0).strides();
        for_each([&](auto const& i, std::int64_t) {
          std::int64_t at = 0;
          for (int a = 0; a < space.rank; ++a)
            at += i[static_cast<std::size_t>(a)] * strides[static_cast<std::size_t>(detail::permuted(n.with.p, a))];
          return operand(0)[static_cast<std::size_t>(at)];
        });
        break;
      }
      case opcode::sum:
      case opcode::max:
      case opcode::min:
      case opcode::prod: {
        auto const from = operand_space(0);
        for (auto& v : y) v = detail::neutral<X>(n.op->code);
        for (std::int64_t k = 0; k < from.size(); ++k) {
          auto i = from.at(k);
          std::int64_t at = 0;
          if (n.with.q == 0) {
            for (int a = 0; a < from.rank; ++a)
              if (n.with.p >> a & 1) i[static_cast<std::size_t>(a)] = 0;
            at = space.offset_from(i, from.rank);
          }
          X const x = operand(0)[static_cast<std::size_t>(k)];
          X& v = y[static_cast<std::size_t>(at)];
          v = detail::gathered(n.op->code, v, x);
        }
        break;
      }
      case opcode::slice: {
        auto const strides = operand_space(0).strides();
        auto const axis = static_cast<std::size_t>(n.with.p);
        for_each([&](auto i, std::int64_t) {
          i[axis] += operation<opcode::slice>::begin(n.with);
          std::int64_t at = 0;
          for (std::size_t a = 0; a < static_cast<std::size_t>(space.rank); ++a) at += i[a] * strides[a];
          return operand(0)[static_cast<std::size_t>(at)];
        });
        break;
      }
      case opcode::flip:
        for_each([&](auto i, std::int64_t) {
          auto const axis = static_cast<std::size_t>(n.with.p);
          i[axis] = space.n[axis] - 1 - i[axis];
          return operand(0)[static_cast<std::size_t>(space.offset_from(i, space.rank))];
        });
        break;
      case opcode::softmax:
      case opcode::log_softmax:
      case opcode::logsumexp: {
        auto const from = operand_space(0);
        auto const axis = static_cast<std::size_t>(n.with.p);
        auto const strides = from.strides();
        std::int64_t const length = from.n[axis], step = strides[axis];
        auto row = [&](std::int64_t first) {  // log Σ exp of the row that begins at `first`
          X top = -std::numeric_limits<X>::infinity();
          for (std::int64_t k = 0; k < length; ++k)
            top = math::max(top, operand(0)[static_cast<std::size_t>(first + k * step)]);
          X const shift = math::is_finite(top) ? top : X(0);
          X total = 0;
          for (std::int64_t k = 0; k < length; ++k)
            total = math::add(total,
                              math::exp(math::subtract(operand(0)[static_cast<std::size_t>(first + k * step)], shift)));
          return std::pair{shift, total};
        };
        if (n.is(opcode::logsumexp))  // of no entries
          for (auto& v : y) v = -std::numeric_limits<X>::infinity();
        for (std::int64_t at = 0; at < from.size(); ++at) {
          auto const i = from.at(at);
          if (i[axis] != 0) continue;
          auto const [shift, total] = row(at);
          if (n.is(opcode::logsumexp)) {
            y[static_cast<std::size_t>(space.offset_from(i, from.rank))] = math::add(shift, math::log(total));
            continue;
          }
          for (std::int64_t k = 0; k < length; ++k) {
            X const shifted = math::subtract(operand(0)[static_cast<std::size_t>(at + k * step)], shift);
            y[static_cast<std::size_t>(at + k * step)] = n.is(opcode::softmax)
                                                             ? math::divide(math::exp(shifted), total)
                                                             : math::subtract(shifted, math::log(total));
          }
        }
        break;
      }
      case opcode::product: {
        auto const left = operand_space(0), right = operand_space(1);
        std::int64_t const inner = left.n[static_cast<std::size_t>(left.rank - 1)];
        auto const last = static_cast<std::size_t>(space.rank - 1);
        for_each([&](auto i, std::int64_t) {
          std::int64_t const row = i[last - 1], column = i[last];
          i[last] = i[last - 1] = 0;
          std::int64_t const first_a = left.offset_from(i, space.rank) + row * inner;
          std::int64_t const columns = right.n[static_cast<std::size_t>(right.rank - 1)];
          std::int64_t const first_b = right.offset_from(i, space.rank) + column;
          X total = 0;
          for (std::int64_t k = 0; k < inner; ++k)
            total = math::add(total, math::multiply(operand(0)[static_cast<std::size_t>(first_a + k)],
                                                    operand(1)[static_cast<std::size_t>(first_b + k * columns)]));
          return total;
        });
        break;
      }
      case opcode::slot:
      case opcode::operands:
        break;
      case opcode::scan:
        results[id] = detail::interpret_scan(g, static_cast<int>(id), in.extents, scopes, bound, values,
                                             [&](int i) { again(again, static_cast<std::size_t>(i)); });
        break;
      case opcode::scan_result:
        y = results[static_cast<std::size_t>(n.args[0])][static_cast<std::size_t>(n.with.p)];
        break;
      default: {  // calls, and what is element-wise
        if (n.op->kind == family::call) {
          std::array<detail::interpreted_operand<X>, 3> x{};
          for (int k = 0; k < n.arity(); ++k) x[static_cast<std::size_t>(k)] = {&operand(k), operand_space(k)};
          detail::interpret_call(n, x, space, y);
          break;
        }
        std::array<index_space, 3> const from{operand_space(0), operand_space(n.arity() > 1 ? 1 : 0),
                                              operand_space(n.arity() > 2 ? 2 : 0)};
        for_each([&](auto const& i, std::int64_t) {
          X x[3]{};
          for (int k = 0; k < n.arity(); ++k)
            x[k] = operand(k)[static_cast<std::size_t>(from[static_cast<std::size_t>(k)].offset_from(i, space.rank))];
          return detail::call<X>(*n.op, x, n.with);
        });
      }
    }
  };
  for (std::size_t id = 0; id < count; ++id) {
    // the nodes of bodies have values step by step
    if (!needed[id] || nodes.knows(id) || (scans && !scopes.closed(static_cast<int>(id)))) continue;
    evaluate(evaluate, id);
    nodes.computed(id, values[id]);
  }
  return values;
}

}  // namespace ctg::inline v0
