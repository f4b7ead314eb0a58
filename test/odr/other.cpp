// SPDX-License-Identifier: MIT
// The second unit of main.cpp.
#include <ctg/kernel/simd.hpp>
#include <ctg/random.hpp>

#include <vector>

std::vector<float> other();

std::vector<float> other() {
  std::vector<float> there(100);
  ctg::uniform(there, 0.f, 1.f, 1);
  return there;
}
