// SPDX-License-Identifier: MIT
// The reference interpreter: evaluates any graph node by node, in constant expressions and in tests. Slow and plain on
// purpose; the kernels are held against it.
#pragma once

#include <ctg/graph/extents.hpp>
#include <ctg/graph/interpret_call.hpp>
#include <ctg/graph/node.hpp>
#include <ctg/math/arithmetic.hpp>
#include <ctg/math/scalar.hpp>
#include <ctg/op/operations.hpp>

#include <limits>
#include <span>
#include <vector>

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

}  // namespace detail

/// What the leaves and the plain numbers of a graph hold.
struct graph_inputs {
  std::span<detail::location const> leaves;
  std::span<double const> numbers;
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
constexpr std::vector<std::vector<X>> interpret(graph_view g, std::span<int const> roots, graph_inputs const& in,
                                                std::vector<std::vector<X>> values = {}, Nodes const& nodes = {}) {
  using detail::index_space;
  auto const count = g.nodes.size();
  values.resize(count, std::vector<X>{});
  std::vector<char> needed(count, 0);
  for (int r : roots) needed[static_cast<std::size_t>(r)] = 1;
  for (std::size_t i = count; i-- > 0;)
    if (needed[i] && !nodes.knows(i))
      for (int a : g.nodes[i].args)
        if (a >= 0) needed[static_cast<std::size_t>(a)] = 1;

  for (std::size_t id = 0; id < count; ++id) {
    if (!needed[id] || nodes.knows(id)) continue;
    node const& n = g.nodes[id];
    index_space const space(g.shape_of(static_cast<int>(id)), in.extents);
    std::vector<X>& y = values[id];
    y.assign(static_cast<std::size_t>(space.size()), X(0));
    auto operand = [&](int k) -> std::vector<X> const& {
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
        auto const a = operand_space(0), b = operand_space(1);
        std::int64_t const inner = a.n[static_cast<std::size_t>(a.rank - 1)];
        auto const last = static_cast<std::size_t>(space.rank - 1);
        for_each([&](auto i, std::int64_t) {
          std::int64_t const row = i[last - 1], column = i[last];
          i[last] = i[last - 1] = 0;
          std::int64_t const first_a = a.offset_from(i, space.rank) + row * inner;
          std::int64_t const columns = b.n[static_cast<std::size_t>(b.rank - 1)];
          std::int64_t const first_b = b.offset_from(i, space.rank) + column;
          X total = 0;
          for (std::int64_t k = 0; k < inner; ++k)
            total = math::add(total, math::multiply(operand(0)[static_cast<std::size_t>(first_a + k)],
                                                    operand(1)[static_cast<std::size_t>(first_b + k * columns)]));
          return total;
        });
        break;
      }
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
    nodes.computed(id, y);
  }
  return values;
}

}  // namespace ctg::inline v0
