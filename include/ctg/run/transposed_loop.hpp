// SPDX-License-Identifier: MIT
// Loops over rows of few columns that are reduced (a softmax over ten classes): the lanes of a vector are rows. What
// the rows load is transposed when a group of rows begins, what they store when it ends.
#pragma once

#include <ctg/kernel/gemm/pack.hpp>
#include <ctg/run/loop_code.hpp>

namespace ctg::inline v0::kernel {

template <class Plan, int L>
class transposed_loop : loop_code<Plan, L> {
  using code = loop_code<Plan, L>;
  using code::loop;
  using code::rank;
  using code::slots;
  using typename code::B;
  using typename code::registers;
  using typename code::T;
  template <int I>
  static constexpr plan::instruction at = code::template at<I>;
  template <int M>
  static constexpr plan::operand memory = code::template memory<M>;
  template <int M>
  static constexpr int slot = code::template slot<M>;
  template <int I>
  using gather = typename code::template gather<I>;

  static constexpr index columns = code::columns;

  // A group of rows: for each slot its columns, one vector each; sums of columns keep theirs from group to group.
  struct group {
    std::array<std::array<B, static_cast<std::size_t>(columns)>, code::size(slots)> column;
    index rows;
  };

  // Whether operand M is the same for all rows.
  template <int M>
  static constexpr bool one_row = memory<M>.axis[static_cast<std::size_t>(rank - 2)] < 0;

 public:
  template <std::size_t U, std::size_t G>
  static CTG_NOINLINE void walk(bound_program const& p, std::array<B, U> const& uniform, std::array<B, G>& gathered,
                                index first, index rows, T* window, std::array<index, max_rank> const& outer) {
    registers r;
    code::take_uniforms(r, p, uniform);
    r.gathered = gathered;
    typename code::steps const step = code::start_operands(r.pointer, p, first, window, outer);
    group g;
    each<loop.gathered>([&]<int I>() CTG_INLINE_LAMBDA {
      if constexpr (at<I>.what == plan::action::accumulate) g.column[of<I>].fill(gather<I>::identity());
    });
    for (index i = 0; i < rows; i += lanes<T>) {
      g.rows = std::min(lanes<T>, rows - i);
      each_element([&]<int I>() CTG_INLINE_LAMBDA {
        if constexpr (at<I>.what == plan::action::load && !code::template has_been_here<I>) read<I>(r, g, p, step);
      });
      [&]<int... P>(std::integer_sequence<int, P...>) CTG_INLINE_LAMBDA {
        (section<P>(r, g, step, first + i, outer), ...);
      }
      (std::make_integer_sequence<int, loop.passes + 1>{});
      each_element([&]<int I>() CTG_INLINE_LAMBDA {
        if constexpr (at<I>.what == plan::action::store) write<I>(r, g, p, step);
      });
      for (std::size_t k = 0; k < static_cast<std::size_t>(slots); ++k) r.pointer[k] += step[k] * g.rows;
    }
    each<loop.gathered>([&]<int I>() CTG_INLINE_LAMBDA {
      if constexpr (at<I>.what == plan::action::accumulate) {
        T* const to = reinterpret_cast<T*>(r.pointer[of<I>]);
        for (index j = 0; j < columns; ++j) {
          B const sum = gather<I>::lanes_of(g.column[of<I>][static_cast<std::size_t>(j)]);
          to[j] = first_lane(gather<I>::join(B(to[j]), sum));
        }
      }
    });
    gathered = r.gathered;
  }

 private:
  template <int I>
  static constexpr auto of = static_cast<std::size_t>(slot<at<I>.memory>);

  template <class F>
  static CTG_ALWAYS_INLINE void each_element(F const& f) {
    [&]<int... P>(std::integer_sequence<int, P...>) CTG_INLINE_LAMBDA { (each<loop.element[P]>(f), ...); }
    (std::make_integer_sequence<int, loop.passes>{});
  }

  template <int I>
  static CTG_ALWAYS_INLINE void read(registers const& r, group& g, bound_program const& p,
                                     typename code::steps const& step) {
    constexpr int m = at<I>.memory;
    char const* const from = r.pointer[of<I>];
    auto& to = g.column[of<I>];
    index const across =
        code::template plain<m> ? static_cast<index>(sizeof(T)) : code::template step_of<m>(p, rank - 1);
    if constexpr (one_row<m>) {
      for (index j = 0; j < columns; ++j)
        to[static_cast<std::size_t>(j)] = B(code::template read_one<I>(from + j * across));
    } else {
      alignas(64) T buffer[static_cast<std::size_t>(columns * lanes<T>)];
      if (g.rows < lanes<T>) std::fill_n(buffer, columns * lanes<T>, T{0});
      if constexpr (code::template plain<m>) {
        detail::pack<T>(reinterpret_cast<T const*>(from), step[of<I>] / static_cast<index>(sizeof(T)), 1, g.rows,
                        columns, buffer, lanes<T>);
      } else {
        for (index i = 0; i < g.rows; ++i)
          for (index j = 0; j < columns; ++j)
            buffer[j * lanes<T> + i] = code::template read_one<I>(from + i * step[of<I>] + j * across);
      }
      for (index j = 0; j < columns; ++j) to[static_cast<std::size_t>(j)] = B::load_aligned(buffer + j * lanes<T>);
    }
  }

  template <int I>
  static CTG_ALWAYS_INLINE void write(registers const& r, group const& g, bound_program const& p,
                                      typename code::steps const& step) {
    constexpr int m = at<I>.memory;
    if constexpr (code::template is_scratch<m>) return;
    char* const to = r.pointer[of<I>];
    alignas(64) T buffer[static_cast<std::size_t>(columns * lanes<T>)];
    for (index j = 0; j < columns; ++j)
      g.column[of<I>][static_cast<std::size_t>(j)].store_aligned(buffer + j * lanes<T>);
    if constexpr (code::template plain<m>) {
      detail::pack<T>(buffer, lanes<T>, 1, columns, g.rows, reinterpret_cast<T*>(to),
                      step[of<I>] / static_cast<index>(sizeof(T)));
    } else {
      index const across = code::template step_of<m>(p, rank - 1);
      for (index i = 0; i < g.rows; ++i)
        for (index j = 0; j < columns; ++j)
          *reinterpret_cast<T*>(to + i * step[of<I>] + j * across) = buffer[j * lanes<T> + i];
    }
  }

  template <int P>
  static CTG_ALWAYS_INLINE void section(registers& r, group& g, typename code::steps const& step, index row,
                                        std::array<index, max_rank> const& outer) {
    each<loop.row[P]>([&]<int I>() CTG_INLINE_LAMBDA { row_code<I>(r, g, step, row, outer); });
    if constexpr (P < loop.passes) {
      each<loop.element[P]>([&]<int I>() CTG_INLINE_LAMBDA {
        if constexpr (at<I>.what == plan::action::row_reduce)
          r.row[static_cast<std::size_t>(at<I>.dst.index)] = gather<I>::identity();
      });
      for (index j = 0; j < columns; ++j)
        each<loop.element[P]>([&]<int I>() CTG_INLINE_LAMBDA { element_code<I>(r, g, j); });
    }
  }

  template <int I>
  static CTG_ALWAYS_INLINE void row_code(registers& r, group& g, typename code::steps const& step, index row,
                                         std::array<index, max_rank> const& outer) {
    constexpr plan::instruction x = at<I>;
    if constexpr (x.what == plan::action::load) {
      alignas(64) T buffer[static_cast<std::size_t>(lanes<T>)]{};
      for (index i = 0; i < g.rows; ++i) buffer[i] = code::template read_one<I>(r.pointer[of<I>] + i * step[of<I>]);
      r.row[static_cast<std::size_t>(x.dst.index)] = B::load_aligned(buffer);
    } else if constexpr (x.what == plan::action::store) {
      alignas(64) T buffer[static_cast<std::size_t>(lanes<T>)];
      code::template argument<I>(r).store_aligned(buffer);
      for (index i = 0; i < g.rows; ++i) *reinterpret_cast<T*>(r.pointer[of<I>] + i * step[of<I>]) = buffer[i];
    } else {
      code::template row_code<I>(r, row, outer);
      if constexpr (x.what == plan::action::index && x.with.p == rank - 2)
        r.row[static_cast<std::size_t>(x.dst.index)] += detail::lane_numbers<T>();
    }
  }

  // Lanes without a row count for nothing in what outlives the group.
  template <int I>
  static CTG_ALWAYS_INLINE B masked(registers const& r, group const& g) {
    return first_of(g.rows, code::template argument<I>(r), gather<I>::identity());
  }

  template <int I>
  static CTG_ALWAYS_INLINE void element_code(registers& r, group& g, index j) {
    constexpr plan::instruction x = at<I>;
    auto const column = static_cast<std::size_t>(j);
    if constexpr (x.what == plan::action::load) {
      r.element[static_cast<std::size_t>(x.dst.index)] = g.column[of<I>][column];
    } else if constexpr (x.what == plan::action::store) {
      g.column[of<I>][column] = code::template argument<I>(r);
    } else if constexpr (x.what == plan::action::index) {
      r.element[static_cast<std::size_t>(x.dst.index)] = B(static_cast<T>(j));
    } else if constexpr (x.what == plan::action::label) {
      r.element[static_cast<std::size_t>(x.dst.index)] =
          code::template one_hot<I>(code::template argument<I>(r), B(static_cast<T>(j)));
    } else if constexpr (x.what == plan::action::row_reduce) {
      B& sum = r.row[static_cast<std::size_t>(x.dst.index)];
      sum = gather<I>::join(sum, code::template argument<I>(r));
    } else if constexpr (x.what == plan::action::total) {
      B& sum = r.gathered[static_cast<std::size_t>(x.with.q)];
      sum = gather<I>::join(sum, masked<I>(r, g));
    } else if constexpr (x.what == plan::action::accumulate) {
      B& sum = g.column[of<I>][column];
      sum = gather<I>::join(sum, masked<I>(r, g));
    } else {
      code::template element_code<I>(r, bound_program{}, typename code::template position<false, 0>{0, 0});
    }
  }
};

}  // namespace ctg::inline v0::kernel
