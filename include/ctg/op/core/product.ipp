// SPDX-License-Identifier: MIT
// A part of op/algebra.hpp, not a header of its own: these operations are what the algebra builds, and their rules are
// written in it.
//
// The matrix product over the last two axes; leading axes are batches and broadcast.
#pragma once

namespace ctg::inline v0 {

// Y = A B            dA = dY Bᵀ,  dB = Aᵀ dY
template <>
struct operation<opcode::product> : detail::layout {
  static constexpr char const* name = "·";
  static constexpr family kind = family::product;
  static constexpr int arity = 2;
  static constexpr notation style = notation::infix;
  static constexpr int precedence = 25;
  static constexpr shape_result result(shape const* s, parameters) {
    shape const &a = s[0], &b = s[1];
    if (a.rank < 2 || b.rank < 2) return misfit::rank;
    if (!(a[a.rank - 1] == b[b.rank - 2])) return misfit::inner;
    shape lead_a = a, lead_b = b;
    lead_a.rank -= 2;
    lead_b.rank -= 2;
    shape_result r = broadcast_shapes(lead_a, lead_b);
    if (r.problem != misfit::none) return misfit::batch;
    r.value.push(a[a.rank - 2]);
    r.value.push(b[b.rank - 1]);
    return r;
  }
  static constexpr void pull(auto& p) {
    auto const a = p.x(0), b = p.x(1);
    p.give(0, product(p.dy, transpose(b)));
    p.give(1, product(transpose(a), p.dy));
  }
};

constexpr handle product(Handle auto a, Handle auto b) {
  auto& g = *a.g;
  if (detail::is_constant(a, 0) || detail::is_constant(b, 0)) {
    shape const s[] = {a.shape(), b.shape()};
    shape_result const r = operation<opcode::product>::result(s, {});
    if (r.problem == misfit::none) return constant_node(g, 0, r.value);
  }
  return make<opcode::product>(a, b);
}

}  // namespace ctg::inline v0
