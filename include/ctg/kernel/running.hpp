// SPDX-License-Identifier: MIT
// Kernels of running sums, products and linear recurrences along an axis. Along an axis that is not the last, the inner
// loop goes over whole rows, which the compiler makes vectors of. Along the last, sums are scanned in registers; what
// is multiplied goes entry by entry, for a product of a few may overflow where the whole does not, but in several rows
// at once.
#pragma once

#include <ctg/kernel/call_operand.hpp>
#include <ctg/kernel/lanes.hpp>
#include <ctg/kernel/simd.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

namespace ctg::inline v0::kernel {

namespace detail {

// y_i = the value after or (exclusive) before entry i of a row of y; `next(e, i)` takes one step. Rows at once: each is
// a chain of dependent operations, and the processor has room for several.
template <index Rows, bool Inclusive, class T, class Next>
CTG_ALWAYS_INLINE void run_rows(T* y, index at, index length, bool backwards, T first, Next const& next) {
  T e[Rows];
  CTG_UNROLL for (index r = 0; r < Rows; ++r) e[r] = first;
  for (index i = 0; i < length; ++i) {
    index const k = at + (backwards ? length - 1 - i : i);
    CTG_UNROLL for (index r = 0; r < Rows; ++r) {
      T const after = next(e[r], k + r * length);
      y[k + r * length] = Inclusive ? after : e[r];
      e[r] = after;
    }
  }
}

// The same along any axis; from the end where with.q is set.
template <class T, bool Inclusive, class Next>
void run_along(bound_call const& c, T first, Next const& next) {
  lines const l(c.y, c.with.p);
  T* const y = c.y.data<T>();
  if (l.inner == 1) {
    index o = 0;
    for (; o + 8 <= l.outer; o += 8) run_rows<8, Inclusive>(y, o * l.length, l.length, c.with.q != 0, first, next);
    for (; o < l.outer; ++o) run_rows<1, Inclusive>(y, o * l.length, l.length, c.with.q != 0, first, next);
    return;
  }
  for (index o = 0; o < l.outer; ++o) {
    T* const line = y + o * l.length * l.inner;
    index const at = line - y;
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

/// Running sums of one vector: `before` holds, in each lane, the sum of that lane and those before it (behind it where
/// Backwards), `total` in all lanes that of all. Hypercube scan: in step d each lane adds what lane i ^ d has summed.
template <class T>
struct summed_lanes {
  batch<T> before, total;
};
template <bool Backwards, class T, index... Step>
CTG_ALWAYS_INLINE summed_lanes<T> sum_lanes(batch<T> x, std::integer_sequence<index, Step...>) {
  summed_lanes<T> s{x, x};
  auto const step = [&]<index Distance>() CTG_INLINE_LAMBDA {
    static constexpr auto bits = [] {
      std::array<T, static_cast<std::size_t>(lanes<T>)> takes{};
      for (index i = 0; i < lanes<T>; ++i) takes[static_cast<std::size_t>(i)] = ((i & Distance) != 0) != Backwards;
      return takes;
    }();
    batch<T> const other = exchange<Distance>(s.total);
    s.before = xsimd::select(load(bits.data()) != batch<T>(T(0)), s.before + other, s.before);
    s.total = s.total + other;
  };
  (step.template operator()<index{1} << Step>(), ...);
  return s;
}

template <bool Backwards, class T>
CTG_NOINLINE void sum_rows(T const* x, T* y, index rows, index length) {
  constexpr int steps = std::countr_zero(static_cast<std::size_t>(lanes<T>));
  index const rest = length % lanes<T>;
  for (index r = 0; r < rows; ++r, x += length, y += length) {
    batch<T> carry(T(0));
    auto const vector = [&](index i, index n) CTG_INLINE_LAMBDA {
      batch<T> const from = n == lanes<T> ? load(x + i) : load_partial(x + i, n);
      summed_lanes<T> const s = sum_lanes<Backwards>(from, std::make_integer_sequence<index, steps>{});
      batch<T> const sum = carry + s.before;
      if (n == lanes<T>)
        store(y + i, sum);
      else
        store_partial(y + i, sum, n);
      carry = carry + s.total;
    };
    if constexpr (Backwards) {
      for (index i = length; i >= lanes<T>; i -= lanes<T>) vector(i - lanes<T>, lanes<T>);
      if (rest) vector(0, rest);
    } else {
      for (index i = 0; i + lanes<T> <= length; i += lanes<T>) vector(i, lanes<T>);
      if (rest) vector(length - rest, rest);
    }
  }
}

}  // namespace detail

template <class T>
struct call_kernel<T, opcode::cumsum> {
  static void run(bound_call const& c) {
    T const* const x = c.x[0].template data<T const>();
    detail::lines const l(c.y, c.with.p);
    if (l.inner != 1) return detail::run_along<T, true>(c, T(0), [x](T e, index i) { return e + x[i]; });
    T* const y = c.y.template data<T>();
    if (c.with.q)
      detail::sum_rows<true>(x, y, l.outer, l.length);
    else
      detail::sum_rows<false>(x, y, l.outer, l.length);
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

}  // namespace ctg::inline v0::kernel
