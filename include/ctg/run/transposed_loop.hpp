// SPDX-License-Identifier: MIT
// Loops over rows of few columns that are reduced (a softmax over ten classes): the lanes of a vector are rows. What
// the rows load is transposed when a group of rows begins, what they store when it ends; what is the same for all
// matrices of a space of more axes, once for all of them. Short rows that are only reduced are folded as they lie
// (AVX-512).
#pragma once

#include <ctg/kernel/columns.hpp>
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
  using matrix = std::array<B, columns>;
  struct group {
    std::array<matrix, code::size(slots)> column;
    index rows;
  };

  // Whether operand M is the same for all rows (a scratch row is each row's own).
  template <int M>
  static constexpr bool one_row = memory<M>.axis[rank - 2] < 0 && !code::template is_scratch<M>;

  // Operands of several rows that all matrices of the space share: those of some groups are kept transposed.
  static constexpr bool is_shared(int m) {
    plan::operand const& o = Plan::operands[m];
    for (int a = 0; a < rank - 2; ++a)
      if (o.axis[a] >= 0) return false;
    if (rank == 2 || o.axis[rank - 2] < 0) return false;
    bool loads = false;
    for (plan::range r : loop.element)
      for (int i = r.begin; i < r.end; ++i) {
        plan::instruction const& x = Plan::code[i];
        if (x.memory == m && x.what != plan::action::load) return false;
        loads = loads || x.memory == m;
      }
    return loads;
  }
  static constexpr index shared_operands = [] {
    index n = 0;
    for (int k = 0; k < slots; ++k) n += is_shared(code::used[k]);
    return n;
  }();
  // As many groups as fill a quarter of the first cache; without shared operands there is nothing to keep.
  static constexpr index groups_at_once =
      shared_operands == 0 ? std::numeric_limits<index>::max() / lanes<T>
                           : std::max<index>(1, 8192 / (shared_operands * columns * static_cast<index>(sizeof(B))));
  static constexpr std::size_t groups_kept = shared_operands == 0 ? 1 : groups_at_once;
  using kept_groups = std::array<std::array<matrix, code::size(shared_operands)>, groups_kept>;
  template <int M>
  static constexpr std::size_t number_of_shared = [] {
    std::size_t n = 0;
    for (int k = 0; code::used[k] != M; ++k) n += is_shared(code::used[k]);
    return n;
  }();

 public:
  /// `rows` rows from `first` of the matrices [outer, …) of the space; `matrices` of them, one after the other.
  template <std::size_t U, std::size_t G>
  static CTG_NOINLINE void walk(bound_program const& p, std::array<B, U> const& uniform, std::array<B, G>& gathered,
                                index first, index rows, T* window, std::array<index, max_rank> const& outer,
                                index matrices = 1) {
    registers r;
    code::take_uniforms(r, p, uniform);
    r.gathered.all = gathered;
    group g;
    kept_groups kept;
    index const block = std::min(rows, groups_at_once * lanes<T>);
    for (index begin = 0; begin < rows; begin += block) {
      index const end = std::min(rows, begin + block);
      std::array<index, max_rank> at_matrix = outer;
      if constexpr (shared_operands > 0) {
        typename code::steps const step = code::start_operands(r.pointer, p, first + begin, window, outer);
        for (index i = begin; i < end; i += lanes<T>) {
          g.rows = std::min(lanes<T>, end - i);
          each_element([&]<int I>() CTG_INLINE_LAMBDA {
            if constexpr (at<I>.what == plan::action::load && is_shared(at<I>.memory)) {
              read<I>(r, g, p, step);
              kept[(i - begin) / lanes<T>][number_of_shared<at<I>.memory>] = g.column[of<I>];
            }
          });
          code::advance(r.pointer, step, g.rows);
        }
      }
      for (index m = 0; m < matrices; ++m) {
        walk_matrix(r, g, kept, p, first, begin, end, window, at_matrix);
        for (int a = rank - 3; a >= 0; --a) {
          index& i = at_matrix[a];
          if (++i < count(p, code::space[a])) break;
          i = 0;
        }
      }
    }
    gathered = r.gathered.all;
  }

 private:
  static CTG_ALWAYS_INLINE void walk_matrix(registers& r, group& g, kept_groups const& kept, bound_program const& p,
                                            index first, index begin, index end, T* window,
                                            std::array<index, max_rank> const& outer) {
    typename code::steps const step = code::start_operands(r.pointer, p, first + begin, window, outer);
    each<loop.gathered>([&]<int I>() CTG_INLINE_LAMBDA {
      if constexpr (at<I>.what == plan::action::accumulate) g.column[of<I>].fill(gather<I>::identity());
    });
    for (index i = begin; i < end; i += lanes<T>) {
      g.rows = std::min(lanes<T>, end - i);
      each_element([&]<int I>() CTG_INLINE_LAMBDA {
        if constexpr (at<I>.what == plan::action::load && !code::template has_been_here<I>) {
          if constexpr (is_shared(at<I>.memory))
            g.column[of<I>] = kept[static_cast<std::size_t>((i - begin) / lanes<T>)][number_of_shared<at<I>.memory>];
          else if constexpr (!one_row<at<I>.memory> && !folds)
            read<I>(r, g, p, step);
        }
      });
      [&]<int... P>(std::integer_sequence<int, P...>) CTG_INLINE_LAMBDA {
        (section<P>(r, g, p, step, first + i, outer), ...);
      }
      (std::make_integer_sequence<int, loop.passes + 1>{});
      each_element([&]<int I>() CTG_INLINE_LAMBDA {
        if constexpr (at<I>.what == plan::action::store) write<I>(r, g, p, step);
      });
      code::advance(r.pointer, step, g.rows);
    }
    each<loop.gathered>([&]<int I>() CTG_INLINE_LAMBDA {
      if constexpr (at<I>.what == plan::action::accumulate) {
        T* const to = reinterpret_cast<T*>(r.pointer[of<I>]);
        for (index j = 0; j < columns; ++j) {
          B const sum = gather<I>::lanes_of(g.column[of<I>][j]);
          to[j] = first_lane(gather<I>::join(B(to[j]), sum));
        }
      }
    });
  }

  template <int I>
  static constexpr auto of = slot<at<I>.memory>;

  template <class F>
  static CTG_ALWAYS_INLINE void each_element(F const& f) {
    [&]<int... P>(std::integer_sequence<int, P...>) CTG_INLINE_LAMBDA { (each<loop.element[P]>(f), ...); }
    (std::make_integer_sequence<int, loop.passes>{});
  }

  // Whether what operand M reads lies in elements of type T.
  template <int M>
  static constexpr bool of_type_T =
      code::template storage_of<M>.type == element::none || code::template storage_of<M>.type == element_of<T>;

  // The rows of a group, side by side in memory.
  static CTG_ALWAYS_INLINE B load_rows(group const& g, char const* from) {
    T const* const x = reinterpret_cast<T const*>(from);
    return g.rows == lanes<T> ? load(x) : load_partial(x, g.rows);
  }
  static CTG_ALWAYS_INLINE void store_rows(group const& g, char* to, B x) {
    T* const y = reinterpret_cast<T*>(to);
    if (g.rows == lanes<T>)
      store(y, x);
    else
      store_partial(y, x, g.rows);
  }

  template <int I>
  static CTG_ALWAYS_INLINE void read(registers const& r, group& g, bound_program const& p,
                                     typename code::steps const& step) {
    constexpr int m = at<I>.memory;
    char const* const from = r.pointer[of<I>];
    auto& to = g.column[of<I>];
    index const across =
        code::template plain<m> ? static_cast<index>(sizeof(T)) : code::template step_of<m>(p, rank - 1);
    if constexpr (of_type_T<m> && !code::template plain<m>)
      if (step[of<I>] == static_cast<index>(sizeof(T))) {
        for (index j = 0; j < columns; ++j) to[j] = load_rows(g, from + j * across);
        return;
      }
    if constexpr (code::template plain<m> && detail::loads_columns<T>(columns))
      if (g.rows == lanes<T>)
        return detail::load_columns(reinterpret_cast<T const*>(from), step[of<I>] / static_cast<index>(sizeof(T)), to);
    alignas(64) T buffer[columns * lanes<T>];
    if (g.rows < lanes<T>) std::fill_n(buffer, columns * lanes<T>, T{0});
    if constexpr (code::template plain<m>) {
      detail::pack<T>(reinterpret_cast<T const*>(from), step[of<I>] / static_cast<index>(sizeof(T)), 1, g.rows, columns,
                      buffer, lanes<T>);
    } else {
      for (index i = 0; i < g.rows; ++i)
        for (index j = 0; j < columns; ++j)
          buffer[j * lanes<T> + i] = code::template read_one<I>(from + i * step[of<I>] + j * across);
    }
    for (index j = 0; j < columns; ++j) to[j] = B::load_aligned(buffer + j * lanes<T>);
  }

  template <int I>
  static CTG_ALWAYS_INLINE void write(registers const& r, group const& g, bound_program const& p,
                                      typename code::steps const& step) {
    constexpr int m = at<I>.memory;
    if constexpr (code::template is_scratch<m>) return;
    char* const to = r.pointer[of<I>];
    index const across =
        code::template plain<m> ? static_cast<index>(sizeof(T)) : code::template step_of<m>(p, rank - 1);
    if constexpr (!code::template plain<m>)
      if (step[of<I>] == static_cast<index>(sizeof(T))) {
        for (index j = 0; j < columns; ++j) store_rows(g, to + j * across, g.column[of<I>][j]);
        return;
      }
    alignas(64) T buffer[columns * lanes<T>];
    for (index j = 0; j < columns; ++j) g.column[of<I>][j].store_aligned(buffer + j * lanes<T>);
    if constexpr (code::template plain<m>) {
      detail::pack<T>(buffer, lanes<T>, 1, columns, g.rows, reinterpret_cast<T*>(to),
                      step[of<I>] / static_cast<index>(sizeof(T)));
    } else {
      for (index i = 0; i < g.rows; ++i)
        for (index j = 0; j < columns; ++j)
          *reinterpret_cast<T*>(to + i * step[of<I>] + j * across) = buffer[j * lanes<T> + i];
    }
  }

  // Where rows that lie one behind the other in all operands are reduced, and what is reduced depends on nothing else
  // of the row, the lanes may be any of its entries until they are joined (maxima of 100,000 rows of 8 floats: 57 ->
  // 41 us).
  static constexpr bool folds = [] {
    if (!detail::folds_rows<T>(columns) || loop.passes != 1) return false;
    for (int i = loop.element[0].begin; i < loop.element[0].end; ++i) {
      plan::instruction const& x = Plan::code[static_cast<std::size_t>(i)];
      if (x.what == plan::action::load) {
        plan::operand const& o = Plan::operands[static_cast<std::size_t>(x.memory)];
        element const type = Plan::storages[static_cast<std::size_t>(o.storage)].type;
        if (o.columns != plan::column_mode::contiguous || (type != element::none && type != element_of<T>) ||
            known_step<Plan>(o, rank - 2) != columns * static_cast<index>(sizeof(T)) || is_shared(x.memory))
          return false;
      } else if (x.what != plan::action::row_reduce && x.what != plan::action::compute) {
        return false;
      }
      for (plan::value const& a : x.args)
        if (a.index >= 0 && a.in == plan::bank::row) return false;
    }
    return true;
  }();
  static CTG_ALWAYS_INLINE void fold(registers& r, group const& g) {
    std::array<matrix, code::size(loop.rows)> gathered;
    CTG_UNROLL for (index v = 0; v < columns; ++v) {
      index const left = g.rows * columns - v * lanes<T>;
      each<loop.element[0]>([&]<int I>() CTG_INLINE_LAMBDA {
        constexpr plan::instruction x = at<I>;
        if constexpr (x.what == plan::action::load) {
          T const* const from = reinterpret_cast<T const*>(r.pointer[of<I>]) + v * lanes<T>;
          r.element[static_cast<std::size_t>(x.dst.index)] =
              left >= lanes<T> ? load(from) : load_partial(from, std::max<index>(left, 0));
        } else if constexpr (x.what == plan::action::compute) {
          code::template element_code<I>(r, bound_program{}, typename code::template position<false, 0>{0, 0});
        } else {
          gathered[static_cast<std::size_t>(x.dst.index)][static_cast<std::size_t>(v)] = code::template argument<I>(r);
        }
      });
    }
    each<loop.element[0]>([&]<int I>() CTG_INLINE_LAMBDA {
      constexpr auto k = static_cast<std::size_t>(at<I>.dst.index);
      if constexpr (at<I>.what == plan::action::row_reduce)
        r.row[k] = detail::fold_rows<code::size(columns), T>(
            gathered[k], [](B x, B y) CTG_INLINE_LAMBDA { return B(gather<I>::join(x, y)); });
    });
  }

  template <int P>
  static CTG_ALWAYS_INLINE void section(registers& r, group& g, bound_program const& p,
                                        typename code::steps const& step, index row,
                                        std::array<index, max_rank> const& outer) {
    each<loop.row[P]>([&]<int I>() CTG_INLINE_LAMBDA { row_code<I>(r, g, step, row, outer); });
    if constexpr (P < loop.passes && folds) {
      fold(r, g);
    } else if constexpr (P < loop.passes) {
      each<loop.element[P]>([&]<int I>() CTG_INLINE_LAMBDA {
        if constexpr (at<I>.what == plan::action::row_reduce) r.row[at<I>.dst.index] = gather<I>::identity();
      });
      for (index j = 0; j < columns; ++j)
        each<loop.element[P]>([&]<int I>() CTG_INLINE_LAMBDA { element_code<I>(r, g, p, j); });
    }
  }

  template <int I>
  static CTG_ALWAYS_INLINE void row_code(registers& r, group& g, typename code::steps const& step, index row,
                                         std::array<index, max_rank> const& outer) {
    constexpr plan::instruction x = at<I>;
    auto const together = static_cast<index>(sizeof(T));
    if constexpr (x.what == plan::action::load) {
      B& y = r.row[x.dst.index];
      if (of_type_T<x.memory> && step[of<I>] == together) {
        y = load_rows(g, r.pointer[of<I>]);
        return;
      }
      alignas(64) T buffer[lanes<T>]{};
      for (index i = 0; i < g.rows; ++i) buffer[i] = code::template read_one<I>(r.pointer[of<I>] + i * step[of<I>]);
      y = B::load_aligned(buffer);
    } else if constexpr (x.what == plan::action::store) {
      B const y = code::template argument<I>(r);
      if (step[of<I>] == together) return store_rows(g, r.pointer[of<I>], y);
      alignas(64) T buffer[lanes<T>];
      y.store_aligned(buffer);
      for (index i = 0; i < g.rows; ++i) *reinterpret_cast<T*>(r.pointer[of<I>] + i * step[of<I>]) = buffer[i];
    } else if constexpr (x.what == plan::action::accumulate) {
      T* const to = reinterpret_cast<T*>(r.pointer[of<I>]);
      if (step[of<I>] == 0) {
        *to = gather<I>::join(*to, first_lane(gather<I>::lanes_of(masked<I>(r, g))));
      } else {
        alignas(64) T buffer[lanes<T>];
        code::template argument<I>(r).store_aligned(buffer);
        for (index i = 0; i < g.rows; ++i) {
          T& sum = *reinterpret_cast<T*>(r.pointer[of<I>] + i * step[of<I>]);
          sum = gather<I>::join(sum, buffer[i]);
        }
      }
    } else {
      code::template row_code<I>(r, row, outer);
      if constexpr (x.what == plan::action::index && x.with.p == rank - 2)
        r.row[x.dst.index] += detail::lane_numbers<T>();
    }
  }

  // Lanes without a row count for nothing in what outlives the group.
  template <int I>
  static CTG_ALWAYS_INLINE B masked(registers const& r, group const& g) {
    return first_of(g.rows, code::template argument<I>(r), gather<I>::identity());
  }

  template <int I>
  static CTG_ALWAYS_INLINE void element_code(registers& r, group& g, bound_program const& p, index j) {
    constexpr plan::instruction x = at<I>;
    auto const column = j;
    if constexpr (x.what == plan::action::load) {
      if constexpr (one_row<x.memory>)
        r.element[x.dst.index] =
            B(code::template read_one<I>(r.pointer[of<I>] + j * code::template step_of<x.memory>(p, rank - 1)));
      else
        r.element[x.dst.index] = g.column[of<I>][column];
    } else if constexpr (x.what == plan::action::store) {
      g.column[of<I>][column] = code::template argument<I>(r);
    } else if constexpr (x.what == plan::action::index) {
      r.element[x.dst.index] = B(static_cast<T>(j));
    } else if constexpr (x.what == plan::action::label) {
      r.element[x.dst.index] = code::template one_hot<I>(code::template argument<I>(r), B(static_cast<T>(j)));
    } else if constexpr (x.what == plan::action::row_reduce) {
      B& sum = r.row[x.dst.index];
      sum = gather<I>::join(sum, code::template argument<I>(r));
    } else if constexpr (x.what == plan::action::total) {
      B& sum = r.gathered.all[x.with.q];
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
