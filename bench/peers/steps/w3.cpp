// SPDX-License-Identifier: MIT
// W3: 784→512→512→10, 128 samples, ReLU, softmax cross-entropy.
#include "by_cotangent.hpp"
#include "experts.hpp"

namespace peers {

bool enter_w3() {
  static network<float> const start =
      random_network(128, {784, 512, 512, 10}, activation::relu, head::softmax_cross_entropy);
  trained const right(start, 0.5f);
  bool const good = enter<cotangent_three_layers>("W3/cotangent", start, right);
  return enter_experts("W3", start, right) && good;
}

}  // namespace peers
