// SPDX-License-Identifier: MIT
// A part of op/algebra.hpp, not a header of its own: these operations are what the algebra builds, and their rules are
// written in it.
//
// Reductions over the axes of a mask (with.p); a reduced axis stays with extent 1, or (with.q = 1) all are dropped and a
// scalar is left. Then the row operations that are built on them.
#pragma once

namespace ctg::inline v0 {

namespace detail {
struct reduction : layout {
  static constexpr family kind = family::reduction;
  static constexpr int flops = 1;
  static constexpr shape_result result(shape const* s, parameters with) {
    if (with.q) return shape{};
    shape r = *s;
    for (int i = 0; i < r.rank; ++i)
      if (with.p >> i & 1) r[i] = extent{1};
    return r;
  }
  // y and dy in the shape that keeps the reduced axes, ready to meet x again
  static constexpr handle kept(Handle auto h, Handle auto x, parameters with) {
    return with.q ? h : broadcast(h, result(&x.shape(), {with.p, 0}).value);
  }
};
constexpr std::int64_t all_axes(shape const& s) { return (std::int64_t{1} << s.rank) - 1; }
// An axis of extent 1 has nothing to sum.
constexpr std::int64_t longer_axes(shape const& s, std::int64_t mask) {
  std::int64_t longer = 0;
  for (int i = 0; i < s.rank; ++i)
    if ((mask >> i & 1) && !s[i].is_one()) longer |= std::int64_t{1} << i;
  return longer;
}
}  // namespace detail

// Y = Σ X            dX = dY, stretched;  the empty sum is 0
template <>
struct operation<opcode::sum> : detail::reduction {
  static constexpr char const* name = "sum";
  static constexpr void pull(auto& p) { p.give(0, broadcast(p.dy, p.x(0).shape())); }
};

// Y = max X          dX = dY ⊙ [X = Y] / (number of ties): ties share evenly;  NaN if any entry is
template <>
struct operation<opcode::max> : detail::reduction {
  static constexpr char const* name = "max";
  static constexpr void pull(auto& p) {
    parameters const with = p.at().with;
    auto const ties = make<opcode::equal>(p.x(0), p.y());
    auto const count = with.q ? sum_all(ties) : sum_axes(ties, with.p);
    p.give(0, (p.dy / count) % ties);
  }
};

// Y = min X          as max
template <>
struct operation<opcode::min> : detail::reduction {
  static constexpr char const* name = "min";
  static constexpr void pull(auto& p) { operation<opcode::max>::pull(p); }
};

constexpr handle sum_axes(Handle auto a, std::int64_t mask) {
  auto& g = *a.g;
  std::int64_t const real = detail::longer_axes(a.shape(), mask);
  if (real == 0) return a;
  if (detail::is_constant(a)) {
    shape const s = operation<opcode::sum>::result(&a.shape(), {real, 0}).value;
    auto const n = size_of(g, a.shape(), real);
    return broadcast(constant_node(g, detail::constant_value(a)) % n, s);
  }
  return apply<operation<opcode::sum>>({real, 0}, a);
}

constexpr handle sum_all(Handle auto a) {
  auto& g = *a.g;
  if (a.shape().rank == 0) return a;
  if (a.shape().one_entry()) return reshape(a, {});
  if (detail::is_constant(a)) return constant_node(g, detail::constant_value(a)) % size_of(g, a.shape());
  return apply<operation<opcode::sum>>({detail::all_axes(a.shape()), 1}, a);
}

/// A reduction for which one entry stands for itself, with its parameters.
template <opcode O>
constexpr handle reduce(Handle auto a, parameters with) {
  if (with.q) return a.shape().one_entry() ? reshape(a, {}) : apply<operation<O>>({detail::all_axes(a.shape()), 1}, a);
  std::int64_t const real = detail::longer_axes(a.shape(), with.p);
  return real == 0 ? a : apply<operation<O>>({real, 0}, a);
}

constexpr handle max_axes(Handle auto a, std::int64_t mask) { return reduce<opcode::max>(a, {mask, 0}); }

constexpr handle reduce_to(Handle auto a, shape const& to_shape) {
  shape const to = to_shape;
  if (a.shape() == to) return a;
  if (to.rank == 0) return sum_all(a);
  int const lead = a.shape().rank - to.rank;
  std::int64_t mask = 0;
  for (int i = 0; i < a.shape().rank; ++i)
    if (i < lead || (to[i - lead].is_one() && !a.shape()[i].is_one())) mask |= std::int64_t{1} << i;
  return reshape(sum_axes(a, mask), to);
}

namespace detail {
// Row operations work along one axis, with.p.
struct rowwise : layout {
  static constexpr family kind = family::rowwise;
  static constexpr int flops = 16;
  static constexpr bool transcendental = true;
};
constexpr handle row_sum(Handle auto a, parameters with) { return sum_axes(a, std::int64_t{1} << with.p); }
// Rows of labels along the last axis: each has one 1.
constexpr bool is_labels(handle h, std::int64_t axis) { return h.is(opcode::one_hot) && axis == h.shape().rank - 1; }
}  // namespace detail

// Y = softmax X      dX = Y ⊙ (dY − Σ dY ⊙ Y)
template <>
struct operation<opcode::softmax> : detail::rowwise {
  static constexpr char const* name = "softmax";
  static constexpr void pull(auto& p) {
    auto const y = p.y();
    parameters const with = p.at().with;  // by value: the product below may move the nodes
    p.give(0, y % (p.dy - detail::row_sum(p.dy % y, with)));
  }
};

// Y = log softmax X  dX = dY − softmax X ⊙ Σ dY, which for dY = s ⊙ labels is s ⊙ (labels − softmax X)
template <>
struct operation<opcode::log_softmax> : detail::rowwise {
  static constexpr char const* name = "log_softmax";
  static constexpr void pull(auto& p) {
    parameters const with = p.at().with;
    auto const y = apply<operation<opcode::softmax>>(with, p.x(0));
    if (p.dy.is(opcode::multiply))
      for (int k : {0, 1})
        if (auto const s = p.dy.arg(k), t = p.dy.arg(1 - k); s.shape().one_entry() && detail::is_labels(t, with.p))
          return p.give(0, broadcast(s, shape(y.shape())) % (t - y));
    p.give(0, p.dy - y % detail::row_sum(p.dy, with));
  }
};

// y = log Σ exp X along an axis, which stays with extent 1.    dX = dY ⊙ softmax X
template <>
struct operation<opcode::logsumexp> : detail::rowwise {
  static constexpr char const* name = "logsumexp";
  static constexpr shape_result result(shape const* s, parameters with) {
    return operation<opcode::sum>::result(s, {std::int64_t{1} << with.p, 0});
  }
  static constexpr void pull(auto& p) {
    p.give(0, p.dy % apply<operation<opcode::softmax>>(p.at().with, p.x(0)));
  }
};

}  // namespace ctg::inline v0
