// SPDX-License-Identifier: MIT
// digamma at run time, written once for scalars and SIMD batches: no standard library has it.
#pragma once

#include <ctg/math/functions.hpp>

namespace ctg::inline v0::math::detail {

/// X's digamma in element type T, without branches: -(sum of 1 / (x + k)) raises arguments below `from` to the
/// asymptotic series log y - 1/2y - 1/12y^2 + 1/120y^4 - ...; below 0, digamma(x) = digamma(1 - x) - pi cot(pi x).
template <class T, class X>
CTG_ALWAYS_INLINE X branchless_digamma(X x) {
  // The series' first term left out is below 2^-26 and 2^-56 of the value.
  constexpr int from = sizeof(T) == 4 ? 5 : 10;
  X const zero = X(T(0)), one = X(T(1));
  X const positive = select(x < zero, one - x, x);
  X product = positive, slope = one;
  for (int k = 1; k < from; ++k) {
    X const next = positive + X(T(k));
    slope = slope * next + product;
    product = product * next;
  }
  auto const low = positive < X(T(from));
  X const y = select(low, positive + X(T(from)), positive);
  X const inverse = one / y, z = inverse * inverse;
  X series = X(T(1. / 240));
  if constexpr (sizeof(T) > 4)
    series = z * (X(T(-1. / 132)) + z * (X(T(691. / 32760)) + z * (X(T(-1. / 12)) + z * X(T(3617. / 8160))))) + series;
  series = z * (X(T(1. / 12)) + z * (X(T(-1. / 120)) + z * (X(T(1. / 252)) - z * series)));
  X const result = math::log(y) - X(T(0.5)) * inverse - series - select(low, slope / product, zero);
  X const f = x - math::round(x);
  X const reflected = result - X(T(3.14159265358979323846)) / math::tan(X(T(3.14159265358979323846)) * f);
  X const pole = select(f == zero, zero / zero, reflected);
  return select(x < zero, pole, result);
}

}  // namespace ctg::inline v0::math::detail
