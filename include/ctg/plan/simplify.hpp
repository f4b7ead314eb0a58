// SPDX-License-Identifier: MIT
// Algebraic simplification: the graph is built anew through the algebra of handles, which drops zeros, ones, double
// transposes and negations and folds constants; what no root needs stays behind. With `expand` the row operations
// (softmax and its kin) become reductions and element-wise work that the plan can fuse.
#pragma once

#include <ctg/graph/interpret.hpp>
#include <ctg/op/diagonal.hpp>
#include <ctg/op/operations.hpp>

namespace ctg::inline v0 {

namespace detail {

constexpr bool power_of_two(double v) {
  if (!(v >= 1 && v <= 1e300)) return false;
  while (v > 1) v /= 2;
  return v == 1;
}

// The parts of softmax along an axis. The shift by the maximum changes no value and no derivative, so it is built here,
// behind differentiation.
struct softmax_parts {
  handle shift, shifted, exps, total;
};
template <class = void>
constexpr softmax_parts expand_softmax(handle x, std::int64_t axis) {
  std::int64_t const mask = std::int64_t{1} << axis;
  handle const shift = make<opcode::finite_or_zero>(max_axes(x, mask));
  handle const shifted = x - shift;
  handle const exps = make<opcode::exp>(shifted);
  return {shift, shifted, exps, sum_axes(exps, mask)};
}

template <class = void>
constexpr handle rebuild_elementwise(builder& g, node const& n, std::array<handle, 3> const& x) {
  bool constants = true;
  double values[3]{};
  for (int i = 0; i < n.arity(); ++i) {
    constants = constants && is_constant(x[static_cast<std::size_t>(i)]);
    if (constants) values[i] = constant_value(x[static_cast<std::size_t>(i)]);
  }
  shape result = x[0].shape();
  for (int i = 1; i < n.arity(); ++i) result = broadcast_shapes(result, x[static_cast<std::size_t>(i)].shape()).value;
  if (constants) return constant_node(g, n.op->value_f64(values, n.with), result);
  if (n.is(opcode::integer_power) && n.with.p == 2) return make<opcode::square>(x[0]);
  if (n.is(opcode::integer_power) && n.with.p == 1) return x[0];
  if (n.is(opcode::integer_power) && n.with.p == 0) return constant_node(g, 1, result);
  node m = n;
  std::array<handle, 3> y = x;
  for (int i = 0; i < n.arity(); ++i) {
    auto const k = static_cast<std::size_t>(i);
    // a broadcast operand stretches by itself where another operand gives the shape
    if (y[k].is(opcode::broadcast)) {
      shape without = y[k].arg(0).shape();
      for (int j = 0; j < n.arity(); ++j)
        if (j != i) without = broadcast_shapes(without, y[static_cast<std::size_t>(j)].shape()).value;
      if (without == result)
        y[k] = y[k].arg(0);
      else if (n.arity() == 1)  // f(broadcast x) = broadcast f(x)
        return broadcast(rebuild_elementwise(g, n, {y[k].arg(0)}), result);
    }
    m.args[k] = y[k].id;
  }
  m.shape = g.intern(result);
  return {&g, g.put(m)};
}

// The sum of all entries; trace(A B) needs no product: Σ A ⊙ Bᵀ.
template <class = void>
constexpr handle rebuild_sum_all(handle x) {
  if (x.shape().rank == 2 && x.is(opcode::masked_product) && is_identity(x.arg(0)) && x.arg(1).is(opcode::product))
    return sum_all(x.arg(1).arg(0) % transpose(x.arg(1).arg(1)));
  return sum_all(x);
}

// I drops out. With a constant factor c, every column of C is c times the row sums of A, every row c times the column
// sums of B. An inner extent of 1 leaves no sum: the outer product is element-wise work that fuses.
template <class = void>
constexpr handle rebuild_product(builder& g, handle a, handle b) {
  shape const operands[] = {a.shape(), b.shape()};
  shape const result = operation<opcode::product>::result(operands, {}).value;
  if (is_identity(a)) return broadcast(b, result);
  if (is_identity(b)) return broadcast(a, result);
  if (!is_constant(a) && !is_constant(b)) return a.shape()[a.shape().rank - 1].is_one() ? a % b : product(a, b);
  bool const left = is_constant(a);
  handle const factor = constant_node(g, constant_value(left ? a : b)), other = left ? b : a;
  int const axis = other.shape().rank - (left ? 2 : 1);
  return broadcast(factor % sum_axes(other, std::int64_t{1} << axis), result);
}

template <class = void>
constexpr handle rebuild_node(builder& g, graph_view from, node const& n, std::array<handle, 3> const& x, bool expand) {
  switch (n.op->code) {
    case opcode::add:
      return x[0] + x[1];
    case opcode::subtract:
      return x[0] - x[1];
    case opcode::multiply:
      return x[0] % x[1];
    case opcode::divide:
      if (is_constant(x[1]) && power_of_two(constant_value(x[1])))  // exact
        return constant_node(g, 1 / constant_value(x[1]), x[1].shape()) % x[0];
      return x[0] / x[1];
    case opcode::negate:
      return -x[0];
    case opcode::stop_gradient:
      return x[0];
    case opcode::broadcast:
      return broadcast(x[0], from.shapes[static_cast<std::size_t>(n.shape)]);
    case opcode::reshape:
      return reshape(x[0], from.shapes[static_cast<std::size_t>(n.shape)]);
    case opcode::transpose:
      if (x[0].is(opcode::product) && n.with.p == last_two_exchanged(x[0].shape().rank))  // (A B)ᵀ = Bᵀ Aᵀ
        return product(transpose(x[0].arg(1)), transpose(x[0].arg(0)));
      return permute(x[0], n.with.p);
    case opcode::sum:
      return n.with.q ? rebuild_sum_all(x[0]) : sum_axes(x[0], n.with.p);
    case opcode::max:
      return reduce<opcode::max>(x[0], n.with);
    case opcode::min:
      return reduce<opcode::min>(x[0], n.with);
    case opcode::prod:
      return reduce<opcode::prod>(x[0], n.with);
    case opcode::slice:
      return slice(x[0], n.with.p, operation<opcode::slice>::begin(n.with), operation<opcode::slice>::end(n.with));
    case opcode::flip:
      return flip(x[0], n.with.p);
    case opcode::pad:
      return pad(x[0], n.with.p, n.with.q,
                 extent(from.shapes[static_cast<std::size_t>(n.shape)][static_cast<int>(n.with.p)]));
    case opcode::concat:
      return concat(x[0], x[1], n.with.p);
    case opcode::product:
      return rebuild_product(g, x[0], x[1]);
    case opcode::size:
      return size_of(g, from.shapes[static_cast<std::size_t>(n.with.p)]);
    case opcode::softmax:
      if (!expand) break;
      {
        auto const p = expand_softmax(x[0], n.with.p);
        return p.exps / p.total;
      }
    case opcode::log_softmax:
      if (!expand) break;
      {
        auto const p = expand_softmax(x[0], n.with.p);
        return p.shifted - make<opcode::log>(p.total);
      }
    case opcode::logsumexp:
      if (!expand) break;
      {
        auto const p = expand_softmax(x[0], n.with.p);
        return p.shift + make<opcode::log>(p.total);
      }
    default:
      break;
  }
  if (n.op->kind == family::elementwise) return rebuild_elementwise(g, n, x);
  node m = n;
  m.shape = g.intern(from.shapes[static_cast<std::size_t>(n.shape)]);
  for (int i = 0; i < n.arity(); ++i) m.args[static_cast<std::size_t>(i)] = x[static_cast<std::size_t>(i)].id;
  return {&g, g.put(m)};
}

}  // namespace detail

/// Builds what the roots need into `out`; returns the new roots.
template <class = void>
constexpr detail::sequence<int> simplify(graph_view from, detail::span<int const> roots, builder& out, bool expand) {
  out.sorts_operands = true;
  std::size_t const count = from.nodes.size();
  detail::sequence<char> needed(count, 0);
  for (int r : roots) needed[static_cast<std::size_t>(r)] = 1;
  for (std::size_t i = count; i-- > 0;)
    if (needed[i])
      for (int a : from.nodes[i].args)
        if (a >= 0) needed[static_cast<std::size_t>(a)] = 1;
  detail::sequence<int> to(count, -1);
  for (std::size_t i = 0; i < count; ++i) {
    if (!needed[i]) continue;
    std::array<handle, 3> x{};
    for (std::size_t k = 0; k < 3; ++k)
      if (from.nodes[i].args[k] >= 0) x[k] = {&out, to[static_cast<std::size_t>(from.nodes[i].args[k])]};
    to[i] = detail::rebuild_node(out, from, from.nodes[i], x, expand).id;
  }
  detail::sequence<int> result;
  for (int r : roots) result.push_back(to[static_cast<std::size_t>(r)]);
  return result;
}

}  // namespace ctg::inline v0
