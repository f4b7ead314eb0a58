// SPDX-License-Identifier: MIT
// Hamiltonian Monte Carlo: samples of a Bayesian logistic regression on the diabetes data (does the disease progress
// more than in the median patient?). A leapfrog step is one fused program with the gradient at the point moved to; the
// masses are curvatures of the energy, by products with the Hessian. Two identities that hold for every posterior check
// the samples: E[∂U/∂w] = 0 and E[w ∂U/∂w] = 1.
#include <ctg/random.hpp>

#include "diabetes.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

int main() {
  constexpr int features = diabetes::features, draws = 12000, leaps = 16;
  diabetes data;
  auto& [X, y] = data;
  std::vector<double> sorted(y.begin(), y.end());
  std::nth_element(sorted.begin(), sorted.begin() + 221, sorted.end());
  y = y > sorted[221];

  ctg::column<"w", double, features> w;
  ctg::column<"p", double, features> p;
  ctg::column<"mass", double, features> mass;
  ctg::column<"v", double, features> v;
  ctg::scalar<"eps", double> eps{0.2};
  // -log of the posterior density, up to a constant; the prior is N(0, 1)
  auto const energy = [&](auto const& at) { return sum(softplus(X * at) - y % (X * at)) + 0.5 * sum(square(at)); };
  auto const U = energy(w);

  auto curvature = ctg::program(hvp(U, w, v));
  for (int i = 0; i < features; ++i) {
    v.fill(0);
    v(i, 0) = 1;
    curvature();
    mass(i, 0) = curvature.result<0>()(i, 0);
  }

  auto const moved = w + eps * p / mass;
  auto kick = ctg::program(ctg::assign(p, p - 0.5 * eps * gradient(U, w)));
  auto leap = ctg::program(ctg::assign(w, moved), ctg::assign(p, p - eps * gradient(energy(moved), moved)));
  auto total = ctg::program(U + 0.5 * sum(square(p) / mass));
  auto virial = ctg::program(gradient(U, w), w % gradient(U, w));

  std::mt19937_64 random(1);
  auto const uniform = [&] { return static_cast<double>(random() >> 11) * 0x1p-53; };
  constexpr int batches = 40;  // whose means say how far off the mean of all may be
  std::array<std::array<double, 2 * features>, batches> means{};
  std::array<double, features> first{}, second{};
  int accepted = 0;
  for (int draw = -500; draw < draws; ++draw) {
    auto const before = w;
    normal(p, 0, 1, random());
    p = sqrt(mass) % p;
    total();
    double const start = total.result<0>();
    eps = 0.25 + 0.25 * uniform();  // so that no orbit closes
    kick();
    for (int i = 0; i < leaps; ++i) leap();
    eps = -eps();  // the last leap kicked by a whole step
    kick();
    total();
    if (std::log(uniform()) < start - total.result<0>())
      accepted += draw >= 0;
    else
      w = before;
    if (draw < 0) continue;
    virial();
    auto& batch = means[static_cast<std::size_t>(draw * batches / draws)];
    for (std::size_t i = 0; i < features; ++i) {
      double const x = w.data()[i];
      batch[i] += virial.result<0>().data()[i] * batches / draws;
      batch[features + i] += virial.result<1>().data()[i] * batches / draws;
      first[i] += x / draws;
      second[i] += x * x / draws;
    }
  }

  bool right = accepted > draws * 6 / 10;
  std::printf("%d of %d proposals accepted\n         mean      sd   E[U']  E[w U']\n", accepted, draws);
  for (std::size_t i = 0; i < features; ++i) {
    double mean[2]{}, error[2]{};
    for (std::size_t k = 0; k < 2; ++k) {
      for (auto const& batch : means) mean[k] += batch[k * features + i] / batches;
      for (auto const& batch : means) error[k] += std::pow(batch[k * features + i] - mean[k], 2);
      error[k] = std::sqrt(error[k] / (batches * (batches - 1)));
    }
    std::printf("  %-4s %7.3f %7.3f %7.3f %7.3f\n", diabetes::names[i], first[i],
                std::sqrt(second[i] - first[i] * first[i]), mean[0], mean[1]);
    right = right && std::abs(mean[0]) < 4 * error[0] && std::abs(mean[1] - 1) < 4 * error[1] && error[1] < 0.1;
  }
  return right ? 0 : 1;
}
