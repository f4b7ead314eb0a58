// SPDX-License-Identifier: MIT
// A part of op/algebra.hpp, not a header of its own: these operations are what the algebra builds, and their rules are
// written in it.
//
// Operations that move no number: broadcast, transpose, reshape. Linear, so each states its transpose as its pullback.
// The plan turns them into strides where their reader can follow those.
#pragma once

namespace ctg::inline v0 {

namespace detail {
struct layout : plain_operation {
  static constexpr family kind = family::layout;
  static constexpr int arity = 1;
};

// Permutations are packed, four bits an axis: nibble i says which operand axis becomes axis i.
constexpr std::int64_t pack_permutation(int rank, int const* axes) {
  std::int64_t p = 0;
  for (int i = 0; i < rank; ++i) p |= static_cast<std::int64_t>(axes[i]) << (4 * i);
  return p;
}
constexpr int permuted(std::int64_t packed, int axis) { return static_cast<int>(packed >> (4 * axis) & 15); }
constexpr std::int64_t inverse_permutation(std::int64_t packed, int rank) {
  std::int64_t p = 0;
  for (int i = 0; i < rank; ++i) p |= static_cast<std::int64_t>(i) << (4 * permuted(packed, i));
  return p;
}
constexpr std::int64_t last_two_exchanged(int rank) {
  int axes[max_rank]{};
  for (int i = 0; i < rank; ++i) axes[i] = i;
  if (rank >= 2) std::swap(axes[rank - 1], axes[rank - 2]);
  return pack_permutation(rank, axes);
}
}  // namespace detail

// Y = X stretched to a shape; with.p: that shape.          dX = sum of dY over the stretched axes
template <>
struct operation<opcode::broadcast> : detail::layout {
  static constexpr char const* name = "broadcast";
  static constexpr void pull(auto& p) { p.give(0, reduce_to(p.dy, p.x(0).shape())); }
};

// Y = X with its axes permuted; with.p: the permutation.   dX = dY permuted back
template <>
struct operation<opcode::transpose> : detail::layout {
  static constexpr char const* name = "⊤";
  static constexpr notation style = notation::postfix;
  static constexpr int precedence = 50;
  static constexpr shape_result result(shape const* s, parameters with) {
    shape r = *s;
    for (int i = 0; i < s->rank; ++i) r[i] = (*s)[detail::permuted(with.p, i)];
    return r;
  }
  static constexpr void pull(auto& p) {
    p.give(0, permute(p.dy, detail::inverse_permutation(p.at().with.p, p.y().shape().rank)));
  }
};

// Y = X row by row in another shape of as many entries.    dX = dY in X's shape
template <>
struct operation<opcode::reshape> : detail::layout {
  static constexpr char const* name = "reshape";
  static constexpr void pull(auto& p) { p.give(0, reshape(p.dy, p.x(0).shape())); }
};

constexpr handle broadcast(Handle auto a, shape const& to_shape) {
  shape const to = to_shape;  // may lie in the list that grows below
  auto& g = *a.g;
  if (a.shape() == to) return a;
  if (detail::is_constant(a)) return constant_node(g, detail::constant_value(a), to);
  if (a.is(opcode::broadcast)) return broadcast(a.arg(0), to);
  return detail::put_node<opcode::broadcast>(g, to, {}, a.id);
}

constexpr handle reshape(Handle auto a, shape const& to_shape) {
  shape const to = to_shape;
  auto& g = *a.g;
  if (a.shape() == to) return a;
  if (detail::is_constant(a)) return constant_node(g, detail::constant_value(a), to);
  if (a.is(opcode::reshape)) return reshape(a.arg(0), to);
  return detail::put_node<opcode::reshape>(g, to, {}, a.id);
}

constexpr handle permute(Handle auto a, std::int64_t permutation) {
  auto& g = *a.g;
  int const rank = a.shape().rank;
  if (a.is(opcode::transpose)) {
    std::int64_t p = 0;
    for (int i = 0; i < rank; ++i)
      p |= static_cast<std::int64_t>(detail::permuted(a.at().with.p, detail::permuted(permutation, i))) << (4 * i);
    return permute(a.arg(0), p);
  }
  bool same = true;
  for (int i = 0; i < rank; ++i) same = same && detail::permuted(permutation, i) == i;
  if (same) return a;
  if (detail::is_constant(a)) {
    shape const s = operation<opcode::transpose>::result(&a.shape(), {permutation, 0}).value;
    return constant_node(g, detail::constant_value(a), s);
  }
  return apply<operation<opcode::transpose>>({permutation, 0}, a);
}

constexpr handle transpose(Handle auto a) { return permute(a, detail::last_two_exchanged(a.shape().rank)); }

}  // namespace ctg::inline v0
