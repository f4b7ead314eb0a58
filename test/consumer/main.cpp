// SPDX-License-Identifier: MIT
// Uses the public headers and, through the kernels, the dependency that they include.
#include <ctg/kernel/lanes.hpp>
#include <ctg/random.hpp>
#include <ctg/version.hpp>

#include <cstdio>
#include <vector>

int main() {
  std::vector<float> w(100);
  ctg::uniform(w, 0.f, 1.f, 1);
  auto const x = ctg::kernel::load(w.data());
  std::printf("cotangent %d.%d.%d\n", ctg::version_major, ctg::version_minor, ctg::version_patch);
  return ctg::kernel::reduce_add(x) > 0 ? 0 : 1;
}
