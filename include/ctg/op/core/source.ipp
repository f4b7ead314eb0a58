// SPDX-License-Identifier: MIT
// A part of op/algebra.hpp, not a header of its own: these operations are what the algebra builds, and their rules are
// written in it.
//
// What a graph starts from: leaves, numbers, constants, extents, one-hot rows of labels.
#pragma once

#include <bit>

namespace ctg::inline v0 {

namespace detail {
struct source : plain_operation {
  static constexpr family kind = family::source;
  static constexpr int arity = 0;
  static constexpr shape_result result(shape const*, parameters) { return shape{}; }
};
}  // namespace detail

// with.p: index of the leaf in the graph's list
template <>
struct operation<opcode::leaf> : detail::source {
  static constexpr char const* name = "leaf";
};

// A plain number of the user's, read at run time; with.p: index in the graph's list
template <>
struct operation<opcode::number> : detail::source {
  static constexpr char const* name = "number";
};

// One value for all entries of a shape; with.p: the bits of the double
template <>
struct operation<opcode::constant> : detail::source {
  static constexpr char const* name = "constant";
};

// The number of entries of a shape with named extents, as a scalar; with.p: index of that shape
template <>
struct operation<opcode::size> : detail::source {
  static constexpr char const* name = "size";
};

// y_i = i, a vector. Never stored: a loop knows where it is. Exact up to 2^24 in float.
template <>
struct operation<opcode::iota> : detail::source {
  static constexpr char const* name = "iota";
};

// Y_ij = [y_i = j] for a column y of labels; a label outside 0..K−1 makes its row NaN. Never stored.
// with.p: K. Nothing flows back.
template <>
struct operation<opcode::one_hot> : detail::source {
  static constexpr char const* name = "one_hot";
  static constexpr family kind = family::layout;
  static constexpr int arity = 1;
  static constexpr shape_result result(shape const* s, parameters with) {
    if (s->rank == 0 || s->rank > max_rank) return misfit::rank;
    shape r = *s;
    if (r.rank == 2 && r[1].is_one())
      r[1] = extent{with.p};
    else
      r.push(extent{with.p});
    return r;
  }
};

constexpr handle constant_node(Builder auto& g, double value, shape const& s) {
  // −0 and 0 are one constant: rules make zeros of either sign
  auto const bits = std::bit_cast<std::int64_t>(value == 0 ? 0.0 : value);
  return detail::put_node<opcode::constant>(g, s, {bits, 0});
}

/// 0, 1, 2, … along one axis.
constexpr handle iota_node(Builder auto& g, extent const& n) {
  if (n.is_one()) return constant_node(g, 0, shape(n));
  return detail::put_node<opcode::iota>(g, shape(n), {});
}

namespace detail {
constexpr bool is_constant(handle h) { return h.is(opcode::constant); }
constexpr double constant_value(node const& n) { return std::bit_cast<double>(n.with.p); }
constexpr double constant_value(handle h) { return constant_value(h.at()); }
constexpr bool is_constant(handle h, double v) { return is_constant(h) && constant_value(h) == v; }
}  // namespace detail

constexpr handle size_of(Builder auto& g, shape const& s, std::int64_t mask) {
  extent n{1};
  for (int i = 0; i < s.rank; ++i)
    if (mask >> i & 1) n = n * s[i];
  if (n.is_static()) return constant_node(g, static_cast<double>(n.factor));
  return detail::put_node<opcode::size>(g, {}, {g.intern(shape(n)), 0});
}

}  // namespace ctg::inline v0
