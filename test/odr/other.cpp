// SPDX-License-Identifier: MIT
// The second unit of main.cpp.
#include "forward.hpp"

#include <ctg/expr/view.hpp>
#include <ctg/kernel/simd.hpp>
#include <ctg/random.hpp>

#include <vector>

std::vector<float> other();

std::vector<float> other() {
  std::vector<float> there(100);
  ctg::uniform(there, 0.f, 1.f, 1);
  return there;
}

float last_of(weights const& W, ctg::row_view<"v", float const, 3> const& v) { return W(1, 2) + v(0, 2); }
