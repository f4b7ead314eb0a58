// SPDX-License-Identifier: MIT
// W5: a bilinear layer with the mean squared error, 64 samples, two inputs of 64 features, 32 outputs.
#include "by_cotangent.hpp"
#include "experts.hpp"

namespace peers {
namespace {

struct form_by_cotangent {
  static void train(form<float> const& f, float rate, auto const& body) {
    auto const X = leaf_of<ctg::matrix<"X", float, 64, 64>>(f.X);
    auto const Y = leaf_of<ctg::matrix<"Y", float, 64, 64>>(f.Y);
    auto const T = leaf_of<ctg::matrix<"T", float, 64, 32>>(f.T);
    auto A = leaf_of<ctg::tensor<"A", float, 32, 64, 64>>(f.A);
    auto b = leaf_of<ctg::row<"b", float, 32>>(f.b);
    ctg::scalar<"lr", float> const lr{rate};

    auto const J = mse(bilinear(X, A, Y) + b, T);
    auto const descend = [&](auto& p) { return ctg::assign(p, p - lr * gradient(J, p)); };
    auto step = ctg::program(J, descend(A), descend(b));
    body([&] { return step(), static_cast<float>(step[J]); }, [&] { return parameters{view(A), view(b)}; });
  }
};

}  // namespace

bool enter_w5() {
  static form<float> const start = random_form(64, 64, 64, 32);
  fitted const right(start, 20.f);
  bool const good = enter<form_by_cotangent>("W5/cotangent", start, right);
  return enter_experts("W5", start, right) && good;
}

}  // namespace peers
