// SPDX-License-Identifier: MIT
// The passes of a planned loop over one row: vector by vector, several at once where they only wait for their sums; a
// row of few vectors whose number the compiler knows stays in registers.
#pragma once

#include <ctg/kernel/gemm/pack.hpp>
#include <ctg/run/loop_code.hpp>

#include <algorithm>

namespace ctg::inline v0::kernel {

/// The passes of loop L over a row.
template <class Plan, int L>
class loop_passes : public loop_code<Plan, L> {
 protected:
  using code = loop_code<Plan, L>;
  using code::loop;
  using code::narrow;
  using code::slots;
  using typename code::B;
  using typename code::registers;
  using typename code::sums;
  using typename code::T;
  template <int Count>
  using bank = typename code::template bank<Count>;
  template <bool Tail, int Block = 0, bool Copied = false>
  using position = typename code::template position<Tail, Block, Copied>;
  template <int I>
  static constexpr plan::instruction at = code::template at<I>;
  template <int M>
  static constexpr int slot = code::template slot<M>;
  template <int I>
  using gather = typename code::template gather<I>;

  // A long row is gathered in pieces, and these are joined: float sums keep their accuracy.
  static constexpr index chunk = 4096;

  // Vectors done at once, each with sums of its own: a loop of few cheap instructions waits for nothing but its sums.
  // A division by a divisor's reciprocal has a second way to go, and g++ 12 keeps the sums of four such in memory: the
  // normal log-density of 16384 doubles took 4.2 us so and takes 3.0, with its gradient 10.8 and 3.5 (AVX2: 12.4, 21.7
  // and 4.5, 4.5).
  template <int P>
  static constexpr int unrolled = [] {
    constexpr plan::range pass = loop.element[P];
    int sums = 0;
    for (int i = pass.begin; i < pass.end; ++i) {
      plan::instruction const& x = Plan::code[i];
      if ((!ctg::detail::is_null(x.op) && x.op->code == opcode::divide) ||
          (x.what == plan::action::compute && x.op->transcendental))
        return 1;
      sums += x.what == plan::action::row_reduce || x.what == plan::action::total;
    }
    return sums > 0 && pass.size() <= 8 ? 4 : 1;
  }();

  template <class F>
  static CTG_ALWAYS_INLINE void for_each_pass(F const& f) {
    [&]<int... P>(std::integer_sequence<int, P...>) CTG_INLINE_LAMBDA { (f.template operator()<P>(), ...); }
    (std::make_integer_sequence<int, loop.passes>{});
  }

  template <int P>
  static CTG_ALWAYS_INLINE void section(registers& r, bound_program const& p, index n, index row,
                                        std::array<index, max_rank> const& outer) {
    code::template begin_row<P>(r, row, outer);
    if constexpr (P < loop.passes) {
      each_sum<P>(r.gathered, r.gathered, []<int I>(B& sum, B const&) CTG_INLINE_LAMBDA {
        if constexpr (at<I>.what == plan::action::row_reduce) sum = gather<I>::identity();
      });
      if constexpr (narrow && loop.flat)
        n == code::columns ? narrow_pass<P>(r, p) : copied_pass<P>(r, p, 0, n);
      else if constexpr (narrow)
        narrow_pass<P>(r, p);
      else
        pass<P>(r, p, 0, n);
      each<loop.element[P]>([&]<int I>() CTG_INLINE_LAMBDA {
        if constexpr (at<I>.what == plan::action::row_reduce) {
          int const k = at<I>.dst.index;
          r.row[k] = gather<I>::template lanes_of<code::used_lanes>(r.gathered.row[k]);
        }
      });
    }
  }

  // ── several rows at once ──

  // Sums of columns are read and written once for so many rows (1: each row by itself).
  static constexpr int rows_at_once = [] {
    if (code::rank < 2 || loop.passes != 1 || loop.makes || loop.row[1].size() > 0) return 1;
    bool sums = false;
    for (int i = loop.element[0].begin; i < loop.element[0].end; ++i) {
      plan::instruction const& x = Plan::code[i];
      if (x.what == plan::action::row_reduce || x.what == plan::action::total) return 1;
      if (x.what == plan::action::compute && x.op->transcendental) return 1;
      if (x.what != plan::action::accumulate) continue;
      plan::operand const& to = Plan::operands[x.memory];
      if (to.columns != plan::column_mode::contiguous || to.axis[code::rank < 2 ? 0 : code::rank - 2] >= 0) return 1;
      sums = true;
    }
    return sums && code::element_instructions <= 8 ? 4 : 1;
  }();

  /// As many of the rows [first, first + rows) as come in groups; returns their number, with r at the next row.
  static CTG_ALWAYS_INLINE index grouped_rows(registers& r, bound_program const& p, index n, index first, index rows,
                                              typename code::steps const& step,
                                              std::array<index, max_rank> const& outer) {
    // the first row is r itself, with the sums: to copy these costs as much as a few rows
    row_group g{&r};
    CTG_UNROLL for (int u = 1; u < rows_at_once; ++u) {
      registers& next = g[u];
      next.uniform = r.uniform;
      code::template take_divisors<loop.element[0], plan::bank::uniform>(next);
      next.streams = r.streams;
      for (int k = 0; k < slots; ++k) next.pointer[k] = r.pointer[k] + u * step[k];
    }
    index i = 0;
    for (; i + rows_at_once <= rows; i += rows_at_once) {
      CTG_UNROLL for (int u = 0; u < rows_at_once; ++u) { code::template begin_row<0>(g[u], first + i + u, outer); }
      auto const vectors = [&](auto at_position) CTG_INLINE_LAMBDA { vector_of_rows(g, p, at_position); };
      if constexpr (narrow)
        each_block(vectors);
      else
        each_vector<false>(0, n, vectors);
      CTG_UNROLL for (int u = 0; u < rows_at_once; ++u) { code::advance(g[u].pointer, step, rows_at_once); }
    }
    return i;
  }
  struct row_group {
    registers* first;
    registers others[std::max(rows_at_once - 1, 1)];
    explicit CTG_ALWAYS_INLINE row_group(registers* r) : first(r) {}
    CTG_ALWAYS_INLINE registers& operator[](int u) { return u == 0 ? *first : others[u - 1]; }
  };
  template <class Position>
  static CTG_ALWAYS_INLINE void vector_of_rows(row_group& g, bound_program const& p, Position at_position) {
    each<loop.element[0]>([&]<int I>() CTG_INLINE_LAMBDA {
      if constexpr (at<I>.what == plan::action::accumulate) {
        B const low = gather<I>::join(code::template argument<I>(g[0]), code::template argument<I>(g[1]));
        B const high = gather<I>::join(code::template argument<I>(g[2]), code::template argument<I>(g[3]));
        code::template accumulate<I>(g[0], gather<I>::join(low, high), at_position);
      } else {
        CTG_UNROLL for (int u = 0; u < rows_at_once; ++u) code::template element_code<I>(g[u], p, at_position);
      }
    });
  }

  // ── tiles of what is read transposed ──

  // How many of the loads before instruction `end` turn.
  static constexpr int turning_before(int end) {
    int n = 0;
    for (int i = loop.element[0].begin; i < end; ++i) {
      plan::instruction const& x = Plan::code[i];
      n += x.what == plan::action::load && code::turns(x.memory);
    }
    return n;
  }
  // All of them, in a loop whose one pass only loads, computes and stores; else none.
  static constexpr int turning = [] {
    if (narrow || loop.flat || code::rank < 2 || loop.passes != 1 || loop.makes || loop.row[1].size() > 0) return 0;
    for (int i = loop.element[0].begin; i < loop.element[0].end; ++i) {
      plan::action const what = Plan::code[i].what;
      if (what != plan::action::load && what != plan::action::compute && what != plan::action::store) return 0;
    }
    return turning_before(loop.element[0].end);
  }();
  static constexpr index tile_rows = lanes<T>, tile_columns = 64;

  /// All rows, if those of each operand that turns lie side by side: a tile is transposed in vectors, where a strided
  /// row is gathered entry by entry, a line of memory for each.
  static CTG_ALWAYS_INLINE bool turned_rows(registers& r, bound_program const& p, index n, index first, index rows,
                                            typename code::steps const& step,
                                            std::array<index, max_rank> const& outer) {
    bool side_by_side = rows >= 4;
    each_turning([&]<int I, int>() CTG_INLINE_LAMBDA {
      side_by_side = side_by_side && step[slot<at<I>.memory>] == static_cast<index>(sizeof(T));
    });
    if (!side_by_side) return false;
    alignas(64) T tiles[turning * tile_rows * tile_columns];
    for (index i = 0; i < rows; i += tile_rows) {
      index const height = std::min(tile_rows, rows - i);
      for (index j = 0; j < n; j += tile_columns) {
        index const width = std::min(tile_columns, n - j);
        each_turning([&]<int I, int K>() CTG_INLINE_LAMBDA {
          index const across = code::template step_of<at<I>.memory>(p, code::rank - 1);
          detail::pack<T>(reinterpret_cast<T const*>(r.pointer[slot<at<I>.memory>] + j * across),
                          across / static_cast<index>(sizeof(T)), 1, width, height,
                          tiles + K * tile_rows * tile_columns, tile_columns);
        });
        registers q = r;
        for (index u = 0; u < height; ++u) {
          each_turning([&]<int I, int K>() CTG_INLINE_LAMBDA {
            q.pointer[slot<at<I>.memory>] = reinterpret_cast<char*>(tiles + (K * tile_rows + u) * tile_columns - j);
          });
          code::template begin_row<0>(q, first + i + u, outer);
          copied_pass<0>(q, p, j, j + width);
          code::advance(q.pointer, step, 1);
        }
      }
      code::advance(r.pointer, step, height);
    }
    return true;
  }
  // f.operator()<I, K>() for each load I that turns, the K'th of them.
  template <class F>
  static CTG_ALWAYS_INLINE void each_turning(F const& f) {
    each<loop.element[0]>([&]<int I>() CTG_INLINE_LAMBDA {
      if constexpr (at<I>.what == plan::action::load) {
        if constexpr (code::turns(at<I>.memory)) f.template operator()<I, turning_before(I)>();
      }
    });
  }

  // ── narrow rows ──

  // Calls f(position) for each vector of a row.
  template <class F>
  static CTG_ALWAYS_INLINE void each_block(F const& f) {
    [&]<int... K>(std::integer_sequence<int, K...>) CTG_INLINE_LAMBDA {
      (f(position<((K + 1) * lanes<T> > code::columns), K>{K * lanes<T>, code::columns - K * lanes<T>}), ...);
    }
    (std::make_integer_sequence<int, static_cast<int>(code::blocks)>{});
  }

  template <int P>
  static CTG_ALWAYS_INLINE void narrow_pass(registers& r, bound_program const& p) {
    each_block([&](auto at_position) CTG_INLINE_LAMBDA { code::template vector_code<P>(r, p, at_position); });
  }

  // Calls f(position) for the vectors of the columns [begin, end).
  template <bool Copied, class F>
  static CTG_ALWAYS_INLINE void each_vector(index begin, index end, F const& f) {
    index j = begin;
    for (; j + lanes<T> <= end; j += lanes<T>) f(position<false, 0, Copied>{j, lanes<T>});
    if (j < end) f(position<true, 0, Copied>{j, end - j});
  }
  // Columns of copies, or some of a space that is one row: behind a product, a matrix of several or the rows of one
  // thread.
  template <int P>
  static CTG_ALWAYS_INLINE void copied_pass(registers& r, bound_program const& p, index begin, index end) {
    each_vector<true>(begin, end,
                      [&](auto at_position) CTG_INLINE_LAMBDA { code::template vector_code<P>(r, p, at_position); });
  }

  // Whether narrow rows of a loop that only loads, computes and stores may go through it as one long row: no lane is
  // idle, and no access cut off (1000 rows of 3 floats and a bias: 0.87 -> 0.27 us).
  static constexpr bool may_join = [] {
    if (!narrow || code::rank < 2 || loop.passes != 1 || loop.makes || loop.row[0].size() + loop.row[1].size() > 0)
      return false;
    for (int i = loop.element[0].begin; i < loop.element[0].end; ++i) {
      plan::instruction const& x = Plan::code[i];
      if (x.what == plan::action::compute) continue;
      if (x.what != plan::action::load && x.what != plan::action::store) return false;
      plan::operand const& o = Plan::operands[x.memory];
      element const type = Plan::storages[o.storage].type;
      if (o.columns != plan::column_mode::contiguous || (type != element::none && type != element_of<T>)) return false;
    }
    return code::columns >= 2 && 4 * code::columns <= 3 * lanes<T>;
  }();

  /// All rows, if each operand's lie side by side or are one row for all, which is repeated to whole vectors.
  static CTG_ALWAYS_INLINE bool joined_rows(registers& r, bound_program const& p, index rows,
                                            typename code::steps const& step) {
    // the least common multiple, as there are 2^k lanes
    constexpr index columns = code::columns, power_of_two = columns & -columns,
                    period = power_of_two < lanes<T> ? columns / power_of_two * lanes<T> : columns;
    bool joins = rows >= lanes<T>;
    each<loop.element[0]>([&]<int I>() CTG_INLINE_LAMBDA {
      if constexpr (at<I>.memory >= 0) {
        index const here = step[slot<at<I>.memory>];
        joins = joins &&
                (here == columns * static_cast<index>(sizeof(T)) || (at<I>.what == plan::action::load && here == 0));
      }
    });
    if (!joins) return false;
    alignas(64) T repeated[slots][period];
    for (int k = 0; k < slots; ++k) {
      if (step[k] != 0) continue;
      T const* const row = reinterpret_cast<T const*>(r.pointer[k]);
      for (index j = 0; j < period; j += columns) std::copy_n(row, columns, repeated[k] + j);
      r.pointer[k] = reinterpret_cast<char*>(repeated[k]);
    }
    for (index rest = rows * columns, n = 0; rest > 0; rest -= n) {
      n = std::min(rest, period);
      copied_pass<0>(r, p, 0, n);
      for (int k = 0; k < slots; ++k)
        if (step[k] != 0) r.pointer[k] += n * static_cast<index>(sizeof(T));
    }
    return true;
  }

  // Calls f(sum, its place in memory, position) for the sums of columns that rows keep in registers.
  template <class F>
  static CTG_ALWAYS_INLINE void column_sums(registers& r, F const& f) {
    each<loop.gathered>([&]<int I>() CTG_INLINE_LAMBDA {
      if constexpr (code::template in_registers<I>) {
        auto const k = slot<at<I>.memory>;
        each_block([&](auto at_position) CTG_INLINE_LAMBDA {
          f(r.kept[k][decltype(at_position)::block], reinterpret_cast<T*>(r.pointer[k]) + at_position.column,
            at_position);
        });
      }
    });
  }

  // ── rows of any length ──

  // Calls f.operator()<I>(sum, the same of `other`) for what instruction I of pass P gathers: one by one, as the banks
  // of a loop with many row values would be moved by memcpy.
  template <int P, class F>
  static CTG_ALWAYS_INLINE void each_sum(sums& s, sums const& other, F const& f) {
    each<loop.element[P]>([&]<int I>() CTG_INLINE_LAMBDA {
      if constexpr (at<I>.what == plan::action::row_reduce)
        f.template operator()<I>(s.row[at<I>.dst.index], other.row[at<I>.dst.index]);
      if constexpr (at<I>.what == plan::action::total)
        f.template operator()<I>(s.all[at<I>.with.q], other.all[at<I>.with.q]);
    });
  }
  template <int P>
  static CTG_ALWAYS_INLINE void start_sums(sums& s) {
    each_sum<P>(s, s, []<int I>(B& sum, B const&) CTG_INLINE_LAMBDA { sum = gather<I>::identity(); });
  }
  template <int P>
  static CTG_ALWAYS_INLINE void join_sums(sums& to, sums const& from) {
    each_sum<P>(to, from, []<int I>(B& sum, B const& other) CTG_INLINE_LAMBDA { sum = gather<I>::join(sum, other); });
  }
  template <int P>
  static CTG_ALWAYS_INLINE void copy_sums(sums& to, sums const& from) {
    each_sum<P>(to, from, []<int I>(B& sum, B const& other) CTG_INLINE_LAMBDA { sum = other; });
  }

  // One vector, gathered into s.
  template <int P, class Position>
  static CTG_ALWAYS_INLINE void vector(registers& r, bound_program const& p, sums& s, Position at_position) {
    copy_sums<P>(r.gathered, s);
    code::template vector_code<P>(r, p, at_position);
    copy_sums<P>(s, r.gathered);
  }

  template <int P>
  static CTG_ALWAYS_INLINE void pass(registers& r, bound_program const& p, index begin, index end) {
    constexpr int together = unrolled<P>;
    sums whole;
    copy_sums<P>(whole, r.gathered);
    for (index first = begin; first < end; first += chunk) {
      index const last = std::min(end, first + chunk);
      sums s[together];
      CTG_UNROLL for (int u = 0; u < together; ++u) start_sums<P>(s[u]);
      index j = first;
      for (; j + together * lanes<T> <= last; j += together * lanes<T>) {
        CTG_UNROLL for (int u = 0; u < together; ++u)
            vector<P>(r, p, s[u], position<false>{j + u * lanes<T>, lanes<T>});
      }
      if constexpr (together > 1) {
        for (; j + lanes<T> <= last; j += lanes<T>) vector<P>(r, p, s[0], position<false>{j, lanes<T>});
      }
      if (j < last) vector<P>(r, p, s[0], position<true>{j, last - j});
      for (int half = together / 2; half > 0; half /= 2)
        for (int u = 0; u < half; ++u) join_sums<P>(s[u], s[u + half]);
      join_sums<P>(whole, s[0]);
    }
    copy_sums<P>(r.gathered, whole);
  }
};

}  // namespace ctg::inline v0::kernel
