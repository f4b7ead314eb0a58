// SPDX-License-Identifier: MIT
// Layout operations as ways to read memory: which storage a node's entries are in, and by which of its axes.
#pragma once

#include <ctg/op/algebra.hpp>
#include <ctg/plan/plan.hpp>

namespace ctg::inline v0::plan {

/// Entry i of a node is entry (i[axis⁻¹]) of its base, whose memory is read in `shape`; axis -1: the same for all.
/// Along axis a of the memory reading starts at begin[a], counted from the end and backwards where bit a of `reversed`
/// is set.
struct view {
  int base = -1;
  int shape = -1;
  std::array<std::int8_t, max_rank> axis{-1, -1, -1, -1, -1, -1, -1, -1};
  std::array<std::int32_t, max_rank> begin{};
  std::uint8_t reversed = 0;

  constexpr bool from_the_start() const { return plan::from_the_start(begin, reversed); }
};

constexpr bool is_view(node const& n) {
  return n.is(opcode::broadcast) || n.is(opcode::transpose) || n.is(opcode::reshape) || n.is(opcode::slice) ||
         n.is(opcode::flip);
}
constexpr bool is_source(node const& n) { return n.op->kind == family::source; }
constexpr bool is_compute(node const& n) { return !is_view(n) && !is_source(n); }

/// The node of the constant that all entries of a result are, null if they are none: it is written before the first run
/// and by no kernel (the gradient of a sum took as long as the sum).
template <class = void>
constexpr node const* filled_with(detail::span<node const> nodes, storage const& s) {
  if (s.kind != storage_kind::buffer || !s.persists || s.index < 0) return nullptr;
  node const* n = &nodes[s.index];
  if (!n->is(opcode::stop_gradient)) return nullptr;  // the copy that a result is of what takes no work
  do n = &nodes[n->args[0]];
  while (is_view(*n));
  return n->is(opcode::constant) ? n : nullptr;
}

/// s without its axes of extent 1.
template <class = void>
constexpr shape squeezed(shape const& s) {
  shape r;
  for (int i = 0; i < s.rank; ++i)
    if (!s[i].is_one()) r.push(s[i]);
  return r;
}

template <class = void>
constexpr view own_view(int id, node const& n, shape const& s) {
  view v{id, n.shape};
  for (int i = 0; i < s.rank; ++i) v.axis[i] = static_cast<std::int8_t>(s[i].is_one() ? -1 : i);
  return v;
}

// Whether v, seen in shape s, walks over all of its memory, axis for axis.
template <class = void>
constexpr bool is_plain(view const& v, shape const& s, shape const& memory) {
  if (!v.from_the_start()) return false;
  int next = 0;
  for (int i = 0; i < s.rank; ++i) {
    if (s[i].is_one()) continue;
    while (next < memory.rank && memory[next].is_one()) ++next;
    if (v.axis[i] != next || !(memory[next] == s[i])) return false;
    ++next;
  }
  while (next < memory.rank && memory[next].is_one()) ++next;
  return next == memory.rank;
}

/// The view of node n, whose operand is seen by `of`; nullopt-like base -1 where the operand must be copied first.
template <class = void>
constexpr view compose(builder const& g, int id, view const& of, bool base_is_padded) {
  node const& n = g.nodes[id];
  shape const& s = g.shapes[n.shape];
  node const& x = g.nodes[n.args[0]];
  shape const& from = g.shapes[x.shape];
  view v{of.base, of.shape};
  v.begin = of.begin;
  v.reversed = of.reversed;
  if ((n.is(opcode::slice) || n.is(opcode::flip)) && g.nodes[of.base].is(opcode::iota)) {
    v.base = -1;
  } else if (n.is(opcode::slice)) {
    v.axis = of.axis;
    int const axis = static_cast<int>(n.with.p);
    if (v.axis[axis] < 0) return v;
    v.begin[v.axis[axis]] += static_cast<std::int32_t>(operation<opcode::slice>::begin(n.with));
    if (s[axis].is_one()) v.axis[axis] = -1;
  } else if (n.is(opcode::flip)) {
    v.axis = of.axis;
    std::int8_t const a = v.axis[n.with.p];
    if (a < 0) return v;
    // the last entry read becomes the first: n − begin − length from the other end
    extent const whole = g.shapes[of.shape][a], part = s[static_cast<int>(n.with.p)];
    auto& begin = v.begin[a];
    if (whole.is_static() && part.is_static())
      begin = static_cast<std::int32_t>(whole.factor - part.factor) - begin;
    else if (!(whole == part))
      v.base = -1;  // where the slice ends, counted from the other end, only the run knows
    v.reversed = static_cast<std::uint8_t>(v.reversed ^ (1u << a));
  } else if (n.is(opcode::transpose)) {
    for (int i = 0; i < s.rank; ++i) v.axis[i] = of.axis[detail::permuted(n.with.p, i)];
  } else if (n.is(opcode::broadcast)) {
    for (int i = 0; i < from.rank; ++i)
      if (!from[i].is_one()) v.axis[i + s.rank - from.rank] = of.axis[i];
  } else if (squeezed(s) == squeezed(from)) {  // a reshape that only adds or drops unit axes
    int k = 0;
    for (int i = 0; i < s.rank; ++i) {
      if (s[i].is_one()) continue;
      while (from[k].is_one()) ++k;
      v.axis[i] = of.axis[k++];
    }
  } else if (!base_is_padded && !g.nodes[of.base].is(opcode::iota) && is_plain(of, from, g.shapes[of.shape])) {
    v = own_view(of.base, n, s);
  } else {
    v.base = -1;
  }
  return v;
}

/// How the non-unit axes of `space` walk over an operand that is seen by v in shape s (axes align from the right).
template <class = void>
constexpr operand walk(view const& v, shape const& s, shape const& space, int storage, shape const& memory,
                       bool is_padded) {
  operand o{storage, v.shape};
  o.begin = v.begin;
  o.reversed = v.reversed;
  int k = 0, last = -1;
  for (int i = 0; i < space.rank; ++i) {
    if (space[i].is_one()) continue;
    int const j = i - (space.rank - s.rank);
    last = o.axis[k++] = j >= 0 && !s[j].is_one() ? v.axis[j] : static_cast<std::int8_t>(-1);
  }
  if (last < 0) {
    o.columns = column_mode::broadcast;
  } else {
    // unit stride: nothing but unit axes behind it, and no padding that could spread those
    bool unit = !(v.reversed >> last & 1);
    for (int i = last + 1; i < memory.rank; ++i) unit = unit && memory[i].is_one() && !is_padded;
    o.columns = unit ? column_mode::contiguous : column_mode::strided;
  }
  return o;
}

}  // namespace ctg::inline v0::plan
