// SPDX-License-Identifier: MIT
// Algebraic simplification: the graph is built anew through the algebra of handles, which drops zeros, ones, double
// transposes and negations and folds constants; what no root needs stays behind. With `expand` the row operations
// (softmax and its kin) become reductions and element-wise work that the plan can fuse.
#pragma once

#include <ctg/graph/interpret.hpp>
#include <ctg/op/diagonal.hpp>
#include <ctg/plan/factors.hpp>

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
template <class H>
constexpr softmax_parts expand_softmax(H x, std::int64_t axis) {
  std::int64_t const mask = std::int64_t{1} << axis;
  H const shift = make<opcode::finite_or_zero>(max_axes(x, mask));
  H const shifted = x - shift;
  H const exps = make<opcode::exp>(shifted);
  return {shift, shifted, exps, sum_axes(exps, mask)};
}

template <class H>
constexpr H rebuild_elementwise(Builder auto& g, node const& n, std::array<H, 3> const& x) {
  bool constants = true;
  double values[3]{};
  for (int i = 0; i < n.arity(); ++i) {
    constants = constants && is_constant(x[i]);
    if (constants) values[i] = constant_value(x[i]);
  }
  shape result = x[0].shape();
  for (int i = 1; i < n.arity(); ++i) result = broadcast_shapes(result, x[i].shape()).value;
  if (constants) return constant_node(g, n.op->value_f64(values, n.with), result);
  if (n.is(opcode::integer_power) && n.with.p == 2) return make<opcode::square>(x[0]);
  if (n.is(opcode::integer_power) && n.with.p == 1) return x[0];
  if (n.is(opcode::integer_power) && n.with.p == 0) return constant_node(g, 1, result);
  node m = n;
  std::array<H, 3> y = x;
  for (int k = 0; k < n.arity(); ++k) {
    // a broadcast operand stretches by itself where another operand gives the shape
    if (y[k].is(opcode::broadcast)) {
      shape without = y[k].arg(0).shape();
      for (int j = 0; j < n.arity(); ++j)
        if (j != k) without = broadcast_shapes(without, y[j].shape()).value;
      if (without == result)
        y[k] = y[k].arg(0);
      else if (n.arity() == 1)  // f(broadcast x) = broadcast f(x)
        return broadcast(rebuild_elementwise(g, n, std::array<H, 3>{y[k].arg(0)}), result);
    }
    m.args[k] = y[k].id;
  }
  m.shape = g.intern(result);
  return {&g, g.put(m)};
}

// Σ T ⊙ (A − c) = Σ (Σ₁ T ⊙ A − c) for rows T of labels and c constant along them: a cross entropy takes the label's
// entry as it sums the exponentials, and needs no pass of its own. No handle where x is no such product.
template <class H>
constexpr H sum_at_labels(H x) {
  int const last = x.shape().rank - 1;
  if (!x.is(opcode::masked_product) || !is_labels(x.arg(0), last) || !x.arg(1).is(opcode::subtract)) return {};
  H const t = x.arg(0), a = x.arg(1).arg(0), c = x.arg(1).arg(1);
  std::int64_t const axis = std::int64_t{1} << last;
  if (!(a.shape() == x.shape()) || !is_one_along(c.shape(), x.shape(), axis)) return {};
  return sum_all(sum_axes(make<opcode::masked_product>(t, a), axis) - c);
}

// The sum of all entries; trace(A B) needs no product: Σ A ⊙ Bᵀ.
template <class H>
constexpr H rebuild_sum_all(H x, bool kept) {
  if (x.shape().rank == 2 && x.is(opcode::masked_product) && is_identity(x.arg(0)) && x.arg(1).is(opcode::product))
    return sum_all(x.arg(1).arg(0) % transpose(x.arg(1).arg(1)));
  if (!kept)
    if (H const picked = sum_at_labels(x); picked.g) return picked;
  return x.shape().rank == 0 ? x : sum_of_factors(x, all_axes(x.shape()), true, kept);
}

// A row times a matrix is the transpose of a column, xᵀ A = (Aᵀ x)ᵀ, and the other way round: the product that is there
// already, if one is (a quadratic form and its gradient share it), else the one that is asked for.
template <class H>
constexpr H product_of_vector(Builder auto& g, H a, H b, shape const& result) {
  operation_info const* const op = &operation_of<late<H, operation<opcode::product>>>;
  H const left = transpose(b), right = transpose(a);
  int const turned = g.intern(shape(result[1], result[0]));
  int const twin = g.place_of({op, {left.id, right.id, -1}, turned, {}});
  bool const itself = g.place_of({op, {a.id, b.id, -1}, g.intern(result), {}}) >= 0;
  return twin >= 0 && !itself ? reshape(H{&g, twin}, result) : product(a, b);
}

// I drops out. With a constant factor c, every column of C is c times the row sums of A, every row c times the column
// sums of B. An inner extent of 1 leaves no sum: the outer product is element-wise work that fuses.
template <class H>
constexpr H rebuild_product(Builder auto& g, H a, H b, bool expand) {
  shape const operands[] = {a.shape(), b.shape()};
  shape const result = operation<opcode::product>::result(operands, {}).value;
  if (is_identity(a)) return broadcast(b, result);
  if (is_identity(b)) return broadcast(a, result);
  if (!is_constant(a) && !is_constant(b)) {
    if (a.shape()[a.shape().rank - 1].is_one()) return product_of_factors(a, b);
    for (int k : {0, 1})
      if (auto const f = split_operand(k ? b : a, k, k ? a : b)) {
        H const rest = rebuild_product(g, k ? a : f.rest, k ? f.rest : b, expand);
        H const by = f.factor.shape().one_entry() ? reshape(f.factor, {}) : f.factor;
        return f.divides ? quotient_of_factors(rest, by) : product_of_factors(by, rest);
      }
    auto const negative = [](H h) { return h.is(opcode::negate) && lies_in_memory(h.arg(0)); };
    if (negative(a)) return negated(rebuild_product(g, a.arg(0), b, expand));
    if (negative(b)) return negated(rebuild_product(g, a, b.arg(0), expand));
    if (expand && result.rank == 2 && result[0].is_one() != result[1].is_one())
      return product_of_vector(g, a, b, result);
    return product(a, b);
  }
  bool const left = is_constant(a);
  H const factor = constant_node(g, constant_value(left ? a : b)), other = left ? b : a;
  int const axis = other.shape().rank - (left ? 2 : 1);
  return broadcast(factor % sum_axes(other, std::int64_t{1} << axis), result);
}

// What only a reduction reads transposed is reduced as it lies: the rows of a transpose are columns, read with a
// stride. A reduction of a reduction goes over the axes of both.
template <class H>
constexpr H rebuild_reduction(node const& n, H x, bool kept) {
  if (!kept && x.is(opcode::transpose)) {
    std::int64_t const turn = x.at().with.p;
    node as_it_lies = n;
    if (!n.with.q) {
      as_it_lies.with.p = 0;
      for (int i = 0; i < x.shape().rank; ++i)
        if (n.with.p >> i & 1) as_it_lies.with.p |= std::int64_t{1} << permuted(turn, i);
    }
    H const y = rebuild_reduction(as_it_lies, x.arg(0), true);
    return n.with.q ? y : permute(y, turn);
  }
  if (!kept && x.is(n.op->code)) {
    node of_both = n;
    if (!n.with.q) of_both.with.p |= x.at().with.p;
    return rebuild_reduction(of_both, x.arg(0), true);
  }
  switch (n.op->code) {
    case opcode::max:
      return reduce<opcode::max>(x, n.with);
    case opcode::min:
      return reduce<opcode::min>(x, n.with);
    case opcode::prod:
      return reduce<opcode::prod>(x, n.with);
    default:
      return n.with.q ? rebuild_sum_all(x, kept) : sum_of_factors(x, n.with.p, false, kept);
  }
}

template <class H>
constexpr H rebuild_node(Builder auto& g, graph_view from, node const& n, std::array<H, 3> const& x, bool expand,
                         bool kept) {
  switch (n.op->code) {
    case opcode::add:
      return sum_of_terms(x[0], x[1], false);
    case opcode::subtract:
      return sum_of_terms(x[0], x[1], true);
    case opcode::multiply:
      return product_of_factors(x[0], x[1]);
    case opcode::divide:
      if (is_constant(x[1]) && power_of_two(constant_value(x[1])))  // exact
        return product_of_factors(constant_node(g, 1 / constant_value(x[1]), x[1].shape()), x[0]);
      return quotient_of_factors(x[0], x[1]);
    case opcode::negate:
      return negated(x[0]);
    case opcode::stop_gradient:
      return x[0];
    case opcode::one_minus_square:
      return product_of_factors(1 - x[0], 1 + x[0]);
    case opcode::broadcast:
      return broadcast(x[0], from.shapes[n.shape]);
    case opcode::reshape:
      return layout_of_factors(x[0], [&](H h) { return reshape(h, from.shapes[n.shape]); });
    case opcode::transpose:
      if (x[0].is(opcode::product) && n.with.p == last_two_exchanged(x[0].shape().rank))  // (A B)ᵀ = Bᵀ Aᵀ
        return product(transpose(x[0].arg(1)), transpose(x[0].arg(0)));
      return layout_of_factors(x[0], [&](H h) { return permute(h, n.with.p); });
    case opcode::sum:
    case opcode::max:
    case opcode::min:
    case opcode::prod:
      return rebuild_reduction(n, x[0], kept);
    case opcode::slice:
      return slice(x[0], n.with.p, operation<opcode::slice>::begin(n.with), operation<opcode::slice>::end(n.with));
    case opcode::flip:
      return flip(x[0], n.with.p);
    case opcode::pad:
      return pad(x[0], n.with.p, n.with.q, extent(from.shapes[n.shape][static_cast<int>(n.with.p)]));
    case opcode::concat:
      return concat(x[0], x[1], n.with.p);
    case opcode::product:
      return rebuild_product(g, x[0], x[1], expand);
    case opcode::size:
      return size_of(g, from.shapes[n.with.p]);
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
  m.shape = g.intern(from.shapes[n.shape]);
  for (int i = 0; i < n.arity(); ++i) m.args[i] = x[i].id;
  return {&g, g.put(m)};
}

// X ⊙ (A / r) = (X ⊙ A) / r for a quotient that only this product reads, so that r can leave the sum over the product:
// the derivative by a row's norm sums dZ ⊙ (Z / norm). Only for a root r: the squares that it is the root of are
// numbers, so A is far from the ends of the range, where X ⊙ A would leave it and X ⊙ (A / r) not.
template <class H>
constexpr H product_with_quotient(H x, H quotient) {
  bool const negative = quotient.is(opcode::negate);
  H const q = negative ? H{quotient.arg(0)} : quotient;
  if (!q.is(opcode::divide) || !(q.arg(0).shape() == q.shape()) || !(x.shape() == q.shape())) return {};
  H const divisor = q.arg(1);
  if (divisor.shape() == q.shape() || divisor.shape().one_entry()) return {};
  H const length = below_layout(divisor);
  if (!length.is(opcode::root) && !length.is(opcode::sqrt)) return {};
  H const y = product_of_factors(x, H{q.arg(0)}) / divisor;
  return negative ? negated(y) : y;
}

// How many read each node, through those that some root needs; a root is read once more.
template <class = void>
constexpr sequence<int> count_readers(graph_view g, span<int const> roots) {
  sequence<int> readers(g.nodes.size(), 0);
  for (int r : roots) ++readers[r];
  for (std::size_t i = g.nodes.size(); i-- > 0;)
    if (readers[i])
      for (int a : g.nodes[i].args)
        if (a >= 0) ++readers[a];
  return readers;
}

// Forms that a rule took apart again leave the graph.
template <class Late>
constexpr void drop_unread(late<Late, builder>& g, sequence<int>& roots) {
  sequence<int> const readers = count_readers(view(g), roots);
  sequence<int> to(readers.size(), -1);
  sequence<node> left;
  for (std::size_t i = 0; i < readers.size(); ++i) {
    if (!readers[i]) continue;
    node n = g.nodes[i];
    for (int& a : n.args)
      if (a >= 0) a = to[a];
    to[i] = static_cast<int>(left.size());
    left.push_back(n);
  }
  if (left.size() == readers.size()) return;
  for (int& r : roots) r = to[r];
  sequence<shape> const shapes = g.shapes;
  g.adopt(left, shapes);
}

}  // namespace detail

/// Builds what the roots need into `out`; returns the new roots.
template <class Late = void>
constexpr detail::sequence<int> simplify(graph_view from, detail::span<int const> roots, builder& out, bool expand) {
  out.sorts_operands = true;
  std::size_t const count = from.nodes.size();
  detail::sequence<int> readers = detail::count_readers(from, roots);
  detail::sequence<int> to(count, -1);
  detail::sequence<char> is_summed(count, 0);
  for (std::size_t i = count; i-- > 0;)
    if (node const& n = from.nodes[i]; readers[i] && (n.is(opcode::sum) || (is_summed[i] && n.is(opcode::negate))))
      is_summed[n.args[0]] = 1;
  for (std::size_t i = 0; i < count; ++i) {
    if (!readers[i]) continue;
    node const& n = from.nodes[i];
    std::array<detail::late<Late, handle>, 3> x{};
    for (std::size_t k = 0; k < 3; ++k)
      if (n.args[k] >= 0) x[k] = {&out, to[n.args[k]]};
    // where forms are compared, an operand's other readers make no difference
    bool const kept = expand && n.args[0] >= 0 && readers[n.args[0]] > 1;
    if (is_summed[i] && expand && n.is(opcode::multiply)) {
      detail::late<Late, handle> y{};
      for (std::size_t k : {0, 1}) {
        node const& a = from.nodes[n.args[k]];
        bool const once = readers[n.args[k]] == 1 && (!a.is(opcode::negate) || readers[a.args[0]] == 1);
        if (once && !y.g && (a.is(opcode::divide) || a.is(opcode::negate)))
          y = detail::product_with_quotient(x[1 - k], x[k]);
      }
      if (y.g) {
        to[i] = y.id;
        continue;
      }
    }
    to[i] = detail::rebuild_node(out, from, n, x, expand, kept).id;
  }
  detail::sequence<int> result;
  for (int r : roots) result.push_back(to[static_cast<std::size_t>(r)]);
  detail::drop_unread<Late>(out, result);
  return result;
}

}  // namespace ctg::inline v0
