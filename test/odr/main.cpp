// SPDX-License-Identifier: MIT
// Linked with other.cpp, which includes the same headers: a function that is neither inline nor a template is defined
// twice, and the linker says so.
#include <ctg/kernel/simd.hpp>
#include <ctg/random.hpp>

#include <cstdio>
#include <vector>

std::vector<float> other();

int main() {
  std::vector<float> here(100);
  ctg::uniform(here, 0.f, 1.f, 1);
  if (here == other()) return 0;
  std::puts("the two units fill differently");
  return 1;
}
