// SPDX-License-Identifier: MIT
// W4: one sigmoid layer with the mean squared error, X 64×4096, W 4096×4096.
#include "by_cotangent.hpp"
#include "experts.hpp"

namespace peers {
namespace {

struct affine_by_cotangent {
  static void train(network<float> const& n, float rate, auto const& body) {
    auto const X = leaf_of<ctg::matrix<"X", float, 64, 4096>>(n.X);
    auto const T = leaf_of<ctg::matrix<"T", float, 64, 4096>>(n.T);
    auto W = leaf_of<ctg::matrix<"W", float, 4096, 4096>>(n.W[0]);
    auto b = leaf_of<ctg::row<"b", float, 4096>>(n.b[0]);
    ctg::scalar<"lr", float> const lr{rate};

    auto const J = mse(sigmoid(X * W + b), T);
    auto const descend = [&](auto& p) { return ctg::assign(p, p - lr * gradient(J, p)); };
    auto step = ctg::program(J, descend(W), descend(b));
    body([&] { return step(), static_cast<float>(step[J]); }, [&] { return parameters{view(W), view(b)}; });
  }
};

}  // namespace

bool enter_w4() {
  static network<float> const start = random_network(64, {4096, 4096}, activation::sigmoid, head::sigmoid_mse);
  trained const right(start, 2000.f);
  bool const good = enter<affine_by_cotangent>("W4/cotangent", start, right);
  return enter_experts("W4", start, right) && good;
}

}  // namespace peers
