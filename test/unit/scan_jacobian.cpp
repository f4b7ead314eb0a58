// SPDX-License-Identifier: MIT
// Jacobians, Hessians and batches of recurrences: against the steps written out, a loop by hand and differences.
#include "against_reference.hpp"

#include <vector>

namespace {
using namespace ctg;
using test::difference;

// How the outputs of a program move with `x`, an entry of one of its leaves: central differences, checked one by one.
template <class Program>
void check_slopes(Program& p, double& x, auto const& value, auto const& slope, int count) {
  double const at = x, step = 2e-6;
  std::vector<double> above;
  x = at + step, p();
  for (int i = 0; i < count; ++i) above.push_back(value(i));
  x = at - step, p();
  for (int i = 0; i < count; ++i) {
    double const estimate = (above[static_cast<std::size_t>(i)] - value(i)) / (2 * step);
    CHECK_THAT(estimate, Catch::Matchers::WithinAbs(slope(i), 2e-9));
  }
  x = at, p();
}
}  // namespace

TEST_CASE("the Jacobian and the Hessian of a recurrence are those of the steps written out") {
  tensor<"X", double, dim<"T">, 2> X(3);
  tensor<"X3", double, 3, 2> X3;
  row<"h0", double, 2> h0;
  matrix<"U", double, 2, 2> U;
  test::fill(X), test::fill(X3), test::fill(h0), test::fill(U);
  auto const layer = [&](auto const& h, auto const& x) { return tanh(x + h * U); };
  auto const H = scan(layer, h0, X);
  // the seed of the gradient is a number that comes from the scan itself
  auto const J = square(sum(H));
  auto p = program(gradient(J, U), hessian(J, U), jacobian(H, X));
  p();
  CHECK(difference(p.result<2>(), evaluate_reference(jacobian(unroll(layer, h0, X3), X3))) < 1e-14);
  std::vector<double> const second(p.result<1>().data(), p.result<1>().data() + 16);
  for (int k = 0; k < 4; ++k)
    check_slopes(
        p, U.data()[k], [&](int i) { return p.result<0>().data()[i]; },
        [&](int i) { return second[static_cast<std::size_t>(4 * i + k)]; }, 4);
}

TEST_CASE("a recurrence for each sample, its gradient and two states") {
  tensor<"X", double, dim<"N">, dim<"T">, 3> X(5, 4);
  row<"h0", double, 2> h0;
  matrix<"W", double, 3, 2> W;
  scalar<"a", double> a{0.75};
  test::fill(X), test::fill(h0), test::fill(W);
  // the second state is the same for all samples
  auto const step = [&](auto const& state, auto const& x) {
    auto const& [h, k] = state;
    return states(tanh(x * W + k * h), a * k);
  };
  auto const of_scan = [&](auto const& x) { return sum(square(std::get<0>(scan(step, states(h0, a), x)))); };
  auto const slope = [&](auto const& x) { return gradient(of_scan(x), x); };
  auto const each = batched<"N">(of_scan)(X);
  auto p = program(each, gradient(sum(each), a), batched<"N">(slope)(X));
  p();
  for (int n = 0; n < 5; ++n) {
    double h[2] = {h0(0, 0), h0(0, 1)}, k = a(), squares = 0;
    for (int t = 0; t < 4; ++t, k *= a())
      for (int j = 0; j < 2; ++j) {
        double z = k * h[j];
        for (int i = 0; i < 3; ++i) z += X(n, t, i) * W(i, j);
        h[j] = std::tanh(z);
        squares += h[j] * h[j];
      }
    CHECK_THAT(p.result<0>()(n), Catch::Matchers::WithinAbs(squares, 1e-14));
  }
  auto const total = [&](int) {
    double sum = 0;
    for (int n = 0; n < 5; ++n) sum += p.result<0>()(n);
    return sum;
  };
  double const by_a = p.result<1>();
  check_slopes(
      p, *a.data(), total, [&](int) { return by_a; }, 1);
  std::vector<double> const by_X(p.result<2>().data(), p.result<2>().data() + 60);
  for (int e = 0; e < 60; ++e)  // an entry of sample e / 12 moves no other sample
    check_slopes(
        p, X.data()[e], [&](int n) { return p.result<0>()(n); },
        [&](int n) { return n == e / 12 ? by_X[static_cast<std::size_t>(e)] : 0.0; }, 5);
}
