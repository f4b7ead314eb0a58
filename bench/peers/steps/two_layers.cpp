// SPDX-License-Identifier: MIT
// W1 (64→32→10, 32 samples) and W2 (784→128→10, 64 samples): sigmoid, softmax cross-entropy.
#include "by_cotangent.hpp"
#include "experts.hpp"

namespace peers {
namespace {

template <int Samples, int Inputs, int Hidden, int Classes>
bool enter_two_layers(std::string const& workload) {
  static network<float> const start =
      random_network(Samples, {Inputs, Hidden, Classes}, activation::sigmoid, head::softmax_cross_entropy);
  trained const right(start, 0.5f);
  using known = cotangent_two_layers<Samples, Inputs, Hidden, Classes, by_sigmoid, by_cross_entropy>;
  using named = cotangent_two_layers<ctg::dim<"N">, Inputs, Hidden, Classes, by_sigmoid, by_cross_entropy>;
  bool good = enter<known>(workload + "/cotangent_static", start, right);
  good = enter<named>(workload + "/cotangent", start, right) && good;
  return enter_experts(workload, start, right) && good;
}

}  // namespace

bool enter_w1() { return enter_two_layers<32, 64, 32, 10>("W1"); }
bool enter_w2() { return enter_two_layers<64, 784, 128, 10>("W2"); }

}  // namespace peers
