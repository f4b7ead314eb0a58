// SPDX-License-Identifier: MIT
// What a call is bound to, whatever its kernel: operands and result, contiguous, row by row, but for the row numbers of
// gather and scatter, which may be any integer leaf.
#pragma once

#include <ctg/kernel/simd.hpp>
#include <ctg/op/operations.hpp>

#include <cstdint>

namespace ctg::inline v0::kernel {

/// An operand of a call as bound: its first element, its extents, and the steps of its axes in elements.
struct call_operand {
  char* base = nullptr;
  element type = element::none;  // none: what the program computes in
  int rank = 0;
  index n[max_rank]{}, step[max_rank]{};

  template <class T>
  T* data() const {
    return reinterpret_cast<T*>(base);
  }
  /// The number of entries of the axes from `first` on, up to `last`.
  index count(int first, int last) const {
    index total = 1;
    for (int a = first; a < last; ++a) total *= n[a];
    return total;
  }
  index size() const { return count(0, rank); }
};

struct bound_call {
  parameters with{};
  call_operand x[3];
  call_operand y;
  void* scan = nullptr;     // what a scan runs
  void* scratch = nullptr;  // where the kernel packs
};

/// The kernel of an operation: `run` reads x and writes all of y.
template <class T, opcode O>
struct call_kernel;

namespace detail {

// A tensor as outer × length × inner around an axis.
struct lines {
  index outer, length, inner;
  lines(call_operand const& y, std::int64_t axis)
      : outer(y.count(0, static_cast<int>(axis))),
        length(y.n[axis]),
        inner(y.count(static_cast<int>(axis) + 1, y.rank)) {}
};

}  // namespace detail

}  // namespace ctg::inline v0::kernel
