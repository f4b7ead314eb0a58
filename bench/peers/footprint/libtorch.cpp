// SPDX-License-Identifier: MIT
// One training step of W1 by libtorch with as little as it allows; with an argument 110 of them, and what they took.
#include <torch/torch.h>

#include "count.hpp"

int main(int argc, char**) {
  torch::Tensor const X = torch::rand({32, 64}), T = torch::arange(32) % 10;
  std::vector<torch::Tensor> const p = {
      torch::randn({64, 32}).mul_(0.1).requires_grad_(), torch::zeros({32}).requires_grad_(),
      torch::randn({32, 10}).mul_(0.1).requires_grad_(), torch::zeros({10}).requires_grad_()};
  float loss = 0;
  auto const step = [&] {
    torch::Tensor const Z = torch::addmm(p[3], torch::sigmoid(torch::addmm(p[1], X, p[0])), p[2]);
    torch::Tensor const J = torch::nn::functional::cross_entropy(Z, T);
    std::vector<torch::Tensor> const gradients = torch::autograd::grad({J}, p);
    torch::NoGradGuard const off;
    for (std::size_t i = 0; i < p.size(); ++i) p[i].add_(gradients[i], -0.01);
    loss = J.item<float>();
  };
  step();
  if (argc > 1) footprint::report(step);
  return loss > 0 ? 0 : 1;
}
