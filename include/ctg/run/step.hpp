// SPDX-License-Identifier: MIT
// One step of a plan: a product with its epilogue, and the loops behind it.
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
  char* scratch = nullptr;
};

/// Step number S of a plan.
template <class Plan, int S>
class step_kernel {
  using T = typename Plan::value_type;
  static constexpr plan::step step = Plan::steps[S];

  template <int L>
  using loop_at = loop_kernel<Plan, step.loops.begin + L>;

  static constexpr bool has_epilogue = step.product >= 0 && step.loops.size() > 0 && step.first_loop == plan::when::per_block;

  struct epilogue_context {
    bound_program const* program;
    typename loop_kernel<Plan, has_epilogue ? step.loops.begin : 0>::state* state;
    index batch = 0;  // which of the product's matrices the rows belong to
  };

  static void run_epilogue(void* context, index begin, index end, T* c) {
    auto const& x = *static_cast<epilogue_context const*>(context);
    loop_at<0>::run_block(*x.program, *x.state, x.batch, begin, end, c);
  }

  static constexpr index small = 32;
  // Small products whose extents the compiler knows run as straight-line code.
  static constexpr bool is_small = [] {
    if constexpr (step.product < 0) return false;
    plan::product const p = Plan::products[static_cast<std::size_t>(step.product < 0 ? 0 : step.product)];
    shape const s = Plan::shapes[static_cast<std::size_t>(p.space)], k = Plan::shapes[static_cast<std::size_t>(p.inner_shape)];
    if (!s.is_static() || !k.is_static() || s.rank != 2) return false;
    std::int64_t const m = s[0].factor, n = s[1].factor, inner = k[0].factor;
    return m > 0 && n > 0 && inner > 0 && m <= small && n <= small && inner <= small;
  }();
 public:
  static void run(bound_program const& p, bound_product const* products) {
    if constexpr (has_epilogue) {
      typename loop_at<0>::state state;
      loop_at<0>::begin(p, state);
      epilogue_context context{&p, &state};
      multiply(products[step.product], {&run_epilogue, &context}, context.batch);
      loop_at<0>::end(p, state);
      run_loops<1>(p);
    } else {
      index batch = 0;
      if constexpr (step.product >= 0) multiply(products[step.product], {}, batch);
      run_loops<0>(p);
    }
  }

 private:
  template <int First>
  static void run_loops(bound_program const& p) {
    [&]<int... L>(std::integer_sequence<int, L...>) {
      (run_loop<First + L>(p), ...);
    }(std::make_integer_sequence<int, step.loops.size() - First>{});
  }
  template <int L>
  static void run_loop(bound_program const& p) {
    typename loop_at<L>::state state;
    loop_at<L>::begin(p, state);
    loop_at<L>::run(p, state);
    loop_at<L>::end(p, state);
  }

  static void multiply(bound_product const& b, epilogue<T> done, index& batch) {
    constexpr plan::product p = Plan::products[static_cast<std::size_t>(step.product)];
    auto operand_of = [&](std::size_t which, index offset) {
      return operand<T>{reinterpret_cast<T const*>(b.base[which]) + offset, b.row_stride[which], b.column_stride[which]};
    };
    T* const c = reinterpret_cast<T*>(b.base[2]);
    if constexpr (is_small) {
      constexpr shape s = Plan::shapes[static_cast<std::size_t>(p.space)];
      constexpr index m = s[0].factor, n = s[1].factor, k = Plan::shapes[static_cast<std::size_t>(p.inner_shape)][0].factor;
      gemm_static<m, n, k>(operand_of(0, 0), operand_of(1, 0), c, n);
      if (done.run) done.run(done.context, 0, m, c);
    } else {
      std::array<index, max_rank> i{};
      index count = 1;
      for (int a = 0; a < b.batch_rank; ++a) count *= b.batch[static_cast<std::size_t>(a)];
      for (batch = 0; batch < count; ++batch) {
        std::array<index, 3> offset{};
        for (int a = 0; a < b.batch_rank; ++a)
          for (std::size_t w = 0; w < 3; ++w) offset[w] += i[static_cast<std::size_t>(a)] * b.batch_stride[static_cast<std::size_t>(a)][w];
        gemm<T>({b.m, b.n, b.k, operand_of(0, offset[0]), operand_of(1, offset[1]), c + (p.windowed ? 0 : offset[2]), b.n, reinterpret_cast<T*>(b.scratch),
                 p.windowed, done});
        for (int a = b.batch_rank - 1; a >= 0; --a) {
          if (++i[static_cast<std::size_t>(a)] < b.batch[static_cast<std::size_t>(a)]) break;
          i[static_cast<std::size_t>(a)] = 0;
        }
      }
    }
  }
};

}  // namespace ctg::inline v0::kernel
