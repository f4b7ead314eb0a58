// SPDX-License-Identifier: MIT
// One step of a plan: a product with its prologue and its epilogue, and the loops behind it. What is not the sequence
// of steps is compiled once for equal loops and equal small products, whichever program they belong to.
#pragma once

#include <ctg/kernel/call.hpp>
#include <ctg/kernel/gemm/partition.hpp>
#include <ctg/kernel/linear_algebra.hpp>
#include <ctg/run/loop_runner.hpp>
#include <ctg/run/small_call.hpp>

namespace ctg::inline v0::kernel {

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
      return Plan::products[step.product].made;
    else
      return std::array<int, 2>{-1, -1};
  }();
  static constexpr bool has_prologue = made_by[0] >= 0 || made_by[1] >= 0;

  // The extents of the product: m, n, k where the compiler knows them and the rank is 2, else 0.
  static constexpr std::array<index, 3> known = [] {
    if constexpr (step.product >= 0) {
      plan::product const p = Plan::products[step.product];
      shape const s = Plan::shapes[p.space], k = Plan::shapes[p.inner_shape];
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
      constexpr plan::product p = Plan::products[step.product];
      constexpr bool roomy = known[0] == 1 && Plan::storages[p.c.storage].kind == plan::storage_kind::buffer;
      return small_product<known[0], known[1], known[2], strides_of(p.a), strides_of(p.b), roomy>{};
    } else {
      return any_product{};
    }
  }

 public:
  /// Whether the step may be part of a program that is one piece of code (run/tiny.hpp).
  static constexpr bool fits_tiny_program() {
    if constexpr (has_epilogue || (step.product >= 0 && !is_tiny))
      return false;
    else if constexpr (step.call >= 0)
      return small_call<Plan, step.call>::applies;
    else
      return all_inlined(std::make_integer_sequence<int, step.loops.size()>{});
  }

  /// `Inline`: with all its loops a part of the caller.
  template <bool Inline = is_tiny>
  static CTG_ALWAYS_INLINE void run(bound_program const& p, bound_product const* products,
                                    [[maybe_unused]] bound_call const* calls) {
    if constexpr (step.call >= 0) {
      constexpr plan::call called = Plan::calls[step.call];
      if constexpr (called.scan >= 0)
        static_cast<bound_scan<typename Plan::template scan_plan<called.scan>>*>(calls[step.call].scan)->run(p.numbers);
      else if constexpr (small_call<Plan, step.call>::applies)
        small_call<Plan, step.call>::run(calls[step.call]);
      else
        call_kernel<T, Plan::nodes[called.node].op->code>::run(calls[step.call]);
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
        gemm_range const block = shares(b, i, threads).block;
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

  struct product_share {
    share batches;
    gemm_range block;
  };
  // Whole matrices where there are enough of them, else a block of each.
  static product_share shares(bound_product const& b, int i, int threads) {
    index const batches = b.batches();
    if (batches >= threads) return {share_of(batches, i, threads, 1), {0, b.m, 0, b.n}};
    return {{0, batches}, gemm_partition<T>(b.m, b.n, threads, i, has_epilogue && !columns_first(b, threads))};
  }
  // Whether the epilogue waits until all columns are there. (A prologue would make all of A for each thread.)
  static bool columns_first(bound_product const& b, int threads) {
    return has_epilogue && !has_prologue && b.batches() == 1 && gemm_prefers_columns<T>(b.m, b.n, b.k, threads);
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
      if (columns_first(b, t.threads))
        runner<0>::run_behind_columns(b, seen_by<0>(p), t, mine);
      else
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
      constexpr plan::product x = Plan::products[step.product];
      constexpr int rank = Plan::shapes[x.space].rank;
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
