// SPDX-License-Identifier: MIT
// Diagonals, by a mask [i = j] that no memory holds: A ⊙ I and its sums fuse with their neighbours and derive by
// themselves.
#pragma once

#include <ctg/op/operations.hpp>

namespace ctg::inline v0::detail {

/// [i = j] for axes i and j of a shape, the same along all others.
constexpr handle diagonal_mask(builder& g, shape const& s, int i, int j) {
  auto along = [&](int axis) {
    shape line;
    for (int k = axis; k < s.rank; ++k) line.push(k == axis ? s[k] : extent{1});
    return broadcast(reshape(iota_node(g, s[axis]), line), s);
  };
  return make<opcode::equal>(along(i), along(j));
}

/// The diagonal over axes i < j, which becomes axis i; what lies beside it counts as 0, even an infinity.
constexpr handle take_diagonal(handle x, int i, int j) {
  shape const s = x.shape();
  shape rest;
  for (int k = 0; k < s.rank; ++k)
    if (k != j) rest.push(s[k]);
  handle const kept = make<opcode::masked_product>(diagonal_mask(*x.g, s, i, j), x);
  return reshape(sum_axes(kept, std::int64_t{1} << j), rest);
}

}  // namespace ctg::inline v0::detail
