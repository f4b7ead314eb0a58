// SPDX-License-Identifier: MIT
// W3: 784→512→512→10, 128 samples, ReLU, softmax cross-entropy.
#include "by_cotangent.hpp"
#include "experts.hpp"

namespace peers {
namespace {

struct three_layers_by_cotangent {
  static void train(network<float> const& n, float rate, auto const& body) {
    auto const X = leaf_of<ctg::matrix<"X", float, 128, 784>>(n.X);
    auto const T = leaf_of<ctg::matrix<"T", float, 128, 10>>(n.T);
    auto W1 = leaf_of<ctg::matrix<"W1", float, 784, 512>>(n.W[0]);
    auto W2 = leaf_of<ctg::matrix<"W2", float, 512, 512>>(n.W[1]);
    auto W3 = leaf_of<ctg::matrix<"W3", float, 512, 10>>(n.W[2]);
    auto b1 = leaf_of<ctg::row<"b1", float, 512>>(n.b[0]);
    auto b2 = leaf_of<ctg::row<"b2", float, 512>>(n.b[1]);
    auto b3 = leaf_of<ctg::row<"b3", float, 10>>(n.b[2]);
    ctg::scalar<"lr", float> const lr{rate};

    auto const J = cross_entropy(relu(relu(X * W1 + b1) * W2 + b2) * W3 + b3, T);
    auto const descend = [&](auto& p) { return ctg::assign(p, p - lr * gradient(J, p)); };
    auto step = ctg::program(J, descend(W1), descend(b1), descend(W2), descend(b2), descend(W3), descend(b3));
    body([&] { return step(), static_cast<float>(step[J]); },
         [&] { return parameters{view(W1), view(b1), view(W2), view(b2), view(W3), view(b3)}; });
  }
};

}  // namespace

bool enter_w3() {
  static network<float> const start =
      random_network(128, {784, 512, 512, 10}, activation::relu, head::softmax_cross_entropy);
  trained const right(start, 0.5f);
  bool const good = enter<three_layers_by_cotangent>("W3/cotangent", start, right);
  return enter_experts("W3", start, right) && good;
}

}  // namespace peers
