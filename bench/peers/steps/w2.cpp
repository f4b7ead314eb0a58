// SPDX-License-Identifier: MIT
// W2: 784→128→10, 64 samples, sigmoid, softmax cross-entropy.
#include "by_cotangent.hpp"
#include "experts.hpp"

namespace peers {

bool enter_w2() {
  static network<float> const start =
      random_network(64, {784, 128, 10}, activation::sigmoid, head::softmax_cross_entropy);
  trained const right(start, 0.5f);
  using known = cotangent_two_layers<64, 784, 128, 10, by_sigmoid, by_cross_entropy>;
  using named = cotangent_two_layers<ctg::dim<"N">, 784, 128, 10, by_sigmoid, by_cross_entropy>;
  bool good = enter<known>("W2/cotangent_static", start, right);
  good = enter<named>("W2/cotangent", start, right) && good;
  return enter_experts("W2", start, right) && good;
}

}  // namespace peers
