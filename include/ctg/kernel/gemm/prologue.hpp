// SPDX-License-Identifier: MIT
// Factors of a product that are nowhere in memory: gemm asks for a part just before it reads it, and finds it in a
// panel that is used again for the next part. Behind a plain pointer, so that gemm is compiled once per element type.
#pragma once

#include <ctg/config.hpp>
#include <ctg/kernel/gemm/micro.hpp>

#include <cstddef>

namespace ctg::inline v0::kernel {

/// A factor that is computed as it is read. `run` writes rows [row, row + rows) and of these the columns [column,
/// column + columns) of matrix number `batch` to `panel`, whose rows are `columns` apart. `transposed`: the factor is
/// the transpose of what `run` computes.
template <class T>
struct made_factor {
  void (*run)(void const* context, index batch, index row, index rows, index column, index columns, T* panel) = nullptr;
  void const* context = nullptr;
  T* panel = nullptr;
  bool transposed = false;

  /// The factor's rows [row, row + rows), columns [column, column + columns), as they lie in the panel.
  operand<T> part(index batch, index row, index rows, index column, index columns) const {
    if (transposed) {
      run(context, batch, column, columns, row, rows, panel);
      return {panel, 1, rows};
    }
    run(context, batch, row, rows, column, columns, panel);
    return {panel, columns, 1};
  }
};

/// The factors of a product that are made, A or B or both, and of which of a batch of matrices.
template <class T>
struct prologue {
  made_factor<T> a, b;
  index batch = 0;
};

}  // namespace ctg::inline v0::kernel
