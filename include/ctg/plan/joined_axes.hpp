// SPDX-License-Identifier: MIT
// Axes of a loop's space that all its operands walk as one: neighbours in memory wherever they are walked at all. As
// one axis they make longer rows, and what is reduced along both is reduced along a row.
#pragma once

#include <ctg/plan/placement.hpp>

namespace ctg::inline v0::plan {

/// Bit k of `joined`: axis k is walked as a part of axis k + 1.
template <class = void>
constexpr operand join_axes(operand o, unsigned joined) {
  if (joined == 0) return o;
  std::size_t k = 0;
  for (std::size_t i = 0; i < max_rank; ++i)
    if (!(joined >> i & 1)) o.axis[k++] = o.axis[i];
  for (; k < max_rank; ++k) o.axis[k] = -1;
  return o;
}
template <class = void>
constexpr shape join_axes(shape const& space, unsigned joined) {
  if (joined == 0) return space;
  shape r;
  extent n{1};
  for (int i = 0; i < space.rank; ++i) {
    n = n * space[i];
    if (joined >> i & 1) continue;
    r.push(n);
    n = extent{1};
  }
  return r;
}

template <class Late>
class axis_joiner_of {
 public:
  constexpr axis_joiner_of(builder const& g, fusion_of<Late> const& f, detail::sequence<int> const& storage_of,
                           detail::sequence<storage> const& storages, detail::sequence<std::pair<int, int>> const& also)
      : g_(g), f_(f), storage_of_(storage_of), storages_(storages), also_(also) {}

  /// The axes of a group's space that join; none where all would, for that is one long row (`loop::flat`).
  constexpr unsigned find(int group) {
    space_ = g_.shapes[f_.group_space[group]];
    unsigned const all = (1u << (space_.rank - 1)) - 1;
    joined_ = all;
    for (int k = 0; k < space_.rank - 1; ++k)
      if (detail::count_names(space_[k]) + detail::count_names(space_[k + 1]) > 1) keep_apart(k);
    for (int i : f_.members[group]) {
      note_result(i);
      for (int a : n(i).args)
        if (a >= 0 && joined_) note_operand(i, a, group);
    }
    return joined_ == all ? 0 : joined_;
  }

 private:
  constexpr detail::late<Late, node> const& n(int i) const { return g_.nodes[i]; }
  constexpr detail::late<Late, shape> const& shape_of(int i) const { return g_.shapes[n(i).shape]; }
  constexpr void keep_apart(int k) { joined_ &= ~(1u << k); }

  constexpr void note_result(int i) {
    level const l = f_.levels[i];
    if (l == level::row) keep_apart(space_.rank - 2);
    if (l == level::reduced) {
      shape const& s = shape_of(i);
      note(walk(own_view(i, n(i), s), n(i).with.q ? shape{} : s, shape_of(n(i).args[0]), 0, s, false), s);
    } else if (f_.stored[i] && storages_[storage_of_[i]].is_view) {
      joined_ = 0;
    }
    for (auto const& [node, leaf] : also_)
      if (node == i && storages_[leaf].is_view) joined_ = 0;
  }

  constexpr void note_operand(int i, int a, int group) {
    view const& v = f_.views[a];
    int const b = v.base;
    if (f_.group[b] == group && f_.levels[b] != level::product) return;
    if (n(b).is(opcode::iota) || n(b).is(opcode::one_hot)) joined_ = 0;
    if (f_.levels[b] == level::inlined || (is_source(n(b)) && !n(b).is(opcode::leaf))) return;
    shape const& over = shape_of(n(i).op->kind == family::reduction ? n(i).args[0] : i);
    if (storages_[storage_of_[b]].is_view) joined_ = 0;
    note(walk(v, shape_of(a), over, 0, g_.shapes[v.shape], false), g_.shapes[v.shape]);
  }

  constexpr void note(operand const& o, shape const& memory) {
    for (int k = 0; k < space_.rank - 1; ++k) {
      int const outer = o.axis[k], inner = o.axis[k + 1];
      if (outer < 0 && inner < 0) continue;
      bool together = outer >= 0 && inner > outer && o.begin[inner] == 0 && memory[inner] == space_[k + 1] &&
                      !(o.reversed >> outer & 1) && !(o.reversed >> inner & 1);
      for (int x = outer + 1; together && x < inner; ++x) together = memory[x].is_one();
      if (!together) keep_apart(k);
    }
  }

  builder const& g_;
  fusion_of<Late> const& f_;
  detail::sequence<int> const& storage_of_;
  detail::sequence<storage> const& storages_;
  detail::sequence<std::pair<int, int>> const& also_;
  shape space_;
  unsigned joined_ = 0;
};

}  // namespace ctg::inline v0::plan
