// SPDX-License-Identifier: MIT
// W1: 64→32→10, 32 samples, sigmoid, softmax cross-entropy.
#include "by_cotangent.hpp"
#include "experts.hpp"

namespace peers {

bool enter_w1() {
  static network<float> const start =
      random_network(32, {64, 32, 10}, activation::sigmoid, head::softmax_cross_entropy);
  trained const right(start, 0.5f);
  using known = cotangent_two_layers<32, 64, 32, 10, by_sigmoid, by_cross_entropy>;
  using named = cotangent_two_layers<ctg::dim<"N">, 64, 32, 10, by_sigmoid, by_cross_entropy>;
  bool good = enter<known>("W1/cotangent_static", start, right);
  good = enter<named>("W1/cotangent", start, right) && good;
  return enter_experts("W1", start, right) && good;
}

}  // namespace peers
