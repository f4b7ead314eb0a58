// SPDX-License-Identifier: MIT
// What a plan can promise beside its costs: how often a function is evaluated, how often a leaf is walked over, which
// values it keeps.
#pragma once

#include <ctg/plan/matching.hpp>

namespace ctg::inline v0::plan {

/// Entries for which the loops evaluate this operation in one run.
template <class = void>
constexpr std::int64_t count_evaluations(tables const& t, opcode of, extent_table const& names) {
  std::int64_t count = 0;
  each_instruction(t, names, [&](instruction const& x, std::int64_t times) {
    if (x.what == action::compute && x.op->code == of) count += times;
  });
  return count;
}

/// How many products, loops and calls read this leaf; a loop that comes back to a row counts once.
template <class = void>
constexpr int count_walks(tables const& t, detail::span<operand const> scan_operands, int leaf) {
  auto reads = [&](operand const& o) {
    if (o.storage < 0) return 0;
    storage const& s = t.storages[o.storage];
    return s.kind == storage_kind::leaf && s.index == leaf ? 1 : 0;
  };
  int walks = 0;
  for (auto const& p : t.products) walks += reads(p.a) + reads(p.b);
  for (auto const& c : t.calls)
    if (c.scan < 0)
      for (std::size_t k = 0; k < 3; ++k)
        if (reads_operand(t, c, k)) walks += reads(c.x[k]);
  for (operand const& o : scan_operands) walks += reads(o);
  for (auto const& l : t.loops) {
    int found = 0;
    auto look = [&](range const& r) {
      for (int i = r.begin; i < r.end; ++i) {
        instruction const& x = t.code[i];
        if (x.what == action::load && reads(t.operands[x.memory])) found = 1;
      }
    };
    look(l.uniform);
    for (range const& r : l.row) look(r);
    for (range const& r : l.element) look(r);
    walks += found;
  }
  return walks;
}

/// Whether a storage holds a value of more than one entry between two kernels that is neither a leaf nor a result.
template <class = void>
constexpr bool is_kept(tables const& t, storage const& s) {
  return s.kind == storage_kind::buffer && s.index >= 0 && s.first >= 0 && s.last > s.first && !s.persists &&
         s.shape >= 0 && !t.shapes[s.shape].one_entry();
}
template <class = void>
constexpr int count_kept(tables const& t) {
  int count = 0;
  for (storage const& s : t.storages) count += is_kept(t, s);
  return count;
}
/// Whether all that is kept is the value of one of these nodes, of what one is a view of, or a copy.
template <class = void>
constexpr bool keeps_only(tables const& t, detail::span<int const> nodes) {
  for (storage const& s : t.storages) {
    bool named = !is_kept(t, s);
    for (int n : nodes)
      for (int i = n; i >= 0 && !named; i = behind_copies(t.nodes, t.nodes[i].args[0])) {
        named = behind_copies(t.nodes, s.index) == i;
        if (!is_view(t.nodes[i])) break;
      }
    if (!named) return false;
  }
  return true;
}

}  // namespace ctg::inline v0::plan
