// SPDX-License-Identifier: MIT
// Calls whose extents are known and small, which are straight-line code: in a tiny program a part of it.
#pragma once

#include <ctg/kernel/call_operand.hpp>
#include <ctg/kernel/small_system.hpp>
#include <ctg/plan/plan.hpp>

#include <array>

namespace ctg::inline v0::kernel {

/// Call number I of a plan.
template <class Plan, int I>
class small_call {
  using T = typename Plan::value_type;
  static constexpr plan::call call = Plan::calls[I];
  static constexpr plan::called called = Plan::called[I];
  static constexpr opcode code = Plan::nodes[call.node].op->code;

  // ── systems ──

  // The last two extents of one matrix of a known shape, else 0.
  static constexpr std::array<index, 2> matrix(int of_shape) {
    shape const& s = Plan::shapes[of_shape];
    if (s.rank < 2 || !s.is_static()) return {};
    auto const rows = static_cast<index>(s[s.rank - 2].factor), columns = static_cast<index>(s[s.rank - 1].factor);
    if (extent_table{}(s) != rows * columns) return {};
    return {rows, columns};
  }
  static constexpr bool is_system = code == opcode::lu || code == opcode::solve || code == opcode::determinant;
  static constexpr index unknowns = is_system ? matrix(called.shapes[0])[1] : 0;
  static constexpr index right_sides = code == opcode::solve ? matrix(called.shape)[1] : 0;

  // ── pieces ──

  static constexpr bool is_piece = code == opcode::concat || code == opcode::pad;
  static constexpr index most_entries = 64;
  // The entries from `axis` on of a known shape: those in a row that a piece is cut from.
  static constexpr index row_of(int of_shape) {
    shape const& s = Plan::shapes[of_shape];
    index n = 1;
    for (auto a = static_cast<int>(called.with.p); a < s.rank; ++a) n *= static_cast<index>(s[a].factor);
    return n;
  }
  static constexpr index entries = [] {
    shape const& s = Plan::shapes[called.shape];
    return is_piece && s.is_static() ? static_cast<index>(extent_table{}(s)) : 0;
  }();

 public:
  static constexpr bool applies = [] {
    if (is_piece) return entries > 0 && entries <= most_entries;
    if (unknowns < 1 || unknowns > most_unknowns) return false;
    return code != opcode::solve || (right_sides > 0 && right_sides <= 2 * most_unknowns);
  }();

  /// Reads x, writes all of y.
  static CTG_ALWAYS_INLINE void run(std::array<char*, 3> const& x, char* y) {
    auto const from = [&](std::size_t k) CTG_INLINE_LAMBDA { return reinterpret_cast<T const*>(x[k]); };
    T* const to = reinterpret_cast<T*>(y);
    if constexpr (is_piece)
      put_together(from(0), from(1), to);
    else if constexpr (code == opcode::lu)
      factor_small<unknowns>(from(0), to);
    else if constexpr (code == opcode::solve)
      solve_small<unknowns, right_sides, called.with.p != 0>(from(2), from(1), to);
    else
      *to = determinant_small<unknowns>(from(1));
  }
  static CTG_NOINLINE void run(bound_call const& c) { run({c.x[0].base, c.x[1].base, c.x[2].base}, c.y.base); }

 private:
  static CTG_ALWAYS_INLINE void put_together(T const* x, [[maybe_unused]] T const* second, T* to) {
    constexpr index row = row_of(called.shape), piece = row_of(called.shapes[0]), rows = entries / row;
    constexpr index begin =
        code == opcode::pad ? called.with.q * (row / static_cast<index>(extent_along_axis().factor)) : 0;
    constexpr index width = rows == 1 ? whole_vectors(row) : row;
    for (index i = 0; i < rows; ++i)
      detail::write_row<row, width>(
          [&](index j) CTG_INLINE_LAMBDA {
            if constexpr (code == opcode::pad)
              return j >= begin && j < begin + piece ? x[i * piece + j - begin] : T{0};
            else
              return j < piece ? x[i * piece + j] : second[i * (row - piece) + j - piece];
          },
          to + i * row);
  }
  // What is written of the result's one row: whole vectors in a buffer, where behind it is room to the end of a line.
  static constexpr index whole_vectors(index row) {
    if (Plan::storages[call.y.storage].kind != plan::storage_kind::buffer) return row;
    return row > lanes<T> ? detail::round_up(row, lanes<T>) : whole_lanes<T>(row);
  }
  static constexpr extent extent_along_axis() { return Plan::shapes[called.shape][static_cast<int>(called.with.p)]; }
};

}  // namespace ctg::inline v0::kernel
