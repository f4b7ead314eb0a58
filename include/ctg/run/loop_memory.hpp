// SPDX-License-Identifier: MIT
// The operands of a planned loop in memory: where their rows are, and how vectors of a row are read and written, whole,
// in part, with a step, or past the caches.
#pragma once

#include <ctg/kernel/lanes.hpp>
#include <ctg/kernel/simd.hpp>
#include <ctg/run/loop_facts.hpp>

#include <array>
#include <type_traits>
#include <utility>

namespace ctg::inline v0::kernel {

/// Calls f.operator()<I>() for each instruction of a range.
template <plan::range R, class F>
CTG_ALWAYS_INLINE void each(F const& f) {
  [&]<int... I>(std::integer_sequence<int, I...>) CTG_INLINE_LAMBDA { (f.template operator()<R.begin + I>(), ...); }
  (std::make_integer_sequence<int, R.size()>{});
}

/// The number behind an extent, or of the entries of a shape. What is static is not looked up: clang would do so at run
/// time, in each step of a scan.
CTG_ALWAYS_INLINE index count(bound_program const& p, extent const& e) {
  return e.is_static() ? static_cast<index>(e.factor) : (*p.extents)(e);
}
CTG_ALWAYS_INLINE index count(bound_program const& p, shape const& s) {
  index n = 1;
  for (int a = 0; a < s.rank; ++a) n *= count(p, s[a]);
  return n;
}

/// The memory that loop L touches.
template <class Plan, int L>
class loop_memory : public loop_facts<Plan, L> {
 protected:
  using facts = loop_facts<Plan, L>;
  using T = typename facts::T;
  using B = batch<T>;
  using facts::loop;
  using facts::narrow;
  using facts::rank;
  using facts::slots;
  template <int I>
  static constexpr plan::instruction at = facts::template at<I>;
  template <int M>
  static constexpr plan::operand memory = facts::template memory<M>;
  template <int M>
  static constexpr plan::storage storage_of = facts::template storage_of<M>;
  template <int M>
  static constexpr int slot = facts::template slot<M>;

  static constexpr std::size_t size(index n) { return n > 0 ? static_cast<std::size_t>(n) : 1; }
  /// For each slot: where its row begins, and how far it is to the next row.
  using pointers = std::array<char*, size(slots)>;
  using steps = std::array<index, size(slots)>;

  template <int M>
  static CTG_ALWAYS_INLINE index step_of(bound_program const& p, int axis) {
    index const known = known_step<Plan>(memory<M>, axis);
    return known >= 0 ? known : p.operands[M].step[axis];
  }

  /// Every slot's pointer at row `first`; returns their steps from row to row.
  static CTG_ALWAYS_INLINE steps start_operands(pointers& to, bound_program const& p, index first, T* window,
                                                std::array<index, max_rank> const& outer) {
    steps step{};
    [&]<int... K>(std::integer_sequence<int, K...>) CTG_INLINE_LAMBDA {
      (start_operand<K>(to, step, p, first, window, outer), ...);
    }
    (std::make_integer_sequence<int, slots>{});
    return step;
  }
  /// Every slot's pointer so many rows on.
  static CTG_ALWAYS_INLINE void advance(pointers& to, steps const& step, index rows) {
    for (int k = 0; k < slots; ++k) to[k] += step[k] * rows;
  }
  template <int K>
  static CTG_ALWAYS_INLINE void start_operand(pointers& to, steps& step, bound_program const& p, index first, T* window,
                                              std::array<index, max_rank> const& outer) {
    constexpr int m = facts::used[K];
    bound_operand const& o = p.operands[m];
    char* at_row = o.base;
    index row_step = 0;
    if constexpr (loop.flat || rank == 1) {  // one row: `first` is a column
      at_row += first * step_of<m>(p, facts::space.rank - 1);
    } else if constexpr (rank >= 2) {
      row_step = step_of<m>(p, rank - 2);
      at_row += first * row_step;
      for (int a = 0; a < rank - 2; ++a) at_row += outer[a] * o.step[a];
    }
    if constexpr (storage_of<m>.kind == plan::storage_kind::window) at_row = reinterpret_cast<char*>(window);
    to[K] = at_row;
    step[K] = row_step;
  }

  template <int I>
  static CTG_ALWAYS_INLINE T read_one(char const* at_byte) {
    constexpr element type = storage_of<at<I>.memory>.type;
    if constexpr (type == element::f32 && !std::is_same_v<T, float>)
      return static_cast<T>(*reinterpret_cast<float const*>(at_byte));
    else if constexpr (type == element::f64 && !std::is_same_v<T, double>)
      return static_cast<T>(*reinterpret_cast<double const*>(at_byte));
    else if constexpr (type == element::i32)
      return static_cast<T>(*reinterpret_cast<std::int32_t const*>(at_byte));
    else if constexpr (type == element::i64)
      return static_cast<T>(*reinterpret_cast<std::int64_t const*>(at_byte));
    else
      return *reinterpret_cast<T const*>(at_byte);
  }

  // Whether the columns of operand M lie side by side in elements of type T.
  template <int M>
  static constexpr bool plain = memory<M>.columns == plan::column_mode::contiguous &&
                                (storage_of<M>.type == element::none || storage_of<M>.type == element_of<T>);

  // Whether operand M is a buffer of one narrow row: the line behind the row is nobody's (plan/memory.hpp).
  template <int M>
  static constexpr bool roomy = [] {
    if (!narrow || loop.makes || storage_of<M>.kind != plan::storage_kind::buffer) return false;
    if (memory<M>.columns != plan::column_mode::contiguous || storage_of<M>.type != element::none) return false;
    shape const& in = Plan::shapes[memory<M>.shape];
    return in.is_static() && extent_table{}(in) == facts::columns;
  }();
  // The lanes of a tail that are read and written: those of whole vectors where there is room.
  template <int M, class Position>
  static CTG_ALWAYS_INLINE constexpr index touched(Position at_block) {
    if constexpr (roomy<M> && !Position::copied)
      return whole_lanes<T>(facts::columns - Position::block * lanes<T>);
    else
      return at_block.count;
  }
  template <int M, class Position>
  static CTG_ALWAYS_INLINE B load_row(T const* from, Position at_block) {
    if constexpr (Position::tail && !Position::copied && roomy<M>) {
      constexpr index n = touched<M>(Position{});
      if constexpr (n < lanes<T>)
        return load_first<n>(from);
      else
        return load(from);
    } else {
      return Position::tail ? load_partial(from, at_block.count) : load(from);
    }
  }
  template <int M, class Position>
  static CTG_ALWAYS_INLINE void store_row(T* to, B x, Position at_block) {
    if (!Position::tail || touched<M>(at_block) == lanes<T>) return store(to, x);
    store_partial(to, x, touched<M>(at_block));
  }

  // Whether the rows of operand M may lie side by side, as those of a transpose do: tiles of them are turned.
  static constexpr bool turns(int m) {
    if (facts::narrow || loop.flat || rank < 2 || loop.makes) return false;
    plan::operand const& o = Plan::operands[m];
    element const type = Plan::storages[o.storage].type;
    return o.columns == plan::column_mode::strided &&
           (type == element::none || type == element_of<T>)&&o.axis[rank < 2 ? 0 : rank - 2] >= 0;
  }

  // Whether the columns of operand M may lie side by side in reverse order, as a `flip` of the last axis reads them
  // (1000x1000 floats: entry by entry 440 us, by vectors 121).
  template <int M>
  static constexpr bool may_be_reversed = [] {
    constexpr int a = facts::space.rank < 1 ? -1 : memory<M>.axis[facts::space.rank - 1];
    return memory<M>.columns == plan::column_mode::strided && a >= 0 && (memory<M>.reversed >> (a < 0 ? 0 : a) & 1) &&
           (storage_of<M>.type == element::none || storage_of<M>.type == element_of<T>);
  }();

  template <int I, class Position>
  static CTG_ALWAYS_INLINE B load_block(char const* row, bound_program const& p, Position at_block) {
    constexpr plan::instruction x = at<I>;
    if constexpr (plain<x.memory> || (Position::copied && turns(x.memory))) {
      T const* const from = reinterpret_cast<T const*>(row) + at_block.column;
      return load_row<x.memory>(from, at_block);
    } else {
      index const step = step_of<x.memory>(p, facts::space.rank - 1);
      if constexpr (may_be_reversed<x.memory> && (!Position::tail || detail::has_masks)) {
        if (step == -static_cast<index>(sizeof(T))) {
          T const* const from = reinterpret_cast<T const*>(row) - at_block.column - (lanes<T> - 1);
          if constexpr (Position::tail)
            return reverse(load_masked<B>(from, ~0u << (lanes<T> - at_block.count)));
          else
            return reverse(load(from));
        }
      }
      alignas(64) T buffer[lanes<T>]{};
      index const n = Position::tail ? at_block.count : lanes<T>;
      for (index k = 0; k < n; ++k) buffer[k] = read_one<I>(row + (at_block.column + k) * step);
      return B::load_aligned(buffer);
    }
  }

  // A loop that is one long row stores past the caches where they could not hold what it touches anyway (16 million
  // elements: y = a x + b 11.8 -> 8.4 ms, tanh and sigmoid with three results 14.4 -> 12.8). What it also reads is in
  // the cache already.
  static constexpr bool may_be_long =
      (loop.flat || rank == 1) && loop.passes == 1 && (facts::columns < 0 || facts::columns >= (index{1} << 20));
  static constexpr index long_bytes = index{64} << 20;
  template <int M>
  static constexpr bool may_stream = [] {
    if (!may_be_long || memory<M>.columns != plan::column_mode::contiguous) return false;
    for (int p = 0; p < loop.passes; ++p)
      for (int i = loop.element[p].begin; i < loop.element[p].end; ++i) {
        plan::instruction const& x = Plan::code[i];
        if (x.what == plan::action::load && Plan::operands[x.memory].storage == memory<M>.storage) return false;
      }
    return true;
  }();

  /// Whether a row of n columns is streamed: it is long, and what it stores is aligned.
  static CTG_ALWAYS_INLINE bool streams(pointers const& at_row, index n) {
    if constexpr (may_be_long) {
      bool aligned = n * slots * static_cast<index>(sizeof(T)) >= long_bytes;
      each<loop.element[0]>([&]<int I>() CTG_INLINE_LAMBDA {
        if constexpr (at<I>.what == plan::action::store) {
          constexpr auto k = slot<at<I>.memory>;
          if constexpr (may_stream<at<I>.memory>)
            aligned = aligned && reinterpret_cast<std::uintptr_t>(at_row[k]) % sizeof(B) == 0;
        }
      });
      return aligned;
    } else {
      return false;
    }
  }

  template <int I, class Position>
  static CTG_ALWAYS_INLINE void store_block(char* row, B y, bool streamed, bound_program const& p, Position at_block) {
    constexpr plan::instruction x = at<I>;
    if constexpr (memory<x.memory>.columns == plan::column_mode::contiguous) {
      T* const to = reinterpret_cast<T*>(row) + at_block.column;
      if (!Position::tail && may_stream<x.memory> && streamed)
        stream(to, y);
      else
        store_row<x.memory>(to, y, at_block);
    } else if constexpr (memory<x.memory>.columns == plan::column_mode::broadcast) {
      *reinterpret_cast<T*>(row) = first_lane(y);  // a space of one entry
    } else {
      index const step = step_of<x.memory>(p, facts::space.rank - 1);
      alignas(64) T buffer[lanes<T>];
      y.store_aligned(buffer);
      index const n = Position::tail ? at_block.count : lanes<T>;
      for (index k = 0; k < n; ++k) *reinterpret_cast<T*>(row + (at_block.column + k) * step) = buffer[k];
    }
  }
};

}  // namespace ctg::inline v0::kernel
