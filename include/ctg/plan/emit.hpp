// SPDX-License-Identifier: MIT
// The code of one loop: which values are made once, which per row, which per vector, in how many passes over a row;
// what a later pass needs again is read back, kept in a scratch row (transcendentals) or computed again (all else).
#pragma once

#include <ctg/plan/fuse.hpp>
#include <ctg/plan/joined_axes.hpp>

namespace ctg::inline v0::plan {

/// What the planner has settled before any code is made, as views of its tables: one loop's code can be made in a
/// constant expression of its own.
template <class>
struct arrangement_of {
  graph_view graph;
  detail::span<view const> views;
  detail::span<level const> levels;
  detail::span<int const> group;
  detail::span<char const> stored;
  detail::span<int const> pass;
  detail::span<int const> storage_of;  // where a node is in memory, -1 for nowhere
  detail::span<storage const> storages;
  detail::span<std::pair<int, int> const> also;  // node and a leaf's storage that it is assigned to beside that
};
using arrangement = arrangement_of<void>;

template <class Late>
class emitter_of {
 public:
  /// `members`: the nodes of the loop; `space`: its shape; `row_shape`: the shape of one row of it; `makes`: whether it
  /// makes a factor of a product; `joined`: which axes of its members' space are one axis of it.
  constexpr emitter_of(arrangement_of<Late> const& a, int group, detail::span<int const> members, int space,
                       int row_shape, int passes, bool makes, unsigned joined)
      : a_(a),
        group_(group),
        nodes_(members.data(), members.data() + members.size()),
        space_(space),
        row_shape_(row_shape),
        passes_(passes),
        joined_(joined) {
    out_.l.makes = makes;
  }

  constexpr loop_code_of<Late> emit() {
    rank_ = a_.graph.shapes[space_].rank;
    loop& l = out_.l;
    l.space = space_;
    l.passes = passes_;
    find_scratch();
    for (int p = 0; p <= passes_; ++p) {
      row_code_.clear();
      row_stores_.clear();
      row_stores_.append(row_sums_.begin(), row_sums_.end());
      row_sums_.clear();
      emit_row_section(p);
      element_code_.clear();
      if (p < passes_) emit_pass(p);
      // row loads that the pass asked for stand before it, and before the section's own stores: they may read an
      // assigned leaf
      row_code_.append(row_stores_.begin(), row_stores_.end());
      l.row[p] = append(row_code_);
      if (p < passes_) l.element[p] = append(element_code_);
      l.elements = std::max(l.elements, elements_);
    }
    l.uniform = append(uniform_code_);
    l.gathered = append(gathered_);
    l.uniforms = uniforms_;
    l.rows = rows_;
    bool const in_order = is_flat(l);
    l.flat = in_order && !l.makes;
    l.rows_join = in_order && l.makes;
    return std::move(out_);
  }

 private:
  constexpr detail::late<Late, node> const& n(int i) const { return a_.graph.nodes[i]; }
  constexpr detail::late<Late, shape> const& shape_of(int i) const { return a_.graph.shapes[n(i).shape]; }
  constexpr detail::late<Late, shape> const& shape_number(int s) const { return a_.graph.shapes[s]; }
  constexpr int base(int i) const { return a_.views[i].base; }
  constexpr bool mine(int i) const { return a_.group[i] == group_ && a_.levels[i] != level::product; }

  // What the emitter notes of a node, looked up among the few nodes of the loop.
  struct notes {
    int node, scratch = -1, row_value = -1;
  };
  struct visit_of {
    int node, pass;
    bool exact;
  };
  constexpr notes& noted(int i) {
    for (notes& x : notes_)
      if (x.node == i) return x;
    notes_.push_back({i});
    return notes_.back();
  }

  constexpr range append(detail::sequence<instruction> const& code) {
    range const r{static_cast<int>(out_.code.size()), static_cast<int>(out_.code.size() + code.size())};
    out_.code.append(code.begin(), code.end());
    return r;
  }

  // The shape over which node i reads its operands.
  constexpr shape whole(int i) const {
    return n(i).op->kind == family::reduction ? shape_of(n(i).args[0]) : shape_of(i);
  }

  constexpr void find_scratch() {
    if (passes_ < 2) return;
    for (int i : nodes_) {
      int const p = a_.levels[i] == level::row ? a_.pass[i] - 1 : a_.pass[i];
      bool const gathers = n(i).op->kind == family::reduction;
      if (gathers)
        visit(base(n(i).args[0]), p, false);
      else if (a_.levels[i] == level::element && a_.stored[i])
        visit_operands(i, p);
    }
  }
  // A comparison for equality meets the very bits that were gathered: computed again, the compiler might contract to an
  // FMA.
  constexpr void visit_operands(int i, int p) {
    for (int a : n(i).args)
      if (a >= 0) visit(base(a), p, n(i).is(opcode::equal));
  }
  constexpr void visit(int i, int p, bool exact) {
    if (!mine(i) || a_.levels[i] != level::element) return;
    for (auto const& seen : visited_)
      if (seen.node == i && seen.pass == p && seen.exact == exact) return;
    visited_.push_back({i, p, exact});
    if (a_.pass[i] < p) {
      if (a_.stored[i]) return;
      if (n(i).op->transcendental || exact) {
        if (noted(i).scratch < 0) noted(i).scratch = new_scratch();
        return visit_operands(i, a_.pass[i]);  // what its own pass reads to fill it
      }
    }
    visit_operands(i, p);
  }
  constexpr int new_scratch() {
    out_.scratch.push_back({storage_kind::buffer, -1, row_shape_});
    return static_cast<int>(a_.storages.size() + out_.scratch.size()) - 1;
  }

  // ── memory operands ──

  constexpr int memory(operand const& o) {
    for (std::size_t i = 0; i < out_.operands.size(); ++i)
      if (out_.operands[i] == o) return static_cast<int>(i);
    out_.operands.push_back(o);
    return static_cast<int>(out_.operands.size()) - 1;
  }
  constexpr bool padded(int storage) const {
    return storage < static_cast<int>(a_.storages.size()) && a_.storages[storage].is_view;
  }

  // Operand a of a node over `whole`, in memory.
  constexpr operand in_memory(int a, shape const& over, level reader) const {
    view const& v = a_.views[a];
    int const s = a_.storage_of[v.base];
    operand o = join_axes(walk(v, shape_of(a), over, s, shape_number(v.shape), padded(s)), joined_);
    if (reader == level::row) o.columns = column_mode::broadcast;
    return o;
  }
  // Node i itself, entry for entry, in storage s.
  constexpr operand own(int i, int s) const {
    shape const& x = shape_of(i);
    operand o = join_axes(walk(own_view(i, n(i), x), x, x, s, x, padded(s)), joined_);
    if (a_.levels[i] == level::row) o.columns = column_mode::broadcast;
    return o;
  }
  constexpr operand scratch_row(int i) {
    operand o{noted(i).scratch, row_shape_};
    if (rank_ > 0) o.axis[rank_ - 1] = 0;
    o.columns = rank_ > 0 ? column_mode::contiguous : column_mode::broadcast;
    return o;
  }

  // ── values ──

  // An instruction for node i.
  constexpr detail::late<Late, instruction> of_node(action what, int i) const {
    return {what, n(i).op, n(i).with, {}, {}, -1, i};
  }
  // The same on its operands, as pass p (or row section p) reads them.
  constexpr detail::late<Late, instruction> compute(int i, int p) {
    auto x = of_node(action::compute, i);
    for (int k = 0; k < n(i).arity(); ++k) x.args[k] = read(i, n(i).args[k], p);
    return x;
  }
  constexpr value add_element(auto x) {
    x.dst = {bank::element, elements_++};
    element_code_.push_back(x);
    return x.dst;
  }

  constexpr value uniform(instruction i) {
    for (auto const& known : uniform_code_)
      if (known.what == i.what && known.with == i.with && known.memory == i.memory && known.what != action::compute)
        return known.dst;
    i.dst = {bank::uniform, uniforms_++};
    uniform_code_.push_back(i);
    return i.dst;
  }

  // A source or an inlined scalar.
  constexpr value uniform_value(int i) {
    for (auto const& [node, v] : uniform_values_)
      if (node == i) return {bank::uniform, v};
    auto x = of_node(n(i).is(opcode::constant) ? action::constant
                     : n(i).is(opcode::number) ? action::number
                     : n(i).is(opcode::size)   ? action::size
                                               : action::compute,
                     i);
    for (int k = 0; k < n(i).arity(); ++k) x.args[k] = scalar_operand(n(i).args[k]);
    value const v = uniform(x);
    uniform_values_.push_back({i, v.index});
    return v;
  }
  constexpr value scalar_operand(int a) {
    int const b = base(a);
    if (n(b).is(opcode::leaf)) return uniform_load(in_memory(a, shape_of(a), level::element));
    return uniform_value(b);
  }
  constexpr value uniform_load(operand const& o) {
    instruction x;
    x.what = action::load;
    x.memory = memory(o);
    return uniform(x);
  }

  // The value of operand a for reader `i` in pass p (or row section p).
  constexpr value read(int i, int a, int p) {
    int const b = base(a);
    shape const over = whole(i);
    level const reader = n(i).op->kind == family::reduction ? level::element : a_.levels[i];
    if (mine(b)) {
      if (a_.levels[b] == level::row) return {bank::row, noted(b).row_value};
      return element(b, p);
    }
    if (a_.levels[b] == level::inlined || (is_source(n(b)) && !n(b).is(opcode::leaf))) {
      if (n(b).is(opcode::one_hot)) return label(b);
      if (n(b).is(opcode::iota)) return place_along(walk(a_.views[a], shape_of(a), over, -1, shape_of(b), false));
      return uniform_value(b);
    }
    return load(in_memory(a, over, reader));
  }

  constexpr value load(operand const& o) {
    bool everywhere = true;
    for (int k = 0; k < rank_; ++k) everywhere = everywhere && o.axis[k] < 0;
    if (everywhere) return uniform_load(o);
    instruction x;
    x.what = action::load;
    x.memory = memory(o);
    if (o.columns == column_mode::broadcast) {
      for (auto const& [m, v] : row_loads_)
        if (m == x.memory) return {bank::row, v};
      x.dst = {bank::row, rows_++};
      row_loads_.push_back({x.memory, x.dst.index});
      row_code_.push_back(x);
      return x.dst;
    }
    for (auto const& known : element_code_)
      if (known.what == action::load && known.memory == x.memory) return known.dst;
    return add_element(x);
  }

  // Where the loop is along the axis that this operand, an iota, walks.
  constexpr value place_along(operand const& o) {
    instruction x;
    x.what = action::index;
    x.op = &operation_of<operation<opcode::iota>>;
    while (o.axis[x.with.p] < 0) ++x.with.p;
    bool const of_row = x.with.p + 1 < rank_;
    for (instruction const& known : of_row ? row_code_ : element_code_)
      if (known.what == action::index && known.with == x.with) return known.dst;
    x.dst = of_row ? value{bank::row, rows_++} : value{bank::element, elements_++};
    (of_row ? row_code_ : element_code_).push_back(x);
    return x.dst;
  }

  constexpr value label(int i) {
    auto x = of_node(action::label, i);
    int const labels = n(i).args[0], b = base(labels);
    if (mine(b))  // made in this loop: a value for each row
      x.args[0] = {bank::row, noted(b).row_value};
    else
      x.args[0] = load(walk(a_.views[labels], label_shape(i), shape_of(i), a_.storage_of[b],
                            shape_number(a_.views[labels].shape), padded(a_.storage_of[b])));
    return add_element(x);
  }
  // The labels with a last axis of extent 1, whether or not they had one, so that they align with the one-hot rows.
  constexpr shape label_shape(int i) const {
    shape s = shape_of(n(i).args[0]);
    if (s.rank < shape_of(i).rank) s.push(extent{1});
    return s;
  }

  constexpr value element(int i, int p) {
    for (auto const& [node, v] : computed_)
      if (node == i) return {bank::element, v};
    value v;
    if (a_.pass[i] < p && a_.stored[i]) {
      v = load(own(i, a_.storage_of[i]));
    } else if (a_.pass[i] < p && noted(i).scratch >= 0) {
      v = load(scratch_row(i));
    } else if (n(i).is(opcode::one_hot)) {
      v = label(i);
    } else {
      v = add_element(compute(i, p));
    }
    computed_.push_back({i, v.index});
    return v;
  }

  constexpr void store(auto& code, int i, value v) {
    int const s = a_.storage_of[i];
    if (s >= 0 && a_.stored[i] && !filled_with(a_.graph.nodes, a_.storages[s])) store_to(code, own(i, s), i, v);
    for (auto const& [node, leaf] : a_.also)
      if (node == i) store_to(code, own(i, leaf), i, v);
  }
  constexpr void store_to(auto& code, operand const& to, int i, value v) {
    code.push_back({action::store, nullptr, {}, {}, {v}, memory(to), i});
  }

  constexpr void emit_pass(int p) {
    computed_.clear();
    elements_ = 0;
    detail::late<Late, detail::sequence<instruction>> stores;
    for (int i : nodes_) {
      level const l = a_.levels[i];
      bool const reduces = n(i).op->kind == family::reduction;
      if (l == level::element && a_.pass[i] == p) {
        if (a_.stored[i] || noted(i).scratch >= 0) {
          value const v = element(i, p);
          store(stores, i, v);
          if (noted(i).scratch >= 0) store_to(stores, scratch_row(i), i, v);
        }
      } else if (reduces && (l == level::row ? a_.pass[i] - 1 : a_.pass[i]) == p) {
        instruction x;
        x.op = n(i).op;
        x.node = i;
        x.args[0] = read(i, n(i).args[0], p);
        if (l == level::row) {
          x.what = action::row_reduce;
          x.dst = {bank::row, noted(i).row_value = rows_++};
          stores.push_back(x);
        } else {
          // the axes of the result in terms of the space
          operand const o = join_axes(walk(own_view(i, n(i), shape_of(i)), n(i).with.q ? shape{} : shape_of(i),
                                           whole(i), a_.storage_of[i], shape_of(i), false),
                                      joined_);
          x.memory = memory(o);
          bool any = false;
          for (int k = 0; k < rank_; ++k) any = any || o.axis[k] >= 0;
          x.what = any ? action::accumulate : action::total;
          x.with.q = static_cast<std::int64_t>(gathered_.size());
          if (any && o.columns == column_mode::broadcast) {  // by rows, whose sums join
            instruction sum = x;
            sum.what = action::row_reduce;
            sum.memory = -1;
            sum.with = {};
            sum.dst = x.args[0] = {bank::row, rows_++};
            stores.push_back(sum);
            row_sums_.push_back(x);
          } else {
            stores.push_back(x);
          }
          gathered_.push_back(x);
        }
      }
    }
    element_code_.append(stores.begin(), stores.end());
  }

  constexpr void emit_row_section(int p) {
    for (int i : nodes_) {
      if (a_.levels[i] != level::row || a_.pass[i] != p) continue;
      if (n(i).op->kind != family::reduction) {
        auto x = compute(i, p);
        x.dst = {bank::row, noted(i).row_value = rows_++};
        row_code_.push_back(x);
      }
      store(row_stores_, i, {bank::row, noted(i).row_value});
    }
  }

  // Whether the space may be walked as one long row: all operands of the element code lie in memory in the order of the
  // space.
  constexpr bool is_flat(loop const& l) const {
    if (rank_ < 2) return false;
    for (auto const& r : l.row)
      if (r.size()) return false;
    for (range const& r : l.element)
      for (int i = r.begin; i < r.end; ++i) {
        instruction const& x = out_.code[i];
        if (x.what == action::label || x.what == action::index || x.what == action::accumulate ||
            x.what == action::row_reduce)
          return false;
        if (x.memory < 0 || x.what == action::total) continue;
        operand const& o = out_.operands[x.memory];
        shape const& memory = shape_number(o.shape);
        if (padded(o.storage) || !o.from_the_start()) return false;
        int next = 0;
        for (int k = 0; k < rank_; ++k) {
          while (next < memory.rank && memory[next].is_one()) ++next;
          if (o.axis[k] != next || !(memory[next] == shape_number(space_)[k])) return false;
          ++next;
        }
      }
    return true;
  }

  arrangement_of<Late> const& a_;
  int group_;
  detail::sequence<int> nodes_;
  int space_, row_shape_, passes_;
  unsigned joined_;
  int rank_ = 0, uniforms_ = 0, rows_ = 0, elements_ = 0;
  detail::sequence<notes> notes_;
  detail::sequence<visit_of> visited_;
  detail::late<Late, detail::sequence<std::pair<int, int>>> computed_, row_loads_, uniform_values_;
  detail::late<Late, detail::sequence<instruction>> uniform_code_, row_code_, row_stores_, row_sums_, element_code_,
      gathered_;
  loop_code_of<Late> out_;
};

}  // namespace ctg::inline v0::plan
