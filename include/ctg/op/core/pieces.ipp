// SPDX-License-Identifier: MIT
// A part of op/algebra.hpp, not a header of its own: these operations are what the algebra builds, and their rules are
// written in it.
//
// Parts of a tensor along one axis (with.p): a slice and its transpose, zeros around it; pieces joined; the order turned.
#pragma once

namespace ctg::inline v0 {

namespace detail {
constexpr shape with_extent(shape s, std::int64_t axis, extent const& e) {
  s[static_cast<int>(axis)] = e;
  return s;
}
/// Operations that run as one call on whole operands, each in memory of its own, row by row.
struct called : layout {
  static constexpr family kind = family::call;
  static constexpr int flops = 1;
  static constexpr parameters shifted(parameters with, int by) { return {with.p + by, with.q}; }
};
}  // namespace detail

constexpr handle slice(Handle auto a, std::int64_t axis, std::int64_t begin, std::int64_t end);
constexpr handle pad(Handle auto a, std::int64_t axis, std::int64_t begin, extent const& total);
constexpr handle flip(Handle auto a, std::int64_t axis);
constexpr handle concat(Handle auto a, Handle auto b, std::int64_t axis);

// Y = the entries begin … end − 1 of X along an axis; with.q: begin, and end from bit 32 on.     dX = dY among zeros
template <>
struct operation<opcode::slice> : detail::layout {
  static constexpr char const* name = "slice";
  static constexpr std::int64_t begin(parameters with) { return with.q & 0xffffffff; }
  static constexpr std::int64_t end(parameters with) { return with.q >> 32; }
  static constexpr parameters shifted(parameters with, int by) { return {with.p + by, with.q}; }
  static constexpr shape_result result(shape const* s, parameters with) {
    extent const& e = (*s)[static_cast<int>(with.p)];
    if (begin(with) > end(with) || (e.is_static() && end(with) > e.factor)) return misfit::bounds;
    return detail::with_extent(*s, with.p, extent{end(with) - begin(with)});
  }
  static constexpr void pull(auto& p) {
    parameters const with = p.at().with;
    p.give(0, pad(p.dy, with.p, begin(with), extent(p.x(0).shape()[static_cast<int>(with.p)])));
  }
};

// Y = X among zeros: from entry with.q on along an axis of the result.                           dX = that slice of dY
template <>
struct operation<opcode::pad> : detail::called {
  static constexpr char const* name = "pad";
  static constexpr int flops = 0;
  static constexpr void pull(auto& p) {
    parameters const with = p.at().with;
    std::int64_t const size = p.x(0).shape()[static_cast<int>(with.p)].factor;
    p.give(0, slice(p.dy, with.p, with.q, with.q + size));
  }
};

// Z = X, then Y along an axis                                                                    dX, dY = slices of dZ
template <>
struct operation<opcode::concat> : detail::called {
  static constexpr char const* name = "concat";
  static constexpr int arity = 2, flops = 0;
  static constexpr shape_result result(shape const* s, parameters with) {
    auto const axis = static_cast<int>(with.p);
    if (s[0].rank != s[1].rank) return misfit::rank;
    if (!(detail::with_extent(s[0], axis, extent{1}) == detail::with_extent(s[1], axis, extent{1}))) return misfit::pieces;
    extent const &a = s[0][axis], &b = s[1][axis];
    if (!a.same_names(b)) return misfit::joined_length;
    extent sum = a;
    sum.factor += b.factor;
    return detail::with_extent(s[0], axis, sum);
  }
  // Where an extent is a name, the second piece begins where only the run knows: half of 2·N, when both pieces have N.
  static constexpr void pull(auto& p) {
    std::int64_t const axis = p.at().with.p;
    auto const i = static_cast<int>(axis);
    extent const a = p.x(0).shape()[i], b = p.x(1).shape()[i];
    if (a.is_static()) {
      p.give(0, slice(p.dy, axis, 0, a.factor));
      p.give(1, slice(p.dy, axis, a.factor, a.factor + b.factor));
      return;
    }
    // (k + l)·N rows as k + l blocks of N: an axis of its own for the blocks
    shape blocks;
    for (int k = 0; k < p.dy.shape().rank; ++k) {
      if (k == i) {
        blocks.push(extent{a.factor + b.factor});
        extent one = a;
        one.factor = 1;
        blocks.push(one);
      } else {
        blocks.push(p.dy.shape()[k]);
      }
    }
    auto const d = reshape(p.dy, blocks);
    p.give(0, reshape(slice(d, axis, 0, a.factor), shape(p.x(0).shape())));
    p.give(1, reshape(slice(d, axis, a.factor, a.factor + b.factor), shape(p.x(1).shape())));
  }
};

// Y_i = X_(n − 1 − i) along an axis                                                              dX = dY turned
template <>
struct operation<opcode::flip> : detail::layout {
  static constexpr char const* name = "flip";
  static constexpr parameters shifted(parameters with, int by) { return {with.p + by, with.q}; }
  static constexpr shape_result result(shape const* s, parameters) { return *s; }
  static constexpr void pull(auto& p) { p.give(0, flip(p.dy, p.at().with.p)); }
};

namespace detail {
// Whether a broadcast stretches this axis of its result.
constexpr bool is_stretched(Handle auto broadcast, std::int64_t axis) {
  shape const &to = broadcast.shape(), &from = broadcast.arg(0).shape();
  std::int64_t const i = axis - (to.rank - from.rank);
  return i < 0 || from[static_cast<int>(i)].is_one();
}
constexpr std::int64_t axis_below(Handle auto broadcast, std::int64_t axis) {
  return axis - (broadcast.shape().rank - broadcast.arg(0).shape().rank);
}
}  // namespace detail

constexpr handle slice(Handle auto a, std::int64_t axis, std::int64_t begin, std::int64_t end) {
  using Op = operation<opcode::slice>;
  auto& g = *a.g;
  extent const e = a.shape()[static_cast<int>(axis)];
  if (begin == 0 && e == extent{end}) return a;
  parameters const with{axis, begin | end << 32};
  shape_result const r = Op::result(&a.shape(), with);
  if (r.problem != misfit::none) return apply<Op>(with, a);
  if (detail::is_constant(a)) return constant_node(g, detail::constant_value(a), r.value);
  parameters const of = a.at().with;
  if (a.is(opcode::slice) && of.p == axis) return slice(a.arg(0), axis, begin + Op::begin(of), end + Op::begin(of));
  if (a.is(opcode::broadcast)) {
    if (detail::is_stretched(a, axis)) return broadcast(a.arg(0), r.value);
    return broadcast(slice(a.arg(0), detail::axis_below(a, axis), begin, end), r.value);
  }
  if (a.is(opcode::pad) && of.p == axis) {
    std::int64_t const first = of.q, last = first + a.arg(0).shape()[static_cast<int>(axis)].factor;
    if (first <= begin && end <= last) return slice(a.arg(0), axis, begin - first, end - first);
    if (end <= first || last <= begin) return constant_node(g, 0, r.value);
  }
  if (a.is(opcode::concat) && of.p == axis && e.is_static()) {
    std::int64_t const middle = a.arg(0).shape()[static_cast<int>(axis)].factor;
    if (end <= middle) return slice(a.arg(0), axis, begin, end);
    if (begin >= middle) return slice(a.arg(1), axis, begin - middle, end - middle);
  }
  return apply<Op>(with, a);
}

constexpr handle pad(Handle auto a, std::int64_t axis, std::int64_t begin, extent const& total) {
  auto& g = *a.g;
  shape const to = detail::with_extent(a.shape(), axis, total);
  if (a.shape() == to) return a;
  if (detail::is_constant(a, 0)) return constant_node(g, 0, to);
  return detail::put_node<opcode::pad>(g, to, {axis, begin}, a.id);
}

constexpr handle flip(Handle auto a, std::int64_t axis) {
  if (a.shape()[static_cast<int>(axis)].is_one() || detail::is_constant(a)) return a;
  if (a.is(opcode::flip) && a.at().with.p == axis) return a.arg(0);
  if (a.is(opcode::broadcast)) {
    if (detail::is_stretched(a, axis)) return a;
    return broadcast(flip(a.arg(0), detail::axis_below(a, axis)), shape(a.shape()));
  }
  return apply<operation<opcode::flip>>({axis, 0}, a);
}

constexpr handle concat(Handle auto a, Handle auto b, std::int64_t axis) {
  if (a.shape()[static_cast<int>(axis)] == extent{0}) return b;
  if (b.shape()[static_cast<int>(axis)] == extent{0}) return a;
  if (a.is(opcode::slice) && b.is(opcode::slice) && a.arg(0) == b.arg(0) && a.at().with.p == axis && b.at().with.p == axis) {
    using S = operation<opcode::slice>;  // what was cut in one place is whole again
    if (S::end(a.at().with) == S::begin(b.at().with)) return slice(a.arg(0), axis, S::begin(a.at().with), S::end(b.at().with));
  }
  return apply<operation<opcode::concat>>({axis, 0}, a, b);
}

namespace detail {

/// Two pads beside each other are one of the joined pieces, so that the adjoints of slices become one array; id -1 where they
/// are not neighbours.
constexpr handle join_pads(Handle auto a, Handle auto b) {
  if (!a.is(opcode::pad) || !b.is(opcode::pad) || a.at().with.p != b.at().with.p || !(a.shape() == b.shape())) return {};
  std::int64_t const axis = a.at().with.p, begin_a = a.at().with.q, begin_b = b.at().with.q;
  auto const i = static_cast<int>(axis);
  extent const total = a.shape()[i];
  auto const x = a.arg(0), y = b.arg(0);
  if (begin_a + x.shape()[i].factor == begin_b) return pad(concat(x, y, axis), axis, begin_a, total);
  if (begin_b + y.shape()[i].factor == begin_a) return pad(concat(y, x, axis), axis, begin_b, total);
  return {};
}

/// The same where one of the two is a sum that has such a pad.
constexpr handle join_pad_with_sum(Handle auto a, Handle auto b) {
  if (auto const joined = join_pads(a, b); joined.g) return joined;
  if (a.is(opcode::add) && b.is(opcode::pad))
    for (int k : {0, 1})
      if (auto const joined = join_pads(a.arg(k), b); joined.g) return a.arg(1 - k) + joined;
  return {};
}

}  // namespace detail

}  // namespace ctg::inline v0
