// SPDX-License-Identifier: MIT
// Prologues: an element-wise chain that only a product reads is computed part by part as the product reads it, and
// never stored as a whole.
#pragma once

#include <ctg/plan/placement.hpp>

namespace ctg::inline v0::plan {

template <class>
class prologues_of : protected placement_of<void> {
 public:
  using placement_of<void>::behind_everything;
  using placement_of<void>::placement_of;

 protected:
  /// Notes the factors that product p may make.
  constexpr void note_made(int p) {
    if (is_straight_line(p)) return;
    for (int k = 0; k < 2; ++k)
      if (may_make(p, n(p).args[k])) f_.made.push_back(2 * p + k);
  }

  /// Keeps those that are a part of a loop of their own; visit(part) for each. `find(i)`: the part that node i hangs
  /// together with.
  template <class Find, class F>
  constexpr void keep_made(Find const& find, F const& visit) {
    if (f_.made.empty()) return;
    // by part: how many of its values are read outside; what is no entry for entry work (another product, whose
    // epilogue it would be, or a reduction) counts as two
    detail::sequence<int> exits(count_, 0);
    for (int i = 0; i < size(); ++i) {
      if (depth_[i] < 0) continue;
      int const part = find(i);
      bool leaves = wanted(i);
      for (int r : readers(i)) leaves = leaves || find(r) != part;
      exits[part] += levels_[i] == level::element ? leaves : 2;
    }
    detail::sequence<int> kept;
    for (int m : f_.made) {
      int const part = find(base(n(m / 2).args[m % 2]));
      if (exits[part] != 1) continue;
      kept.push_back(m);
      visit(part);
    }
    f_.made = std::move(kept);
  }

  // Whether the compiler knows the extents of product i, and they are small.
  constexpr bool is_straight_line(int i) const {
    shape const &s = shape_of(i), &a = shape_of(n(i).args[0]);
    auto const is_small = [](extent const& e) { return e.is_static() && e.factor <= kernel::straight_line_extent; };
    return s.rank == 2 && is_small(s[0]) && is_small(s[1]) && is_small(a[a.rank - 1]);
  }

 private:
  // Whether factor a of product p is computed entry for entry, for p alone, and is read as it lies or transposed.
  constexpr bool may_make(int p, int a) const {
    int const b = base(a);
    if (levels_[b] != level::element || depth_[b] >= behind_everything || wanted(b) || readers(b).size() != 1)
      return false;
    view const& v = views_[a];
    shape const &whole = shape_of(b), &factor = shape_of(a), &space = shape_of(p);
    int const rank = whole.rank;
    if (rank < 2 || factor.rank != rank || space.rank != rank || squeezed(whole).rank != rank) return false;
    if (v.shape != n(b).shape || !v.from_the_start()) return false;
    for (int i = 0; i < rank; ++i) {
      int const axis = v.axis[i];
      if (axis < 0 || !(factor[i] == whole[axis])) return false;
      bool const batch = i < rank - 2;
      if (batch ? axis != i || !(space[i] == whole[i]) : axis < rank - 2) return false;
    }
    return true;
  }
};

}  // namespace ctg::inline v0::plan
