// SPDX-License-Identifier: MIT
// A loop of a plan where it stands in a step: by itself, as the epilogue of a product, or making a product's factor;
// alone or dealt out to a team. Compiled once for equal loops, whichever program they belong to.
#pragma once

#include <ctg/run/entry_loop.hpp>
#include <ctg/run/loop.hpp>
#include <ctg/run/product.hpp>

namespace ctg::inline v0::kernel {

/// A loop that makes a factor of a product, begun: for the time of one step, and for all its threads.
template <class Loop>
class factor_maker {
  using T = typename Loop::value_type;
  using code = loop_kernel<Loop, 0>;

 public:
  explicit factor_maker(bound_program const& p) : program_(p) { code::begin(p, state_); }
  made_factor<T> factor(bool transposed) const { return {&run, this, nullptr, transposed}; }

 private:
  static void run(void const* context, index batch, index row, index rows, index column, index columns, T* panel) {
    auto const& x = *static_cast<factor_maker const*>(context);
    code::run_panel(x.program_, x.state_, batch, row, rows, column, columns, panel);
  }
  bound_program program_;
  typename code::state state_;
};

/// A loop, by itself or as the epilogue of a product; many steps may share it. `Inline`: part of its caller, for steps
/// so small that a call would be much of their cost.
template <class Loop>
class loop_runner {
  using T = typename Loop::value_type;
  using code = loop_kernel<Loop, 0>;
  struct context_of_epilogue {
    bound_program const* program;
    typename code::state* state;
    index batch = 0;  // which of the product's matrices the rows belong to
  };
  static void run_block(void* context, index begin, index end, T* c) {
    auto const& x = *static_cast<context_of_epilogue const*>(context);
    code::run_block(*x.program, *x.state, x.batch, begin, end, c);
  }

 public:
  static constexpr bool is_inlined = code::inlined;

  template <bool Inline>
  static CTG_ALWAYS_INLINE void run(bound_program const& p) {
    if constexpr (Inline)
      run_here(p);
    else
      run_apart(p);
  }
  /// `made`: nothing, or a pointer to the product's prologue.
  template <bool Inline, class Product>
  static CTG_ALWAYS_INLINE void run_behind(bound_product const& product, bound_program const& p, auto const*... made) {
    if constexpr (Inline)
      run_behind_here<Product>(product, p, made...);
    else
      run_behind_apart<Product>(product, p, made...);
  }

  // ── dealt out: each thread has sums, scratch rows and a state of its own, which are joined in order ──

  /// Bytes that each thread needs.
  static std::int64_t bytes_each(bound_program const& p) { return code::bytes_of_part(p); }
  static index flops(bound_program const& p) { return code::flops(p); }

  static CTG_NOINLINE void run(bound_program const& p, team const& t) {
    deal(p, t, [&](auto& part, int i) { code::run_part(part.program(), *part.state, i, t.threads); });
  }
  /// `shares(i)`: batches, and the block of each, of thread i.
  static CTG_NOINLINE void run_behind(bound_product const& b, bound_program const& p, team const& t, auto const& shares,
                                      prologue<T> const* made) {
    deal(p, t, [&](auto& part, int i) {
      auto const [batches, block] = shares(i);
      bound_program const mine = part.program();
      context_of_epilogue context{&mine, part.state};
      block_memory<T> const memory(block, b, made != nullptr);
      multiply<T>(b, {&run_block, &context}, context.batch, batches, block,
                  memory.at(t.memory_of(i) + code::bytes_of_part(p)), made);
    });
  }
  /// The same where the blocks are columns of one matrix: its rows are dealt out when all of it is there.
  static CTG_NOINLINE void run_behind_columns(bound_product const& b, bound_program const& p, team const& t,
                                              auto const& shares) {
    T* const c = reinterpret_cast<T*>(b.base[2]);
    together(t.threads, [&](int i) {
      auto const [batches, block] = shares(i);
      index batch = 0;
      product_memory memory = block_memory<T>(block, b, false).at(t.memory_of(i));
      memory.window = reinterpret_cast<char*>(c + block.column);
      multiply<T>(b, {}, batch, batches, block, memory);
    });
    deal(p, t, [&](auto& part, int i) {
      auto const [first, last] = share_of(b.m, i, t.threads, 1);
      code::run_block(part.program(), *part.state, 0, first, last, c + first * b.n);
    });
  }

 private:
  // f(part, thread) for each thread; the sums of the others join those of the first.
  template <class F>
  static void deal(bound_program const& p, team const& t, F const& f) {
    together(t.threads, [&](int i) {
      typename code::part part(p, t.memory_of(i), i > 0, true);
      code::begin(part.program(), *part.state);
      f(part, i);
    });
    typename code::part whole(p, t.memory_of(0), false, false);
    for (int i = 1; i < t.threads; ++i) whole.join(typename code::part(p, t.memory_of(i), true, false));
    code::end(p, *whole.state);
  }

  static CTG_NOINLINE void run_apart(bound_program const& p) { run_here(p); }
  static CTG_ALWAYS_INLINE void run_here(bound_program const& p) {
    if constexpr (entry_loop<Loop>::applies) {
      entry_loop<Loop>::run(p);
    } else {
      typename code::state state;
      code::begin(p, state);
      code::run(p, state);
      code::end(p, state);
    }
  }
  template <class Product>
  static CTG_NOINLINE void run_behind_apart(bound_product const& product, bound_program const& p, auto const*... made) {
    run_behind_here<Product>(product, p, made...);
  }
  template <class Product>
  static CTG_ALWAYS_INLINE void run_behind_here(bound_product const& product, bound_program const& p,
                                                auto const*... made) {
    if constexpr (code::added_row >= 0 && sizeof...(made) == 0 && std::is_same_v<Product, any_product>)
      if (T* const c = code::dense_result(p); c && multiply_narrow<T>(product, code::row_added(p), c)) return;
    typename code::state state;
    code::begin(p, state);
    context_of_epilogue context{&p, &state};
    Product::template multiply<T>(product, {&run_block, &context}, context.batch, made...);
    code::end(p, state);
  }
};

}  // namespace ctg::inline v0::kernel
