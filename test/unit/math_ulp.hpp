// SPDX-License-Identifier: MIT
// The measure of accuracy that the tests of the elementary functions share.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

namespace ctg_test {

/// |got - want| in units of the last place of want (the least denormal below the normal range). NaN, infinity and the
/// sign of zero have to agree; if they do not, the error is infinite.
template <class T, class Wide>
inline double error_in_ulp(T got, Wide want) {
  constexpr double wrong = std::numeric_limits<double>::infinity();
  T const rounded = static_cast<T>(want);
  if (std::isnan(rounded) || std::isnan(got)) return std::isnan(rounded) && std::isnan(got) ? 0 : wrong;
  if (std::isinf(rounded) || std::isinf(got)) return rounded == got ? 0 : wrong;
  if (want == 0 && got == 0) return std::signbit(rounded) == std::signbit(got) ? 0 : wrong;
  int exponent = 0;
  std::frexp(want, &exponent);
  int const last = std::max(exponent, std::numeric_limits<T>::min_exponent) - std::numeric_limits<T>::digits;
  return static_cast<double>(std::fabs(std::ldexp(static_cast<Wide>(got) - want, -last)));
}

}  // namespace ctg_test
