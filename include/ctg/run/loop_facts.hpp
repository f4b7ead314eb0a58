// SPDX-License-Identifier: MIT
// What is known of a planned loop before it runs: by the compiler (which operands it walks, how long its rows are, in
// what form it runs) and when it is bound.
#pragma once

#include <ctg/kernel/simd.hpp>
#include <ctg/plan/memory.hpp>

#include <array>

namespace ctg::inline v0::kernel {

/// An operand of a loop as bound: its first element and, for each axis of the loop's space, the step in bytes.
struct bound_operand {
  char* base = nullptr;
  std::array<index, max_rank> step{};
};

/// What the kernels of a program read at run time.
struct bound_program {
  bound_operand const* operands = nullptr;
  double const* numbers = nullptr;
  extent_table const* extents = nullptr;
};

/// The bytes from one index to the next along an axis of the space that an operand is read over, where the compiler
/// knows them, else -1.
template <class Plan>
constexpr index known_step(plan::operand const& o, int axis) {
  int const a = o.axis[axis];
  if (a < 0) return 0;
  plan::storage const& s = Plan::storages[o.storage];
  if (s.is_view || (o.reversed >> a & 1)) return -1;
  shape const& in = Plan::shapes[o.shape];
  index step = plan::element_bytes<typename Plan::value_type>(s.type);
  for (int i = in.rank - 1; i > a; --i) {
    if (!in[i].is_static()) return -1;
    step *= static_cast<index>(in[i].factor);
  }
  return step;
}

/// What the compiler knows of loop number L of a plan.
template <class Plan, int L>
struct loop_facts {
  using T = typename Plan::value_type;
  static constexpr plan::loop loop = Plan::loops[L];
  static constexpr shape space = Plan::shapes[loop.space];
  static constexpr int rank = loop.flat ? 1 : space.rank;

  template <int I>
  static constexpr plan::instruction at = Plan::code[I];
  template <int M>
  static constexpr plan::operand memory = Plan::operands[M];
  template <int M>
  static constexpr plan::storage storage_of = Plan::storages[memory<M>.storage];

  // The operands that the rows walk, each with a pointer of its own.
  static constexpr auto used = [] {
    std::array<int, Plan::operands.size() + 1> list{};
    int count = 0;
    auto note = [&](plan::range r) {
      for (int i = r.begin; i < r.end; ++i) {
        int const m = Plan::code[i].memory;
        bool known = m < 0;
        for (int k = 0; k < count; ++k) known = known || list[k] == m;
        if (!known) list[count++] = m;
      }
    };
    for (int p = 0; p <= loop.passes; ++p) {
      note(loop.row[p]);
      if (p < loop.passes) note(loop.element[p]);
    }
    list[Plan::operands.size()] = count;
    return list;
  }();
  static constexpr int slots = used[Plan::operands.size()];
  template <int M>
  static constexpr int slot = [] {
    int k = 0;
    while (used[k] != M) ++k;
    return k;
  }();

  static constexpr index number_of(extent const& e) { return e.is_static() ? static_cast<index>(e.factor) : -1; }
  /// The columns of a row where the compiler knows them, else -1.
  static constexpr index columns = [] {
    index n = 1;
    for (int a = loop.flat ? 0 : std::max(0, space.rank - 1); a < space.rank; ++a)
      n = n < 0 || !space[a].is_static() ? -1 : n * number_of(space[a]);
    return n;
  }();
  /// Vectors in a row of known length, the last of them perhaps short.
  static constexpr index blocks = columns < 0 ? -1 : detail::divide_up(columns, lanes<T>);
  static constexpr int element_instructions = [] {
    int n = 0;
    for (int p = 0; p < loop.passes; ++p) n += loop.element[p].size();
    return n;
  }();
  /// Whether the lanes of a vector are rows: with few columns a reduction over the row is then no work across lanes,
  /// and no lane is idle (10 classes, 16 lanes: a softmax with its gradient took 130 cycles a row, so it takes 40).
  static constexpr bool transposed = [] {
    if (loop.makes || loop.flat || rank < 2 || columns < 2 || columns > 2 * lanes<T>) return false;
    index const rows = number_of(space[rank < 2 ? 0 : rank - 2]);
    if (rows >= 0 && rows < lanes<T>) return false;
    bool reduces = false;
    for (plan::range r : loop.element)
      for (int i = r.begin; i < r.end; ++i) {
        plan::instruction const& x = Plan::code[i];
        reduces = reduces || x.what == plan::action::row_reduce;
        if (x.what != plan::action::accumulate) continue;
        plan::operand const& sums = Plan::operands[x.memory];
        if (sums.columns != plan::column_mode::contiguous || sums.axis[rank < 2 ? 0 : rank - 2] >= 0) return false;
      }
    return reduces;
  }();
  /// Whether a row stays in registers through all passes, as straight-line code: each instruction stands in it once for
  /// each vector, so the product of the two is bounded.
  static constexpr bool narrow = !transposed && columns > 0 && blocks <= 4 &&
                                 (blocks == 1 || blocks * element_instructions <= 64);
};

}  // namespace ctg::inline v0::kernel
