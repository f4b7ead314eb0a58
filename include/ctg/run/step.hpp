// SPDX-License-Identifier: MIT
// One step of a plan: a product with its epilogue, and the loops behind it. What is not the sequence of steps is
// compiled once for equal loops and equal small products, whichever program they belong to.
#pragma once

#include <ctg/kernel/gemm.hpp>
#include <ctg/run/loop.hpp>

#include <tuple>

namespace ctg::inline v0::kernel {

/// A matrix product as bound: pointers and strides in elements; `batch` walks over the leading axes of the result.
struct bound_product {
  index m = 0, n = 0, k = 0;
  std::array<char*, 3> base{};  // A, B, C
  std::array<index, 3> row_stride{}, column_stride{};
  std::array<std::array<index, 3>, max_rank> batch_stride{};
  std::array<index, max_rank> batch{};
  int batch_rank = 0;
  bool windowed = false;
  char* scratch = nullptr;

  template <class T>
  operand<T> factor(std::size_t which, index offset = 0) const {
    return {reinterpret_cast<T const*>(base[which]) + offset, row_stride[which], column_stride[which]};
  }
};

/// The product b, all its batches, with `done` behind the blocks of rows of each; `batch` says which it is.
template <class T>
void multiply(bound_product const& b, epilogue<T> done, index& batch) {
  T* const c = reinterpret_cast<T*>(b.base[2]);
  std::array<index, max_rank> i{};
  index count = 1;
  for (int a = 0; a < b.batch_rank; ++a) count *= b.batch[static_cast<std::size_t>(a)];
  for (batch = 0; batch < count; ++batch) {
    std::array<index, 3> offset{};
    for (int a = 0; a < b.batch_rank; ++a)
      for (std::size_t w = 0; w < 3; ++w)
        offset[w] += i[static_cast<std::size_t>(a)] * b.batch_stride[static_cast<std::size_t>(a)][w];
    gemm<T>({b.m, b.n, b.k, b.factor<T>(0, offset[0]), b.factor<T>(1, offset[1]), c + (b.windowed ? 0 : offset[2]), b.n,
             reinterpret_cast<T*>(b.scratch), b.windowed, done});
    for (int a = b.batch_rank - 1; a >= 0; --a) {
      if (++i[static_cast<std::size_t>(a)] < b.batch[static_cast<std::size_t>(a)]) break;
      i[static_cast<std::size_t>(a)] = 0;
    }
  }
}

/// The same for three extents that the compiler knows, as straight-line code.
template <index M, index N, index K>
struct small_product {
  template <class T>
  static void multiply(bound_product const& b, epilogue<T> done, index&) {
    T* const c = reinterpret_cast<T*>(b.base[2]);
    gemm_static<M, N, K>(b.factor<T>(0), b.factor<T>(1), c, N);
    if (done.run) done.run(done.context, 0, M, c);
  }
};
struct any_product {
  template <class T>
  static void multiply(bound_product const& b, epilogue<T> done, index& batch) {
    kernel::multiply(b, done, batch);
  }
};

/// A loop, by itself or as the epilogue of a product. Not inlined into the program: many steps may share it.
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
  static CTG_NOINLINE void run(bound_program const& p) {
    typename code::state state;
    code::begin(p, state);
    code::run(p, state);
    code::end(p, state);
  }
  template <class Product>
  static CTG_NOINLINE void run_behind(bound_product const& product, bound_program const& p) {
    typename code::state state;
    code::begin(p, state);
    context_of_epilogue context{&p, &state};
    Product::template multiply<T>(product, {&run_block, &context}, context.batch);
    code::end(p, state);
  }
};

/// Step number S of a plan.
template <class Plan, int S>
class step_kernel {
  using T = typename Plan::value_type;
  static constexpr plan::step step = Plan::steps[S];
  static constexpr bool has_epilogue =
      step.product >= 0 && step.loops.size() > 0 && step.first_loop == plan::when::per_block;

  static constexpr index small = 32;
  // Small products whose extents the compiler knows run as straight-line code.
  static constexpr auto product_kind() {
    constexpr plan::product p = Plan::products[static_cast<std::size_t>(step.product)];
    constexpr shape s = Plan::shapes[static_cast<std::size_t>(p.space)],
                    k = Plan::shapes[static_cast<std::size_t>(p.inner_shape)];
    if constexpr (s.is_static() && k.is_static() && s.rank == 2) {
      constexpr index m = s[0].factor, n = s[1].factor, inner = k[0].factor;
      if constexpr (m > 0 && n > 0 && inner > 0 && m <= small && n <= small && inner <= small)
        return small_product<m, n, inner>{};
      else
        return any_product{};
    } else {
      return any_product{};
    }
  }

 public:
  static void run(bound_program const& p, bound_product const* products) {
    if constexpr (step.product >= 0) {
      using product = decltype(product_kind());
      if constexpr (has_epilogue) {
        runner<0>::template run_behind<product>(products[step.product], seen_by<0>(p));
      } else {
        index batch = 0;
        product::template multiply<T>(products[step.product], {}, batch);
      }
    }
    run_loops<has_epilogue ? 1 : 0>(p);
  }

 private:
  template <int L>
  using runner = loop_runner<typename Plan::template lone_loop<step.loops.begin + L>>;
  // A loop numbers its operands from 0 on.
  template <int L>
  static bound_program seen_by(bound_program const& p) {
    return {p.operands + Plan::template first_operand<step.loops.begin + L>, p.numbers, p.extents};
  }
  template <int First>
  static void run_loops(bound_program const& p) {
    [&]<int... L>(std::integer_sequence<int, L...>) { (runner<First + L>::run(seen_by<First + L>(p)), ...); }
    (std::make_integer_sequence<int, step.loops.size() - First>{});
  }
};

}  // namespace ctg::inline v0::kernel
