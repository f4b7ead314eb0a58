// SPDX-License-Identifier: MIT
// W4: one sigmoid layer with the mean squared error, X 64×4096, W 4096×4096.
#include "by_cotangent.hpp"
#include "experts.hpp"

namespace peers {

bool enter_w4() {
  static network<float> const start = random_network(64, {4096, 4096}, activation::sigmoid, head::sigmoid_mse);
  trained const right(start, 2000.f);
  bool const good = enter<cotangent_sigmoid_layer>("W4/cotangent", start, right);
  return enter_experts("W4", start, right) && good;
}

}  // namespace peers
