// SPDX-License-Identifier: MIT
// One step of a plan: a product with its prologue and its epilogue, and the loops behind it. What is not the sequence
// of steps is compiled once for equal loops and equal small products, whichever program they belong to.
#pragma once

#include <ctg/kernel/call.hpp>
#include <ctg/kernel/gemm.hpp>
#include <ctg/kernel/gemm/partition.hpp>
#include <ctg/kernel/linear_algebra.hpp>
#include <ctg/run/loop.hpp>
#include <ctg/run/team.hpp>

namespace ctg::inline v0::kernel {

/// A matrix product as bound: pointers and strides in elements; `batch` walks over the leading axes of the result.
struct bound_product {
  index m = 0, n = 0, k = 0;
  std::array<char*, 3> base{};  // A, B, C
  std::array<index, 3> row_stride{}, column_stride{};
  std::array<std::array<index, 3>, max_rank> batch_stride{};
  std::array<index, max_rank> batch{};
  int batch_rank = 0;
  bool windowed = false, adds = false;
  char* scratch = nullptr;
  double fixed_scale = 1;  // of an update: what does not change between two calls
  std::array<char*, plan::max_factors> scale{};
  std::array<bool, plan::max_factors> divides{};

  template <class T>
  operand<T> factor(std::size_t which, index offset = 0) const {
    return {reinterpret_cast<T const*>(base[which]) + offset, row_stride[which], column_stride[which]};
  }
  // The number by which an update multiplies.
  template <class T>
  T scale_now() const {
    auto s = static_cast<T>(fixed_scale);
    for (std::size_t i = 0; i < scale.size() && scale[i]; ++i) {
      T const x = *reinterpret_cast<T const*>(scale[i]);
      s = divides[i] ? s / x : s * x;
    }
    return s;
  }
  index batches() const {
    index count = 1;
    for (int a = 0; a < batch_rank; ++a) count *= batch[static_cast<std::size_t>(a)];
    return count;
  }
  // Elements from the first matrix of side `which` to that of batch `at`.
  index offset_of(index at, std::size_t which) const {
    index offset = 0;
    for (auto a = static_cast<std::size_t>(batch_rank); a-- > 0; at /= batch[a])
      offset += at % batch[a] * batch_stride[a][which];
    return offset;
  }
};

/// Memory for one block of a product.
struct product_memory {
  char *scratch, *window, *panel_a, *panel_b;
};

/// A block of some batches of the product b, with `done` behind the blocks of rows; `batch` says which it is. `made`:
/// the factors that are made, if any, in the panels of `memory`.
template <class T>
void multiply(bound_product const& b, epilogue<T> done, index& batch, share batches, gemm_range block,
              product_memory const& memory, prologue<T> const* made = nullptr) {
  if (block.rows == 0 || block.columns == 0) return;
  prologue<T> mine{};
  if (made) {
    mine = *made;
    mine.a.panel = reinterpret_cast<T*>(memory.panel_a);
    mine.b.panel = reinterpret_cast<T*>(memory.panel_b);
  }
  for (batch = batches.first; batch < batches.last; ++batch) {
    T* const c = reinterpret_cast<T*>(b.base[2]) + (b.windowed ? 0 : b.offset_of(batch, 2));
    gemm_arguments<T> whole{
        b.m,     b.n,        b.k, b.factor<T>(0, b.offset_of(batch, 0)), b.factor<T>(1, b.offset_of(batch, 1)), c, b.n,
        nullptr, b.windowed, done};
    if (b.adds) {
      whole.add = true;
      whole.ldc = b.row_stride[2];
      whole.scale = b.scale_now<T>();
    }
    if (made) {
      mine.batch = batch;
      whole.made = &mine;
    }
    gemm<T>(gemm_part<T>(whole, block, reinterpret_cast<T*>(memory.scratch), reinterpret_cast<T*>(memory.window)));
  }
}

/// From row to row and from column to column of a factor, in elements; -1 where only the run knows.
struct known_strides {
  index row = -1, column = -1;
};

/// The same for three extents that the compiler knows, as straight-line code: where it knows the strides of the
/// factors, their addresses are constants. Roomy: the result is one row in a line of its own.
template <index M, index N, index K, known_strides A, known_strides B, bool Roomy>
struct small_product {
  template <class T>
  static CTG_ALWAYS_INLINE void multiply(bound_product const& b, epilogue<T> done, index&) {
    T* const c = reinterpret_cast<T*>(b.base[2]);
    gemm_static<M, N, K, Roomy>(known<T, A>(b.factor<T>(0)), known<T, B>(b.factor<T>(1)), c, N);
    if (done.run) done.run(done.context, 0, M, c);
  }

 private:
  template <class T, known_strides S>
  static CTG_ALWAYS_INLINE operand<T> known(operand<T> x) {
    if constexpr (S.row >= 0) x.row_stride = S.row;
    if constexpr (S.column >= 0) x.column_stride = S.column;
    return x;
  }
};
struct any_product {
  template <class T>
  static void multiply(bound_product const& b, epilogue<T> done, index& batch, prologue<T> const* made = nullptr) {
    kernel::multiply(b, done, batch, {0, b.batches()}, {0, b.m, 0, b.n}, {b.scratch, b.base[2], b.base[0], b.base[1]},
                     made);
  }
};

/// What a thread has for its block of a product, one behind the other.
template <class T>
class block_memory {
 public:
  block_memory(gemm_range r, bound_product const& b, bool makes)
      : scratch_(bytes(gemm_scratch<T>(r.rows, r.columns, b.k))),
        window_(b.windowed ? bytes(gemm_window_rows<T>(r.rows, b.n, b.k) * b.n) : 0),
        panel_a_(makes ? bytes(gemm_panel_a<T>(r.rows, r.columns, b.k, b.column_stride[0] != 1)) : 0),
        panel_b_(makes ? bytes(gemm_panel_b<T>(r.rows, r.columns, b.k, b.column_stride[1] != 1)) : 0) {}
  std::int64_t bytes() const { return scratch_ + window_ + panel_a_ + panel_b_; }
  product_memory at(char* memory) const {
    return {memory, memory + scratch_, memory + scratch_ + window_, memory + scratch_ + window_ + panel_a_};
  }

 private:
  static std::int64_t bytes(index elements) { return whole_lines(elements * static_cast<index>(sizeof(T))); }
  std::int64_t scratch_, window_, panel_a_, panel_b_;
};

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
    typename code::state state;
    code::begin(p, state);
    code::run(p, state);
    code::end(p, state);
  }
  template <class Product>
  static CTG_NOINLINE void run_behind_apart(bound_product const& product, bound_program const& p, auto const*... made) {
    run_behind_here<Product>(product, p, made...);
  }
  template <class Product>
  static CTG_ALWAYS_INLINE void run_behind_here(bound_product const& product, bound_program const& p,
                                                auto const*... made) {
    typename code::state state;
    code::begin(p, state);
    context_of_epilogue context{&p, &state};
    Product::template multiply<T>(product, {&run_block, &context}, context.batch, made...);
    code::end(p, state);
  }
};

/// Runs the body of a scan, with `numbers`, step by step; made at binding (run/scan.hpp).
template <class Body>
struct bound_scan;

/// Step number S of a plan.
template <class Plan, int S>
class step_kernel {
  using T = typename Plan::value_type;
  static constexpr plan::step step = Plan::steps[S];
  static constexpr bool has_epilogue =
      step.product >= 0 && step.loops.size() > 0 && step.first_loop == plan::when::per_block;

  // The loops that make A and B, -1 for those in memory.
  static constexpr std::array<int, 2> made_by = [] {
    if constexpr (step.product >= 0)
      return Plan::products[static_cast<std::size_t>(step.product)].made;
    else
      return std::array<int, 2>{-1, -1};
  }();
  static constexpr bool has_prologue = made_by[0] >= 0 || made_by[1] >= 0;

  // The extents of the product: m, n, k where the compiler knows them and the rank is 2, else 0.
  static constexpr std::array<index, 3> known = [] {
    if constexpr (step.product >= 0) {
      plan::product const p = Plan::products[static_cast<std::size_t>(step.product)];
      shape const s = Plan::shapes[static_cast<std::size_t>(p.space)],
                  k = Plan::shapes[static_cast<std::size_t>(p.inner_shape)];
      if (s.is_static() && k.is_static() && s.rank == 2)
        return std::array<index, 3>{s[0].factor, s[1].factor, k[0].factor};
    }
    return std::array<index, 3>{};
  }();
  static constexpr index largest = std::max({known[0], known[1], known[2]});
  static constexpr index multiplications = known[0] * known[1] * known[2];
  // Small products run as straight-line code; a tiny one, with its loops, is part of the program's call.
  static constexpr bool is_small = multiplications > 0 && largest <= straight_line_extent;
  static constexpr bool is_tiny = multiplications > 0 && multiplications <= 512 && largest <= 16;

  static constexpr known_strides strides_of(plan::operand const& o) {
    constexpr auto size = static_cast<index>(sizeof(T));
    index const row = known_step<Plan>(o, 0), column = known_step<Plan>(o, 1);
    return {row >= 0 ? row / size : -1, column >= 0 ? column / size : -1};
  }
  static constexpr auto product_kind() {
    if constexpr (is_small) {
      constexpr plan::product p = Plan::products[static_cast<std::size_t>(step.product)];
      constexpr bool roomy =
          known[0] == 1 && Plan::storages[static_cast<std::size_t>(p.c.storage)].kind == plan::storage_kind::buffer;
      return small_product<known[0], known[1], known[2], strides_of(p.a), strides_of(p.b), roomy>{};
    } else {
      return any_product{};
    }
  }

 public:
  /// Whether the step may be part of a program that is one piece of code (run/tiny.hpp).
  static constexpr bool fits_tiny_program() {
    if constexpr (step.call >= 0 || has_epilogue || (step.product >= 0 && !is_tiny))
      return false;
    else
      return all_inlined(std::make_integer_sequence<int, step.loops.size()>{});
  }

  /// `Inline`: with all its loops a part of the caller.
  template <bool Inline = is_tiny>
  static CTG_ALWAYS_INLINE void run(bound_program const& p, bound_product const* products,
                                    [[maybe_unused]] bound_call const* calls) {
    if constexpr (step.call >= 0) {
      constexpr plan::call called = Plan::calls[static_cast<std::size_t>(step.call)];
      if constexpr (called.scan >= 0)
        static_cast<bound_scan<typename Plan::template scan_plan<called.scan>>*>(calls[step.call].scan)->run(p.numbers);
      else
        call_kernel<T, Plan::nodes[static_cast<std::size_t>(called.node)].op->code>::run(calls[step.call]);
    } else if constexpr (step.product >= 0) {
      using product = decltype(product_kind());
      if constexpr (has_prologue) {
        makers const m(p);
        prologue<T> const made = m.made();
        multiply_here<Inline, product>(p, products[step.product], &made);
      } else {
        multiply_here<Inline, product>(p, products[step.product]);
      }
    }
    each_loop([&]<int L>() CTG_INLINE_LAMBDA {
      if constexpr (L > 0 || !has_epilogue) runner<L>::template run<Inline>(seen_by<L>(p));
    });
  }

  // ── dealt out to the threads of a team ──

  /// Bytes that each of so many threads needs.
  static std::int64_t bytes_each(bound_program const& p, bound_product const* products, int threads) {
    std::int64_t bytes = 0;
    each_loop([&]<int L>() { bytes = std::max(bytes, runner<L>::bytes_each(seen_by<L>(p))); });
    if constexpr (may_share_product) {
      bound_product const& b = products[step.product];
      std::int64_t epilogue = 0, product = 0;
      if constexpr (has_epilogue) epilogue = runner<0>::bytes_each(seen_by<0>(p));
      for (int i = 0; i < threads; ++i) {
        gemm_range const block = shares(b, i, threads).second;
        product = std::max(product, block_memory<T>(block, b, has_prologue).bytes());
      }
      bytes = std::max(bytes, epilogue + product);
    }
    return bytes;
  }

  static CTG_ALWAYS_INLINE void run(bound_program const& p, bound_product const* products, bound_call const* calls,
                                    team const& t) {
    if constexpr (step.call >= 0 || (step.product >= 0 && !may_share_product)) {
      run(p, products, calls);
    } else {
      if constexpr (step.product >= 0) run_product(p, products[step.product], t);
      each_loop([&]<int L>() {
        if constexpr (L > 0 || !has_epilogue) {
          if (runner<L>::flops(seen_by<L>(p)) >= least_shared_flops)
            runner<L>::run(seen_by<L>(p), t);
          else
            runner<L>::template run<false>(seen_by<L>(p));
        }
      });
    }
  }

 private:
  static constexpr bool may_share_product =
      step.product >= 0 && (multiplications == 0 || multiplications >= least_shared_flops / 2);

  // Whole matrices where there are enough of them, else a block of each.
  static std::pair<share, gemm_range> shares(bound_product const& b, int i, int threads) {
    index const batches = b.batches();
    if (batches >= threads) return {share_of(batches, i, threads, 1), {0, b.m, 0, b.n}};
    return {{0, batches}, gemm_partition<T>(b.m, b.n, threads, i, has_epilogue)};
  }

  template <bool Inline, class Product>
  static CTG_ALWAYS_INLINE void multiply_here(bound_program const& p, bound_product const& b, auto const*... made) {
    if constexpr (has_epilogue) {
      runner<0>::template run_behind<Inline, Product>(b, seen_by<0>(p), made...);
    } else {
      index batch = 0;
      Product::template multiply<T>(b, {}, batch, made...);
    }
  }

  static void run_product(bound_program const& p, bound_product const& b, team const& t) {
    if constexpr (has_prologue) {
      makers const m(p);
      prologue<T> const made = m.made();
      run_product(p, b, t, &made);
    } else {
      run_product(p, b, t, nullptr);
    }
  }
  static void run_product(bound_program const& p, bound_product const& b, team const& t, prologue<T> const* made) {
    if (2 * b.batches() * b.m * b.n * b.k < least_shared_flops) return multiply_here<false, any_product>(p, b, made);
    auto const mine = [&](int i) { return shares(b, i, t.threads); };
    if constexpr (has_epilogue) {
      runner<0>::run_behind(b, seen_by<0>(p), t, mine, made);
    } else {
      together(t.threads, [&](int i) {
        auto const [batches, block] = mine(i);
        index batch = 0;
        multiply<T>(b, {}, batch, batches, block, block_memory<T>(block, b, has_prologue).at(t.memory_of(i)), made);
      });
    }
  }

  // The loops that make the product's factors.
  template <int K>
  struct maker {
    factor_maker<typename Plan::template lone_loop<made_by[K]>> loop;
    explicit maker(bound_program const& p)
        : loop(bound_program{p.operands + Plan::template first_operand<made_by[K]>, p.numbers, p.extents}) {}
    made_factor<T> factor() const {
      constexpr plan::product x = Plan::products[static_cast<std::size_t>(step.product)];
      constexpr int rank = Plan::shapes[static_cast<std::size_t>(x.space)].rank;
      return loop.factor(x.made_transposed(rank, K));
    }
  };
  struct no_maker {
    explicit no_maker(bound_program const&) {}
    made_factor<T> factor() const { return {}; }
  };
  template <int K>
  using maker_of =
      typename std::conditional_t<(made_by[K] >= 0), std::type_identity<maker<K>>, std::type_identity<no_maker>>::type;
  struct makers {
    maker_of<0> a;
    maker_of<1> b;
    explicit makers(bound_program const& p) : a(p), b(p) {}
    prologue<T> made() const { return {a.factor(), b.factor()}; }
  };

  // f.operator()<L>() for each loop of the step.
  template <class F>
  static CTG_ALWAYS_INLINE void each_loop(F const& f) {
    [&]<int... L>(std::integer_sequence<int, L...>) CTG_INLINE_LAMBDA { (f.template operator()<L>(), ...); }
    (std::make_integer_sequence<int, step.loops.size()>{});
  }

  template <int L>
  using runner = loop_runner<typename Plan::template lone_loop<step.loops.begin + L>>;
  template <int... L>
  static constexpr bool all_inlined(std::integer_sequence<int, L...>) {
    return (runner<L>::is_inlined && ...);
  }
  // A loop numbers its operands from 0 on.
  template <int L>
  static bound_program seen_by(bound_program const& p) {
    return {p.operands + Plan::template first_operand<step.loops.begin + L>, p.numbers, p.extents};
  }
};

}  // namespace ctg::inline v0::kernel
