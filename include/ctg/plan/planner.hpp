// SPDX-License-Identifier: MIT
// From a graph to steps: layout that cannot be read in place becomes copies, loops and products become steps, steps are
// ordered so that an assignment comes behind the last read of what it overwrites. Where no order does that (a swap, X =
// X·W), the new value waits in a buffer and is copied at the end.
#pragma once

#include <ctg/plan/assemble.hpp>
#include <ctg/plan/simplify.hpp>

namespace ctg::inline v0::plan {

template <class>
class planner_of {
 public:
  /// `from` is simplified and expanded; `leaves` are those of the program, which computes in `type`.
  constexpr planner_of(graph_view from, std::span<detail::leaf_info const* const> leaves,
                       detail::sequence<request> requests, element type = element::none)
      : from_(from), requests_(std::move(requests)), type_(type) {
    g_.leaves.assign(leaves.data(), leaves.data() + leaves.size());
  }

  /// The whole plan.
  constexpr result run() {
    arranged const a = arrange();
    detail::sequence<loop_code> code;
    for (int k = 0; k < static_cast<int>(a.groups.size()); ++k)
      code.push_back(make_code(a.view(), a.members_of(k), a.groups[at(k)]));
    return assemble(a, code);
  }

  /// All that is settled before code is made.
  constexpr arranged arrange() {
    prepare();
    do fuse();
    while (!settle());
    return std::move(out_);
  }

  /// The first parts of `arrange`, each for a constant expression of its own: the graph with its copies, and what is
  /// fused.
  constexpr void insert_all_copies() { prepare(); }
  constexpr void fuse_prepared(graph_view graph, detail::sequence<request> requests) {
    g_.adopt(graph.nodes, graph.shapes);
    requests_ = std::move(requests);
    fuse();
  }
  constexpr builder const& graph() const { return g_; }
  constexpr fusion const& fused() const { return f_; }
  constexpr detail::sequence<request> const& requests() const { return requests_; }

  /// The last part, from what the first made; false where the graph must be fused anew (an assignment has to wait).
  constexpr bool resume(graph_view graph, detail::sequence<request> requests, fusion f) {
    g_.adopt(graph.nodes, graph.shapes);
    requests_ = std::move(requests);
    f_ = std::move(f);
    return settle();
  }
  constexpr arranged take() { return std::move(out_); }

 private:
  struct draft {  // a step before its code is made
    int product = -1, call = -1;
    detail::sequence<int> loops;  // groups
    int depth = 0;
  };

  static constexpr std::size_t at(int i) { return static_cast<std::size_t>(i); }
  constexpr node const& n(int i) const { return g_.nodes[at(i)]; }
  constexpr shape const& shape_of(int i) const { return g_.shapes[at(n(i).shape)]; }
  constexpr bool padded(int base) const {
    return n(base).is(opcode::leaf) && g_.leaves[at(static_cast<int>(n(base).with.p))]->is_view;
  }
  constexpr node copy_of(int i) const {
    return {&operation_of<operation<opcode::stop_gradient>>, {i, -1, -1}, n(i).shape, {}};
  }

  // A copy of its own for each leaf: with.p keeps two copies of one value apart.
  constexpr node copy_for(request const& r) const {
    node c = copy_of(r.node);
    c.with.p = r.leaf + 1;
    return c;
  }

  // Copies for what a reader cannot follow: a reshape of a padded or permuted operand, a view as a result, a number
  // that a product multiplies with, an assignment of what is gathered piece by piece.
  constexpr void prepare() {
    detail::sequence<view> views;
    if (!readable(views)) insert_copies(views);
    detail::sequence<char> const loses_rows = read_otherwise(views);
    for (auto& r : requests_) {
      node const& x = n(r.node);
      bool const loose = !is_compute(x);
      bool const pieces = r.leaf >= 0 && (x.op->kind == family::reduction || x.op->kind == family::product ||
                                          x.op->kind == family::call);
      if (loose || pieces) r.node = g_.put(copy_of(r.node));
      bool const followed = at(r.node) >= loses_rows.size() || !loses_rows[at(r.node)];
      if (!followed && r.leaf >= 0 && g_.leaves[at(r.leaf)]->is_view) r.node = g_.put(copy_for(r));
    }
  }

  // By node, whether a reader could not follow it in a leaf with padded rows: in another shape, and no call at all.
  constexpr detail::sequence<char> read_otherwise(detail::sequence<view> const& views) const {
    detail::sequence<char> r(g_.nodes.size(), 0);
    for (view const& v : views)
      if (v.base >= 0 && v.shape != n(v.base).shape) r[at(v.base)] = 1;
    for (node const& reader : g_.nodes)
      if (reader.op->kind == family::call)
        for (int a : reader.args)
          if (a >= 0) r[at(views[at(a)].base)] = 1;
    return r;
  }

  // Whether every reader can follow its operands as they are; `views` are those of the nodes.
  constexpr bool readable(detail::sequence<view>& views) {
    g_.adopt(from_.nodes, from_.shapes);
    for (int i = 0; i < static_cast<int>(g_.nodes.size()); ++i) {
      if (!add_view(views, i)) return false;
      for (int k = 0; k < 3; ++k)
        if (needs_copy(views, n(i), k)) return false;
    }
    return true;
  }
  constexpr bool add_view(detail::sequence<view>& views, int i) const {
    if (!is_view(n(i))) {
      views.push_back(own_view(i, n(i), shape_of(i)));
      return true;
    }
    view const& of = views[at(n(i).args[0])];
    views.push_back(compose(g_, i, of, padded(of.base)));
    return views.back().base >= 0;
  }
  // A product reads memory, and a number has none; and it reads the type in which the program computes. So does a call,
  // whose operands are contiguous too, but for row numbers.
  constexpr bool needs_copy(detail::sequence<view> const& views, node const& reader, int k) const {
    bool const calls = reader.op->kind == family::call;
    if ((!calls && reader.op->kind != family::product) || reader.args[at(k)] < 0) return false;
    int const operand = reader.args[at(k)];
    view const& v = views[at(operand)];
    node const& source = n(v.base);
    if (v.reversed) return true;
    bool const is_leaf = source.is(opcode::leaf),
               numbers_rows = k == 1 && (reader.is(opcode::gather) || reader.is(opcode::scatter));
    if (calls && !numbers_rows && (padded(v.base) || !is_plain(v, shape_of(operand), g_.shapes[at(v.shape)])))
      return true;
    if (!is_leaf) return is_source(source);
    if (numbers_rows && is_integer(g_.leaves[at(static_cast<int>(source.with.p))]->type)) return false;
    element const of = g_.leaves[at(static_cast<int>(source.with.p))]->type;
    return is_integer(of) || (type_ != element::none && of != type_);
  }

  // The graph once more, with copies where `readable` said no; the requests follow.
  constexpr void insert_copies(detail::sequence<view>& views) {
    detail::sequence<detail::leaf_info const*> leaves = std::move(g_.leaves);
    g_ = builder{};
    g_.leaves = std::move(leaves);
    views.clear();
    for (auto const& s : from_.shapes) g_.intern(s);
    detail::sequence<int> to(from_.nodes.size(), -1);
    auto put = [&](node const& x) {
      int const id = g_.put(x);
      if (id == static_cast<int>(views.size())) add_view(views, id);
      return id;
    };
    for (std::size_t i = 0; i < from_.nodes.size(); ++i) {
      node x = from_.nodes[i];
      for (int& a : x.args)
        if (a >= 0) a = to[at(a)];
      for (int k = 0; k < 3; ++k)
        if (needs_copy(views, x, k)) x.args[at(k)] = put(copy_of(x.args[at(k)]));
      int id = put(x);
      if (views[at(id)].base < 0) {
        x.args[0] = put(copy_of(x.args[0]));
        id = put(x);
      }
      to[i] = id;
    }
    for (auto& r : requests_) r.node = to[at(r.node)];
  }

  constexpr void find_needed() {
    needed_.assign(g_.nodes.size(), 0);
    for (auto const& r : requests_) needed_[at(r.node)] = 1;
    for (std::size_t i = g_.nodes.size(); i-- > 0;)
      if (needed_[i])
        for (int a : g_.nodes[i].args)
          if (a >= 0) needed_[at(a)] = 1;
  }

  constexpr void fuse() {
    find_needed();
    f_ = fuser(g_, needed_, requests_, late_, apart_).run();
  }

  constexpr bool settle() {
    out_ = arranged{};
    drafts_.clear();
    draft_steps();
    assign_storage();
    return order() && within_passes() && safe_in_steps() && write_steps();
  }

  // ── steps ──

  // Calls visit(i) for each node between product and the sum that it adds to a leaf, and for that.
  template <class F>
  constexpr void each_added(int product, F const& visit) const {
    int const sum = f_.update[at(product)];
    if (sum < 0) return;
    detail::sequence<int> chain;
    for (int i = sum; i != product;) {
      chain.push_back(i);
      int const a = n(i).args[0];
      i = a == product || f_.levels[at(a)] == level::added ? a : n(i).args[1];
    }
    for (std::size_t k = chain.size(); k-- > 0;) visit(chain[k]);
  }

  constexpr void draft_steps() {
    std::size_t const groups = f_.group_depth.size();
    step_of_group_.assign(groups, -1);
    step_of_node_.assign(g_.nodes.size(), -1);
    detail::sequence<int> epilogue_of(groups, -1);
    for (int i = 0; i < static_cast<int>(g_.nodes.size()); ++i) {
      if (f_.depth[at(i)] < 0) continue;
      int const group = f_.group[at(i)];
      if (f_.levels[at(i)] == level::product && group >= 0) epilogue_of[at(group)] = i;
    }
    for (int i = 0; i < static_cast<int>(g_.nodes.size()); ++i) {
      if (f_.levels[at(i)] != level::product) continue;
      draft d{i, -1, {}, f_.depth[at(i)]};
      step_of_node_[at(i)] = static_cast<int>(drafts_.size());
      each_added(i, [&](int k) { step_of_node_[at(k)] = static_cast<int>(drafts_.size()); });
      if (int const group = f_.group[at(i)]; group >= 0) add_loop(d, group, static_cast<int>(drafts_.size()));
      drafts_.push_back(d);
    }
    for (int i = 0; i < static_cast<int>(g_.nodes.size()); ++i) {
      if (f_.levels[at(i)] != level::called || n(i).is(opcode::operands)) continue;
      if (n(i).is(opcode::scan_result)) {
        step_of_node_[at(i)] = step_of_node_[at(n(i).args[0])];
        continue;
      }
      step_of_node_[at(i)] = static_cast<int>(drafts_.size());
      drafts_.push_back({-1, i, {}, f_.depth[at(i)]});
    }
    // loops by depth, so that a loop that finishes a reduction finds the step which reduces
    detail::sequence<int> by_depth;
    for (int k = 0; k < static_cast<int>(groups); ++k)
      if (epilogue_of[at(k)] < 0) by_depth.push_back(k);
    std::sort(by_depth.begin(), by_depth.end(), [&](int one, int other) {
      int const depth = f_.group_depth[at(one)], other_depth = f_.group_depth[at(other)];
      return depth != other_depth ? depth < other_depth : one < other;
    });
    for (int group : by_depth) {
      // what was delayed must stay behind: in the step that reduces, it would meet the readers that it was delayed for
      int const joined = f_.group_depth[at(group)] < fuser::behind_everything ? finishes(group) : -1;
      if (joined >= 0) {
        add_loop(drafts_[at(joined)], group, joined);
        continue;
      }
      draft d{-1, -1, {}, f_.group_depth[at(group)]};
      add_loop(d, group, static_cast<int>(drafts_.size()));
      drafts_.push_back(d);
    }
  }

  constexpr void add_loop(draft& d, int group, int step) {
    d.loops.push_back(group);
    step_of_group_[at(group)] = step;
    for (int i : f_.members[at(group)]) step_of_node_[at(i)] = step;
  }

  // The step whose reductions this loop finishes, or -1: what it reads from there is reduced, and all else is ready
  // before.
  constexpr int finishes(int group) const {
    int step = -1, depth = -1;
    bool reduced = false;
    for (int i : f_.members[at(group)])
      for (int a : n(i).args) {
        if (a < 0) continue;
        int const b = f_.views[at(a)].base;
        int const s = step_of_node_[at(b)];
        if (s < 0 || f_.group[at(b)] == group) continue;
        if (drafts_[at(s)].depth > depth) {
          step = s;
          depth = drafts_[at(s)].depth;
          reduced = false;
        } else if (drafts_[at(s)].depth == depth && s != step) {
          return -1;
        }
      }
    if (step < 0) return -1;
    shape const& space = g_.shapes[at(f_.group_space[at(group)])];
    for (int i : f_.members[at(group)])
      for (int a : n(i).args) {
        if (a < 0) continue;
        int const b = f_.views[at(a)].base;
        if (step_of_node_[at(b)] != step || f_.group[at(b)] == group) continue;
        level const l = f_.levels[at(b)];
        bool const from_finish = f_.group[at(b)] >= 0 && drafts_[at(step)].loops.front() != f_.group[at(b)];
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
      if (n(i).is(opcode::leaf)) storage_of_[at(i)] = leaf_storage(static_cast<int>(n(i).with.p));
    for (auto const& r : requests_) {
      if (r.leaf < 0) continue;
      int const s = leaf_storage(r.leaf);
      if (storage_of_[at(r.node)] < 0)
        storage_of_[at(r.node)] = s;
      else
        also_.push_back({r.node, s});
    }
    for (int i = 0; i < static_cast<int>(g_.nodes.size()); ++i) {
      if (f_.depth[at(i)] < 0) continue;
      if (f_.levels[at(i)] == level::product) {
        if (f_.update[at(i)] >= 0) continue;
        if (!f_.stored[at(i)]) {
          // only its epilogue reads it: a block of rows is enough, if the epilogue goes by rows
          bool const rows = goes_by_rows(i);
          storage_of_[at(i)] =
              add_storage({rows ? storage_kind::window : storage_kind::buffer, i, n(i).shape, element::none});
          continue;
        }
      }
      if (n(i).is(opcode::operands) || n(i).is(opcode::scan)) continue;
      if (f_.stored[at(i)] && storage_of_[at(i)] < 0)
        storage_of_[at(i)] = add_storage({storage_kind::buffer, i, n(i).shape, element::none});
    }
    for (auto const& r : requests_) {
      out_.outputs.push_back({r.node, storage_of_[at(r.node)], r.leaf});
      out_.storages[at(storage_of_[at(r.node)])].persists = true;
    }
  }

  constexpr int leaf_storage(int leaf) {
    int& s = leaf_storage_[at(leaf)];
    if (s < 0) {
      auto const& info = *g_.leaves[at(leaf)];
      s = add_storage({storage_kind::leaf, leaf, g_.intern(info.shape), info.type, info.is_view});
    }
    return s;
  }

  // A product whose epilogue may run on each block of complete rows: no unit extents, which its loop does not see.
  constexpr bool goes_by_rows(int product) const {
    shape const& s = shape_of(product);
    return squeezed(s).rank == s.rank;
  }

  // ── order ──

  // Calls visit(base) for every piece of memory or computed value that a step reads.
  template <class F>
  constexpr void for_reads(draft const& d, F const& visit) const {
    if (int const alone = d.product >= 0 ? d.product : d.call; alone >= 0)
      for (int a : n(alone).args)
        if (a >= 0) for_list(a, [&](int x) { visit(f_.views[at(x)].base); });
    if (d.product >= 0) each_added(d.product, [&](int i) { for_operand_bases(i, visit); });
    for (int group : d.loops)
      for (int i : f_.members[at(group)]) for_operand_bases(i, visit);
  }
  // The nodes of a list; of another node that node.
  template <class F>
  constexpr void for_list(int a, F const& visit) const {
    for (; n(a).is(opcode::operands); a = n(a).args[1]) visit(n(a).args[0]);
    visit(a);
  }
  template <class F>
  constexpr void for_operand_bases(int i, F const& visit) const {
    for (int a : n(i).args) {
      if (a < 0) continue;
      int const b = f_.views[at(a)].base;
      visit(b);
      if (f_.levels[at(b)] == level::inlined) for_operand_bases(b, visit);
    }
  }

  constexpr bool order() {
    std::size_t const count = drafts_.size();
    // edges from a step to those that must wait for it: for its values, or for its reads of what they overwrite
    detail::sequence<detail::sequence<int>> after(count);
    detail::sequence<int> waits_for_data(count, 0), waits(count, 0), writer(g_.leaves.size(), -1);
    for (auto const& r : requests_)
      if (r.leaf >= 0) writer[at(r.leaf)] = step_of_node_[at(r.node)];
    detail::sequence<std::pair<int, int>> overwriters;  // reader, writer
    for (std::size_t i = 0; i < count; ++i) {
      int const self = static_cast<int>(i);
      for_reads(drafts_[i], [&](int value) {
        int const s = step_of_node_[at(value)];
        if (s >= 0 && s != self) {
          after[at(s)].push_back(self);
          ++waits_for_data[i];
          ++waits[i];
        }
        if (!n(value).is(opcode::leaf)) return;
        int const w = writer[at(static_cast<int>(n(value).with.p))];
        if (w >= 0 && w != self) overwriters.push_back({self, w});
      });
    }
    for (auto const& [reader, overwriter] : overwriters) {
      after[at(reader)].push_back(~overwriter);
      ++waits[at(overwriter)];
    }
    order_.clear();
    detail::sequence<char> done(count, 0);
    // a heap with the least depth on top, and there the first step
    detail::sequence<std::pair<int, int>> ready;
    auto add_ready = [&](int step) {
      ready.push_back({-drafts_[at(step)].depth, -step});
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
          if (r.leaf >= 0 && step_of_node_[at(r.node)] == next) delay(r);
        return false;
      }
      std::pop_heap(ready.begin(), ready.end());
      int const next = -ready.back().second;
      ready.pop_back();
      done[at(next)] = 1;
      order_.push_back(next);
      for (int s : after[at(next)]) {
        if (--waits[at(s < 0 ? ~s : s)] == 0) add_ready(s < 0 ? ~s : s);
        if (s >= 0) --waits_for_data[at(s)];
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
        if (f_.pass[at(i)] >= max_passes) {
          apart_.push_back(i);
          return false;
        }
    }
    return true;
  }

  constexpr bool write_steps() {
    for (int s : order_) {
      draft const& d = drafts_[at(s)];
      outline made;
      if (d.product >= 0) {
        made.product = static_cast<int>(out_.products.size());
        out_.products.push_back(make_product(d.product));
        if (!d.loops.empty() && f_.group[at(d.product)] == d.loops.front() && goes_by_rows(d.product))
          made.first_loop = when::per_block;
      }
      if (d.call >= 0) {
        made.call = static_cast<int>(out_.calls.size());
        out_.calls.push_back(n(d.call).is(opcode::scan) ? make_scan(d.call) : make_call(d.call));
      }
      made.loops.begin = static_cast<int>(out_.groups.size());
      for (int group : d.loops) {
        shape const space = g_.shapes[at(f_.group_space[at(group)])];
        int const row = g_.intern(space.rank ? shape(space[space.rank - 1]) : shape{});
        int const first = static_cast<int>(out_.members.size());
        out_.members.append(f_.members[at(group)].begin(), f_.members[at(group)].end());
        out_.groups.push_back({group,
                               {first, static_cast<int>(out_.members.size())},
                               f_.group_space[at(group)],
                               row,
                               f_.group_passes[at(group)]});
      }
      made.loops.end = static_cast<int>(out_.groups.size());
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
    p.windowed = out_.storages[at(p.c.storage)].kind == storage_kind::window;
    p.scratch = add_storage({storage_kind::buffer, -1, -1, element::none});
    return p;
  }

  // What product i adds to, its factors found in memory.
  constexpr sum_into update_of(int i) const {
    int const sum = f_.update[at(i)];
    if (sum < 0) return {};
    update_reader u(g_, f_.views, f_.levels);
    u.read(sum);
    sum_into to = u.found().to;
    for (scale_factor& f : to.factors)
      if (f.what == action::load) f.memory = storage_of_[at(f.memory)];
    return to;
  }

  constexpr call make_call(int i) {
    call c;
    c.node = i;
    for (std::size_t k = 0; k < 3; ++k)
      if (int const a = n(i).args[k]; a >= 0) c.x[k] = matrix(a, shape_of(a).rank);
    c.y = matrix(i, shape_of(i).rank);
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
      if (f_.levels[at(r)] == level::called && n(r).is(opcode::scan_result) && n(r).args[0] == i) results.push_back(r);
    std::sort(results.begin(), results.end(), [&](int one, int other) { return n(one).with.p < n(other).with.p; });
    s.results.begin = static_cast<int>(out_.scan_results.size());
    for (int r : results) out_.scan_results.push_back(storage_of_[at(r)]);
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
    view const& v = f_.views[at(a)];
    shape const& s = shape_of(a);
    operand o{storage_of_[at(v.base)], v.shape};
    o.begin = v.begin;
    for (int i = 0; i < s.rank; ++i)
      o.axis[at(i + rank - s.rank)] = s[i].is_one() ? static_cast<std::int8_t>(-1) : v.axis[at(i)];
    return o;
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
    draft const& d = drafts_[at(step_of_node_[at(r.node)])];
    int const target = leaf_storage_[at(r.leaf)], written = f_.group[at(r.node)];
    auto is_target = [&](int base) { return n(base).is(opcode::leaf) && storage_of_[at(base)] == target; };
    if (d.product >= 0)
      for (int a : n(d.product).args)
        if (a >= 0 && is_target(f_.views[at(a)].base)) return true;
    bool behind = f_.levels[at(r.node)] == level::added;  // the product writes
    for (int group : d.loops) {
      for (int i : f_.members[at(group)]) {
        bool const once = shape_of(r.node).one_entry();  // read before the loop begins
        for (int a : n(i).args) {
          if (a < 0) continue;
          int const b = f_.views[at(a)].base;
          bool reads = is_target(b);
          if (f_.levels[at(b)] == level::inlined) for_operand_bases(b, [&](int x) { reads = reads || is_target(x); });
          if (!reads) continue;
          if (behind) return true;
          if (group != written || once) continue;
          // entry for entry, in a pass that does not come behind the one that writes, and that is not run again
          bool const last =
              f_.pass[at(r.node)] + (f_.levels[at(r.node)] == level::row ? 0 : 1) >= f_.group_passes[at(group)];
          if (f_.levels[at(b)] == level::inlined || !last || !entry_for_entry(i, a, r.node)) return true;
        }
      }
      behind = behind || group == written;
    }
    return false;
  }

  // Whether reader i walks over operand a as the loop walks over the result that it stores.
  constexpr bool entry_for_entry(int i, int a, int result) const {
    shape const over = n(i).op->kind == family::reduction ? shape_of(n(i).args[0]) : shape_of(i);
    view const& v = f_.views[at(a)];
    shape const& s = shape_of(result);
    operand const reads = walk(v, shape_of(a), over, 0, g_.shapes[at(v.shape)], false);
    operand const writes = walk(own_view(result, n(result), s), s, s, 0, s, false);
    return v.shape == n(v.base).shape && v.from_the_start() && reads.axis == writes.axis;
  }

  constexpr bool is_late(int i) const {
    for (int l : late_)
      if (l == i) return true;
    return false;
  }

  graph_view from_;
  builder g_;
  detail::sequence<request> requests_;
  element type_ = element::none;
  detail::sequence<int> late_, apart_;
  detail::sequence<char> needed_;
  fusion f_;
  detail::sequence<draft> drafts_;
  detail::sequence<int> step_of_group_, step_of_node_, storage_of_, leaf_storage_, order_;
  detail::sequence<std::pair<int, int>> also_;
  arranged out_;
};
using planner = planner_of<void>;

}  // namespace ctg::inline v0::plan
