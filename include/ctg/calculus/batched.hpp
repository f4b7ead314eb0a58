// SPDX-License-Identifier: MIT
// A tensor with batch axes b in front of its own axes s, whose structure is kept:
// T[b, s] = dense[b, s] · Π [b_p = s_q]   over pairs (p, q) of a batch axis and an own axis, and `dense` has extent 1
// wherever it is the same for all: the identity is dense = 1 with all axes paired, a diagonal has them paired still,
// I ⊗ Wᵀ has the rows paired. A pair becomes a comparison of two indices only where the result is wanted entry by
// entry.
#pragma once

#include <ctg/calculus/scan.hpp>
#include <ctg/graph/extents.hpp>

namespace ctg::inline v0::detail {

constexpr shape joined_shapes(shape a, shape const& b) {
  for (int i = 0; i < b.rank; ++i) a.push(b[i]);
  return a;
}
/// The axes [begin, end) of s.
constexpr shape part_of(shape const& s, int begin, int end) {
  shape r;
  for (int i = begin; i < end; ++i) r.push(s[i]);
  return r;
}

constexpr shape ones(int rank) {
  shape s;
  for (int i = 0; i < rank; ++i) s.push(extent{1});
  return s;
}
constexpr int count_names(shape const& s) {
  int count = 0;
  for (int i = 0; i < s.rank; ++i) count += count_names(s[i]);
  return count;
}

constexpr handle swapped(Handle auto h, int a, int b) {
  if (a == b) return h;
  int axes[max_rank]{};
  for (int i = 0; i < h.shape().rank; ++i) axes[i] = i;
  std::swap(axes[a], axes[b]);
  return permute(h, pack_permutation(h.shape().rank, axes));
}

/// [i_p = i_q] over a tensor of that rank whose axes p and q have n entries, all others one.
constexpr handle delta(Builder auto& g, int rank, int p, int q, extent const& n) {
  auto const i = iota_node(g, n);
  shape at_p = ones(rank), at_q = at_p;
  at_p[p] = n;
  at_q[q] = n;
  auto const left = reshape(i, at_p);
  return make<opcode::equal>(left, reshape(i, at_q));
}

template <class Late>
struct basic_batched {
  using batched = basic_batched;
  using handle = late<Late, ctg::handle>;

  handle dense{};
  shape batch{}, own{};
  std::int8_t pair[max_rank]{-1, -1, -1, -1, -1, -1, -1, -1};  // own axis -> batch axis

  constexpr builder& graph() const { return *dense.g; }
  constexpr int lead() const { return batch.rank; }
  constexpr std::int8_t& paired(int q) { return pair[q]; }
  constexpr int paired(int q) const { return pair[q]; }

  static constexpr batched of(handle dense, int lead) {
    shape const s = dense.shape();
    return {dense, part_of(s, 0, lead), part_of(s, lead, s.rank)};
  }
  /// A seed for each entry: T[b, s] = [b = s].
  static constexpr batched identity(Builder auto& g, shape const& of) {
    batched v{constant_node(g, 1, ones(2 * of.rank)), of, of};
    for (int i = 0; i < of.rank; ++i)
      if (!of[i].is_one()) v.paired(i) = static_cast<std::int8_t>(i);
    return v;
  }

  /// Own axis q no longer in a pair: the comparison is made.
  constexpr void resolve(int q) {
    int const p = paired(q);
    if (p < 0) return;
    paired(q) = -1;
    dense = dense % delta(graph(), lead() + own.rank, p, lead() + q, own[q]);
  }
  /// Own axis q has one entry in `dense`: what was paired with it stands on the batch axis.
  constexpr void move_to_batch(int q) {
    dense = swapped(dense, paired(q), lead() + q);
    paired(q) = -1;
  }
  /// Unit axes in front of its own.
  constexpr void lift(int rank) {
    int const more = rank - own.rank;
    if (more <= 0) return;
    shape const s = dense.shape();
    dense = reshape(dense, joined_shapes(joined_shapes(part_of(s, 0, lead()), ones(more)), part_of(s, lead(), s.rank)));
    own = joined_shapes(ones(more), own);
    for (int q = rank - 1; q >= 0; --q) paired(q) = static_cast<std::int8_t>(q >= more ? paired(q - more) : -1);
  }
  constexpr void permute_own(std::int64_t permutation) {
    int axes[max_rank]{};
    batched const from = *this;
    for (int i = 0; i < lead(); ++i) axes[i] = i;
    for (int i = 0; i < own.rank; ++i) {
      int const k = permuted(permutation, i);
      axes[lead() + i] = lead() + k;
      own[i] = from.own[k];
      paired(i) = static_cast<std::int8_t>(from.paired(k));
    }
    dense = permute(dense, pack_permutation(lead() + own.rank, axes));
  }
  /// Batch axes and own axes change places.
  constexpr batched exchanged() const {
    batched r{dense, own, batch};
    int axes[max_rank]{};
    for (int i = 0; i < own.rank; ++i) axes[i] = lead() + i;
    for (int i = 0; i < lead(); ++i) axes[own.rank + i] = i;
    r.dense = permute(dense, pack_permutation(lead() + own.rank, axes));
    for (int q = 0; q < own.rank; ++q) {
      int const p = paired(q);
      if (p < 0) continue;
      r.dense = swapped(r.dense, q, own.rank + p);  // what a pair holds stands on the own axis
      r.paired(p) = static_cast<std::int8_t>(q);
    }
    return r;
  }
  /// All entries: the batch axes followed by its own.
  constexpr handle resolved() const {
    batched v = *this;
    for (int q = 0; q < own.rank; ++q) v.resolve(q);
    return broadcast(v.dense, joined_shapes(batch, own));
  }
};
using batched = basic_batched<void>;

}  // namespace ctg::inline v0::detail
