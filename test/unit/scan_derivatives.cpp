// SPDX-License-Identifier: MIT
// Higher derivatives of recurrences: against constant expressions and differences.
#include "against_reference.hpp"

#include <ctg/check.hpp>

namespace {
using namespace ctg;
using test::difference;
}  // namespace

TEST_CASE("an autoregression: constant expressions, differences, second derivatives") {
  static constexpr scalar<"phi", double> phi{0.5};
  static constexpr scalar<"s", double> s{1};
  static constexpr tensor<"e", double, 3> e{1, 2, 4};
  constexpr auto y = scan([](auto const& before, auto const& noise) { return phi * before + noise; }, s, e);
  static_assert(evaluate(y)(0) == 1.5 && evaluate(y)(1) == 2.75 && evaluate(y)(2) == 5.375);
  // y3 = phi^3 s + phi^2 e1 + phi e2 + e3
  constexpr auto last = fold([](auto const& before, auto const& noise) { return phi * before + noise; }, s, e);
  static_assert(evaluate(gradient(last, phi)) == 3 * 0.25 + 2 * 0.5 + 2);
  static_assert(evaluate(gradient(gradient(last, phi), phi)) == 6 * 0.5 + 2);

  tensor<"x", double, dim<"T">> x(40);
  scalar<"a", double> a{0.7};
  test::fill(x);
  // a logistic recurrence, whose derivatives go through the states
  auto const z = scan([&](auto const& before, auto const& noise) { return tanh(a * before + noise); }, 0.2, x);
  auto const loss = mean(square(z));
  CHECK(check_gradient(loss, a, x));
  auto const slope = gradient(loss, a);
  auto p = program(slope, gradient(slope, a), hvp(loss, a, a), jvp(z, a, a));
  p();
  double const second = p.result<1>(), step = 1e-5;
  CHECK_THAT(p.result<2>(), Catch::Matchers::WithinAbs(0.7 * second, 1e-13));
  CHECK_THAT(p.result<0>(), Catch::Matchers::WithinAbs(evaluate_reference(slope), 1e-13));
  auto const tangent = evaluate_reference(jvp(z, a, a));
  CHECK(difference(p.result<3>(), tangent) < 1e-13);
  double around[2];
  for (int i : {0, 1}) {
    a = i ? 0.7 + step : 0.7 - step;
    p();
    around[i] = p.result<0>();
  }
  CHECK_THAT((around[1] - around[0]) / (2 * step), Catch::Matchers::WithinAbs(second, 1e-8));
}
