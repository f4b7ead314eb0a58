// SPDX-License-Identifier: MIT
// From a graph to steps: layout that cannot be read in place becomes copies, loops and products become steps, steps are
// ordered so that an assignment comes behind the last read of what it overwrites. Where no order does that (a swap, X = X·W),
// the new value waits in a buffer and is copied at the end.
#pragma once

#include <ctg/plan/emit.hpp>
#include <ctg/plan/simplify.hpp>

namespace ctg::inline v0::plan {

class planner {
 public:
  /// `from` is simplified and expanded; `leaves` are those of the program.
  constexpr planner(graph_view from, std::span<detail::leaf_info const* const> leaves, std::vector<request> requests)
      : from_(from), requests_(std::move(requests)) {
    g_.leaves.assign(leaves.begin(), leaves.end());
  }

  constexpr result run() {
    prepare();
    while (!attempt()) {
    }
    out_.nodes = std::move(g_.nodes);
    out_.shapes = std::move(g_.shapes);
    return std::move(out_);
  }

 private:
  struct draft {  // a step before its code is made
    int product = -1;
    std::vector<int> loops;  // groups
    int depth = 0;
  };

  static constexpr std::size_t at(int i) { return static_cast<std::size_t>(i); }
  constexpr node const& n(int i) const { return g_.nodes[at(i)]; }
  constexpr shape const& shape_of(int i) const { return g_.shapes[at(n(i).shape)]; }
  constexpr bool padded(int base) const { return n(base).is(opcode::leaf) && g_.leaves[at(static_cast<int>(n(base).with.p))]->is_view; }
  constexpr handle copy(handle x) { return make<opcode::stop_gradient>(x); }

  // Copies for what a reader cannot follow: a reshape of a padded or permuted operand, a view as a result, an assignment of
  // what is gathered piece by piece.
  constexpr void prepare() {
    for (auto const& s : from_.shapes) g_.intern(s);
    std::vector<int> to(from_.nodes.size(), -1);
    std::vector<view> views;
    auto put = [&](node const& x) {
      int const id = g_.put(x);
      if (id == static_cast<int>(views.size())) {
        views.push_back(own_view(id, n(id), shape_of(id)));
        if (is_view(n(id))) views.back() = compose(g_, id, views[at(n(id).args[0])], padded(views[at(n(id).args[0])].base));
      }
      return id;
    };
    for (std::size_t i = 0; i < from_.nodes.size(); ++i) {
      node x = from_.nodes[i];
      for (int& a : x.args)
        if (a >= 0) a = to[at(a)];
      int id = put(x);
      if (views[at(id)].base < 0) {
        int const operand = x.args[0];
        node c{&operation_of<operation<opcode::stop_gradient>>, {operand, -1, -1}, n(operand).shape, {}};
        x.args[0] = put(c);
        id = put(x);
      }
      to[i] = id;
    }
    for (auto& r : requests_) {
      r.node = to[at(r.node)];
      node const& x = n(r.node);
      bool const loose = !is_compute(x);
      bool const pieces = r.leaf >= 0 && (x.op->kind == family::reduction || x.op->kind == family::product);
      if (loose || pieces) {
        node c{&operation_of<operation<opcode::stop_gradient>>, {r.node, -1, -1}, x.shape, {}};
        r.node = put(c);
      }
    }
  }

  constexpr void find_needed() {
    needed_.assign(g_.nodes.size(), 0);
    for (auto const& r : requests_) needed_[at(r.node)] = 1;
    for (std::size_t i = g_.nodes.size(); i-- > 0;)
      if (needed_[i])
        for (int a : g_.nodes[i].args)
          if (a >= 0) needed_[at(a)] = 1;
  }

  constexpr bool attempt() {
    out_ = result{};
    drafts_.clear();
    find_needed();
    f_ = fuser(g_, needed_, requests_, late_).run();
    draft_steps();
    assign_storage();
    if (!order()) return false;
    return write_steps();
  }

  // ── steps ──

  constexpr void draft_steps() {
    std::size_t const groups = f_.group_depth.size();
    step_of_group_.assign(groups, -1);
    step_of_node_.assign(g_.nodes.size(), -1);
    members_.assign(groups, {});
    std::vector<int> epilogue_of(groups, -1);
    for (int i = 0; i < static_cast<int>(g_.nodes.size()); ++i) {
      if (f_.depth[at(i)] < 0) continue;
      int const group = f_.group[at(i)];
      if (f_.levels[at(i)] == level::product) {
        if (group >= 0) epilogue_of[at(group)] = i;
      } else {
        members_[at(group)].push_back(i);
      }
    }
    for (int i = 0; i < static_cast<int>(g_.nodes.size()); ++i) {
      if (f_.levels[at(i)] != level::product) continue;
      draft d{i, {}, f_.depth[at(i)]};
      step_of_node_[at(i)] = static_cast<int>(drafts_.size());
      if (int const group = f_.group[at(i)]; group >= 0) add_loop(d, group, static_cast<int>(drafts_.size()));
      drafts_.push_back(d);
    }
    // loops by depth, so that a loop that finishes a reduction finds the step which reduces
    std::vector<int> byte_depth;
    for (int k = 0; k < static_cast<int>(groups); ++k)
      if (epilogue_of[at(k)] < 0) byte_depth.push_back(k);
    std::sort(byte_depth.begin(), byte_depth.end(), [&](int a, int b) {
      return f_.group_depth[at(a)] != f_.group_depth[at(b)] ? f_.group_depth[at(a)] < f_.group_depth[at(b)] : a < b;
    });
    for (int group : byte_depth) {
      int const joined = finishes(group);
      if (joined >= 0) {
        add_loop(drafts_[at(joined)], group, joined);
        continue;
      }
      draft d{-1, {}, f_.group_depth[at(group)]};
      add_loop(d, group, static_cast<int>(drafts_.size()));
      drafts_.push_back(d);
    }
  }

  constexpr void add_loop(draft& d, int group, int step) {
    d.loops.push_back(group);
    step_of_group_[at(group)] = step;
    for (int i : members_[at(group)]) step_of_node_[at(i)] = step;
  }

  // The step whose reductions this loop finishes, or -1: what it reads from there is reduced, and all else is ready before.
  constexpr int finishes(int group) const {
    int step = -1, depth = -1;
    bool reduced = false;
    for (int i : members_[at(group)])
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
    for (int i : members_[at(group)])
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
    assigned_.assign(g_.nodes.size(), {});
    leaf_storage_.assign(g_.leaves.size(), -1);
    for (int i = 0; i < static_cast<int>(g_.nodes.size()); ++i)
      if (n(i).is(opcode::leaf)) storage_of_[at(i)] = leaf_storage(static_cast<int>(n(i).with.p));
    for (auto const& r : requests_) {
      if (r.leaf < 0) continue;
      int const s = leaf_storage(r.leaf);
      if (storage_of_[at(r.node)] < 0)
        storage_of_[at(r.node)] = s;
      else
        assigned_[at(r.node)].push_back(s);
    }
    for (int i = 0; i < static_cast<int>(g_.nodes.size()); ++i) {
      if (f_.depth[at(i)] < 0) continue;
      if (f_.levels[at(i)] == level::product) {
        if (!f_.stored[at(i)]) {
          // only its epilogue reads it: a block of rows is enough, if the epilogue goes by rows
          bool const rows = goes_by_rows(i);
          storage_of_[at(i)] = add_storage({rows ? storage_kind::window : storage_kind::buffer, i, n(i).shape, element::none});
          continue;
        }
      }
      if (f_.stored[at(i)] && storage_of_[at(i)] < 0) storage_of_[at(i)] = add_storage({storage_kind::buffer, i, n(i).shape, element::none});
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

  // A product whose epilogue may run on each block of complete rows: rank 2 without unit extents.
  constexpr bool goes_by_rows(int product) const {
    shape const& s = shape_of(product);
    return s.rank == 2 && squeezed(s).rank == 2;
  }

  // ── order ──

  // Calls visit(base) for every piece of memory or computed value that a step reads.
  template <class F>
  constexpr void for_reads(draft const& d, F const& visit) const {
    if (d.product >= 0)
      for (int a : n(d.product).args)
        if (a >= 0) visit(f_.views[at(a)].base);
    for (int group : d.loops)
      for (int i : members_[at(group)]) for_operand_bases(i, visit);
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
    // before[i][j]: step j must run before step i
    std::vector<std::vector<int>> data(count), overwrites(count);
    std::vector<std::vector<int>> leaves_read(count), leaves_written(count);
    for (std::size_t i = 0; i < count; ++i) {
      for_reads(drafts_[i], [&](int b) {
        if (n(b).is(opcode::leaf)) leaves_read[i].push_back(static_cast<int>(n(b).with.p));
        int const s = step_of_node_[at(b)];
        if (s >= 0 && s != static_cast<int>(i)) data[i].push_back(s);
      });
    }
    for (auto const& r : requests_)
      if (r.leaf >= 0) leaves_written[at(step_of_node_[at(r.node)])].push_back(r.leaf);
    for (std::size_t i = 0; i < count; ++i)
      for (int leaf : leaves_written[i])
        for (std::size_t j = 0; j < count; ++j)
          if (j != i && std::find(leaves_read[j].begin(), leaves_read[j].end(), leaf) != leaves_read[j].end())
            overwrites[i].push_back(static_cast<int>(j));

    std::vector<char> done(count, 0);
    order_.clear();
    auto ready = [&](std::vector<int> const& needs) {
      for (int s : needs)
        if (!done[at(s)]) return false;
      return true;
    };
    while (order_.size() < count) {
      int next = -1;
      for (std::size_t i = 0; i < count; ++i) {
        if (done[i] || !ready(data[i]) || !ready(overwrites[i])) continue;
        if (next < 0 || drafts_[i].depth < drafts_[at(next)].depth) next = static_cast<int>(i);
      }
      if (next < 0) {
        // every step that could run would overwrite what another still reads: its assignments wait in a buffer
        for (std::size_t i = 0; i < count && next < 0; ++i)
          if (!done[i] && ready(data[i])) next = static_cast<int>(i);
        for (auto& r : requests_)
          if (r.leaf >= 0 && step_of_node_[at(r.node)] == next) delay(r);
        return false;
      }
      done[at(next)] = 1;
      order_.push_back(next);
    }
    return true;
  }

  // The value of an assignment waits in a buffer, a copy behind everything brings it to the leaf.
  constexpr void delay(request& r) {
    // a copy of its own for each leaf: with.p keeps two copies of one value apart
    node c{&operation_of<operation<opcode::stop_gradient>>, {r.node, -1, -1}, n(r.node).shape, {r.leaf + 1, 0}};
    r.node = g_.put(c);
    late_.push_back(r.node);
  }

  // ── code ──

  constexpr bool write_steps() {
    out_.steps.clear();
    for (int s : order_) {
      draft const& d = drafts_[at(s)];
      step made;
      if (d.product >= 0) {
        made.product = static_cast<int>(out_.products.size());
        out_.products.push_back(make_product(d.product));
        if (!d.loops.empty() && f_.group[at(d.product)] == d.loops.front() && goes_by_rows(d.product)) made.first_loop = when::per_block;
      }
      made.loops.begin = static_cast<int>(out_.loops.size());
      for (int group : d.loops) {
        emitter e(g_, f_, out_, storage_of_, assigned_);
        int const epilogue_of = d.product >= 0 && f_.group[at(d.product)] == group ? d.product : -1;
        loop const l = e.emit(group, epilogue_of);
        out_.loops.push_back(l);
      }
      made.loops.end = static_cast<int>(out_.loops.size());
      out_.steps.push_back(made);
    }
    if (!safe_in_steps()) return false;
    find_lives();
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
    p.c = matrix(i, shape_of(i).rank);
    extent const inner = sa[sa.rank - 1];
    p.inner_shape = g_.intern(shape(inner));
    p.windowed = out_.storages[at(storage_of_[at(i)])].kind == storage_kind::window;
    p.scratch = add_storage({storage_kind::buffer, -1, -1, element::none});
    return p;
  }

  // An operand of a product, axis for axis of the result's rank (unit axes are not dropped here).
  constexpr operand matrix(int a, int rank) const {
    view const& v = f_.views[at(a)];
    shape const& s = shape_of(a);
    operand o{storage_of_[at(v.base)], v.shape};
    for (int i = 0; i < s.rank; ++i)
      o.axis[at(i + rank - s.rank)] = s[i].is_one() ? static_cast<std::int8_t>(-1) : v.axis[at(i)];
    return o;
  }

  // Within a step: a leaf may be read and written by one loop, entry for entry, if no later pass reads it again.
  constexpr bool safe_in_steps() {
    bool safe = true;
    for (std::size_t s = 0; s < out_.steps.size(); ++s) {
      step const& st = out_.steps[s];
      for (auto& r : requests_) {
        if (r.leaf < 0 || step_of_node_[at(r.node)] != order_[s] || is_late(r.node)) continue;
        int const target = leaf_storage_[at(r.leaf)];
        bool conflict = false;
        if (st.product >= 0) {
          product const& p = out_.products[at(st.product)];
          conflict = p.a.storage == target || p.b.storage == target;
        }
        int written_loop = -1, written_pass = -1, written_memory = -1;
        for (int l = st.loops.begin; l < st.loops.end; ++l)
          for_code(out_.loops[at(l)], [&](instruction const& x, int pass) {
            if (x.what != action::store || out_.operands[at(x.memory)].storage != target) return;
            written_loop = l;
            written_pass = pass;
            written_memory = x.memory;
          });
        for (int l = st.loops.begin; l < st.loops.end; ++l)
          for_code(out_.loops[at(l)], [&](instruction const& x, int pass) {
            if (x.what != action::load || out_.operands[at(x.memory)].storage != target) return;
            if (l < written_loop) return;
            bool const once = pass < 0;  // read before the loop begins
            bool const same = out_.operands[at(x.memory)].axis == out_.operands[at(written_memory)].axis;
            if (l > written_loop || !(once || (same && pass <= written_pass))) conflict = true;
          });
        if (conflict) {
          delay(r);
          safe = false;
        }
      }
    }
    return safe;
  }

  constexpr bool is_late(int i) const {
    for (int l : late_)
      if (l == i) return true;
    return false;
  }

  // Calls visit(instruction, pass); uniform code is pass -1.
  template <class F>
  constexpr void for_code(loop const& l, F const& visit) const {
    auto each = [&](range const& r, int pass) {
      for (int i = r.begin; i < r.end; ++i) visit(out_.code[at(i)], pass);
    };
    each(l.uniform, -1);
    for (int p = 0; p <= l.passes; ++p) {
      each(l.row[at(p)], p);
      if (p < l.passes) each(l.element[at(p)], p);
    }
  }

  constexpr void find_lives() {
    auto touch = [&](int storage, int step) {
      if (storage < 0) return;
      auto& s = out_.storages[at(storage)];
      if (s.first < 0) s.first = step;
      s.last = step;
    };
    for (int s = 0; s < static_cast<int>(out_.steps.size()); ++s) {
      step const& st = out_.steps[at(s)];
      if (st.product >= 0) {
        product const& p = out_.products[at(st.product)];
        for (int storage : {p.a.storage, p.b.storage, p.c.storage, p.scratch}) touch(storage, s);
      }
      for (int l = st.loops.begin; l < st.loops.end; ++l) {
        for_code(out_.loops[at(l)], [&](instruction const& x, int) {
          if (x.memory >= 0) touch(out_.operands[at(x.memory)].storage, s);
        });
      }
    }
    int const end = static_cast<int>(out_.steps.size());
    for (auto& s : out_.storages)
      if (s.persists) s.last = end;
  }

  graph_view from_;
  builder g_;
  std::vector<request> requests_;
  std::vector<int> late_;
  std::vector<char> needed_;
  fusion f_;
  std::vector<draft> drafts_;
  std::vector<std::vector<int>> members_;
  std::vector<int> step_of_group_, step_of_node_, storage_of_, leaf_storage_, order_;
  std::vector<std::vector<int>> assigned_;
  result out_;
};

}  // namespace ctg::inline v0::plan
