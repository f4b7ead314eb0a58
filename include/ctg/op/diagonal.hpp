// SPDX-License-Identifier: MIT
// Diagonals, by a mask [i = j] that no memory holds: A ⊙ I and its sums fuse with their neighbours and derive by
// themselves.
#pragma once

#include <ctg/op/algebra.hpp>

namespace ctg::inline v0::detail {

/// [i = j] for axes i and j of a shape, the same along all others.
constexpr handle diagonal_mask(Builder auto& g, shape const& s, int i, int j) {
  auto along = [&](int axis) {
    shape line;
    for (int k = axis; k < s.rank; ++k) line.push(k == axis ? s[k] : extent{1});
    return broadcast(reshape(iota_node(g, s[axis]), line), s);
  };
  return make<opcode::equal>(along(i), along(j));
}

/// The diagonal over axes i < j, which becomes axis i; what lies beside it counts as 0, even an infinity.
constexpr handle take_diagonal(Handle auto x, int i, int j) {
  shape const s = x.shape();
  shape rest;
  for (int k = 0; k < s.rank; ++k)
    if (k != j) rest.push(s[k]);
  auto const kept = make<opcode::masked_product>(diagonal_mask(*x.g, s, i, j), x);
  return reshape(sum_axes(kept, std::int64_t{1} << j), rest);
}

// The axis along which a node counts 0, 1, 2, …, by its place from the right; -1 where it does not.
constexpr int counted_axis(graph_view g, int i) {
  while (g[i].is(opcode::broadcast)) i = g[i].args[0];
  shape const& s = g.shape_of(i);
  if (g[i].is(opcode::reshape)) i = g[i].args[0];
  if (!g[i].is(opcode::iota)) return -1;
  int axis = -1;
  for (int k = 0; k < s.rank; ++k) {
    if (s[k].is_one()) continue;
    if (axis >= 0) return -1;
    axis = s.rank - k;
  }
  return axis;
}

/// Whether a node is [i = j] over its last two axes: the identity matrix, or a batch of it.
constexpr bool is_identity(graph_view g, int i) {
  if (!g[i].is(opcode::equal)) return false;
  int const a = counted_axis(g, g[i].args[0]), b = counted_axis(g, g[i].args[1]);
  return (a == 1 && b == 2) || (a == 2 && b == 1);
}
constexpr bool is_identity(handle h) { return is_identity(view(*h.g), h.id); }

}  // namespace ctg::inline v0::detail
