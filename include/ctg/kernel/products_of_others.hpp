// SPDX-License-Identifier: MIT
// For each entry the product of all others along an axis, without a division: the gradient of a product. No order is
// asked of the others, so vectors are as good as entries.
#pragma once

#include <ctg/kernel/call_operand.hpp>
#include <ctg/kernel/simd.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace ctg::inline v0::kernel {

namespace detail {

// y_i = the product of all x_j but x_i, in two passes over each column of vectors: what is behind an entry, then what
// is before it. A line of numbers is folded into 4 vectors' columns, whose products meet at the end; what is left of it
// counts as one more column. Returns whether all of these products are normal numbers: otherwise a part may have left
// the range beside a zero.
template <class T>
bool others_of_line(T* y, T const* x, index length) {
  constexpr index w = lanes<T>, width = 4 * w;
  index const rows = length / width, whole = rows * width;
  std::array<batch<T>, 4> behind;
  behind.fill(batch<T>(T(1)));
  for (index i = whole - width; i >= 0; i -= width)
    for (index k = 0; k < 4; ++k) {
      batch<T>& product = behind[static_cast<std::size_t>(k)];
      store(y + i + k * w, product);
      product = product * load(x + i + k * w);
    }
  std::array<T, static_cast<std::size_t>(width)> columns, others;
  for (index k = 0; k < 4; ++k) store(columns.data() + k * w, behind[static_cast<std::size_t>(k)]);
  T tail = 1, all = 1;
  for (index i = whole; i < length; ++i) {
    y[i] = tail;
    tail *= x[i];
  }
  for (std::size_t k = 0; k < columns.size(); ++k) {
    others[k] = all;
    all *= columns[k];
  }
  T back = tail;
  for (std::size_t k = columns.size(); k-- > 0;) {
    others[k] *= back;
    back *= columns[k];
  }
  for (T const c : columns)
    if (!std::isnormal(c)) return false;
  if (!std::isnormal(tail) || !std::isnormal(all)) return false;
  back = all;
  for (index i = length; i-- > whole;) {
    y[i] *= back;
    back *= x[i];
  }
  std::array<batch<T>, 4> before;
  for (index k = 0; k < 4; ++k) before[static_cast<std::size_t>(k)] = load(others.data() + k * w);
  for (index i = 0; i < whole; i += width)
    for (index k = 0; k < 4; ++k) {
      batch<T>& product = before[static_cast<std::size_t>(k)];
      store(y + i + k * w, load(y + i + k * w) * product);
      product = product * load(x + i + k * w);
    }
  return true;
}

// The same for `width` columns of rows that are `inner` entries long, side by side.
inline constexpr index columns_together = 512;
template <class T>
void others_of_columns(T* y, T const* x, index length, index inner, index width) {
  alignas(64) T product[columns_together];
  auto const sweep = [&](bool backwards) {
    for (index j = 0; j < width; ++j) product[j] = 1;
    for (index i = 0; i < length; ++i) {
      index const at = (backwards ? length - 1 - i : i) * inner;
      index j = 0;
      for (; j + lanes<T> <= width; j += lanes<T>) {
        batch<T> const p = load(product + j);
        store(y + at + j, backwards ? p : load(y + at + j) * p);
        store(product + j, p * load(x + at + j));
      }
      for (; j < width; ++j) {
        y[at + j] = backwards ? product[j] : y[at + j] * product[j];
        product[j] *= x[at + j];
      }
    }
  };
  sweep(true);
  sweep(false);
}

}  // namespace detail

template <class T>
struct call_kernel<T, opcode::products_of_others> {
  static void run(bound_call const& c) {
    detail::lines const l(c.y, c.with.p);
    T* const y = c.y.template data<T>();
    T const* const x = c.x[0].template data<T const>();
    for (index o = 0; o < l.outer; ++o) {
      index const at = o * l.length * l.inner;
      if (l.inner == 1) {
        if (l.length < 8 * lanes<T> || !detail::others_of_line(y + at, x + at, l.length))
          detail::others_of_columns(y + at, x + at, l.length, 1, 1);
        continue;
      }
      for (index j = 0; j < l.inner; j += detail::columns_together)
        detail::others_of_columns(y + at + j, x + at + j, l.length, l.inner,
                                  std::min(l.inner - j, detail::columns_together));
    }
  }
};

}  // namespace ctg::inline v0::kernel
