// SPDX-License-Identifier: MIT
// docs/recurrences.md: a recurrent layer, one of many steps, and an ARMA model fitted to a series.
#include <ctg/ctg.hpp>
#include <ctg/random.hpp>

#include <cmath>
#include <cstdio>

namespace {

bool layer() {
  // [layer]
  ctg::matrix<"X", float, ctg::dim<"T">, 8> X(100);
  ctg::row<"h0", float, 32> h0;
  ctg::matrix<"W", float, 8, 32> W;
  ctg::matrix<"U", float, 32, 32> U;
  ctg::row<"b", float, 32> b;
  ctg::normal(X, 0, 1, 1), ctg::glorot(W, 2), ctg::glorot(U, 3);

  auto H = ctg::scan([&](auto const& h, auto const& x) { return tanh(x * W + h * U + b); }, h0, X);  // T×32
  auto J = mean(square(H));
  auto g = ctg::value_and_gradient(J, W, U, b, h0, X);
  g();
  // [/layer]
  return g.value() > 0 && g[U](0, 0) != 0;
}

bool long_series() {
  // [long]
  ctg::matrix<"X", float, 10000, 8> X;
  ctg::row<"h0", float, 64> h0;
  ctg::matrix<"W", float, 8, 64> W;
  ctg::matrix<"U", float, 64, 64> U;
  ctg::normal(X, 0, 1, 1), ctg::glorot(W, 2), ctg::glorot(U, 3);

  auto layer = [&](auto const& h, auto const& x) { return tanh(x * W + h * U); };
  auto J = sum(square(ctg::fold<ctg::keep<100>>(layer, h0, X)));
  auto g = ctg::value_and_gradient(J, W, U);
  static_assert(g.workspace_bytes() < 150'000);  // one state has 256 bytes
  g();
  // [/long]
  return g.value() > 0 && g[U](0, 0) != 0;
}

bool series() {
  // [series]
  ctg::tensor<"y", double, ctg::dim<"T">> y(2000), e(2000);
  ctg::normal(e, 0, 1, 7);
  for (int t = 1; t < 2000; ++t) y(t) = 0.5 + 0.8 * y(t - 1) + e(t) + 0.4 * e(t - 1);

  ctg::scalar<"c", double> c;
  ctg::scalar<"phi", double> phi;
  ctg::scalar<"theta", double> theta;
  ctg::scalar<"rate", double> rate{0.02};
  // the error of predicting y_t from the value and the error before it
  auto predict = [&](auto const& state, auto const& now) {
    auto const& [before, error] = state;
    return ctg::states(now, now - c - phi * before - theta * error);
  };
  auto [values, errors] = ctg::scan(predict, std::tuple(0, 0), y);
  auto J = mean(square(errors));
  auto step = ctg::program(J, assign(c, c - rate * gradient(J, c)), assign(phi, phi - rate * gradient(J, phi)),
                           assign(theta, theta - rate * gradient(J, theta)));
  for (int i = 0; i < 2000; ++i) step();
  std::printf("c %.2f  phi %.2f  theta %.2f  variance of the errors %.2f\n", c(), phi(), theta(), step[J]);
  // [/series]
  return std::fabs(phi() - 0.8) < 0.05 && std::fabs(theta() - 0.4) < 0.08 && std::fabs(step[J] - 1) < 0.1;
}

}  // namespace

int main() { return layer() && long_series() && series() ? 0 : 1; }
