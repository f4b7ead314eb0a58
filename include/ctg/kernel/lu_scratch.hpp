// SPDX-License-Identifier: MIT
// The room that LU factors and triangular systems pack in. Without SIMD headers, for the planner.
#pragma once

#include <ctg/kernel/gemm/blocking.hpp>
#include <ctg/math/rows.hpp>

namespace ctg::inline v0::kernel {

/// Elements of scratch for factors of an n×n matrix (m = n) or for n×m right sides: a panel of columns, or what the
/// largest of the products packs, whose extents are at most n×m×half of n. Their B is never transposed.
template <class T>
constexpr index lu_scratch(index n, index m) {
  using sizes = detail::blocking<T>;
  constexpr index block = math::lu_block;
  index const panel = std::min(n, block) * detail::round_up(n, sizes::vector);
  if (n <= block) return panel;
  index const k = detail::round_up(n, 2 * block) / 2;
  index const packed_a = detail::packs_a<T>(n, m, k, true)
                             ? detail::round_up(std::min(n, sizes::rows) * std::min(k, sizes::depth), sizes::vector)
                             : 0;
  index const packed_b = k * (detail::packs_b<T>(n, m, k) ? detail::round_up(m, sizes::vector) : sizes::vector);
  return std::max(panel, packed_a + packed_b);
}

}  // namespace ctg::inline v0::kernel
