// SPDX-License-Identifier: MIT
// The price of European calls after Black and Scholes, and its sensitivities ("greeks") up to the third order by nested
// derivatives: the formula is written once. All of them for many options come from one fused program; closed forms
// check it.
#include <ctg/ctg.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>

int main() {
  using ctg::dim;
  constexpr int count = 1000;
  ctg::tensor<"S", double, dim<"N">> S(count);          // price of the stock
  ctg::tensor<"sigma", double, dim<"N">> sigma(count);  // volatility
  ctg::tensor<"T", double, dim<"N">> T(count);          // years
  ctg::tensor<"K", double, dim<"N">> K(count);          // strike
  ctg::scalar<"r", double> r{0.03};
  for (int i = 0; i < count; ++i) {
    S(i) = 60 + 0.08 * i;
    sigma(i) = 0.1 + 0.0004 * i;
    T(i) = 0.1 + (i % 37) / 12.0;
    K(i) = 80 + (i % 41);
  }

  auto const normal = [](auto const& x) { return 0.5 * erfc(-x * std::sqrt(0.5)); };
  auto const d1 = (log(S / K) + (r + square(sigma) / 2) % T) / (sigma % sqrt(T));
  auto const d2 = d1 - sigma % sqrt(T);
  auto const C = S % normal(d1) - K % exp(-r * T) % normal(d2);

  // an option depends on its own entries only, so the gradient of the sum is the derivative of each
  auto const delta = gradient(sum(C), S);
  auto const vega = gradient(sum(C), sigma);
  auto const theta = -gradient(sum(C), T);
  auto const gamma = gradient(sum(delta), S);
  auto const vanna = gradient(sum(delta), sigma);
  auto const speed = gradient(sum(gamma), S);
  auto greeks = ctg::program(C, delta, vega, theta, gamma, vanna, speed);
  greeks();

  double worst[7]{};
  for (int i = 0; i < count; ++i) {
    double const root = std::sqrt(T(i)), s = sigma(i), x = S(i), discount = std::exp(-r() * T(i));
    double const a = (std::log(x / K(i)) + (r() + s * s / 2) * T(i)) / (s * root), b = a - s * root;
    auto const cdf = [](double z) { return 0.5 * std::erfc(-z * std::sqrt(0.5)); };
    double const density = std::exp(-a * a / 2) / std::sqrt(2 * 3.14159265358979323846);
    double const g = density / (x * s * root), v = x * density * root;
    double const closed[7] = {x * cdf(a) - K(i) * discount * cdf(b),
                              cdf(a),
                              v,
                              -x * density * s / (2 * root) - r() * K(i) * discount * cdf(b),
                              g,
                              -density * b / s,
                              -g / x * (a / (s * root) + 1)};
    double const got[7] = {greeks.result<0>()(i), greeks.result<1>()(i), greeks.result<2>()(i), greeks.result<3>()(i),
                           greeks.result<4>()(i), greeks.result<5>()(i), greeks.result<6>()(i)};
    for (int k = 0; k < 7; ++k) worst[k] = std::max(worst[k], std::abs(got[k] - closed[k]) / (1 + std::abs(closed[k])));
  }
  char const* const names[] = {"price", "delta", "vega", "theta", "gamma", "vanna", "speed"};
  bool right = true;
  for (int k = 0; k < 7; ++k) {
    std::printf("%-6s largest difference from the closed form %.2g\n", names[k], worst[k]);
    right = right && worst[k] < 1e-11;
  }
  std::printf("%d kernels\n", decltype(greeks)::kernels());
  return right ? 0 : 1;
}
