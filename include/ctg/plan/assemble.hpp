// SPDX-License-Identifier: MIT
// What the planner has settled, and how it becomes a plan: the code of each loop, made apart, joined into one set of
// tables.
#pragma once

#include <ctg/plan/emit.hpp>

namespace ctg::inline v0::plan {

/// A loop before its code is made.
struct group_outline {
  int number = -1;  // as the nodes know it
  range members{};  // of the list of members
  int space = -1, row_shape = -1, passes = 1;
  bool makes = false;
  unsigned joined = 0;  // axes of the members' space that are one axis of this one (plan/joined_axes.hpp)
};

/// The planner's decisions: nodes, shapes and storages, steps in order, the loops of each; made into code loop by loop.
template <class Late>
struct arranged_of {
  detail::sequence<node> nodes;
  detail::sequence<shape> shapes;
  detail::sequence<plan::view> views;
  detail::sequence<level> levels;
  detail::sequence<int> group, pass, storage_of, members;
  detail::sequence<char> stored;
  detail::sequence<storage> storages;
  detail::sequence<std::pair<int, int>> also;
  detail::sequence<group_outline> groups;  // in the order of the steps
  detail::sequence<step> steps;
  detail::sequence<product> products;
  detail::sequence<call> calls;
  detail::sequence<scan> scans;
  detail::sequence<operand> scan_operands;  // of all scans, one after the other
  detail::sequence<int> scan_results;       // storages
  detail::sequence<output> outputs;

  constexpr arrangement_of<Late> view() const {
    return {{nodes, shapes}, views, levels, group, stored, pass, storage_of, storages, also};
  }
  constexpr detail::span<int const> members_of(int k) const {
    range const r = groups[k].members;
    return detail::span<int const>(members).subspan(r.begin, r.size());
  }
};
using arranged = arranged_of<void>;

/// The code of one loop.
template <class Late>
constexpr loop_code_of<Late> make_code(arrangement_of<Late> const& a, detail::span<int const> members,
                                       group_outline const& g) {
  return emitter_of<Late>(a, g.number, members, g.space, g.row_shape, g.passes, g.makes, g.joined).emit();
}

/// Steps and loop codes as one plan, with the lives of its buffers. `Code` has l, code, operands and scratch.
template <class Arranged, class Codes>
constexpr auto assemble(Arranged const& a, Codes const& codes) {
  detail::late<Arranged, full_plan> r;
  r.nodes.assign(a.nodes.data(), a.nodes.data() + a.nodes.size());
  r.shapes.assign(a.shapes.data(), a.shapes.data() + a.shapes.size());
  r.storages.assign(a.storages.data(), a.storages.data() + a.storages.size());
  r.products.assign(a.products.data(), a.products.data() + a.products.size());
  r.calls.assign(a.calls.data(), a.calls.data() + a.calls.size());
  r.outputs.assign(a.outputs.data(), a.outputs.data() + a.outputs.size());
  r.scans.assign(a.scans.data(), a.scans.data() + a.scans.size());
  r.scan_operands.assign(a.scan_operands.data(), a.scan_operands.data() + a.scan_operands.size());
  r.scan_results.assign(a.scan_results.data(), a.scan_results.data() + a.scan_results.size());
  int const settled = static_cast<int>(r.storages.size());
  auto touch = [&](int storage, int step) {
    if (storage < 0) return;
    auto& s = r.storages[storage];
    if (s.first < 0) s.first = step;
    s.last = step;
  };
  int at_step = 0;
  for (step const& o : a.steps) {
    if (o.product >= 0) {
      product const& p = r.products[o.product];
      for (int storage : {p.a.storage, p.b.storage, p.c.storage, p.scratch}) touch(storage, at_step);
      for (scale_factor const& f : p.update.factors) touch(f.memory, at_step);
    }
    if (o.call >= 0) {
      call const& c = r.calls[o.call];
      for (operand const& x : c.x) touch(x.storage, at_step);
      touch(c.y.storage, at_step);
      touch(c.scratch, at_step);
      if (c.scan >= 0) {
        scan const& l = r.scans[c.scan];
        for (int k = l.operands.begin; k < l.operands.end; ++k) touch(r.scan_operands[k].storage, at_step);
        for (int k = l.results.begin; k < l.results.end; ++k) touch(r.scan_results[k], at_step);
        touch(l.scratch, at_step);
      }
    }
    for (int k = o.makers.begin; k < o.loops.end; ++k) {
      auto const& c = codes[k];
      int const code_at = static_cast<int>(r.code.size()), operand_at = static_cast<int>(r.operands.size());
      int const scratch_at = static_cast<int>(r.storages.size()) - settled;
      for (storage const& s : c.scratch) r.storages.push_back(s);
      for (operand x : c.operands) {
        if (x.storage >= settled) x.storage += scratch_at;
        touch(x.storage, at_step);
        r.operands.push_back(x);
      }
      for (instruction x : c.code) {
        if (x.memory >= 0) x.memory += operand_at;
        r.code.push_back(x);
      }
      loop l = c.l;
      auto moved = [&](range x) { return range{x.begin + code_at, x.end + code_at}; };
      l.uniform = moved(l.uniform);
      l.gathered = moved(l.gathered);
      for (auto& x : l.element) x = moved(x);
      for (auto& x : l.row) x = moved(x);
      r.loops.push_back(l);
    }
    r.steps.push_back(o);
    ++at_step;
  }
  for (auto& s : r.storages)
    if (s.persists) {
      s.last = at_step;
      if (filled_with(r.nodes, s)) s.first = 0;
    }
  return r;
}

}  // namespace ctg::inline v0::plan
