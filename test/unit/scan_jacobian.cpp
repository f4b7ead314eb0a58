// SPDX-License-Identifier: MIT
// Jacobians, Hessians and batches of recurrences: against the steps written out and differences.
#include "against_reference.hpp"

#include <vector>

namespace {
using namespace ctg;
using test::difference;
}  // namespace

TEST_CASE("the Jacobian and the Hessian of a recurrence are those of the steps written out") {
  tensor<"X", double, dim<"T">, 3> X(4);
  tensor<"X4", double, 4, 3> X4;
  row<"h0", double, 2> h0;
  matrix<"W", double, 3, 2> W;
  matrix<"U", double, 2, 2> U;
  matrix<"V", double, 2, 2> V{{0.5, -1}, {2, 0.25}};
  test::fill(X), test::fill(X4), test::fill(h0), test::fill(W), test::fill(U);
  auto const layer = [&](auto const& h, auto const& x) { return tanh(x * W + h * U); };
  auto const H = scan(layer, h0, X);
  auto const H4 = unroll(layer, h0, X4);
  // the seed of the gradient is a number that comes from the scan itself
  auto const J = square(sum(H));
  auto const J4 = square(sum(H4));
  auto p = program(hessian(J, U), hvp(J, U, V));
  p();
  CHECK(difference(p.result<0>(), evaluate_reference(hessian(J4, U))) < 1e-13);
  for (int i = 0; i < 4; ++i) {
    double sum = 0;
    for (int k = 0; k < 4; ++k) sum += p.result<0>().data()[4 * i + k] * V.data()[k];
    CHECK_THAT(p.result<1>().data()[i], Catch::Matchers::WithinAbs(sum, 1e-13));
  }

  // a column of a Jacobian from differences: H has eight entries, and moves with X(1, 2)
  auto q = program(H, jacobian(H, X));
  q();
  auto const by_X = q.result<1>();
  CHECK(difference(by_X, evaluate_reference(jacobian(H4, X4))) < 1e-14);
  std::vector<double> const before(by_X.data(), by_X.data() + by_X.size());
  double const at = X(1, 2), step = 1e-6;
  std::vector<double> above(8);
  X(1, 2) = at + step;
  q();
  std::copy_n(q.result<0>().data(), 8, above.begin());
  X(1, 2) = at - step;
  q();
  for (std::size_t i = 0; i < 8; ++i)
    CHECK_THAT((above[i] - q.result<0>().data()[i]) / (2 * step), Catch::Matchers::WithinAbs(before[12 * i + 5], 1e-8));
}

TEST_CASE("a recurrence for each sample, its gradient and two states") {
  tensor<"X", double, dim<"N">, dim<"T">, 3> X(5, 4);
  tensor<"one", double, dim<"T">, 3> one(4);
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
  auto sample = program(of_scan(one), gradient(of_scan(one), a), slope(one));
  p();
  double total = 0;
  for (int n = 0; n < 5; ++n) {
    std::copy_n(X.data() + 12 * n, 12, one.data());
    sample();
    total += sample.result<1>();
    CHECK_THAT(p.result<0>()(n), Catch::Matchers::WithinAbs(sample.result<0>(), 1e-14));
    for (int i = 0; i < 12; ++i)
      CHECK_THAT(p.result<2>().data()[12 * n + i], Catch::Matchers::WithinAbs(sample.result<2>().data()[i], 1e-14));
  }
  CHECK_THAT(p.result<1>(), Catch::Matchers::WithinAbs(total, 1e-13));
}
