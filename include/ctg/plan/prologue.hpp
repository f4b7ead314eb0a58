// SPDX-License-Identifier: MIT
// Prologues: an element-wise chain that only products read is computed part by part as they read it, and never stored
// as a whole.
#pragma once

#include <ctg/plan/placement.hpp>

namespace ctg::inline v0::plan {

template <class Late>
class prologues_of : protected placement_of<Late> {
 public:
  using placed = placement_of<Late>;
  using placed::behind_everything;
  using placed::placed;

 protected:
  using placed::base, placed::count_, placed::depth_, placed::f_, placed::levels_, placed::n, placed::readers,
      placed::shape_of, placed::size, placed::views_, placed::wanted;
  /// Notes the factors that product p may make.
  constexpr void note_made(int p) {
    if (is_straight_line(p)) return;
    for (int k = 0; k < 2; ++k)
      if (may_make(p, n(p).args[k])) f_.made.push_back(2 * p + k);
  }

  /// Keeps those that are parts of their own. `find(i)`: the part that node i hangs together with; `apart`: by part,
  /// whether it has a product, and from here on whether it is a prologue.
  template <class Find>
  constexpr void keep_made(Find const& find, detail::sequence<char>& apart) {
    bool any = false;
    for (int m : f_.made) any = any || !apart[find(base(n(m / 2).args[m % 2]))];
    if (!any) f_.made.clear();
    if (!any) return;
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
      int const b = base(n(m / 2).args[m % 2]), part = find(b);
      if (exits[part] != 1 || !(readers(b).size() == 1 || is_made_twice(find, b))) continue;
      kept.push_back(m);
      apart[part] = 1;
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
  // Whether two products read chain b and each makes it for itself: four operations at most on one operand of its size.
  // Stored, this is written once and read twice, beside the one reading of its operand; made, that is read twice
  // (256x1024x256 and back 2.73 -> 2.70 ms, 8192x64x64 1.65 -> 1.57 ms).
  template <class Find>
  constexpr bool is_made_twice(Find const& find, int b) const {
    if (*readers(b).begin() == *(readers(b).begin() + 1)) return false;
    int made = 0, whole = -1;
    for (int m : f_.made) made += base(n(m / 2).args[m % 2]) == b;
    std::int64_t flops = 0;
    for (int i = 0; i < size(); ++i) {
      if (depth_[i] < 0 || find(i) != find(b)) continue;
      flops += n(i).op->flops;
      if (n(i).op->transcendental) return false;
      for (int a : n(i).args) {
        int const x = a < 0 ? -1 : base(a);
        bool const inside = x < 0 || find(x) == find(b) || (is_source(n(x)) && !n(x).is(opcode::leaf));
        if (inside || squeezed(shape_of(x)).rank < shape_of(b).rank) continue;
        if (whole >= 0 && whole != x) return false;
        whole = x;
      }
    }
    return made == 2 && flops <= 4;
  }

  // Whether factor a of product p is computed entry for entry, for one reader or two, and is read as it lies or
  // transposed.
  constexpr bool may_make(int p, int a) const {
    int const b = base(a);
    if (levels_[b] != level::element || depth_[b] >= behind_everything || wanted(b) || readers(b).size() > 2)
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
