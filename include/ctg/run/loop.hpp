// SPDX-License-Identifier: MIT
// A planned loop as code: walks over the rows of its space and, in each, over its vectors, in as many passes as it has.
// Where the compiler knows the extents they are constants here, and a row of few vectors stays in registers.
#pragma once

#include <ctg/run/loop_passes.hpp>
#include <ctg/run/team.hpp>
#include <ctg/run/transposed_loop.hpp>

#include <new>

namespace ctg::inline v0::kernel {

/// Loop number L of a plan.
template <class Plan, int L>
class loop_kernel : loop_passes<Plan, L> {
  using code = loop_code<Plan, L>;
  using passes = loop_passes<Plan, L>;
  using code::loop;
  using code::narrow;
  using code::rank;
  using code::slots;
  using code::space;
  using passes::column_sums;
  using typename code::B;
  using typename code::registers;
  using typename code::T;
  template <int Count>
  using bank = typename code::template bank<Count>;
  template <int I>
  static constexpr plan::instruction at = code::template at<I>;
  template <int M>
  static constexpr plan::storage storage_of = code::template storage_of<M>;
  template <int M>
  static constexpr int slot = code::template slot<M>;
  template <int I>
  using gather = typename code::template gather<I>;

 public:
  /// Small spaces of known extents are part of their caller: a call costs as much as what it does.
  static constexpr bool inlined = [] {
    if constexpr (!narrow || !space.is_static() || rank > 2) return false;
    return extent_table{}(space) / std::max<index>(code::columns, 1) <= 8;
  }();

  /// Of an epilogue that adds a row to all rows of a matrix, and does nothing else: that operand; else -1.
  static constexpr int added_row = [] {
    constexpr plan::range r = loop.element[0];
    if (loop.passes != 1 || rank != 2 || r.size() != 4 || loop.uniform.size() || loop.rows) return -1;
    constexpr auto x = [](int i) { return Plan::code[static_cast<std::size_t>(i)]; };
    plan::instruction const sum = x(r.begin + 2);
    if (sum.what != plan::action::compute || sum.op->code != opcode::add || x(r.end - 1).what != plan::action::store)
      return -1;
    int row = -1, windows = 0;
    for (int i : {r.begin, r.begin + 1}) {
      int const m = x(i).memory;
      plan::operand const& o = Plan::operands[static_cast<std::size_t>(m)];
      plan::storage const& s = Plan::storages[static_cast<std::size_t>(o.storage)];
      bool const reads = x(i).what == plan::action::load && o.columns == plan::column_mode::contiguous;
      bool const in_window = s.kind == plan::storage_kind::window;
      windows += reads && in_window;
      if (reads && !in_window && o.axis[0] < 0 && (s.type == element::none || s.type == element_of<T>)) row = m;
    }
    return windows == 1 ? row : -1;
  }();
  static constexpr int added_to = loop.element[0].end - 1;
  static T const* row_added(bound_program const& p) { return reinterpret_cast<T const*>(p.operands[added_row].base); }
  /// The memory of the result, null where its rows are not one behind the other.
  static T* dense_result(bound_program const& p) {
    constexpr int m = at<added_to>.memory;
    bound_operand const& o = p.operands[m];
    index const size = sizeof(T);
    bool const dense = o.step[1] == size && o.step[0] == size * count(p, space[1]);
    return dense ? reinterpret_cast<T*>(o.base) : nullptr;
  }

  /// What outlives one block of rows.
  struct state {
    bank<loop.uniforms> uniform{};
    bank<loop.gathered.size()> gathered{};
  };

  /// Before the first row: values that are the same everywhere, sums at zero.
  static CTG_ALWAYS_INLINE void begin(bound_program const& p, state& s) {
    each<loop.uniform>([&]<int I>() CTG_INLINE_LAMBDA { code::template uniform_code<I>(p, s.uniform); });
    each<loop.gathered>([&]<int I>() CTG_INLINE_LAMBDA {
      using G = gather<I>;
      s.gathered[at<I>.with.q] = G::identity();
      if constexpr (at<I>.what == plan::action::accumulate) {
        index const n = count(p, Plan::shapes[storage_of<at<I>.memory>.shape]);
        T* const to = reinterpret_cast<T*>(p.operands[at<I>.memory].base);
        T const start = first_lane(G::identity());
        for (index i = 0; i < n; ++i) to[i] = start;
      }
    });
  }

  /// The whole space.
  static CTG_ALWAYS_INLINE void run(bound_program const& p, state& s) {
    if constexpr (loop.flat) {
      walk(p, s, 0, 1, count(p, space), nullptr, {});
    } else if constexpr (rank < 2) {
      walk(p, s, 0, 1, rank == 1 ? count(p, space) : 1, nullptr, {});
    } else if constexpr (rank == 2) {
      walk(p, s, 0, count(p, space[0]), count(p, space[1]), nullptr, {});
    } else {
      index const rows = count(p, space[rank - 2]), columns = count(p, space[rank - 1]);
      if constexpr (code::transposed) {
        index matrices = 1;
        for (int a = 0; a < rank - 2; ++a) matrices *= count(p, space[a]);
        return transposed_loop<Plan, L>::walk(p, s.uniform, s.gathered, 0, rows, nullptr, {}, matrices);
      }
      std::array<index, max_rank> n{}, i{};
      index outer = 1;
      for (int a = 0; a < rank - 2; ++a) outer *= n[a] = count(p, space[a]);
      for (index o = 0; o < outer; ++o) {
        walk(p, s, 0, rows, columns, nullptr, i);
        for (int a = rank - 3; a >= 0; --a) {
          auto const k = a;
          if (++i[k] < n[k]) break;
          i[k] = 0;
        }
      }
    }
  }

  /// The rows [begin, end) of matrix `batch` of a space of rank 2 or more, behind a product whose rows are at `window`
  /// (or in their buffer).
  static CTG_ALWAYS_INLINE void run_block(bound_program const& p, state& s, index batch, index begin, index end,
                                          T* window) {
    index const columns = count(p, space[space.rank - 1]);
    if constexpr (loop.flat) {
      index const first = batch * count(p, space[space.rank - 2]) + begin;
      walk(p, s, first * columns, 1, (end - begin) * columns, window, {});
    } else {
      walk(p, s, begin, end - begin, columns, window, outer_of(p, batch));
    }
  }

  /// Of a loop that makes a factor: rows [row, row + rows) of matrix `batch`, and of these the columns [column, column
  /// + columns), to `panel`, whose rows are `columns` apart.
  static CTG_NOINLINE void run_panel(bound_program const& p, state const& s, index batch, index row, index rows,
                                     index column, index columns, T* panel) {
    registers r;
    code::take_uniforms(r, p, s.uniform);
    code::template take_divisors<loop.element[0], plan::bank::uniform>(r);
    std::array<index, max_rank> const outer = outer_of(p, batch);
    typename code::steps step = code::start_operands(r.pointer, p, row, panel, outer);
    each<loop.element[0]>([&]<int I>() CTG_INLINE_LAMBDA {
      if constexpr (at<I>.what == plan::action::store) {
        constexpr auto k = slot<at<I>.memory>;
        r.pointer[k] -= column * static_cast<index>(sizeof(T));
        step[k] = columns * static_cast<index>(sizeof(T));
      }
    });
    r.streams = false;
    bool const whole_rows = columns == count(p, space[rank - 1]);
    if constexpr (loop.rows_join)
      if (whole_rows) return passes::template pass<0>(r, p, 0, rows * columns);
    auto const each_row = [&](auto const& vectors) CTG_INLINE_LAMBDA {
      for (index i = 0; i < rows; ++i) {
        code::template begin_row<0>(r, row + i, outer);
        vectors(i);
        code::advance(r.pointer, step, 1);
      }
    };
    if constexpr (narrow)
      if (whole_rows) return each_row([&](index) CTG_INLINE_LAMBDA { passes::template narrow_pass<0>(r, p); });
    each_row([&](index i) CTG_INLINE_LAMBDA {
      if (!whole_rows && i + 1 < rows) fetch_next_row(r, step, column, columns);
      passes::template pass<0>(r, p, column, column + columns);
    });
  }

  // ── shares of the space, for several threads ──

  /// Floating-point operations of the whole space; 0 where it cannot be dealt out.
  static index flops(bound_program const& p) {
    index each = 0;
    for (plan::range r : loop.element)
      for (int i = r.begin; i < r.end; ++i) {
        plan::instruction const& x = Plan::code[i];
        each += x.op && x.what != plan::action::store && x.what != plan::action::load ? x.op->flops : 1;
      }
    return divides ? each * count(p, space) : 0;
  }

  /// Share `which` of `of` shares of the space.
  static void run_part(bound_program const& p, state& s, int which, int of) {
    if constexpr (loop.flat || rank < 2) {
      share const columns = share_of(count(p, space), which, of, lanes<T>);
      walk(p, s, columns.first, 1, columns.last - columns.first, nullptr, {});
    } else {
      index matrices = 1;
      for (int a = 0; a < rank - 2; ++a) matrices *= count(p, space[a]);
      index const rows = count(p, space[rank - 2]);
      share const outer = matrices >= of ? share_of(matrices, which, of, 1) : share{0, matrices};
      share const inner = matrices >= of ? share{0, rows} : share_of(rows, which, of, 1);
      for (index m = outer.first; m < outer.last; ++m) run_block(p, s, m, inner.first, inner.last, nullptr);
    }
  }

  /// What one thread has for itself: a state, and memory of its own for what others would write too (scratch rows;
  /// unless it is the first, the sums that the loop gathers in memory).
  struct part {
    loop_kernel::state* state;
    std::array<bound_operand, code::size(static_cast<index>(Plan::operands.size()))> operands;
    bound_program whole;

    /// In memory of its own; `begins`: the state is made there, else it is there.
    part(bound_program const& p, char* memory, bool own_sums, bool begins)
        : state(begins ? ::new (static_cast<void*>(memory)) loop_kernel::state
                       : std::launder(reinterpret_cast<loop_kernel::state*>(memory))),
          whole(p) {
      std::copy_n(p.operands, Plan::operands.size(), operands.begin());
      char* at_byte = memory + whole_lines(sizeof(*state));
      each_private(p, [&](int m, std::int64_t bytes, bool sums) {
        if (!sums || own_sums) operands[m].base = at_byte;
        at_byte += bytes;
      });
    }
    bound_program program() const { return {operands.data(), whole.numbers, whole.extents}; }

    void join(part const& other) {
      each<loop.gathered>([&]<int I>() {
        using G = gather<I>;
        constexpr auto q = at<I>.with.q;
        if constexpr (at<I>.what == plan::action::accumulate) {
          constexpr int m = at<I>.memory;
          T* const to = reinterpret_cast<T*>(operands[m].base);
          T const* const from = reinterpret_cast<T const*>(other.operands[m].base);
          index const n = count(whole, Plan::shapes[storage_of<m>.shape]);
          for (index i = 0; i < n; ++i) to[i] = G::join(to[i], from[i]);
        } else {
          state->gathered[q] = G::join(state->gathered[q], other.state->gathered[q]);
        }
      });
    }
  };

  /// Bytes of one part's memory.
  static std::int64_t bytes_of_part(bound_program const& p) {
    std::int64_t bytes = whole_lines(sizeof(state));
    each_private(p, [&](int, std::int64_t more, bool) { bytes += more; });
    return bytes;
  }

  /// Behind the last row: sums to memory.
  static CTG_ALWAYS_INLINE void end(bound_program const& p, state& s) {
    each<loop.gathered>([&]<int I>() CTG_INLINE_LAMBDA {
      if constexpr (at<I>.what == plan::action::total)
        *reinterpret_cast<T*>(p.operands[at<I>.memory].base) =
            first_lane(gather<I>::template lanes_of<code::used_lanes>(s.gathered[at<I>.with.q]));
    });
  }

 private:
  // Where a loop says where it is along its one axis, it must begin at the beginning.
  static constexpr bool divides = [] {
    if (rank >= 2 || loop.flat) return true;
    if (rank == 0 || loop.passes > 1) return false;
    for (int i = loop.element[0].begin; i < loop.element[0].end; ++i) {
      plan::action const what = Plan::code[i].what;
      if (what == plan::action::index || what == plan::action::label || what == plan::action::row_reduce) return false;
    }
    return true;
  }();

  // f(operand, bytes, whether it gathers) for each operand that threads cannot share.
  template <class F>
  static void each_private(bound_program const& p, F const& f) {
    for (int k = 0; k < slots; ++k) {
      int const m = code::used[k];
      plan::storage const& s = Plan::storages[Plan::operands[m].storage];
      bool const scratch = s.kind == plan::storage_kind::buffer && s.index < 0;
      bool sums = false;
      for (int i = loop.gathered.begin; i < loop.gathered.end; ++i) {
        plan::instruction const& x = Plan::code[i];
        sums = sums || (x.what == plan::action::accumulate && x.memory == m);
      }
      if (scratch || sums) f(m, whole_lines(count(p, Plan::shapes[s.shape]) * static_cast<index>(sizeof(T))), sums);
    }
  }

  // A piece of the next row comes from elsewhere, as no prefetcher foresees.
  static CTG_ALWAYS_INLINE void fetch_next_row(registers const& r, typename code::steps const& step, index column,
                                               index columns) {
    each<loop.element[0]>([&]<int I>() CTG_INLINE_LAMBDA {
      if constexpr (at<I>.what == plan::action::load) {
        if constexpr (code::template memory<at<I>.memory>.columns == plan::column_mode::contiguous) {
          constexpr auto k = slot<at<I>.memory>;
          if (step[k] == 0) return;
          char const* const next = r.pointer[k] + step[k] + column * static_cast<index>(sizeof(T));
          for (index b = 0; b < columns * static_cast<index>(sizeof(T)); b += 64) detail::prefetch(next + b);
        }
      }
    });
  }

  // Where matrix number `batch` is along the leading axes.
  static CTG_ALWAYS_INLINE std::array<index, max_rank> outer_of(bound_program const& p, index batch) {
    std::array<index, max_rank> outer{};
    for (int a = rank - 3; a >= 0; --a) {
      index const n = count(p, space[a]);
      outer[a] = batch % n;
      batch /= n;
    }
    return outer;
  }

  static CTG_ALWAYS_INLINE void walk(bound_program const& p, state& s, index first, index rows, index n, T* window,
                                     std::array<index, max_rank> const& outer) {
    if constexpr (code::transposed)
      transposed_loop<Plan, L>::walk(p, s.uniform, s.gathered, first, rows, window, outer);
    else if constexpr (inlined)
      walk_rows(p, s, first, rows, n, window, outer);
    else
      walk_apart(p, s, first, rows, n, window, outer);
  }
  static CTG_NOINLINE void walk_apart(bound_program const& p, state& s, index first, index rows, index n, T* window,
                                      std::array<index, max_rank> const& outer) {
    walk_rows(p, s, first, rows, n, window, outer);
  }

  static CTG_ALWAYS_INLINE void walk_rows(bound_program const& p, state& s, index first, index rows, index n, T* window,
                                          std::array<index, max_rank> const& outer) {
    registers r;
    code::take_uniforms(r, p, s.uniform);
    passes::for_each_pass(
        [&]<int P>() CTG_INLINE_LAMBDA { code::template take_divisors<loop.element[P], plan::bank::uniform>(r); });
    r.gathered.all = s.gathered;
    typename code::steps const step = code::start_operands(r.pointer, p, first, window, outer);
    column_sums(r, [](B& sum, T* at_block, auto at_position) CTG_INLINE_LAMBDA {
      if constexpr (at_position.tail)
        sum = load_partial(at_block, at_position.count);
      else
        sum = load(at_block);
    });
    r.streams = code::streams(r.pointer, n);
    auto const row = [&](index i) CTG_INLINE_LAMBDA {
      [&]<int... P>(std::integer_sequence<int, P...>) CTG_INLINE_LAMBDA {
        (passes::template section<P>(r, p, n, first + i, outer), ...);
      }
      (std::make_integer_sequence<int, loop.passes + 1>{});
      code::advance(r.pointer, step, 1);
    };
    if constexpr (inlined) {
      CTG_UNROLL for (index i = 0; i < rows; ++i) row(i);
    } else {
      index i = 0;
      if constexpr (passes::may_join)
        if (passes::joined_rows(r, p, rows, step)) i = rows;
      if constexpr (passes::turning > 0)
        if (passes::turned_rows(r, p, n, first, rows, step, outer)) i = rows;
      if constexpr (passes::rows_at_once > 1) i = passes::grouped_rows(r, p, n, first, rows, step, outer);
      for (; i < rows; ++i) row(i);
    }
    column_sums(r, [](B& sum, T* at_block, auto at_position) CTG_INLINE_LAMBDA {
      if constexpr (at_position.tail)
        store_partial(at_block, sum, at_position.count);
      else
        store(at_block, sum);
    });
    if (r.streams) end_of_stream();
    s.gathered = r.gathered.all;
  }
};

}  // namespace ctg::inline v0::kernel
