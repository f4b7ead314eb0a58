// SPDX-License-Identifier: MIT
// A planned loop as code: the instructions of the plan, unrolled at compile time over SIMD batches. Every value is a batch:
// a scalar of the run or of a row stands in all lanes, so that one instantiation of an operation serves all. Tails run the
// same code on partial loads.
#pragma once

#include <ctg/kernel/math.hpp>
#include <ctg/kernel/simd.hpp>
#include <ctg/op/operations.hpp>
#include <ctg/plan/plan.hpp>

#include <array>
#include <limits>
#include <utility>

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

namespace detail {

template <class T>
CTG_ALWAYS_INLINE batch<T> lane_numbers() {
  alignas(64) static constexpr auto numbers = [] {
    std::array<T, static_cast<std::size_t>(lanes<T>)> a{};
    for (std::size_t i = 0; i < a.size(); ++i) a[i] = static_cast<T>(i);
    return a;
  }();
  return batch<T>::load_aligned(numbers.data());
}

/// How values are gathered: the identity, the join of two, the join of the lanes of one.
template <class T, opcode Reduction>
struct gatherer {
  static constexpr T neutral = Reduction == opcode::max    ? -std::numeric_limits<T>::infinity()
                               : Reduction == opcode::min  ? std::numeric_limits<T>::infinity()
                               : Reduction == opcode::prod ? T(1)
                                                           : T(0);
  static CTG_ALWAYS_INLINE batch<T> identity() { return batch<T>(neutral); }
  // of two batches, or of two numbers
  static CTG_ALWAYS_INLINE auto join(auto a, auto b) {
    if constexpr (Reduction == opcode::max)
      return math::max(a, b);
    else if constexpr (Reduction == opcode::min)
      return math::min(a, b);
    else if constexpr (Reduction == opcode::prod)
      return a * b;
    else
      return a + b;
  }
  static CTG_ALWAYS_INLINE T lanes_of(batch<T> x) {
    if constexpr (Reduction == opcode::sum) return reduce_add(x);
    alignas(64) T buffer[static_cast<std::size_t>(lanes<T>)];
    x.store_aligned(buffer);
    T r = buffer[0];
    for (index i = 1; i < lanes<T>; ++i) r = join(r, buffer[i]);
    return r;
  }
};

}  // namespace detail

/// Loop number L of a plan.
template <class Plan, int L>
class loop_kernel {
  using T = typename Plan::value_type;
  using B = batch<T>;
  static constexpr plan::loop loop = Plan::loops[L];
  static constexpr shape space = Plan::shapes[static_cast<std::size_t>(loop.space)];
  static constexpr int rank = loop.flat ? 1 : space.rank;

  // A long row is gathered in pieces, and these are joined: float sums keep their accuracy.
  static constexpr index chunk = 4096;

  template <int I>
  static constexpr plan::instruction at = Plan::code[static_cast<std::size_t>(I)];
  template <int M>
  static constexpr plan::operand memory = Plan::operands[static_cast<std::size_t>(M)];
  template <int M>
  static constexpr plan::storage storage_of = Plan::storages[static_cast<std::size_t>(memory<M>.storage)];

  // The operands that the rows walk, each with a pointer of its own.
  static constexpr auto used = [] {
    std::array<int, Plan::operands.size() + 1> list{};
    int count = 0;
    auto note = [&](plan::range r) {
      for (int i = r.begin; i < r.end; ++i) {
        int const m = Plan::code[static_cast<std::size_t>(i)].memory;
        bool known = m < 0;
        for (int k = 0; k < count; ++k) known = known || list[static_cast<std::size_t>(k)] == m;
        if (!known) list[static_cast<std::size_t>(count++)] = m;
      }
    };
    for (int p = 0; p <= loop.passes; ++p) {
      note(loop.row[static_cast<std::size_t>(p)]);
      if (p < loop.passes) note(loop.element[static_cast<std::size_t>(p)]);
    }
    list[Plan::operands.size()] = count;
    return list;
  }();
  static constexpr int slots = used[Plan::operands.size()];
  template <int M>
  static constexpr int slot = [] {
    int k = 0;
    while (used[static_cast<std::size_t>(k)] != M) ++k;
    return k;
  }();

  template <int Count>
  using bank = std::array<B, static_cast<std::size_t>(Count > 0 ? Count : 1)>;

  struct registers {
    bank<loop.uniforms> uniform;
    bank<loop.rows> row;
    bank<loop.elements> element;
    bank<loop.rows> gathered_row;
    bank<loop.gathered.size()> gathered;
    std::array<char*, static_cast<std::size_t>(slots > 0 ? slots : 1)> pointer;
  };

 public:
  /// What outlives one block of rows.
  struct state {
    bank<loop.uniforms> uniform;
    bank<loop.gathered.size()> gathered;
  };

  /// Before the first row: values that are the same everywhere, sums at zero.
  static void begin(bound_program const& p, state& s) {
    each<loop.uniform>([&]<int I>() CTG_INLINE_LAMBDA { uniform_code<I>(p, s); });
    each<loop.gathered>([&]<int I>() CTG_INLINE_LAMBDA {
      using G = gather<I>;
      s.gathered[static_cast<std::size_t>(at<I>.with.q)] = G::identity();
      if constexpr (at<I>.what == plan::action::accumulate) {
        auto const n = (*p.extents)(Plan::shapes[static_cast<std::size_t>(storage_of<at<I>.memory>.shape)]);
        T* const to = reinterpret_cast<T*>(p.operands[at<I>.memory].base);
        T const start = G::identity().get(0);
        for (index i = 0; i < n; ++i) to[i] = start;
      }
    });
  }

  /// The whole space.
  static void run(bound_program const& p, state& s) {
    if constexpr (loop.flat) {
      run_rows(p, s, 0, 1, (*p.extents)(space), nullptr, {});
    } else if constexpr (rank < 2) {
      index n = 1;
      if constexpr (rank == 1) n = (*p.extents)(space[0]);
      run_rows(p, s, 0, 1, n, nullptr, {});
    } else {
      index const rows = (*p.extents)(space[rank - 2]), columns = (*p.extents)(space[rank - 1]);
      std::array<index, max_rank> n{}, i{};
      index outer = 1;
      for (int a = 0; a < rank - 2; ++a) outer *= n[static_cast<std::size_t>(a)] = (*p.extents)(space[a]);
      for (index o = 0; o < outer; ++o) {
        run_rows(p, s, 0, rows, columns, nullptr, i);
        for (int a = rank - 3; a >= 0; --a) {
          auto const k = static_cast<std::size_t>(a);
          if (++i[k] < n[k]) break;
          i[k] = 0;
        }
      }
    }
  }

  /// The rows [begin, end) of matrix `batch` of a space of rank 2 or more, behind a product whose rows are at `window` (or in
  /// their buffer).
  static void run_block(bound_program const& p, state& s, index batch, index begin, index end, T* window) {
    index const columns = (*p.extents)(space[space.rank - 1]);
    if constexpr (loop.flat) {
      index const first = batch * (*p.extents)(space[space.rank - 2]) + begin;
      run_rows(p, s, first * columns, 1, (end - begin) * columns, window, {});
    } else {
      std::array<index, max_rank> outer{};
      for (int a = rank - 3; a >= 0; --a) {
        index const n = (*p.extents)(space[a]);
        outer[static_cast<std::size_t>(a)] = batch % n;
        batch /= n;
      }
      run_rows(p, s, begin, end - begin, columns, window, outer);
    }
  }

  /// Behind the last row: sums to memory.
  static void end(bound_program const& p, state& s) {
    each<loop.gathered>([&]<int I>() CTG_INLINE_LAMBDA {
      if constexpr (at<I>.what == plan::action::total)
        *reinterpret_cast<T*>(p.operands[at<I>.memory].base) = gather<I>::lanes_of(s.gathered[static_cast<std::size_t>(at<I>.with.q)]);
    });
  }

 private:
  template <int I>
  using gather = detail::gatherer<T, Plan::code[static_cast<std::size_t>(I)].op->code>;

  template <plan::range R, class F>
  static CTG_ALWAYS_INLINE void each(F const& f) {
    [&]<int... I>(std::integer_sequence<int, I...>) CTG_INLINE_LAMBDA {
      (f.template operator()<R.begin + I>(), ...);
    }(std::make_integer_sequence<int, R.size()>{});
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

  // Op::value on the arguments of instruction I, from wherever they are.
  template <int I, class Get>
  static CTG_ALWAYS_INLINE B compute(Get const& get) {
    constexpr plan::instruction x = at<I>;
    using Op = operation<x.op->code>;
    return [&]<std::size_t... K>(std::index_sequence<K...>) CTG_INLINE_LAMBDA {
      if constexpr (requires { Op::value(get.template operator()<K>()..., x.with); })
        return B(Op::value(get.template operator()<K>()..., x.with));
      else
        return B(Op::value(get.template operator()<K>()...));
    }(std::make_index_sequence<static_cast<std::size_t>(Op::arity)>{});
  }

  template <int I>
  static CTG_ALWAYS_INLINE void uniform_code(bound_program const& p, state& s) {
    constexpr plan::instruction x = at<I>;
    B& y = s.uniform[static_cast<std::size_t>(x.dst.index)];
    if constexpr (x.what == plan::action::constant)
      y = B(static_cast<T>(std::bit_cast<double>(x.with.p)));
    else if constexpr (x.what == plan::action::number)
      y = B(static_cast<T>(p.numbers[x.with.p]));
    else if constexpr (x.what == plan::action::size)
      y = B(static_cast<T>((*p.extents)(Plan::shapes[static_cast<std::size_t>(x.with.p)])));
    else if constexpr (x.what == plan::action::load)
      y = B(read_one<I>(p.operands[x.memory].base));
    else
      y = compute<I>([&]<std::size_t K>() CTG_INLINE_LAMBDA { return s.uniform[static_cast<std::size_t>(x.args[K].index)]; });
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

  // ── row code ──

  template <int I>
  static CTG_ALWAYS_INLINE void row_code(registers& r, index row, std::array<index, max_rank> const& outer) {
    constexpr plan::instruction x = at<I>;
    if constexpr (x.what == plan::action::index)
      r.row[static_cast<std::size_t>(x.dst.index)] =
          B(static_cast<T>(x.with.p == rank - 2 ? row : outer[static_cast<std::size_t>(x.with.p)]));
    else if constexpr (x.what == plan::action::load)
      r.row[static_cast<std::size_t>(x.dst.index)] = B(read_one<I>(r.pointer[static_cast<std::size_t>(slot<x.memory>)]));
    else if constexpr (x.what == plan::action::store)
      *reinterpret_cast<T*>(r.pointer[static_cast<std::size_t>(slot<x.memory>)]) = argument<I>(r).get(0);
    else
      r.row[static_cast<std::size_t>(x.dst.index)] = compute<I>([&]<std::size_t K>() CTG_INLINE_LAMBDA { return get<x.args[K]>(r); });
  }

  // ── element code: columns [j, j + lanes), or the last `tail` of a row ──

  template <int I, bool Tail>
  static CTG_ALWAYS_INLINE B load_block(registers const& r, bound_program const& p, index j, index tail) {
    constexpr plan::instruction x = at<I>;
    constexpr element type = storage_of<x.memory>.type;
    char const* const row = r.pointer[static_cast<std::size_t>(slot<x.memory>)];
    if constexpr (memory<x.memory>.columns == plan::column_mode::contiguous && (type == element::none || type == element_of<T>)) {
      T const* const from = reinterpret_cast<T const*>(row) + j;
      if constexpr (Tail)
        return load_partial(from, tail);
      else
        return load(from);
    } else {
      index const step = p.operands[x.memory].step[static_cast<std::size_t>(space.rank - 1)];
      alignas(64) T buffer[static_cast<std::size_t>(lanes<T>)]{};
      index const n = Tail ? tail : lanes<T>;
      for (index k = 0; k < n; ++k) buffer[k] = read_one<I>(row + (j + k) * step);
      return B::load_aligned(buffer);
    }
  }

  template <int I, bool Tail>
  static CTG_ALWAYS_INLINE void store_block(registers const& r, bound_program const& p, index j, index tail) {
    constexpr plan::instruction x = at<I>;
    B const y = argument<I>(r);
    char* const row = r.pointer[static_cast<std::size_t>(slot<x.memory>)];
    if constexpr (memory<x.memory>.columns == plan::column_mode::contiguous) {
      T* const to = reinterpret_cast<T*>(row) + j;
      if constexpr (Tail)
        store_partial(to, y, tail);
      else
        store(to, y);
    } else if constexpr (memory<x.memory>.columns == plan::column_mode::broadcast) {
      *reinterpret_cast<T*>(row) = y.get(0);  // a space of one entry
    } else {
      index const step = p.operands[x.memory].step[static_cast<std::size_t>(space.rank - 1)];
      alignas(64) T buffer[static_cast<std::size_t>(lanes<T>)];
      y.store_aligned(buffer);
      index const n = Tail ? tail : lanes<T>;
      for (index k = 0; k < n; ++k) *reinterpret_cast<T*>(row + (j + k) * step) = buffer[k];
    }
  }

  // The value to gather, with the identity in the lanes behind a tail.
  template <int I, bool Tail>
  static CTG_ALWAYS_INLINE B masked(registers const& r, index tail) {
    B const y = argument<I>(r);
    if constexpr (Tail)
      return xsimd::select(detail::lane_numbers<T>() < B(static_cast<T>(tail)), y, gather<I>::identity());
    else
      return y;
  }

  template <int I, bool Tail>
  static CTG_ALWAYS_INLINE void element_code(registers& r, bound_program const& p, index j, index tail) {
    constexpr plan::instruction x = at<I>;
    if constexpr (x.what == plan::action::load) {
      r.element[static_cast<std::size_t>(x.dst.index)] = load_block<I, Tail>(r, p, j, tail);
    } else if constexpr (x.what == plan::action::store) {
      store_block<I, Tail>(r, p, j, tail);
    } else if constexpr (x.what == plan::action::compute) {
      r.element[static_cast<std::size_t>(x.dst.index)] = compute<I>([&]<std::size_t K>() CTG_INLINE_LAMBDA { return get<x.args[K]>(r); });
    } else if constexpr (x.what == plan::action::index) {
      r.element[static_cast<std::size_t>(x.dst.index)] = detail::lane_numbers<T>() + B(static_cast<T>(j));
    } else if constexpr (x.what == plan::action::label) {
      B const y = argument<I>(r), classes(static_cast<T>(x.with.p));
      // with one class the columns of the loop are the rows of the labels
      B const column = x.with.p == 1 ? B(T(0)) : detail::lane_numbers<T>() + B(static_cast<T>(j));
      B const hit = xsimd::select(y == column, B(T(1)), B(T(0)));
      r.element[static_cast<std::size_t>(x.dst.index)] =
          xsimd::select((y >= B(T(0))) & (y < classes), hit, B(std::numeric_limits<T>::quiet_NaN()));
    } else if constexpr (x.what == plan::action::row_reduce) {
      B& sum = r.gathered_row[static_cast<std::size_t>(x.dst.index)];
      sum = gather<I>::join(sum, masked<I, Tail>(r, tail));
    } else if constexpr (x.what == plan::action::total) {
      B& sum = r.gathered[static_cast<std::size_t>(x.with.q)];
      sum = gather<I>::join(sum, masked<I, Tail>(r, tail));
    } else if constexpr (memory<x.memory>.columns == plan::column_mode::contiguous) {  // accumulate, column by column
      T* const to = reinterpret_cast<T*>(r.pointer[static_cast<std::size_t>(slot<x.memory>)]) + j;
      if constexpr (Tail)
        store_partial(to, gather<I>::join(load_partial(to, tail), argument<I>(r)), tail);
      else
        store(to, gather<I>::join(load(to), argument<I>(r)));
    } else {  // the last axis goes, with others but not all
      T* const to = reinterpret_cast<T*>(r.pointer[static_cast<std::size_t>(slot<x.memory>)]);
      T const now = gather<I>::lanes_of(masked<I, Tail>(r, tail));
      *to = gather<I>::join(*to, now);
    }
  }

  // ── rows ──

  template <int P>
  static CTG_ALWAYS_INLINE void pass(registers& r, bound_program const& p, index n) {
    constexpr plan::range code = loop.element[P];
    for (index first = 0; first < n; first += chunk) {
      index const last = std::min(n, first + chunk);
      bank<loop.rows> const outer_rows = r.gathered_row;
      bank<loop.gathered.size()> const outer = r.gathered;
      each<code>([&]<int I>() CTG_INLINE_LAMBDA {
        if constexpr (at<I>.what == plan::action::row_reduce) r.gathered_row[static_cast<std::size_t>(at<I>.dst.index)] = gather<I>::identity();
        if constexpr (at<I>.what == plan::action::total) r.gathered[static_cast<std::size_t>(at<I>.with.q)] = gather<I>::identity();
      });
      index j = first;
      for (; j + lanes<T> <= last; j += lanes<T>)
        each<code>([&]<int I>() CTG_INLINE_LAMBDA { element_code<I, false>(r, p, j, 0); });
      if (j < last) each<code>([&]<int I>() CTG_INLINE_LAMBDA { element_code<I, true>(r, p, j, last - j); });
      each<code>([&]<int I>() CTG_INLINE_LAMBDA {
        if constexpr (at<I>.what == plan::action::row_reduce) {
          auto const k = static_cast<std::size_t>(at<I>.dst.index);
          r.gathered_row[k] = gather<I>::join(outer_rows[k], r.gathered_row[k]);
        }
        if constexpr (at<I>.what == plan::action::total) {
          auto const k = static_cast<std::size_t>(at<I>.with.q);
          r.gathered[k] = gather<I>::join(outer[k], r.gathered[k]);
        }
      });
    }
  }

  static CTG_NOINLINE void run_rows(bound_program const& p, state& s, index first, index rows, index n, T* window,
                                    std::array<index, max_rank> const& outer) {
    registers r;
    r.uniform = s.uniform;
    r.gathered = s.gathered;
    std::array<index, static_cast<std::size_t>(slots > 0 ? slots : 1)> step{};
    [&]<int... K>(std::integer_sequence<int, K...>) CTG_INLINE_LAMBDA {
      (start_operand<K>(r, step, p, first, window, outer), ...);
    }(std::make_integer_sequence<int, slots>{});
    for (index i = 0; i < rows; ++i) {
      [&]<int... P>(std::integer_sequence<int, P...>) CTG_INLINE_LAMBDA {
        (section<P>(r, p, n, first + i, outer), ...);
      }(std::make_integer_sequence<int, loop.passes + 1>{});
      for (std::size_t k = 0; k < static_cast<std::size_t>(slots); ++k) r.pointer[k] += step[k];
    }
    s.gathered = r.gathered;
  }

  template <int P>
  static CTG_ALWAYS_INLINE void section(registers& r, bound_program const& p, index n, index row,
                                        std::array<index, max_rank> const& outer) {
    each<loop.row[P]>([&]<int I>() CTG_INLINE_LAMBDA { row_code<I>(r, row, outer); });
    if constexpr (P < loop.passes) {
      each<loop.element[P]>([&]<int I>() CTG_INLINE_LAMBDA {
        if constexpr (at<I>.what == plan::action::row_reduce) r.gathered_row[static_cast<std::size_t>(at<I>.dst.index)] = gather<I>::identity();
      });
      pass<P>(r, p, n);
      each<loop.element[P]>([&]<int I>() CTG_INLINE_LAMBDA {
        if constexpr (at<I>.what == plan::action::row_reduce) {
          auto const k = static_cast<std::size_t>(at<I>.dst.index);
          r.row[k] = B(gather<I>::lanes_of(r.gathered_row[k]));
        }
      });
    }
  }

  // The pointer of slot K at the first row, and its step from row to row.
  template <int K>
  static CTG_ALWAYS_INLINE void start_operand(registers& r, auto& step, bound_program const& p, index first, T* window,
                                              std::array<index, max_rank> const& outer) {
    constexpr int m = used[static_cast<std::size_t>(K)];
    bound_operand const& o = p.operands[m];
    char* at_row = o.base;
    index row_step = 0;
    if constexpr (loop.flat) {
      at_row += first * o.step[static_cast<std::size_t>(space.rank - 1)];
    } else if constexpr (rank >= 2) {
      row_step = o.step[static_cast<std::size_t>(rank - 2)];
      at_row += first * row_step;
      for (int a = 0; a < rank - 2; ++a) at_row += outer[static_cast<std::size_t>(a)] * o.step[static_cast<std::size_t>(a)];
    }
    if constexpr (storage_of<m>.kind == plan::storage_kind::window) at_row = reinterpret_cast<char*>(window);
    r.pointer[static_cast<std::size_t>(K)] = at_row;
    step[static_cast<std::size_t>(K)] = row_step;
  }
};

}  // namespace ctg::inline v0::kernel
