// SPDX-License-Identifier: MIT
// Which nodes share a kernel: nodes of one depth and one space run in one loop nest, a product takes the loop that
// reads it as its epilogue and those that make its factors as its prologue, and what only finishes a reduction (b -=
// lr·db, the division of a mean) joins the step that reduces.
#pragma once

#include <ctg/plan/prologue.hpp>

namespace ctg::inline v0::plan {

template <class Late>
class fuser_of : prologues_of<Late> {
  using placed = prologues_of<Late>;
  using placed::base, placed::count_, placed::depth_, placed::f_, placed::g_, placed::group_, placed::keep_made,
      placed::runs_alone, placed::is_straight_line, placed::levels_, placed::n, placed::note_made, placed::pass_,
      placed::placed_in_, placed::readers, placed::reads_in_loop, placed::requests_, placed::shape_of, placed::size,
      placed::stored_, placed::wanted, placed::wanted_;

 public:
  using placed::behind_everything;
  using placed::placed;

  constexpr fusion_of<Late> run() {
    placement_of<Late>::run();
    form_groups();
    find_stored();
    find_passes();
    return std::move(f_);
  }

 private:
  // Loops: connected parts of one depth and space; parts without a product merge into one pass over memory.
  constexpr void form_groups() {
    detail::sequence<int> parents(count_, 0);
    int* const parent = parents.data();
    for (int i = 0; i < size(); ++i) parent[i] = i;
    auto find = [&](int i) {
      while (parent[i] != i) i = parent[i] = parent[parent[i]];
      return i;
    };
    auto same_loop = [&](int i, int j) {
      return depth_[i] >= 0 && depth_[i] == depth_[j] && placed_in_[i] == placed_in_[j];
    };
    for (int i = 0; i < size(); ++i)
      if (depth_[i] >= 0 && levels_[i] != level::product)
        for (int a : n(i).args)
          if (a >= 0 && same_loop(i, base(a)) && reads_in_loop(i, base(a))) parent[find(i)] = find(base(a));
    detail::sequence<char> apart(count_, 0);  // by part: with a product, or the prologue of one
    for (int i = 0; i < size(); ++i)
      if (levels_[i] == level::product) {
        apart[find(i)] = 1;
        note_made(i);
      }
    for (request const& r : requests_) find_update(r);
    keep_made(find, apart);
    int deepest = 0;
    for (int d : f_.depth)
      if (d < behind_everything && d > deepest) deepest = d;
    detail::sequence<detail::sequence<int>> loops(deepest + 2);  // by depth, a node of each loop that is not apart
    for (int i = 0; i < size(); ++i) {
      if (depth_[i] < 0 || apart[find(i)] || levels_[i] == level::called) continue;
      bool known = false;
      auto& here = loops[std::min(depth_[i], deepest + 1)];
      for (int j : here)
        if (same_loop(i, j)) {
          parent[find(i)] = find(j);
          known = true;
          break;
        }
      if (!known) here.push_back(i);
    }
    detail::sequence<int> number(count_, -1);
    for (int i = 0; i < size(); ++i) {
      if (depth_[i] < 0 || runs_alone(levels_[i]) || levels_[i] == level::added) continue;
      int const root = find(i);
      if (number[root] < 0) {
        number[root] = static_cast<int>(f_.group_depth.size());
        f_.group_depth.push_back(depth_[i]);
        f_.group_space.push_back(placed_in_[i]);
        f_.members.push_back({});
      }
      group_[i] = number[root];
      f_.members[group_[i]].push_back(i);
    }
    // the last product of a part runs the loop as its epilogue
    for (int i = size() - 1; i >= 0; --i)
      if (levels_[i] == level::product) {
        int& loop = number[find(i)];
        if (loop < 0) continue;
        group_[i] = loop;
        loop = -1;
      }
  }

  // Whether request r is an update of its leaf: the product, whose only reader is that loop, computes it by itself.
  // What straight-line code computes keeps its loop, and so do single rows and columns, which have none by blocks.
  constexpr void find_update(request const& r) {
    update_reader_of<Late> u(g_, f_.views, f_.levels);
    if (r.leaf < 0 || !u.read(r.node)) return;
    update_match const& found = u.found();
    int const p = found.product;
    auto const read_once = [&](int i) { return !wanted(i) && readers(i).size() == 1; };
    if (found.leaf != r.leaf || depth_[r.node] != depth_[p] || !read_once(p) || times_wanted(r.node) != 1 ||
        squeezed(shape_of(p)).rank != shape_of(p).rank || is_straight_line(p))
      return;
    for (int x : found.chain)
      if (x != r.node && !read_once(x)) return;
    for (int reader : readers(r.node))
      if (depth_[reader] == depth_[p]) return;
    for (int x : found.chain) levels_[x] = level::added;
    f_.update[p] = r.node;
  }
  constexpr int times_wanted(int i) const {
    int times = 0;
    for (request const& r : requests_) times += r.node == i;
    return times;
  }

  constexpr void find_stored() {
    for (int i = 0; i < size(); ++i) stored_[i] = wanted_[i];
    for (int i = 0; i < size(); ++i) {
      if (depth_[i] < 0 || levels_[i] == level::added) continue;
      for (int r : readers(i)) {
        if (levels_[r] == level::inlined) continue;
        bool const in_loop =
            group_[r] >= 0 && group_[r] == group_[i] && levels_[r] != level::product && reads_in_loop(r, i);
        if (in_loop) continue;
        stored_[i] = 1;
        if (levels_[i] == level::element) f_.read_outside.push_back({i, r});
      }
      if (levels_[i] == level::reduced) stored_[i] = 1;  // gathered in memory
    }
    for (std::size_t i = 0; i < count_; ++i)
      if (f_.update[i] >= 0) stored_[i] = 0;
  }

  constexpr void find_passes() {
    f_.group_passes.assign(f_.members.size(), 1);
    for (std::size_t group = 0; group < f_.members.size(); ++group)
      for (int i : f_.members[group]) {
        int p = 0;
        for (int a : n(i).args)
          if (a >= 0 && group_[base(a)] == static_cast<int>(group) && levels_[base(a)] != level::product)
            p = std::max(p, pass_[base(a)]);
        bool const row = levels_[i] == level::row;
        if (row && n(i).op->kind == family::reduction) ++p;  // ready behind the pass that gathers it
        pass_[i] = p;
        f_.group_passes[group] = std::max(f_.group_passes[group], row ? p : p + 1);
      }
  }
};
using fuser = fuser_of<void>;

}  // namespace ctg::inline v0::plan
