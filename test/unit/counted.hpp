// SPDX-License-Identifier: MIT
// Leaves of known entries, for tests of what a program assigns.
#pragma once

#include <algorithm>

namespace ctg_test {

template <class L>
void count_up(L& leaf, double first, double step) {
  for (auto& x : leaf) {
    x = static_cast<typename L::value_type>(first);
    first += step;
  }
}

template <class A, class B>
bool same_entries(A const& a, B const& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

}  // namespace ctg_test
