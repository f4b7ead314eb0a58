// SPDX-License-Identifier: MIT
// Recurrences written out: values and gradients through all steps against loops and the closed form.
#include "against_reference.hpp"

namespace {
using namespace ctg;
}

TEST_CASE("a recurrent layer through four steps") {
  tensor<"X", double, 4, 2, 3> X;
  matrix<"h0", double, 2, 5> h0;
  matrix<"Wx", double, 3, 5> Wx;
  matrix<"Wh", double, 5, 5> Wh;
  test::fill(X), test::fill(h0), test::fill(Wx), test::fill(Wh);
  auto const h = unroll([&](auto const& state, auto const& x) { return tanh(x * Wx + state * Wh); }, h0, X);
  static_assert(decltype(h)::shape == shape(extent{4}, extent{2}, extent{5}));
  auto const J = sum(square(h));
  test::check(1e-12, h, gradient(J, Wh), gradient(J, Wx), gradient(J, h0), gradient(J, X));
  // by hand
  auto p = program(h);
  p();
  double state[2][5];
  for (int i = 0; i < 2; ++i)
    for (int k = 0; k < 5; ++k) state[i][k] = h0(i, k);
  for (int t = 0; t < 4; ++t) {
    double next[2][5];
    for (int i = 0; i < 2; ++i)
      for (int k = 0; k < 5; ++k) {
        double z = 0;
        for (int j = 0; j < 3; ++j) z += X(t, i, j) * Wx(j, k);
        for (int j = 0; j < 5; ++j) z += state[i][j] * Wh(j, k);
        next[i][k] = std::tanh(z);
        CHECK_THAT(p.result<0>()(t, i, k), Catch::Matchers::WithinAbs(next[i][k], 1e-14));
      }
    std::copy(&next[0][0], &next[0][0] + 10, &state[0][0]);
  }
}

TEST_CASE("an autoregression and its derivative by the coefficient") {
  static constexpr scalar<"phi", double> phi{0.5};
  static constexpr scalar<"s", double> s{1};
  static constexpr tensor<"e", double, 3> e{1, 2, 4};
  constexpr auto y = unroll([](auto const& before, auto const& noise) { return phi * before + noise; }, s, e);
  static_assert(evaluate(y)(0) == 1.5 && evaluate(y)(1) == 2.75 && evaluate(y)(2) == 5.375);
  // y3 = phi^3 s + phi^2 e1 + phi e2 + e3
  static_assert(evaluate(gradient(sum(slice<0, 2, 3>(y)), phi)) == 3 * 0.25 + 2 * 0.5 + 2);
}
