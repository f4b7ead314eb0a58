// SPDX-License-Identifier: MIT
// A physics-informed network: u″ + u = x with u(0) = u(1) = 0, whose solution is x − sin x / sin 1. The loss holds the
// second derivative of the network with respect to its input, so a training step differentiates three times: forward
// mode twice within the loss (one input, one direction), reverse mode around it. One fused program runs it.
#include <ctg/ctg.hpp>
#include <ctg/random.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>

int main() {
  using namespace ctg::literals;
  constexpr int points = 64, width = 16;
  ctg::column<"x", double, points> x;
  ctg::row<"W", double, width> W;
  ctg::row<"b", double, width> b;
  ctg::column<"V", double, width> V;
  // the velocities of descent with momentum
  ctg::row<"Wv", double, width> W_;
  ctg::row<"bv", double, width> b_;
  ctg::column<"Vv", double, width> V_;
  for (int i = 0; i < points; ++i) x(i, 0) = (i + 0.5) / points;
  uniform(W, -3, 3, 1), uniform(b, -2, 2, 2), normal(V, 0, 0.1, 3);

  auto const u = x % (1 - x) % (tanh(x * W + b) * V);  // zero at both ends, whatever the network says
  auto const one = ctg::broadcast_to<points, 1>(1_c);
  auto const u_xx = jvp(jvp(u, x, one), x, one);
  auto const loss = mean(square(u_xx + u - x));

  auto const velocity = [&](auto& v, auto& p) { return 0.95 * v + gradient(loss, p); };
  auto step = ctg::program(loss, ctg::assign(W_, velocity(W_, W)), ctg::assign(W, W - 0.01 * velocity(W_, W)),
                           ctg::assign(b_, velocity(b_, b)), ctg::assign(b, b - 0.01 * velocity(b_, b)),
                           ctg::assign(V_, velocity(V_, V)), ctg::assign(V, V - 0.01 * velocity(V_, V)));
  std::printf("%d kernels a step\n", decltype(step)::kernels());
  for (int i = 0; i <= 20000; ++i) {
    step();
    if (i % 5000 == 0) std::printf("step %5d: residual %.3g\n", i, static_cast<double>(step[loss]));
  }
  auto const solution = ctg::evaluate(u);
  double worst = 0;
  for (int i = 0; i < points; ++i)
    worst = std::max(worst, std::abs(solution(i, 0) - (x(i, 0) - std::sin(x(i, 0)) / std::sin(1.0))));
  std::printf("largest difference from x - sin x / sin 1: %.2g\n", worst);
  return worst < 1e-3 ? 0 : 1;
}
