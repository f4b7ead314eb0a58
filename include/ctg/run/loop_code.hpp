// SPDX-License-Identifier: MIT
// The instructions of a planned loop on SIMD batches. Every value is a batch: a scalar of the run or of a row stands in
// all lanes, so that one instantiation of an operation serves all. Tails run the same code on partial loads.
#pragma once

#include <ctg/kernel/divisor.hpp>
#include <ctg/kernel/gatherer.hpp>
#include <ctg/kernel/math.hpp>
#include <ctg/op/operations.hpp>
#include <ctg/run/loop_facts.hpp>

#include <bit>
#include <limits>
#include <utility>

namespace ctg::inline v0::kernel {

/// The instructions of loop L.
template <class Plan, int L>
class loop_code : public loop_facts<Plan, L> {
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
      plan::instruction const& x = Plan::code[static_cast<std::size_t>(i)];
      if (x.what == plan::action::constant && x.dst.index == v.index) return i;
    }
    return -1;
  }
  template <int I>
  static constexpr bool divides_a_row = [] {
    constexpr plan::instruction x = Plan::code[static_cast<std::size_t>(I)];
    if (narrow || facts::transposed || !divisor<T>::pays || x.what != plan::action::compute) return false;
    if (x.op->code != opcode::divide || x.args[1].in == plan::bank::element) return false;
    if (constant_at(x.args[1]) < 0) return true;
    // the compiler itself makes a product of a division by a power of two
    double const c = std::bit_cast<double>(Plan::code[static_cast<std::size_t>(constant_at(x.args[1]))].with.p);
    return (std::bit_cast<std::uint64_t>(c) & ((std::uint64_t{1} << 52) - 1)) != 0;
  }();

  struct registers {
    bank<loop.uniforms> uniform;
    bank<loop.rows> row;
    bank<loop.elements> element;
    bank<loop.rows> gathered_row;
    bank<loop.gathered.size()> gathered;
    std::array<divisor<T>, size(narrow || facts::transposed ? 0 : loop.uniforms)> uniform_divisor;
    std::array<divisor<T>, size(narrow || facts::transposed ? 0 : loop.rows)> row_divisor;
    std::array<char*, size(slots)> pointer;
    bool streams = false;
    // narrow rows: what was loaded or stored in this row, and the sums of columns
    std::array<bank<kept_blocks>, size(kept_blocks ? slots : 0)> kept;
  };

  /// Where a vector stands in its row: the first column and, in a Tail, the number of columns; Block counts the vectors
  /// of a narrow row.
  template <bool Tail, int Block>
  struct position {
    static constexpr bool tail = Tail;
    static constexpr int block = Block;
    index column, count;
  };

  template <int I>
  using gather = detail::gatherer<T, Plan::code[static_cast<std::size_t>(I)].op->code>;

  template <plan::range R, class F>
  static CTG_ALWAYS_INLINE void each(F const& f) {
    [&]<int... I>(std::integer_sequence<int, I...>) CTG_INLINE_LAMBDA { (f.template operator()<R.begin + I>(), ...); }
    (std::make_integer_sequence<int, R.size()>{});
  }

  template <int M>
  static CTG_ALWAYS_INLINE index step_of(bound_program const& p, int axis) {
    index const known = known_step<Plan>(memory<M>, axis);
    return known >= 0 ? known : p.operands[M].step[static_cast<std::size_t>(axis)];
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

  template <plan::value V>
  static CTG_ALWAYS_INLINE auto& divisor_of(auto& r) {
    if constexpr (V.in == plan::bank::uniform)
      return r.uniform_divisor[static_cast<std::size_t>(V.index)];
    else
      return r.row_divisor[static_cast<std::size_t>(V.index)];
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
    (std::make_index_sequence<static_cast<std::size_t>(x.op->arity)>{});
  }

  template <plan::value V>
  static CTG_ALWAYS_INLINE B get(registers const& r) {
    if constexpr (V.in == plan::bank::uniform)
      return r.uniform[static_cast<std::size_t>(V.index)];
    else if constexpr (V.in == plan::bank::row)
      return r.row[static_cast<std::size_t>(V.index)];
    else
      return r.element[static_cast<std::size_t>(V.index)];
  }
  template <int I>
  static CTG_ALWAYS_INLINE B argument(registers const& r) {
    return get<at<I>.args[0]>(r);
  }

  // ── once ──

  template <int I, std::size_t N>
  static CTG_ALWAYS_INLINE void uniform_code(bound_program const& p, std::array<B, N>& uniform) {
    constexpr plan::instruction x = at<I>;
    B& y = uniform[static_cast<std::size_t>(x.dst.index)];
    if constexpr (x.what == plan::action::constant)
      y = B(static_cast<T>(std::bit_cast<double>(x.with.p)));
    else if constexpr (x.what == plan::action::number)
      y = B(static_cast<T>(p.numbers[x.with.p]));
    else if constexpr (x.what == plan::action::size)
      y = B(static_cast<T>((*p.extents)(Plan::shapes[static_cast<std::size_t>(x.with.p)])));
    else if constexpr (x.what == plan::action::load)
      y = B(read_one<I>(p.operands[x.memory].base));
    else
      y = compute<I>([&]<std::size_t K>()
                         CTG_INLINE_LAMBDA { return uniform[static_cast<std::size_t>(x.args[K].index)]; });
  }

  // ── for each row ──

  template <int I>
  static CTG_ALWAYS_INLINE void row_code(registers& r, index row, std::array<index, max_rank> const& outer) {
    constexpr plan::instruction x = at<I>;
    if constexpr (x.what == plan::action::index)
      r.row[static_cast<std::size_t>(x.dst.index)] =
          B(static_cast<T>(x.with.p == rank - 2 ? row : outer[static_cast<std::size_t>(x.with.p)]));
    else if constexpr (x.what == plan::action::load)
      r.row[static_cast<std::size_t>(x.dst.index)] =
          B(read_one<I>(r.pointer[static_cast<std::size_t>(slot<x.memory>)]));
    else if constexpr (x.what == plan::action::store)
      *reinterpret_cast<T*>(r.pointer[static_cast<std::size_t>(slot<x.memory>)]) = first_lane(argument<I>(r));
    else
      r.row[static_cast<std::size_t>(x.dst.index)] =
          compute<I>([&]<std::size_t K>() CTG_INLINE_LAMBDA { return get<x.args[K]>(r); });
  }

  // ── for each vector ──

  // Whether the columns of operand M lie side by side in elements of type T.
  template <int M>
  static constexpr bool plain = memory<M>.columns == plan::column_mode::contiguous &&
                                (storage_of<M>.type == element::none || storage_of<M>.type == element_of<T>);

  // Whether operand M is a buffer of one narrow row: the line behind the row is nobody's (plan/memory.hpp).
  template <int M>
  static constexpr bool roomy = [] {
    if (!narrow || loop.makes || storage_of<M>.kind != plan::storage_kind::buffer) return false;
    if (memory<M>.columns != plan::column_mode::contiguous || storage_of<M>.type != element::none) return false;
    shape const& in = Plan::shapes[static_cast<std::size_t>(memory<M>.shape)];
    return in.is_static() && extent_table{}(in) == facts::columns;
  }();
  // The lanes of a tail that are read and written: those of whole vectors of 16 or 32 bytes where there is room, so
  // that the processor (and in tiny programs the compiler) hands on what is stored to the load that follows.
  template <int M, class Position>
  static CTG_ALWAYS_INLINE constexpr index touched(Position at_block) {
    if constexpr (roomy<M>) {
      constexpr index least = 16 / static_cast<index>(sizeof(T)), n = facts::columns - Position::block * lanes<T>;
      return std::max(least, static_cast<index>(std::bit_ceil(static_cast<std::size_t>(n))));
    } else {
      return at_block.count;
    }
  }
  template <int M, class Position>
  static CTG_ALWAYS_INLINE B load_row(T const* from, Position at_block) {
    if (!Position::tail || touched<M>(at_block) == lanes<T>) return load(from);
    return load_partial(from, touched<M>(at_block));
  }
  template <int M, class Position>
  static CTG_ALWAYS_INLINE void store_row(T* to, B x, Position at_block) {
    if (!Position::tail || touched<M>(at_block) == lanes<T>) return store(to, x);
    store_partial(to, x, touched<M>(at_block));
  }

  template <int I, class Position>
  static CTG_ALWAYS_INLINE B load_block(registers const& r, bound_program const& p, Position at_block) {
    constexpr plan::instruction x = at<I>;
    char const* const row = r.pointer[static_cast<std::size_t>(slot<x.memory>)];
    if constexpr (plain<x.memory>) {
      T const* const from = reinterpret_cast<T const*>(row) + at_block.column;
      return load_row<x.memory>(from, at_block);
    } else {
      index const step = step_of<x.memory>(p, facts::space.rank - 1);
      alignas(64) T buffer[static_cast<std::size_t>(lanes<T>)]{};
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
      for (int i = loop.element[static_cast<std::size_t>(p)].begin; i < loop.element[static_cast<std::size_t>(p)].end;
           ++i) {
        plan::instruction const& x = Plan::code[static_cast<std::size_t>(i)];
        if (x.what == plan::action::load &&
            Plan::operands[static_cast<std::size_t>(x.memory)].storage == memory<M>.storage)
          return false;
      }
    return true;
  }();

  /// Whether a row of n columns is streamed: it is long, and what it stores is aligned.
  static CTG_ALWAYS_INLINE bool streams(registers const& r, index n) {
    if constexpr (may_be_long) {
      bool aligned = n * slots * static_cast<index>(sizeof(T)) >= long_bytes;
      each<loop.element[0]>([&]<int I>() CTG_INLINE_LAMBDA {
        if constexpr (at<I>.what == plan::action::store) {
          constexpr auto k = static_cast<std::size_t>(slot<at<I>.memory>);
          if constexpr (may_stream<at<I>.memory>)
            aligned = aligned && reinterpret_cast<std::uintptr_t>(r.pointer[k]) % sizeof(B) == 0;
        }
      });
      return aligned;
    } else {
      return false;
    }
  }

  template <int I, class Position>
  static CTG_ALWAYS_INLINE void store_block(registers const& r, bound_program const& p, Position at_block) {
    constexpr plan::instruction x = at<I>;
    B const y = argument<I>(r);
    char* const row = r.pointer[static_cast<std::size_t>(slot<x.memory>)];
    if constexpr (memory<x.memory>.columns == plan::column_mode::contiguous) {
      T* const to = reinterpret_cast<T*>(row) + at_block.column;
      if (!Position::tail && may_stream<x.memory> && r.streams)
        stream(to, y);
      else
        store_row<x.memory>(to, y, at_block);
    } else if constexpr (memory<x.memory>.columns == plan::column_mode::broadcast) {
      *reinterpret_cast<T*>(row) = first_lane(y);  // a space of one entry
    } else {
      index const step = step_of<x.memory>(p, facts::space.rank - 1);
      alignas(64) T buffer[static_cast<std::size_t>(lanes<T>)];
      y.store_aligned(buffer);
      index const n = Position::tail ? at_block.count : lanes<T>;
      for (index k = 0; k < n; ++k) *reinterpret_cast<T*>(row + (at_block.column + k) * step) = buffer[k];
    }
  }

  // Whether an earlier instruction of the row has loaded or stored what instruction I loads.
  template <int I>
  static constexpr bool has_been_here = [] {
    if constexpr (!narrow && !facts::transposed) return false;
    for (int p = 0; p < loop.passes; ++p)
      for (int i = loop.element[static_cast<std::size_t>(p)].begin;
           i < loop.element[static_cast<std::size_t>(p)].end && i < I; ++i) {
        plan::instruction const& x = Plan::code[static_cast<std::size_t>(i)];
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
    B const classes(static_cast<T>(at<I>.with.p)), hit = xsimd::select(label == column, B(T(1)), B(T(0)));
    return xsimd::select((label >= B(T(0))) & (label < classes), hit, B(std::numeric_limits<T>::quiet_NaN()));
  }

  template <int I, class Position>
  static CTG_ALWAYS_INLINE void element_code(registers& r, bound_program const& p, Position at_block) {
    constexpr plan::instruction x = at<I>;
    if constexpr (x.what == plan::action::load) {
      B& y = r.element[static_cast<std::size_t>(x.dst.index)];
      if constexpr (has_been_here<I>) {
        y = r.kept[static_cast<std::size_t>(slot<x.memory>)][Position::block];
      } else {
        y = load_block<I>(r, p, at_block);
        if constexpr (narrow) r.kept[static_cast<std::size_t>(slot<x.memory>)][Position::block] = y;
      }
    } else if constexpr (x.what == plan::action::store) {
      if constexpr (narrow) r.kept[static_cast<std::size_t>(slot<x.memory>)][Position::block] = argument<I>(r);
      if constexpr (!narrow || !is_scratch<x.memory>) store_block<I>(r, p, at_block);
    } else if constexpr (divides_a_row<I>) {
      r.element[static_cast<std::size_t>(x.dst.index)] = argument<I>(r) / divisor_of<x.args[1]>(r);
    } else if constexpr (x.what == plan::action::compute) {
      r.element[static_cast<std::size_t>(x.dst.index)] =
          compute<I>([&]<std::size_t K>() CTG_INLINE_LAMBDA { return get<x.args[K]>(r); });
    } else if constexpr (x.what == plan::action::index) {
      r.element[static_cast<std::size_t>(x.dst.index)] = detail::lane_numbers<T>() + B(static_cast<T>(at_block.column));
    } else if constexpr (x.what == plan::action::label) {
      // with one class the columns of the loop are the rows of the labels
      B const column = x.with.p == 1 ? B(T(0)) : detail::lane_numbers<T>() + B(static_cast<T>(at_block.column));
      r.element[static_cast<std::size_t>(x.dst.index)] = one_hot<I>(argument<I>(r), column);
    } else if constexpr (x.what == plan::action::row_reduce) {
      B& sum = r.gathered_row[static_cast<std::size_t>(x.dst.index)];
      sum = gather<I>::join(sum, masked<I>(r, at_block));
    } else if constexpr (x.what == plan::action::total) {
      B& sum = r.gathered[static_cast<std::size_t>(x.with.q)];
      sum = gather<I>::join(sum, masked<I>(r, at_block));
    } else {
      accumulate<I>(r, at_block);
    }
  }

  template <int I, class Position>
  static CTG_ALWAYS_INLINE void accumulate(registers& r, Position at_block) {
    constexpr plan::instruction x = at<I>;
    if constexpr (in_registers<I>) {
      B& sum = r.kept[static_cast<std::size_t>(slot<x.memory>)][Position::block];
      sum = gather<I>::join(sum, argument<I>(r));
      return;
    }
    T* to = reinterpret_cast<T*>(r.pointer[static_cast<std::size_t>(slot<x.memory>)]);
    if constexpr (memory<x.memory>.columns == plan::column_mode::contiguous) {
      to += at_block.column;
      if constexpr (Position::tail)
        store_partial(to, gather<I>::join(load_partial(to, at_block.count), argument<I>(r)), at_block.count);
      else
        store(to, gather<I>::join(load(to), argument<I>(r)));
    } else {  // the last axis goes, with others but not all
      T const now = first_lane(gather<I>::template lanes_of<used_lanes>(masked<I>(r, at_block)));
      *to = gather<I>::join(*to, now);
    }
  }

  // ── pointers ──

  using steps = std::array<index, size(slots)>;

  /// Every slot's pointer at row `first`; returns their steps from row to row.
  static CTG_ALWAYS_INLINE steps start_operands(registers& r, bound_program const& p, index first, T* window,
                                                std::array<index, max_rank> const& outer) {
    steps step{};
    [&]<int... K>(std::integer_sequence<int, K...>) CTG_INLINE_LAMBDA {
      (start_operand<K>(r, step, p, first, window, outer), ...);
    }
    (std::make_integer_sequence<int, slots>{});
    return step;
  }
  template <int K>
  static CTG_ALWAYS_INLINE void start_operand(registers& r, steps& step, bound_program const& p, index first, T* window,
                                              std::array<index, max_rank> const& outer) {
    constexpr int m = facts::used[static_cast<std::size_t>(K)];
    bound_operand const& o = p.operands[m];
    char* at_row = o.base;
    index row_step = 0;
    if constexpr (loop.flat || rank == 1) {  // one row: `first` is a column
      at_row += first * step_of<m>(p, facts::space.rank - 1);
    } else if constexpr (rank >= 2) {
      row_step = step_of<m>(p, rank - 2);
      at_row += first * row_step;
      for (int a = 0; a < rank - 2; ++a)
        at_row += outer[static_cast<std::size_t>(a)] * o.step[static_cast<std::size_t>(a)];
    }
    if constexpr (storage_of<m>.kind == plan::storage_kind::window) at_row = reinterpret_cast<char*>(window);
    r.pointer[static_cast<std::size_t>(K)] = at_row;
    step[static_cast<std::size_t>(K)] = row_step;
  }

  // Sums of the columns of narrow rows stay in registers from row to row.
  template <int I>
  static constexpr bool in_registers = narrow&& at<I>.what == plan::action::accumulate&& memory<at<I>.memory>.columns ==
                                       plan::column_mode::contiguous&& rank == 2;
};

}  // namespace ctg::inline v0::kernel
