// SPDX-License-Identifier: MIT
// The calls of linear algebra: the algorithms that their operations state, with vectors for rows.
#pragma once

#include <ctg/kernel/call.hpp>
#include <ctg/kernel/rows.hpp>

namespace ctg::inline v0::kernel {

/// An operation that states its algorithm.
template <class T, opcode O>
struct stated_call {
  static CTG_NOINLINE void run(bound_call const& b) {
    call_arguments<T> c{{}, b.y.data<T>(), {}, b.with, static_cast<T*>(b.scratch)};
    auto take = [&](std::size_t which, call_operand const& x) {
      c.extents.rank[which] = x.rank;
      std::copy_n(x.n, max_rank, c.extents.n[which].begin());
    };
    for (std::size_t k = 0; k < 3; ++k) {
      take(k, b.x[k]);
      c.operand[k] = b.x[k].data<T const>();
    }
    take(3, b.y);
    operation<O>::template evaluate<vector_rows<T>>(c);
  }
};

template <class T>
struct call_kernel<T, opcode::lu> : stated_call<T, opcode::lu> {};
template <class T>
struct call_kernel<T, opcode::solve> : stated_call<T, opcode::solve> {};
template <class T>
struct call_kernel<T, opcode::determinant> : stated_call<T, opcode::determinant> {};
template <class T>
struct call_kernel<T, opcode::log_determinant> : stated_call<T, opcode::log_determinant> {};

}  // namespace ctg::inline v0::kernel
