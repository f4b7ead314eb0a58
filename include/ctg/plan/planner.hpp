// SPDX-License-Identifier: MIT
// From a graph to steps: layout that cannot be read in place becomes copies, loops and products become steps, steps are
// ordered so that an assignment comes behind the last read of what it overwrites. Where no order does that (a swap, X =
// X·W), the new value waits in a buffer and is copied at the end.
#pragma once

#include <ctg/plan/drafts.hpp>
#include <ctg/plan/joined_axes.hpp>
#include <ctg/plan/recompute.hpp>
#include <ctg/plan/simplify.hpp>

namespace ctg::inline v0::plan {

template <class Late>
class planner_of : public drafts_of<Late> {
  using drafted = drafts_of<Late>;
  using drafted::also_, drafted::assign_storage, drafted::copy_for, drafted::draft_steps, drafted::for_list,
      drafted::each_added, drafted::has_epilogue, drafted::make_product, drafted::each_made, drafted::make_scan,
      drafted::make_call, drafted::drafts_, drafted::f_, drafted::g_, drafted::leaf_storage_, drafted::n, drafted::out_,
      drafted::prepare, drafted::requests_, drafted::shape_of, drafted::step_of_node_, drafted::storage_of_,
      drafted::type_;
  using typename drafted::draft;

 public:
  using drafted::drafted;

  /// The whole plan.
  constexpr auto run() {
    arranged_of<Late> const a = arrange();
    detail::sequence<loop_code_of<Late>> code;
    for (int k = 0; k < static_cast<int>(a.groups.size()); ++k)
      code.push_back(make_code(a.view(), a.members_of(k), a.groups[k]));
    return assemble(a, code);
  }

  /// All that is settled before code is made.
  constexpr arranged_of<Late> arrange() {
    prepare();
    fuse();
    recompute();
    while (!settle()) fuse();
    return std::move(out_);
  }

  /// The first parts of `arrange`, each for a constant expression of its own: the graph with its copies, and what is
  /// fused.
  constexpr void insert_all_copies() { prepare(); }
  constexpr void fuse_prepared(graph_view graph, detail::sequence<request> requests, detail::sequence<char> again) {
    adopt(graph, std::move(requests), std::move(again));
    fuse();
  }
  constexpr fusion_of<Late> const& fused() const { return f_; }
  /// What is to be copied, so that it is computed again where it is read (plan/recompute.hpp).
  constexpr auto to_copy() const {
    return recomputation_of<Late>(g_, f_, requests_, apart_, costs_, element_bytes<double>(type_)).run();
  }
  /// The same from a fusion that was made before.
  constexpr auto to_copy(graph_view graph, detail::sequence<request> requests, fusion_of<Late> f) {
    adopt(graph, std::move(requests), {});
    f_ = std::move(f);
    return to_copy();
  }
  /// Whether the fusion of a graph with copies is kept: each copy lives in the loop that reads it, and there are no
  /// more loops than before.
  constexpr bool copies_fit(std::size_t loops_before) const {
    for (std::size_t i = 0; i < again_.size(); ++i)
      if (again_[i] && f_.stored[i]) return false;
    return f_.members.size() <= loops_before;
  }

  /// The last part, from what the first made; false where the graph must be fused anew (an assignment has to wait).
  constexpr bool resume(graph_view graph, detail::sequence<request> requests, detail::sequence<char> again,
                        fusion_of<Late> f) {
    adopt(graph, std::move(requests), std::move(again));
    f_ = std::move(f);
    return settle();
  }
  constexpr arranged_of<Late> take() { return std::move(out_); }

  /// Other costs of memory than those of the machine that was measured.
  constexpr void set_costs(memory_costs const& costs) { costs_ = costs; }

 private:
  constexpr void adopt(graph_view graph, detail::sequence<request> requests, detail::sequence<char> again) {
    g_.adopt(graph.nodes, graph.shapes);
    requests_ = std::move(requests);
    again_ = std::move(again);
  }

  constexpr void recompute() {
    auto const copies = to_copy();
    if (copies.empty()) return;
    std::size_t const loops = f_.members.size();
    detail::sequence<node> const nodes = g_.nodes;
    detail::sequence<request> requests = requests_;
    fusion_of<Late> stored = f_;
    copying_of<Late> copying({nodes, g_.shapes}, f_, copies);
    copying.run(requests_);
    detail::sequence<shape> const shapes = g_.shapes;
    adopt({copying.nodes, shapes}, std::move(requests_), std::move(copying.is_copy));
    fuse();
    if (copies_fit(loops)) return;
    adopt({nodes, shapes}, std::move(requests), {});
    f_ = std::move(stored);
  }

  constexpr void find_needed() {
    needed_.assign(g_.nodes.size(), 0);
    for (auto const& r : requests_) needed_[r.node] = 1;
    for (std::size_t i = g_.nodes.size(); i-- > 0;)
      if (needed_[i])
        for (int a : g_.nodes[i].args)
          if (a >= 0) needed_[a] = 1;
  }

  constexpr void fuse() {
    find_needed();
    f_ = fuser_of<Late>(g_, needed_, requests_, late_, apart_, again_).run();
  }

  constexpr bool settle() {
    out_ = arranged_of<Late>{};
    drafts_.clear();
    draft_steps();
    assign_storage();
    return order() && within_passes() && safe_in_steps() && write_steps();
  }

  // ── order ──

  // Calls visit(base) for every piece of memory or computed value that a step reads.
  template <class F>
  constexpr void for_reads(draft const& d, F const& visit) const {
    if (int const alone = d.product >= 0 ? d.product : d.call; alone >= 0)
      for (int a : n(alone).args)
        if (a >= 0) for_list(a, [&](int x) { visit(f_.views[x].base); });
    if (d.product >= 0) each_added(d.product, [&](int i) { for_operand_bases(i, visit); });
    for (auto const* loops : {&d.loops, &d.makers})
      for (int group : *loops)
        for (int i : f_.members[group]) for_operand_bases(i, visit);
  }
  template <class F>
  constexpr void for_operand_bases(int i, F const& visit) const {
    for (int a : n(i).args) {
      if (a < 0) continue;
      int const b = f_.views[a].base;
      visit(b);
      if (f_.levels[b] == level::inlined) for_operand_bases(b, visit);
    }
  }

  constexpr bool order() {
    std::size_t const count = drafts_.size();
    // edges from a step to those that must wait for it: for its values, or for its reads of what they overwrite
    detail::sequence<detail::sequence<int>> after(count);
    detail::sequence<int> waits_for_data(count, 0), waits(count, 0), writer(g_.leaves.size(), -1);
    for (auto const& r : requests_)
      if (r.leaf >= 0) writer[r.leaf] = step_of_node_[r.node];
    detail::sequence<std::pair<int, int>> overwriters;  // reader, writer
    for (std::size_t i = 0; i < count; ++i) {
      int const self = static_cast<int>(i);
      for_reads(drafts_[i], [&](int value) {
        int const s = step_of_node_[value];
        if (s >= 0 && s != self) {
          after[s].push_back(self);
          ++waits_for_data[i];
          ++waits[i];
        }
        if (!n(value).is(opcode::leaf)) return;
        int const w = writer[n(value).with.p];
        if (w >= 0 && w != self) overwriters.push_back({self, w});
      });
    }
    for (auto const& [reader, overwriter] : overwriters) {
      after[reader].push_back(~overwriter);
      ++waits[overwriter];
    }
    order_.clear();
    detail::sequence<char> done(count, 0);
    // a heap with the least depth on top, and there the first step
    detail::sequence<detail::late<Late, std::pair<int, int>>> ready;
    auto add_ready = [&](int step) {
      ready.push_back({-drafts_[step].depth, -step});
      std::push_heap(ready.begin(), ready.end());
    };
    for (std::size_t i = 0; i < count; ++i)
      if (waits[i] == 0) add_ready(static_cast<int>(i));
    while (order_.size() < count) {
      if (ready.empty()) {
        int next = -1;
        // every step that could run would overwrite what another still reads: its assignments wait in a buffer
        for (std::size_t i = 0; i < count && next < 0; ++i)
          if (!done[i] && waits_for_data[i] == 0) next = static_cast<int>(i);
        for (auto& r : requests_)
          if (r.leaf >= 0 && step_of_node_[r.node] == next) delay(r);
        return false;
      }
      std::pop_heap(ready.begin(), ready.end());
      int const next = -ready.back().second;
      ready.pop_back();
      done[next] = 1;
      order_.push_back(next);
      for (int s : after[next]) {
        if (--waits[s < 0 ? ~s : s] == 0) add_ready(s < 0 ? ~s : s);
        if (s >= 0) --waits_for_data[s];
      }
    }
    return true;
  }

  // The value of an assignment waits in a buffer, a copy behind everything brings it to the leaf.
  constexpr void delay(request& r) {
    r.node = g_.put(copy_for(r));
    late_.push_back(r.node);
  }

  // A loop has so many passes at most: what would need more reads nothing of its own loop.
  constexpr bool within_passes() {
    for (std::size_t k = 0; k < f_.group_passes.size(); ++k) {
      if (f_.group_passes[k] <= max_passes) continue;
      for (int i : f_.members[k])
        if (f_.pass[i] >= max_passes) {
          apart_.push_back(i);
          return false;
        }
    }
    return true;
  }

  // The first `by_blocks` of the groups run for blocks of a product's rows.
  constexpr range write_groups(detail::sequence<int> const& groups, bool makes, int by_blocks) {
    range written{static_cast<int>(out_.groups.size()), 0};
    for (int group : groups) {
      int const whole = f_.group_space[group];
      unsigned joined = 0;
      if (by_blocks-- <= 0 && g_.shapes[whole].rank > 2)
        joined = axis_joiner_of<Late>(g_, f_, storage_of_, out_.storages, also_).find(group);
      shape const space = join_axes(g_.shapes[whole], joined);
      int const row = g_.intern(space.rank ? shape(space[space.rank - 1]) : shape{});
      int const first = static_cast<int>(out_.members.size());
      out_.members.append(f_.members[group].begin(), f_.members[group].end());
      out_.groups.push_back({group,
                             {first, static_cast<int>(out_.members.size())},
                             joined ? g_.intern(space) : whole,
                             row,
                             f_.group_passes[group],
                             makes,
                             joined});
    }
    written.end = static_cast<int>(out_.groups.size());
    return written;
  }

  constexpr bool write_steps() {
    for (int s : order_) {
      draft const& d = drafts_[s];
      detail::late<Late, step> made;
      if (d.product >= 0) {
        made.product = static_cast<int>(out_.products.size());
        out_.products.push_back(make_product(d.product));
        int next = static_cast<int>(out_.groups.size());
        each_made(d.product, [&](int k) { out_.products.back().made[k] = next++; });
        if (has_epilogue(d)) made.first_loop = when::per_block;
      }
      if (d.call >= 0) {
        made.call = static_cast<int>(out_.calls.size());
        out_.calls.push_back(n(d.call).is(opcode::scan) ? make_scan(d.call) : make_call(d.call));
      }
      made.makers = write_groups(d.makers, true, static_cast<int>(d.makers.size()));
      made.loops = write_groups(d.loops, false, made.first_loop == when::per_block ? 1 : 0);
      out_.steps.push_back(made);
    }
    out_.nodes = g_.nodes;
    out_.shapes = g_.shapes;
    out_.views = std::move(f_.views);
    out_.levels = std::move(f_.levels);
    out_.group = std::move(f_.group);
    out_.pass = std::move(f_.pass);
    out_.stored = std::move(f_.stored);
    out_.storage_of = std::move(storage_of_);
    out_.also = std::move(also_);
    return true;
  }

  // Within a step: a leaf may be read and written by one loop, entry for entry, if no later pass reads it again.
  constexpr bool safe_in_steps() {
    bool safe = true;
    for (auto& r : requests_)
      if (r.leaf >= 0 && !is_late(r.node) && conflicts(r)) {
        delay(r);
        safe = false;
      }
    return safe;
  }

  constexpr bool conflicts(request const& r) const {
    draft const& d = drafts_[step_of_node_[r.node]];
    int const target = leaf_storage_[r.leaf], written = f_.group[r.node];
    auto is_target = [&](int base) { return n(base).is(opcode::leaf) && storage_of_[base] == target; };
    if (d.product >= 0)
      for (int a : n(d.product).args)
        if (a >= 0 && is_target(f_.views[a].base)) return true;
    // a prologue reads on while blocks of rows are written
    bool const behind_product = written >= 0 && !(has_epilogue(d) && written == d.loops.front());
    for (int group : d.makers)
      for (int i : f_.members[group]) {
        bool reads = false;
        for_operand_bases(i, [&](int x) { reads = reads || is_target(x); });
        if (reads && !behind_product) return true;
      }
    bool behind = f_.levels[r.node] == level::added;  // the product writes
    for (int group : d.loops) {
      for (int i : f_.members[group]) {
        bool const once = shape_of(r.node).one_entry();  // read before the loop begins
        for (int a : n(i).args) {
          if (a < 0) continue;
          int const b = f_.views[a].base;
          bool reads = is_target(b);
          if (f_.levels[b] == level::inlined) for_operand_bases(b, [&](int x) { reads = reads || is_target(x); });
          if (!reads) continue;
          if (behind) return true;
          if (group != written || once) continue;
          // entry for entry, in a pass that does not come behind the one that writes, and that is not run again
          bool const last = f_.pass[r.node] + (f_.levels[r.node] == level::row ? 0 : 1) >= f_.group_passes[group];
          if (f_.levels[b] == level::inlined || !last || !entry_for_entry(i, a, r.node)) return true;
        }
      }
      behind = behind || group == written;
    }
    return false;
  }

  // Whether reader i walks over operand a as the loop walks over the result that it stores.
  constexpr bool entry_for_entry(int i, int a, int written) const {
    shape const over = n(i).op->kind == family::reduction ? shape_of(n(i).args[0]) : shape_of(i);
    view const& v = f_.views[a];
    shape const& s = shape_of(written);
    operand const reads = walk(v, shape_of(a), over, 0, g_.shapes[v.shape], false);
    operand const writes = walk(own_view(written, n(written), s), s, s, 0, s, false);
    for (std::size_t k = 0; k < max_rank; ++k)
      if (reads.axis[k] != writes.axis[k]) return false;
    return v.shape == n(v.base).shape && v.from_the_start();
  }

  constexpr bool is_late(int i) const {
    for (int l : late_)
      if (l == i) return true;
    return false;
  }

  detail::sequence<int> late_, apart_, order_;
  detail::sequence<char> needed_, again_;
  memory_costs costs_ = measured_memory;
};
using planner = planner_of<void>;

}  // namespace ctg::inline v0::plan
