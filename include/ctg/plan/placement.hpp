// SPDX-License-Identifier: MIT
// Where each node runs: its depth (how many kernels come before), its space (the extents of its loop) and its level
// (entry, row, reduced to memory, a product of its own). Nodes of one depth and one space can share a loop.
#pragma once

#include <ctg/kernel/gemm/blocking.hpp>
#include <ctg/plan/update.hpp>

namespace ctg::inline v0::plan {

template <class>
struct fusion_of {
  detail::sequence<view> views;    // by node
  detail::sequence<level> levels;  // by node
  detail::sequence<int> depth;     // by node
  detail::sequence<int> space;     // by node: interned squeezed shape
  detail::sequence<int> group;     // by node: loop, -1 for none; products: the loop that is their epilogue, or -1
  detail::sequence<char> stored;   // by node: its value is wanted in memory
  detail::sequence<int> pass;      // by node: the pass that computes it; of a row node the section it is ready in
  detail::sequence<int> group_depth, group_space, group_passes;
  detail::sequence<detail::sequence<int>> members;  // by group: its nodes without products, operands first
  detail::sequence<int> update;  // by node: the sum that a product adds to a leaf, -1 where it does not
  detail::sequence<int> made;    // 2 p + k where the prologue of product p makes factor k
  detail::sequence<std::pair<int, int>> read_outside;  // a value of level element, and who reads it in another kernel
};
using fusion = fusion_of<void>;

template <class Late>
class placement_of {
 public:
  /// The depth of late nodes.
  static constexpr int behind_everything = 1 << 16;

  /// `late` nodes are the copies that must run behind everything else; those `apart` read nothing of their own loop;
  /// those `again` are computed again for their readers, and nowhere else.
  constexpr placement_of(detail::late<Late, builder>& g, detail::sequence<char> const& needed,
                         detail::sequence<request> const& requests, detail::sequence<int> const& late,
                         detail::sequence<int> const& apart, detail::sequence<char> const& again)
      : g_(g),
        needed_(needed),
        requests_(requests),
        late_(late),
        apart_(apart),
        again_(again),
        copied_below_(static_cast<int>(again.size())),
        count_(g.nodes.size()),
        nodes_(g.nodes.data()) {
    wanted_.assign(count_, 0);
    for (auto const& r : requests) wanted_[r.node] = 1;
  }

  constexpr void run() {
    f_.views.assign(count_, view{});
    f_.levels.assign(count_, level::none);
    f_.depth.assign(count_, -1);
    f_.space.assign(count_, -1);
    f_.group.assign(count_, -1);
    f_.stored.assign(count_, 0);
    f_.pass.assign(count_, 0);
    f_.update.assign(count_, -1);
    views_ = f_.views.data();
    levels_ = f_.levels.data();
    depth_ = f_.depth.data();
    placed_in_ = f_.space.data();
    group_ = f_.group.data();
    stored_ = f_.stored.data();
    pass_ = f_.pass.data();
    number_spaces();
    consumers();
    for (int i = 0; i < size(); ++i)
      if (needed_[i]) place(i);
    push_late();
  }

 protected:
  constexpr int size() const { return static_cast<int>(count_); }
  constexpr detail::late<Late, node> const& n(int i) const { return nodes_[i]; }
  constexpr detail::late<Late, shape> const& shape_of(int i) const { return g_.shapes[n(i).shape]; }
  constexpr int base(int i) const { return views_[i].base; }

  // Readers that are not views, through the views between: one list, in which each node has a part.
  constexpr void consumers() {
    detail::sequence<int> read, reader, first(count_ + 1, 0);
    for (int i = 0; i < size(); ++i)
      if (needed_[i] && is_compute(n(i)))
        for (int a : n(i).args)
          if (a >= 0) {
            while (is_view(n(a))) a = n(a).args[0];
            read.push_back(a);
            reader.push_back(i);
            ++first[a + 1];
          }
    for (std::size_t i = 0; i < count_; ++i) first[i + 1] += first[i];
    first_reader_ = first;
    readers_.assign(read.size(), 0);
    for (std::size_t k = 0; k < read.size(); ++k) readers_[first[read[k]]++] = reader[k];
  }
  struct node_list {
    int const *first, *last;
    constexpr int const* begin() const { return first; }
    constexpr int const* end() const { return last; }
    constexpr bool empty() const { return first == last; }
    constexpr std::size_t size() const { return last - first; }
  };
  constexpr node_list readers(int i) const {
    return {readers_.data() + first_reader_[i], readers_.data() + first_reader_[i + 1]};
  }

  constexpr bool wanted(int i) const { return wanted_[i] != 0; }
  constexpr bool is_again(int i) const { return i < copied_below_ && again_[i]; }

  // By node, the number of its shape without unit axes: two of them compare as numbers.
  constexpr void number_spaces() {
    std::size_t const shapes = g_.shapes.size();
    detail::sequence<int> squeezed_shape;
    for (std::size_t k = 0; k < shapes; ++k) squeezed_shape.push_back(g_.intern(squeezed(shape(g_.shapes[k]))));
    for (node const& x : g_.nodes) space_.push_back(squeezed_shape[x.shape]);
  }

  // What reads its operands from memory.
  static constexpr bool runs_alone(node const& x) {
    return x.op->kind == family::product || x.op->kind == family::call;
  }
  static constexpr bool runs_alone(level l) { return l == level::product || l == level::called; }

  // The node over whose entries i reads its operands.
  constexpr int over(int i) const { return n(i).op->kind == family::reduction ? n(i).args[0] : i; }

  constexpr void place(int i) {
    node const& x = n(i);
    if (is_view(x)) {
      view const of = views_[x.args[0]];
      bool const padded = n(of.base).is(opcode::leaf) && g_.leaves[n(of.base).with.p]->is_view;
      views_[i] = compose(g_, i, of, padded);
      return;
    }
    views_[i] = own_view(i, x, shape_of(i));
    if (is_source(x)) return;
    if (runs_alone(x)) {
      levels_[i] = x.op->kind == family::product ? level::product : level::called;
      placed_in_[i] = space_[i];
      // a list is no step, and the results of a scan come with it
      bool const no_step = x.is(opcode::operands) || x.is(opcode::scan_result);
      depth_[i] = below(i) + (no_step ? 0 : 1);
      return;
    }
    if (x.op->kind == family::reduction) return place_reduction(i);
    if (is_inlined(i)) {
      levels_[i] = level::inlined;
      return;
    }
    place_elementwise(i);
  }

  // The greatest depth among the operands that are computed, -1 where there is none.
  constexpr int below(int i) const {
    int d = -1;
    for (int a : n(i).args)
      if (a >= 0 && depth_[base(a)] > d) d = depth_[base(a)];
    return d;
  }

  constexpr bool is_inlined(int i) const {
    if (wanted(i)) return false;
    for (int r : readers(i))
      if (runs_alone(n(r))) return false;
    if (n(i).is(opcode::one_hot)) {
      for (int r : readers(i)) {
        bool direct = false;
        for (int a : n(r).args) direct = direct || (a == i && space_[r] == space_[i]);
        if (n(r).op->kind == family::reduction) direct = n(r).args[0] == i;
        if (!direct) return false;
      }
      return is_source(n(base(n(i).args[0])));
    }
    if (!shape_of(i).one_entry()) return false;
    for (int a : n(i).args)
      if (a >= 0 && !is_source(n(base(a))) && levels_[base(a)] != level::inlined) return false;
    return true;
  }

  // Whether operand a is read entry for entry by a reader over the entries of node `whole`.
  constexpr bool same_entry(int a, int whole) const {
    if (space_[a] != space_[whole]) return false;
    view const& v = views_[a];
    if (v.base == a) return true;
    // a slice from the start reads entry for entry too, but not all of them
    if (!v.from_the_start() || space_[a] != space_[v.base]) return false;
    if (v.shape != n(v.base).shape) return false;
    shape const &s = shape_of(a), &memory = shape_of(v.base);
    int next = 0;
    for (int i = 0; i < s.rank; ++i) {
      if (s[i].is_one()) continue;
      while (next < memory.rank && memory[next].is_one()) ++next;
      if (v.axis[i] != next++) return false;
    }
    return true;
  }

  // Whether operand a, a value for each row, is read so by a reader over the entries of node `whole`.
  constexpr bool same_row(int a, int whole) const {
    view const& v = views_[a];
    if (!v.from_the_start()) return false;
    shape const& memory = shape_of(v.base);
    operand const o = walk(v, shape_of(a), shape_of(whole), 0, memory, false);
    shape const &space = g_.shapes[space_[whole]], &rows = g_.shapes[space_[v.base]];
    if (space.rank != rows.rank + 1 || v.shape != n(v.base).shape) return false;
    int next = 0;
    for (int i = 0; i < space.rank; ++i) {
      if (i == space.rank - 1) return o.axis[i] < 0;
      while (next < memory.rank && memory[next].is_one()) ++next;
      if (o.axis[i] != next++ || !(rows[i] == space[i])) return false;
    }
    return true;
  }

  // Whether a reader over the entries of node `whole`, of level l in space k, may read operand a inside the loop that
  // computes it.
  constexpr bool joins(int reader, int a, int whole, level l, int k) const {
    int const b = base(a);
    if (placed_in_[b] != k || (copied_below_ && is_again(reader) && !is_again(b))) return false;
    for (int x : apart_)
      if (x == reader) return false;
    switch (levels_[b]) {
      case level::product:
      case level::element:
        return l == level::element && same_entry(a, whole);
      case level::row:
        return l == level::row ? same_entry(a, whole) : same_row(a, whole);
      default:
        return false;
    }
  }

  constexpr int depth_for(int i, int whole, level l, int k) const {
    int d = 0;
    for (int a : n(i).args) {
      if (a < 0) continue;
      int const b = base(a), e = depth_[b];
      if (e < 0) continue;  // sources, and what is inlined, which reads sources only
      d = std::max(d, joins(i, a, whole, l, k) ? e : e + 1);
    }
    return d;
  }

  constexpr void place_reduction(int i) {
    int const a = n(i).args[0];
    shape const& whole = shape_of(a);
    int const k = space_[a];
    placed_in_[i] = k;
    depth_[i] = depth_for(i, a, level::element, k);
    // which axes of the space go
    int real = 0, last = -1, axes = 0;
    for (int x = 0; x < whole.rank; ++x) {
      if (whole[x].is_one()) continue;
      last = x;
      ++axes;
      real += static_cast<int>(n(i).with.p >> x & 1);
    }
    bool const row = axes == 1 || (real == 1 && (n(i).with.p >> last & 1));
    levels_[i] = row ? level::row : level::reduced;
  }

  constexpr void place_elementwise(int i) {
    int const own = space_[i];
    int best_depth = depth_for(i, i, level::element, own), best_space = own;
    level best = level::element;
    // work on row values belongs to the rows' loop; one-hot rows are made by vectors only
    bool by_vectors = false;
    for (int a : n(i).args) by_vectors = by_vectors || (a >= 0 && n(base(a)).is(opcode::one_hot));
    for (int a : n(i).args) {
      if (a < 0 || by_vectors || levels_[base(a)] != level::row || is_again(i)) continue;
      int const k = placed_in_[base(a)];
      if (k == own || !same_entry(a, i)) continue;
      int const d = depth_for(i, i, level::row, k);
      if (d <= best_depth) {
        best_depth = d;
        best_space = k;
        best = level::row;
      }
    }
    for (int l : late_)
      if (l == i) {
        best_depth = behind_everything;
        best_space = own;
        best = level::element;
      }
    depth_[i] = best_depth;
    placed_in_[i] = best_space;
    levels_[i] = best;
  }

  // Work runs where its first reader runs if nothing is stored for that which would not be stored anyway: chains that
  // start from memory, and cheap work on values that are kept for another reader (the Y ⊙ (1 − Y) of a backward pass).
  constexpr void push_late() {
    detail::sequence<char> anchored(count_, 0);
    for (int i = 0; i < size(); ++i) {
      level const l = levels_[i];
      if (l == level::none || l == level::inlined) continue;
      anchored[i] = runs_alone(l);
      if (is_again(i)) continue;
      bool const dear = n(i).op->transcendental;
      for (int a : n(i).args) {
        if (a < 0 || depth_[base(a)] != depth_[i] || !anchored[base(a)]) continue;
        anchored[i] = anchored[i] || dear || l != level::element || !kept_anyway(base(a));
      }
    }
    for (int i = size() - 1; i >= 0; --i) {
      if (depth_[i] < 0 || depth_[i] >= behind_everything || anchored[i] || readers(i).empty()) continue;
      int latest = behind_everything;
      for (int r : readers(i)) {
        if (levels_[r] == level::inlined) continue;
        latest = std::min(latest, depth_[r] - (reads_in_loop(r, i) ? 0 : 1));
      }
      if (latest < behind_everything - 1 && latest > depth_[i]) depth_[i] = latest;
    }
  }

  // Whether the value of i is wanted in memory by a reader outside its loop.
  constexpr bool kept_anyway(int i) const {
    if (wanted(i)) return true;
    for (int r : readers(i))
      if (levels_[r] != level::inlined && !reads_in_loop(r, i)) return true;
    return false;
  }

  constexpr bool reads_in_loop(int reader, int of) const {
    level const l = levels_[reader];
    if (runs_alone(l)) return false;
    bool const reduces = n(reader).op->kind == family::reduction;
    for (int a : n(reader).args)
      if (a >= 0 && base(a) == of && !joins(reader, a, over(reader), reduces ? level::element : l, placed_in_[reader]))
        return false;
    return true;
  }

  detail::late<Late, builder>& g_;
  detail::sequence<char> const& needed_;
  detail::sequence<request> const& requests_;
  detail::sequence<int> const &late_, &apart_;
  detail::sequence<char> const& again_;
  int copied_below_;  // no node from here on is one of those
  std::size_t count_;
  detail::sequence<char> wanted_;
  detail::sequence<int> space_;
  detail::sequence<int> first_reader_, readers_;
  fusion_of<Late> f_;
  // what is read for each node, as plain pointers: each call within a constant expression costs the compiler
  node const* nodes_;
  view* views_ = nullptr;
  level* levels_ = nullptr;
  int *depth_ = nullptr, *placed_in_ = nullptr, *group_ = nullptr, *pass_ = nullptr;
  char* stored_ = nullptr;
};

}  // namespace ctg::inline v0::plan
