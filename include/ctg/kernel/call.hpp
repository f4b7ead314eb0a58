// SPDX-License-Identifier: MIT
// Kernels of the operations that work on whole operands: pieces, running values, rows by number. Operands and result
// are contiguous, row by row, but for the row numbers of gather and scatter, which may be any integer leaf. Along an
// axis that is not the last, the inner loop goes over whole rows, which the compiler makes vectors of.
#pragma once

#include <ctg/kernel/simd.hpp>
#include <ctg/op/operations.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

namespace ctg::inline v0::kernel {

/// An operand of a call as bound: its first element, its extents, and the steps of its axes in elements.
struct call_operand {
  char* base = nullptr;
  element type = element::none;  // none: what the program computes in
  int rank = 0;
  std::array<index, max_rank> n{}, step{};

  template <class T>
  T* data() const {
    return reinterpret_cast<T*>(base);
  }
  /// The number of entries of the axes from `first` on, up to `last`.
  index count(int first, int last) const {
    index total = 1;
    for (int a = first; a < last; ++a) total *= n[static_cast<std::size_t>(a)];
    return total;
  }
  index size() const { return count(0, rank); }
};

struct bound_call {
  parameters with{};
  std::array<call_operand, 3> x;
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
        length(y.n[static_cast<std::size_t>(axis)]),
        inner(y.count(static_cast<int>(axis) + 1, y.rank)) {}
};

// y_i = the value after or (exclusive) before entry i; `next(e, i)` takes one step. From the end where with.q is set.
template <class T, bool Inclusive, class Next>
void run_along(bound_call const& c, T first, Next const& next) {
  lines const l(c.y, c.with.p);
  T* const y = c.y.data<T>();
  for (index o = 0; o < l.outer; ++o) {
    T* const line = y + o * l.length * l.inner;
    index const at = line - y;
    if (l.inner == 1) {
      T e = first;
      for (index i = 0; i < l.length; ++i) {
        index const k = c.with.q ? l.length - 1 - i : i;
        T const after = next(e, at + k);
        line[k] = Inclusive ? after : e;
        e = after;
      }
      continue;
    }
    // what comes before the first row, then each row from the one before it
    for (index i = 0; i < l.length; ++i) {
      index const k = c.with.q ? l.length - 1 - i : i, before = c.with.q ? k + 1 : k - 1;
      T* const row = line + k * l.inner;
      T const* const last = line + before * l.inner;
      for (index j = 0; j < l.inner; ++j) {
        if constexpr (Inclusive)
          row[j] = next(i ? last[j] : first, at + k * l.inner + j);
        else
          row[j] = i ? next(last[j], at + before * l.inner + j) : first;
      }
    }
  }
}

// Row number i of an index operand; -1 where it is none of `rows`.
template <class T>
index row_number(call_operand const& y, index i, index rows) {
  index step = 0;
  for (int a = 0; a < y.rank; ++a)
    if (y.n[static_cast<std::size_t>(a)] != 1) step = y.step[static_cast<std::size_t>(a)];
  auto const of = [&](auto const* p) {
    auto const v = p[i * step];
    return v >= 0 && v < static_cast<std::remove_cvref_t<decltype(v)>>(rows) ? static_cast<index>(v) : index{-1};
  };
  if (y.type == element::i32) return of(y.data<std::int32_t const>());
  if (y.type == element::i64) return of(y.data<std::int64_t const>());
  return of(y.data<T const>());
}

}  // namespace detail

template <class T>
struct call_kernel<T, opcode::cumsum> {
  static void run(bound_call const& c) {
    T const* const x = c.x[0].template data<T const>();
    detail::run_along<T, true>(c, T(0), [x](T e, index i) { return e + x[i]; });
  }
};

template <class T>
struct call_kernel<T, opcode::products_before> {
  static void run(bound_call const& c) {
    T const* const x = c.x[0].template data<T const>();
    detail::run_along<T, false>(c, T(1), [x](T e, index i) { return e * x[i]; });
  }
};

template <class T>
struct call_kernel<T, opcode::recurrence> {
  static void run(bound_call const& c) {
    T const *const a = c.x[0].template data<T const>(), *const b = c.x[1].template data<T const>();
    detail::run_along<T, false>(c, T(0), [a, b](T e, index i) { return b[i] + a[i] * e; });
  }
};

template <class T>
struct call_kernel<T, opcode::pad> {
  static void run(bound_call const& c) {
    detail::lines const l(c.y, c.with.p);
    index const part = c.x[0].n[static_cast<std::size_t>(c.with.p)] * l.inner, first = c.with.q * l.inner,
                whole = l.length * l.inner;
    T const* x = c.x[0].template data<T const>();
    T* y = c.y.template data<T>();
    for (index o = 0; o < l.outer; ++o, x += part, y += whole) {
      std::fill_n(y, first, T(0));
      std::copy_n(x, part, y + first);
      std::fill_n(y + first + part, whole - first - part, T(0));
    }
  }
};

template <class T>
struct call_kernel<T, opcode::concat> {
  static void run(bound_call const& c) {
    auto const axis = static_cast<std::size_t>(c.with.p);
    detail::lines const l(c.y, c.with.p);
    index const a = c.x[0].n[axis] * l.inner, b = c.x[1].n[axis] * l.inner;
    T const *x = c.x[0].template data<T const>(), *z = c.x[1].template data<T const>();
    T* y = c.y.template data<T>();
    for (index o = 0; o < l.outer; ++o, x += a, z += b) {
      y = std::copy_n(x, a, y);
      y = std::copy_n(z, b, y);
    }
  }
};

template <class T>
struct call_kernel<T, opcode::gather> {
  static void run(bound_call const& c) {
    detail::lines const l(c.y, c.with.p);
    index const rows = c.x[0].n[static_cast<std::size_t>(c.with.p)];
    T const* a = c.x[0].template data<T const>();
    T* y = c.y.template data<T>();
    for (index o = 0; o < l.outer; ++o, a += rows * l.inner)
      for (index i = 0; i < l.length; ++i, y += l.inner) {
        index const k = detail::row_number<T>(c.x[1], i, rows);
        if (k < 0)
          std::fill_n(y, l.inner, std::numeric_limits<T>::quiet_NaN());
        else
          std::copy_n(a + k * l.inner, l.inner, y);
      }
  }
};

template <class T>
struct call_kernel<T, opcode::scatter> {
  static void run(bound_call const& c) {
    detail::lines const l(c.y, c.with.p);
    index const count = c.x[0].n[static_cast<std::size_t>(c.with.p)];
    T const* x = c.x[0].template data<T const>();
    T* y = c.y.template data<T>();
    std::fill_n(y, c.y.size(), T(0));
    for (index o = 0; o < l.outer; ++o, y += l.length * l.inner)
      for (index i = 0; i < count; ++i, x += l.inner) {
        index const k = detail::row_number<T>(c.x[1], i, l.length);
        if (k < 0) continue;
        T* const to = y + k * l.inner;
        for (index j = 0; j < l.inner; ++j) to[j] += x[j];
      }
  }
};

}  // namespace ctg::inline v0::kernel
