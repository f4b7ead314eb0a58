// SPDX-License-Identifier: MIT
// How a reduction gathers batches, and the numbers of the lanes.
#pragma once

#include <ctg/graph/node.hpp>
#include <ctg/kernel/lanes.hpp>
#include <ctg/kernel/math.hpp>
#include <ctg/kernel/simd.hpp>

#include <array>
#include <limits>

namespace ctg::inline v0::kernel {

namespace detail {

template <class T>
CTG_ALWAYS_INLINE batch<T> lane_numbers() {
  alignas(64) static constexpr auto numbers = [] {
    std::array<T, static_cast<std::size_t>(lanes<T>)> a{};
    for (std::size_t i = 0; i < a.size(); ++i) a[i] = static_cast<T>(i);
    return a;
  }();
  return batch<T>::load_aligned(numbers.data());
}

/// How values are gathered: the identity, the join of two, the join of the lanes of one, in all lanes.
template <class T, opcode Reduction>
struct gatherer {
  static constexpr T neutral = Reduction == opcode::max    ? -std::numeric_limits<T>::infinity()
                               : Reduction == opcode::min  ? std::numeric_limits<T>::infinity()
                               : Reduction == opcode::prod ? T(1)
                                                           : T(0);
  static CTG_ALWAYS_INLINE batch<T> identity() { return batch<T>(neutral); }
  // Of two batches, or of two numbers: of what was gathered before, and of what comes. The extrema look for a NaN in
  // their first argument, and what comes can be looked at before a is known (maxima of rows of 8 floats: 68 -> 57 us).
  static CTG_ALWAYS_INLINE auto join(auto a, auto b) {
    if constexpr (Reduction == opcode::max)
      return math::max(b, a);
    else if constexpr (Reduction == opcode::min)
      return math::min(b, a);
    else if constexpr (Reduction == opcode::prod)
      return a * b;
    else
      return a + b;
  }
  // Of the first Used lanes, a power of two.
  template <index Used = lanes<T>>
  static CTG_ALWAYS_INLINE batch<T> lanes_of(batch<T> x) {
    return reduce_from<Used / 2>(x, [](batch<T> a, batch<T> b) CTG_INLINE_LAMBDA { return batch<T>(join(a, b)); });
  }
};

}  // namespace detail

}  // namespace ctg::inline v0::kernel
