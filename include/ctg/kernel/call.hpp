// SPDX-License-Identifier: MIT
// Kernels of the operations that work on whole operands: pieces, rows by number; running values and the products of
// others have files of their own.
#pragma once

#include <ctg/kernel/call_operand.hpp>
#include <ctg/kernel/products_of_others.hpp>
#include <ctg/kernel/running.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>

namespace ctg::inline v0::kernel {

namespace detail {

// Row number i of an index operand; -1 where it is none of `rows`.
template <class T>
index row_number(call_operand const& y, index i, index rows) {
  index step = 0;
  for (int a = 0; a < y.rank; ++a)
    if (y.n[a] != 1) step = y.step[a];
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
struct call_kernel<T, opcode::pad> {
  static void run(bound_call const& c) {
    detail::lines const l(c.y, c.with.p);
    index const part = c.x[0].n[c.with.p] * l.inner, first = c.with.q * l.inner, whole = l.length * l.inner;
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
    detail::lines const l(c.y, c.with.p);
    index const a = c.x[0].n[c.with.p] * l.inner, b = c.x[1].n[c.with.p] * l.inner;
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
    index const rows = c.x[0].n[c.with.p];
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
    index const count = c.x[0].n[c.with.p];
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
