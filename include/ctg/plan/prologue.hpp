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
  /// Notes the factors that products make. `part`: by node, the part of a loop that it hangs together with. Returns, by
  /// part, whether it is a prologue.
  constexpr detail::sequence<char> find_prologues(detail::sequence<int> const& part) {
    detail::sequence<char> taken(count_, 0);
    bool any = false;
    for (int p = 0; p < size(); ++p) {
      if (levels_[p] != level::product || is_straight_line(p)) continue;
      for (int k = 0; k < 2; ++k)
        if (may_make(p, n(p).args[k])) {
          f_.made[p] = static_cast<char>(f_.made[p] | 1 << k);
          any = true;
        }
    }
    if (!any) return taken;
    // by part: how many of its values are read outside; what is no entry for entry work (another product, whose
    // epilogue it would be, or a reduction) counts as two
    detail::sequence<int> exits(count_, 0);
    for (int i = 0; i < size(); ++i) {
      if (depth_[i] < 0) continue;
      bool leaves = wanted(i);
      for (int r : readers(i)) leaves = leaves || part[r] != part[i];
      exits[part[i]] += levels_[i] == level::element ? leaves : 2;
    }
    for (int p = 0; p < size(); ++p)
      for (int k = 0; k < 2; ++k) {
        if (!(f_.made[p] >> k & 1)) continue;
        int const root = part[base(n(p).args[k])];
        if (exits[root] == 1)
          taken[root] = 1;
        else
          f_.made[p] = static_cast<char>(f_.made[p] & ~(1 << k));
      }
    return taken;
  }

  // Whether the compiler knows the extents of product i, and they are small.
  constexpr bool is_straight_line(int i) const {
    shape const &s = shape_of(i), &a = shape_of(n(i).args[0]);
    auto const small = [](extent const& e) { return e.is_static() && e.factor <= kernel::straight_line_extent; };
    return s.rank == 2 && small(s[0]) && small(s[1]) && small(a[a.rank - 1]);
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
