// SPDX-License-Identifier: MIT
// A matrix product of a plan, bound to its operands, and the ways to run it: any, or one of few known extents; whole,
// or a block of it in the memory of one thread.
#pragma once

#include <ctg/kernel/gemm.hpp>
#include <ctg/plan/plan.hpp>
#include <ctg/run/team.hpp>

namespace ctg::inline v0::kernel {

/// A matrix product as bound: pointers and strides in elements; `batch` walks over the leading axes of the result.
struct bound_product {
  index m = 0, n = 0, k = 0;
  std::array<char*, 3> base{};  // A, B, C
  std::array<index, 3> row_stride{}, column_stride{};
  index batch_stride[max_rank][3]{};
  index batch[max_rank]{};
  int batch_rank = 0;
  bool windowed = false, adds = false;
  char* scratch = nullptr;
  double fixed_scale = 1;  // of an update: what does not change between two calls
  char* scale[plan::max_factors]{};
  bool divides[plan::max_factors]{};

  template <class T>
  operand<T> factor(std::size_t which, index offset = 0) const {
    return {reinterpret_cast<T const*>(base[which]) + offset, row_stride[which], column_stride[which]};
  }
  // The number by which an update multiplies.
  template <class T>
  T scale_now() const {
    auto s = static_cast<T>(fixed_scale);
    for (int i = 0; i < plan::max_factors && scale[i]; ++i) {
      T const x = *reinterpret_cast<T const*>(scale[i]);
      s = divides[i] ? s / x : s * x;
    }
    return s;
  }
  index batches() const {
    index count = 1;
    for (int a = 0; a < batch_rank; ++a) count *= batch[a];
    return count;
  }
  // Elements from the first matrix of side `which` to that of batch `at`.
  index offset_of(index at, std::size_t which) const {
    index offset = 0;
    for (int a = batch_rank; a-- > 0; at /= batch[a]) offset += at % batch[a] * batch_stride[a][which];
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

/// C = A B, each row of it plus `row`, in one pass, where the rows are so short that there is one; else false.
template <class T>
bool multiply_narrow(bound_product const& b, T const* row, T* c) {
  gemm_arguments<T> g{b.m, b.n, b.k, b.factor<T>(0), b.factor<T>(1), c, b.n, nullptr, false, {}};
  g.first_term = row;
  if (b.batches() != 1 || b.adds || !detail::is_narrow(g)) return false;
  gemm<T>(g);
  return true;
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
        window_(b.windowed && r.columns == b.n ? bytes(gemm_window_rows<T>(r.rows, b.n, b.k) * b.n) : 0),
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

}  // namespace ctg::inline v0::kernel
