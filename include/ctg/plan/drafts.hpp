// SPDX-License-Identifier: MIT
// Steps before they are ordered: a product with its epilogue, a call, a loop with what finishes it, and the memory of
// each value.
#pragma once

#include <ctg/plan/assemble.hpp>
#include <ctg/plan/copies.hpp>
#include <ctg/plan/fuse.hpp>

namespace ctg::inline v0::plan {

template <class Late>
class drafts_of : public copies_of<Late> {
 public:
  using copied = copies_of<Late>;
  using copied::copied;

 protected:
  using copied::g_, copied::n, copied::requests_, copied::shape_of;
  struct draft {  // a step before its code is made
    int product = -1, call = -1;
    detail::sequence<int> loops;   // groups
    detail::sequence<int> makers;  // groups that make factors of the product
    int depth = 0;
  };

  // Calls visit(i) for each node between product and the sum that it adds to a leaf, and for that.
  template <class F>
  constexpr void each_added(int product, F const& visit) const {
    int const sum = f_.update[product];
    if (sum < 0) return;
    detail::sequence<int> chain;
    for (int i = sum; i != product;) {
      chain.push_back(i);
      int const a = n(i).args[0];
      i = a == product || f_.levels[a] == level::added ? a : n(i).args[1];
    }
    for (std::size_t k = chain.size(); k-- > 0;) visit(chain[k]);
  }

  // Calls visit(k) for each factor that product i makes.
  template <class F>
  constexpr void each_made(int i, F const& visit) const {
    for (int m : f_.made)
      if (m / 2 == i) visit(m % 2);
  }
  // The node that factor k of product i is a view of; and the group that makes it.
  constexpr int factor(int i, int k) const { return f_.views[n(i).args[k]].base; }
  constexpr int made_by(int i, int k) const { return f_.group[factor(i, k)]; }

  constexpr void draft_steps() {
    std::size_t const groups = f_.group_depth.size();
    step_of_node_.assign(g_.nodes.size(), -1);
    detail::sequence<int> epilogue_of(groups, -1);  // or prologue
    for (int i = 0; i < static_cast<int>(g_.nodes.size()); ++i) {
      if (f_.depth[i] < 0) continue;
      int const group = f_.group[i];
      if (f_.levels[i] != level::product) continue;
      if (group >= 0) epilogue_of[group] = i;
      each_made(i, [&](int k) { epilogue_of[made_by(i, k)] = i; });
    }
    for (int i = 0; i < static_cast<int>(g_.nodes.size()); ++i) {
      if (f_.levels[i] != level::product) continue;
      draft d{i, -1, {}, {}, f_.depth[i]};
      step_of_node_[i] = static_cast<int>(drafts_.size());
      each_added(i, [&](int k) { step_of_node_[k] = static_cast<int>(drafts_.size()); });
      if (int const group = f_.group[i]; group >= 0) add_loop(d, group, static_cast<int>(drafts_.size()));
      each_made(i, [&](int k) { d.makers.push_back(made_by(i, k)); });
      drafts_.push_back(d);
    }
    for (int i = 0; i < static_cast<int>(g_.nodes.size()); ++i) {
      if (f_.levels[i] != level::called || n(i).is(opcode::operands)) continue;
      if (n(i).is(opcode::scan_result)) {
        step_of_node_[i] = step_of_node_[n(i).args[0]];
        continue;
      }
      step_of_node_[i] = static_cast<int>(drafts_.size());
      drafts_.push_back({-1, i, {}, {}, f_.depth[i]});
    }
    // loops by depth, so that a loop that finishes a reduction finds the step which reduces
    detail::sequence<int> by_depth;
    for (int k = 0; k < static_cast<int>(groups); ++k)
      if (epilogue_of[k] < 0) by_depth.push_back(k);
    std::sort(by_depth.begin(), by_depth.end(), [&](int one, int other) {
      int const depth = f_.group_depth[one], other_depth = f_.group_depth[other];
      return depth != other_depth ? depth < other_depth : one < other;
    });
    for (int group : by_depth) {
      // what was delayed must stay behind: in the step that reduces, it would meet the readers that it was delayed for
      int const joined = f_.group_depth[group] < fuser_of<Late>::behind_everything ? finishes(group) : -1;
      if (joined >= 0) {
        add_loop(drafts_[joined], group, joined);
        continue;
      }
      draft d{-1, -1, {}, {}, f_.group_depth[group]};
      add_loop(d, group, static_cast<int>(drafts_.size()));
      drafts_.push_back(d);
    }
  }

  constexpr void add_loop(draft& d, int group, int step) {
    d.loops.push_back(group);
    for (int i : f_.members[group]) step_of_node_[i] = step;
  }

  // The step whose reductions this loop finishes, or -1: what it reads from there is reduced, and all else is ready
  // before.
  constexpr int finishes(int group) const {
    int step = -1, depth = -1;
    bool reduced = false;
    for (int i : f_.members[group])
      for (int a : n(i).args) {
        if (a < 0) continue;
        int const b = f_.views[a].base;
        int const s = step_of_node_[b];
        if (s < 0 || f_.group[b] == group) continue;
        if (drafts_[s].depth > depth) {
          step = s;
          depth = drafts_[s].depth;
          reduced = false;
        } else if (drafts_[s].depth == depth && s != step) {
          return -1;
        }
      }
    if (step < 0) return -1;
    shape const& space = g_.shapes[f_.group_space[group]];
    for (int i : f_.members[group])
      for (int a : n(i).args) {
        if (a < 0) continue;
        int const b = f_.views[a].base;
        if (step_of_node_[b] != step || f_.group[b] == group) continue;
        level const l = f_.levels[b];
        bool const from_finish = f_.group[b] >= 0 && drafts_[step].loops.front() != f_.group[b];
        if (l != level::reduced && l != level::row && !from_finish) return -1;
        reduced = reduced || squeezed(shape_of(b)) == space || space.rank == 0;
      }
    return reduced ? step : -1;
  }

  // ── memory ──

  constexpr int add_storage(storage const& s) {
    out_.storages.push_back(s);
    return static_cast<int>(out_.storages.size()) - 1;
  }

  constexpr void assign_storage() {
    storage_of_.assign(g_.nodes.size(), -1);
    also_.clear();
    leaf_storage_.assign(g_.leaves.size(), -1);
    for (int i = 0; i < static_cast<int>(g_.nodes.size()); ++i)
      if (n(i).is(opcode::leaf)) storage_of_[i] = leaf_storage(static_cast<int>(n(i).with.p));
    for (auto const& r : requests_) {
      if (r.leaf < 0) continue;
      int const s = leaf_storage(r.leaf);
      if (storage_of_[r.node] < 0)
        storage_of_[r.node] = s;
      else
        also_.push_back({r.node, s});
    }
    for (int m : f_.made) {
      int const x = factor(m / 2, m % 2);
      if (storage_of_[x] < 0) storage_of_[x] = add_storage({storage_kind::window, x, n(x).shape, element::none});
    }
    for (int i = 0; i < static_cast<int>(g_.nodes.size()); ++i) {
      if (f_.depth[i] < 0) continue;
      if (f_.levels[i] == level::product) {
        if (f_.update[i] >= 0) continue;
        if (!f_.stored[i]) {
          // only its epilogue reads it: a block of rows is enough, if the epilogue goes by rows
          bool const rows = goes_by_rows(i);
          storage_of_[i] =
              add_storage({rows ? storage_kind::window : storage_kind::buffer, i, n(i).shape, element::none});
          continue;
        }
      }
      if (n(i).is(opcode::operands) || n(i).is(opcode::scan)) continue;
      if (f_.stored[i] && storage_of_[i] < 0)
        storage_of_[i] = add_storage({storage_kind::buffer, i, n(i).shape, element::none});
    }
    for (auto const& r : requests_) {
      out_.outputs.push_back({r.node, storage_of_[r.node], r.leaf});
      out_.storages[storage_of_[r.node]].persists = true;
    }
  }

  constexpr int leaf_storage(int leaf) {
    int& s = leaf_storage_[leaf];
    if (s < 0) {
      auto const& info = *g_.leaves[leaf];
      s = add_storage({storage_kind::leaf, leaf, g_.intern(info.shape), info.type, info.is_view});
    }
    return s;
  }

  // A product whose epilogue may run on each block of complete rows: no unit extents, which its loop does not see.
  constexpr bool goes_by_rows(int product) const {
    shape const& s = shape_of(product);
    return squeezed(s).rank == s.rank;
  }

  // Whether the first loop of a draft runs behind each block of the product's rows.
  constexpr bool has_epilogue(draft const& d) const {
    return d.product >= 0 && !d.loops.empty() && f_.group[d.product] == d.loops.front() && goes_by_rows(d.product);
  }

  // ── steps as the plan has them ──

  // The nodes of a list; of another node that node.
  template <class F>
  constexpr void for_list(int a, F const& visit) const {
    for (; n(a).is(opcode::operands); a = n(a).args[1]) visit(n(a).args[0]);
    visit(a);
  }

  constexpr product make_product(int i) {
    product p;
    p.node = i;
    p.space = n(i).shape;
    int const a = n(i).args[0], b = n(i).args[1];
    shape const& sa = shape_of(a);
    p.a = matrix(a, shape_of(i).rank);
    p.b = matrix(b, shape_of(i).rank);
    p.update = update_of(i);
    p.c = matrix(p.adds() ? p.update.node : i, shape_of(i).rank);
    extent const inner = sa[sa.rank - 1];
    p.inner_shape = g_.intern(shape(inner));
    p.windowed = out_.storages[p.c.storage].kind == storage_kind::window;
    p.scratch = add_storage({storage_kind::buffer, -1, -1, element::none});
    return p;
  }

  // What product i adds to, its factors found in memory.
  constexpr sum_into update_of(int i) const {
    sum_into to;
    int const sum = f_.update[i];
    if (sum < 0) return to;
    update_reader_of<Late> u(g_, f_.views, f_.levels);
    u.read(sum);
    to = u.found().to;
    for (scale_factor& f : to.factors)
      if (f.what == action::load) f.memory = storage_of_[f.memory];
    return to;
  }

  constexpr call make_call(int i) {
    call c;
    c.node = i;
    for (std::size_t k = 0; k < 3; ++k)
      if (int const a = n(i).args[k]; a >= 0) c.x[k] = matrix(a, shape_of(a).rank);
    c.y = matrix(i, shape_of(i).rank);
    if (n(i).is(opcode::lu) || n(i).is(opcode::solve)) {
      c.scratch = add_storage({storage_kind::buffer, -1, -1, element::none});
      c.packs = n(n(i).is(opcode::lu) ? n(i).args[0] : i).shape;
    }
    return c;
  }

  constexpr call make_scan(int i) {
    scan s;
    s.number = static_cast<int>(n(i).with.q);
    s.operands.begin = static_cast<int>(out_.scan_operands.size());
    for_list(n(i).args[0], [&](int a) { out_.scan_operands.push_back(matrix(a, shape_of(a).rank)); });
    s.operands.end = static_cast<int>(out_.scan_operands.size());
    detail::sequence<int> results;
    for (int r = i + 1; r < static_cast<int>(g_.nodes.size()); ++r)
      if (f_.levels[r] == level::called && n(r).is(opcode::scan_result) && n(r).args[0] == i) results.push_back(r);
    std::sort(results.begin(), results.end(), [&](int one, int other) { return n(one).with.p < n(other).with.p; });
    s.results.begin = static_cast<int>(out_.scan_results.size());
    for (int r : results) out_.scan_results.push_back(storage_of_[r]);
    s.results.end = static_cast<int>(out_.scan_results.size());
    s.scratch = add_storage({storage_kind::buffer, -1, -1, element::none});
    call c;
    c.node = i;
    c.scan = static_cast<int>(out_.scans.size());
    out_.scans.push_back(s);
    return c;
  }

  // An operand of a product or a call, axis for axis of the result's rank (unit axes are not dropped here).
  constexpr operand matrix(int a, int rank) const {
    view const& v = f_.views[a];
    shape const& s = shape_of(a);
    operand o{storage_of_[v.base], v.shape};
    o.begin = v.begin;
    for (int i = 0; i < s.rank; ++i)
      o.axis[i + rank - s.rank] = s[i].is_one() ? static_cast<std::int8_t>(-1) : v.axis[i];
    return o;
  }

  fusion_of<Late> f_;
  detail::sequence<draft> drafts_;
  detail::sequence<int> step_of_node_, storage_of_, leaf_storage_;
  detail::sequence<std::pair<int, int>> also_;
  arranged_of<Late> out_;
};

}  // namespace ctg::inline v0::plan
