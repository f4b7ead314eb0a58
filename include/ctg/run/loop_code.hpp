// SPDX-License-Identifier: MIT
// The instructions of a planned loop on SIMD batches. Every value is a batch: a scalar of the run or of a row stands in
// all lanes, so that one instantiation of an operation serves all. Tails run the same code on partial loads.
#pragma once

#include <ctg/kernel/divisor.hpp>
#include <ctg/kernel/gatherer.hpp>
#include <ctg/kernel/math.hpp>
#include <ctg/op/operations.hpp>
#include <ctg/run/loop_memory.hpp>

#include <bit>
#include <limits>
#include <utility>

namespace ctg::inline v0::kernel {

/// The instructions of loop L.
template <class Plan, int L>
class loop_code : public loop_memory<Plan, L> {
 protected:
  using facts = loop_facts<Plan, L>;
  using memory_of_loop = loop_memory<Plan, L>;
  using memory_of_loop::size;
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

  template <int Count>
  using bank = std::array<B, size(Count)>;
  static constexpr index kept_blocks = narrow ? facts::blocks : 0;
  // The lanes in which a row has columns, as a power of two.
  static constexpr index used_lanes = narrow && facts::columns < lanes<T>
                                          ? static_cast<index>(std::bit_ceil(static_cast<std::size_t>(facts::columns)))
                                          : lanes<T>;

  // Rows of any length divide by what is the same for all of a row with its reciprocal; -1 for a value that the
  // compiler does not know, or the place of the constant among the instructions.
  static constexpr int constant_at(plan::value v) {
    for (int i = loop.uniform.begin; v.in == plan::bank::uniform && i < loop.uniform.end; ++i) {
      plan::instruction const& x = Plan::code[i];
      if (x.what == plan::action::constant && x.dst.index == v.index) return i;
    }
    return -1;
  }
  template <int I>
  static constexpr bool divides_a_row = [] {
    constexpr plan::instruction x = Plan::code[I];
    if (narrow || facts::transposed || !divisor<T>::pays || x.what != plan::action::compute) return false;
    if (x.op->code != opcode::divide || x.args[1].in == plan::bank::element) return false;
    if (constant_at(x.args[1]) < 0) return true;
    // the compiler itself makes a product of a division by a power of two
    double const c = std::bit_cast<double>(Plan::code[constant_at(x.args[1])].with.p);
    return (std::bit_cast<std::uint64_t>(c) & ((std::uint64_t{1} << 52) - 1)) != 0;
  }();

  /// What is gathered over a row, and over all rows.
  struct sums {
    bank<loop.rows> row;
    bank<loop.gathered.size()> all;
  };
  struct registers {
    bank<loop.uniforms> uniform;
    bank<loop.rows> row;
    bank<loop.elements> element;
    sums gathered;
    std::array<divisor<T>, size(narrow || facts::transposed ? 0 : loop.uniforms)> uniform_divisor;
    std::array<divisor<T>, size(narrow || facts::transposed ? 0 : loop.rows)> row_divisor;
    typename memory_of_loop::pointers pointer;
    bool streams = false;
    // narrow rows: what was loaded or stored in this row, and the sums of columns
    std::array<bank<kept_blocks>, size(kept_blocks ? slots : 0)> kept;
  };

  /// Where a vector stands in its row: the first column and, in a Tail, the number of columns; Block counts the vectors
  /// of a narrow row.
  template <bool Tail, int Block, bool Copied = false>
  struct position {
    static constexpr bool tail = Tail;
    static constexpr bool copied =
        Copied;  // what turns, or is one row for all, is read from a copy; or a part of a row
    static constexpr int block = Block;
    index column, count;
  };

  template <int I>
  using gather = detail::gatherer<T, Plan::code[I].op->code>;

  template <plan::value V>
  static CTG_ALWAYS_INLINE auto& divisor_of(auto& r) {
    if constexpr (V.in == plan::bank::uniform)
      return r.uniform_divisor[V.index];
    else
      return r.row_divisor[V.index];
  }
  /// The values that are the same everywhere; constants anew, so that the compiler knows them within the loop.
  template <std::size_t N>
  static CTG_ALWAYS_INLINE void take_uniforms(registers& r, bound_program const& p, std::array<B, N> const& uniform) {
    r.uniform = uniform;
    each<loop.uniform>([&]<int I>() CTG_INLINE_LAMBDA {
      if constexpr (at<I>.what == plan::action::constant) uniform_code<I>(p, r.uniform);
    });
  }
  /// Reciprocals for the divisions of a pass, of values from bank `In`.
  template <plan::range Pass, plan::bank In>
  static CTG_ALWAYS_INLINE void take_divisors(registers& r) {
    each<Pass>([&]<int I>() CTG_INLINE_LAMBDA {
      if constexpr (divides_a_row<I> && at<I>.args[1].in == In)
        divisor_of<at<I>.args[1]>(r) = divisor<T>(get<at<I>.args[1]>(r));
    });
  }

  // Op::value on the arguments of instruction I, from wherever they are.
  template <int I, class Get>
  static CTG_ALWAYS_INLINE B compute(Get const& get) {
    constexpr plan::instruction x = at<I>;
    return [&]<std::size_t... K>(std::index_sequence<K...>) CTG_INLINE_LAMBDA {
      if constexpr (x.op->code == opcode::custom) {
        constexpr auto run = sizeof(T) == sizeof(float) ? x.op->batch_f32 : x.op->batch_f64;
        B const arguments[] = {get.template operator()<K>()...};
        B y;
        run(&y, arguments, x.with);
        return y;
      } else {
        using Op = operation<x.op->code>;
        if constexpr (requires { Op::value(get.template operator()<K>()..., x.with); })
          return B(Op::value(get.template operator()<K>()..., x.with));
        else
          return B(Op::value(get.template operator()<K>()...));
      }
    }
    (std::make_index_sequence<x.op->arity>{});
  }

  template <plan::value V>
  static CTG_ALWAYS_INLINE B get(registers const& r) {
    if constexpr (V.in == plan::bank::uniform)
      return r.uniform[V.index];
    else if constexpr (V.in == plan::bank::row)
      return r.row[V.index];
    else
      return r.element[V.index];
  }
  template <int I>
  static CTG_ALWAYS_INLINE B argument(registers const& r) {
    return get<at<I>.args[0]>(r);
  }

  // ── once ──

  template <int I, std::size_t N>
  static CTG_ALWAYS_INLINE void uniform_code(bound_program const& p, std::array<B, N>& uniform) {
    constexpr plan::instruction x = at<I>;
    B& y = uniform[x.dst.index];
    if constexpr (x.what == plan::action::constant)
      y = B(static_cast<T>(std::bit_cast<double>(x.with.p)));
    else if constexpr (x.what == plan::action::number)
      y = B(static_cast<T>(p.numbers[x.with.p]));
    else if constexpr (x.what == plan::action::size)
      y = B(static_cast<T>((*p.extents)(Plan::shapes[x.with.p])));
    else if constexpr (x.what == plan::action::load)
      y = B(memory_of_loop::template read_one<I>(p.operands[x.memory].base));
    else
      y = compute<I>([&]<std::size_t K>() CTG_INLINE_LAMBDA { return uniform[x.args[K].index]; });
  }

  // ── for each row ──

  template <int I>
  static CTG_ALWAYS_INLINE void row_code(registers& r, index row, std::array<index, max_rank> const& outer) {
    constexpr plan::instruction x = at<I>;
    if constexpr (x.what == plan::action::index)
      r.row[x.dst.index] = B(static_cast<T>(x.with.p == rank - 2 ? row : outer[x.with.p]));
    else if constexpr (x.what == plan::action::load)
      r.row[x.dst.index] = B(memory_of_loop::template read_one<I>(r.pointer[slot<x.memory>]));
    else if constexpr (x.what == plan::action::store)
      *reinterpret_cast<T*>(r.pointer[slot<x.memory>]) = first_lane(argument<I>(r));
    else if constexpr (x.what == plan::action::accumulate) {
      T& sum = *reinterpret_cast<T*>(r.pointer[slot<x.memory>]);
      sum = gather<I>::join(sum, first_lane(argument<I>(r)));
    } else
      r.row[x.dst.index] = compute<I>([&]<std::size_t K>() CTG_INLINE_LAMBDA { return get<x.args[K]>(r); });
  }

  /// What is done once for a row before pass P.
  template <int P>
  static CTG_ALWAYS_INLINE void begin_row(registers& r, index row, std::array<index, max_rank> const& outer) {
    each<loop.row[P]>([&]<int I>() CTG_INLINE_LAMBDA { row_code<I>(r, row, outer); });
    if constexpr (P < loop.passes) take_divisors<loop.element[P], plan::bank::row>(r);
  }

  // ── for each vector ──

  // Whether an earlier instruction of the row has loaded or stored what instruction I loads.
  template <int I>
  static constexpr bool has_been_here = [] {
    if constexpr (!narrow && !facts::transposed) return false;
    for (int p = 0; p < loop.passes; ++p)
      for (int i = loop.element[p].begin; i < loop.element[p].end && i < I; ++i) {
        plan::instruction const& x = Plan::code[i];
        if (x.memory == at<I>.memory && (x.what == plan::action::load || x.what == plan::action::store)) return true;
      }
    return false;
  }();
  // Scratch rows are this loop's alone: in registers they need no memory.
  template <int M>
  static constexpr bool is_scratch = storage_of<M>.kind == plan::storage_kind::buffer&& storage_of<M>.index < 0;

  // The value to gather, with the identity in the lanes behind a tail.
  template <int I, class Position>
  static CTG_ALWAYS_INLINE B masked(registers const& r, Position at_block) {
    B const y = argument<I>(r);
    if constexpr (Position::tail)
      return first_of(at_block.count, y, gather<I>::identity());
    else
      return y;
  }

  // 1 where the label is the column, NaN where it is no class.
  template <int I>
  static CTG_ALWAYS_INLINE B one_hot(B label, B column) {
    B const classes(static_cast<T>(at<I>.with.p)), nan(std::numeric_limits<T>::quiet_NaN());
    B const beside = xsimd::select((label >= B(T(0))) & (label < classes), B(T(0)), nan);  // one for the row
    return xsimd::select(label == column, B(T(1)), beside);
  }

  /// The instructions of pass P on one vector of a row.
  template <int P, class Position>
  static CTG_ALWAYS_INLINE void vector_code(registers& r, bound_program const& p, Position at_block) {
    each<loop.element[P]>([&]<int I>() CTG_INLINE_LAMBDA { element_code<I>(r, p, at_block); });
  }
  template <int I, class Position>
  static CTG_ALWAYS_INLINE void element_code(registers& r, bound_program const& p, Position at_block) {
    constexpr plan::instruction x = at<I>;
    if constexpr (x.what == plan::action::load) {
      B& y = r.element[x.dst.index];
      if constexpr (has_been_here<I>) {
        y = r.kept[slot<x.memory>][Position::block];
      } else {
        y = memory_of_loop::template load_block<I>(r.pointer[slot<x.memory>], p, at_block);
        if constexpr (narrow) r.kept[slot<x.memory>][Position::block] = y;
      }
    } else if constexpr (x.what == plan::action::store) {
      if constexpr (narrow) r.kept[slot<x.memory>][Position::block] = argument<I>(r);
      if constexpr (!narrow || !is_scratch<x.memory>)
        memory_of_loop::template store_block<I>(r.pointer[slot<x.memory>], argument<I>(r), r.streams, p, at_block);
    } else if constexpr (divides_a_row<I>) {
      r.element[x.dst.index] = argument<I>(r) / divisor_of<x.args[1]>(r);
    } else if constexpr (x.what == plan::action::compute) {
      r.element[x.dst.index] = compute<I>([&]<std::size_t K>() CTG_INLINE_LAMBDA { return get<x.args[K]>(r); });
    } else if constexpr (x.what == plan::action::index) {
      r.element[x.dst.index] = detail::lane_numbers<T>() + B(static_cast<T>(at_block.column));
    } else if constexpr (x.what == plan::action::label) {
      // with one class the columns of the loop are the rows of the labels
      B const column = x.with.p == 1 ? B(T(0)) : detail::lane_numbers<T>() + B(static_cast<T>(at_block.column));
      r.element[x.dst.index] = one_hot<I>(argument<I>(r), column);
    } else if constexpr (x.what == plan::action::row_reduce) {
      B& sum = r.gathered.row[x.dst.index];
      sum = gather<I>::join(sum, masked<I>(r, at_block));
    } else if constexpr (x.what == plan::action::total) {
      B& sum = r.gathered.all[x.with.q];
      sum = gather<I>::join(sum, masked<I>(r, at_block));
    } else {
      accumulate<I>(r, argument<I>(r), at_block);
    }
  }

  /// x joins the sums of columns of instruction I.
  template <int I, class Position>
  static CTG_ALWAYS_INLINE void accumulate(registers& r, B x_at, Position at_block) {
    constexpr plan::instruction x = at<I>;
    if constexpr (in_registers<I>) {
      B& sum = r.kept[slot<x.memory>][Position::block];
      sum = gather<I>::join(sum, x_at);
      return;
    }
    T* const to = reinterpret_cast<T*>(r.pointer[slot<x.memory>]) + at_block.column;
    if constexpr (Position::tail)
      store_partial(to, gather<I>::join(load_partial(to, at_block.count), x_at), at_block.count);
    else
      store(to, gather<I>::join(load(to), x_at));
  }

  // Sums of the columns of narrow rows stay in registers from row to row.
  template <int I>
  static constexpr bool in_registers = [] {
    if constexpr (!narrow || rank < 2 || at<I>.what != plan::action::accumulate)
      return false;
    else
      return memory<at<I>.memory>.columns == plan::column_mode::contiguous && memory<at<I>.memory>.axis[rank - 2] < 0;
  }();
};

}  // namespace ctg::inline v0::kernel
