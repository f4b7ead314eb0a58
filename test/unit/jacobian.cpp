// SPDX-License-Identifier: MIT
// Jacobians, Hessians and products with them as programs: against the reference interpreter, row by row against vjp,
// with named extents, and what is never stored.
#include <ctg/ctg.hpp>
#include <ctg/random.hpp>

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <cmath>

namespace {

using namespace ctg;
using namespace ctg::literals;

// The greatest difference of two results, relative to 1 + |entry|.
double distance(auto const& a, auto const& b) {
  double worst = a.size() == b.size() ? 0 : INFINITY;
  for (std::int64_t i = 0; i < a.size() && i < b.size(); ++i) {
    double const x = static_cast<double>(a.data()[i]), y = static_cast<double>(b.data()[i]);
    worst = std::max(worst, std::abs(x - y) / (1 + std::abs(y)));
  }
  return worst;
}

}  // namespace

TEST_CASE("jacobian of a layer with a named batch", "[jacobian]") {
  matrix<"X", double, dim<"N">, 3> X(5);
  matrix<"W", double, 3, 4> W;
  row<"b", double, 4> b{0.1, -0.2, 0.3, 0.4};
  uniform(X, -1, 1, 1), uniform(W, -1, 1, 2);
  auto const Y = sigmoid(X * W + b);
  auto p = program(jacobian(Y, X), jacobian(Y, W), jacobian(Y, b), jacobian(softmax(X * W), X));
  p();
  CHECK(distance(p.result<0>(), evaluate_reference(jacobian(Y, X))) < 1e-14);
  CHECK(distance(p.result<1>(), evaluate_reference(jacobian(Y, W))) < 1e-14);
  CHECK(distance(p.result<2>(), evaluate_reference(jacobian(Y, b))) < 1e-14);
  CHECK(distance(p.result<3>(), evaluate_reference(jacobian(softmax(X * W), X))) < 1e-14);

  // row (i, j) of a Jacobian is the vjp of a seed that is 1 there
  matrix<"S", double, dim<"N">, 4> S(5);
  auto rows = program(vjp(Y, S, X), vjp(Y, S, W));
  double worst = 0;
  for (std::int64_t k = 0; k < S.size(); ++k) {
    S.fill(0);
    S.data()[k] = 1;
    rows();
    for (std::int64_t i = 0; i < X.size(); ++i)
      worst = std::max(worst, std::abs(rows.result<0>().data()[i] - p.result<0>().data()[k * X.size() + i]));
    for (std::int64_t i = 0; i < W.size(); ++i)
      worst = std::max(worst, std::abs(rows.result<1>().data()[i] - p.result<1>().data()[k * W.size() + i]));
  }
  CHECK(worst < 1e-14);

  matrix<"X", double, dim<"N">, 3> small(2);
  uniform(small, -1, 1, 3);
  matrix<"X", double, dim<"N">, 3> none(0);
  p.bind(small);
  p();
  CHECK(p.result<0>().size() == 2 * 4 * 2 * 3);
  p.bind(none);
  p();
  CHECK(p.result<0>().size() == 0);
}

TEST_CASE("hessian against hvp, and symmetric", "[jacobian]") {
  matrix<"X", float, 7, 5> X;
  column<"t", float, 7> t;
  column<"w", float, 5> w;
  column<"v", float, 5> v;
  uniform(X, -1, 1, 1), uniform(w, -1, 1, 2), uniform(t, -1, 1, 3), uniform(v, -1, 1, 4);
  auto const J = mean(softplus(X * w) - t % (X * w));
  auto p = program(hessian(J, w), hvp(J, w, v), chain(hessian(J, w), v));
  p();
  auto const& H = p.result<0>();
  for (int i = 0; i < 5; ++i) {
    float product = 0;
    for (int j = 0; j < 5; ++j) {
      product += H(i, 0, j, 0) * v(j, 0);
      CHECK(std::abs(H(i, 0, j, 0) - H(j, 0, i, 0)) < 1e-6f);
    }
    CHECK(std::abs(product - p.result<1>()(i, 0)) < 1e-6f);
    CHECK(std::abs(product - p.result<2>()(i, 0)) < 1e-6f);
  }
}

TEST_CASE("the Jacobian of an element-wise function is stored as its diagonal until it is written", "[jacobian]") {
  tensor<"x", double, 100> x;
  tensor<"v", double, 100> v;
  uniform(x, -1, 1, 1), uniform(v, -1, 1, 2);
  auto const J = jacobian(tanh(exp(x)), x);
  // as a map: one loop over 100 entries
  auto map = program(chain(J, v));
  static_assert(decltype(map)::kernels() == 1 && decltype(map)::workspace_bytes() <= 100 * 8 + 64);
  map();
  CHECK(distance(map.result<0>(), evaluate_reference(jvp(tanh(exp(x)), x, v))) < 1e-15);
  // entry by entry: what is computed is the diagonal
  auto dense = program(J);
  static_assert(decltype(dense)::flops() < 2 * 100 * 100 + 100 * 100);
  dense();
  CHECK(dense.result<0>()(3, 3) == Approx((1 - std::pow(std::tanh(std::exp(x(3))), 2)) * std::exp(x(3))));
  CHECK(dense.result<0>()(3, 4) == 0);
}

TEST_CASE("a bottleneck: neither mode alone", "[jacobian]") {
  tensor<"x", double, 60> x;
  matrix<"A", double, 2, 60> A;
  matrix<"B", double, 50, 2> B;
  uniform(x, -1, 1, 1), uniform(A, -1, 1, 2), uniform(B, -1, 1, 3);
  auto const h = tanh(A * reshape<60, 1>(x));
  auto const y = tanh(B * sin(h));
  auto p = program(jacobian(y, x));
  // two seeds each way and a product of 50×2 with 2×60; either mode alone runs 50 or 60 through both halves
  static_assert(decltype(p)::flops() < 30000);
  p();
  CHECK(distance(p.result<0>(), evaluate_reference(jacobian(y, x))) < 1e-14);
}

TEST_CASE("Jacobians through calls: factors, running sums and pieces", "[jacobian]") {
  matrix<"A", double, 3, 3> A{{4, 1, 0.5}, {-1, 3, 0.25}, {0.3, -0.2, 2}};
  matrix<"X", double, 3, 2> X{{1, 2}, {4, -5}, {0.5, 1.5}};
  auto const Y = concat<0>(solve(A, X), cumsum<0>(slice<0, 1, 3>(tanh(X))));
  auto p = program(jacobian(Y, A), jacobian(Y, X));
  p();
  CHECK(distance(p.result<0>(), evaluate_reference(jacobian(Y, A))) < 1e-14);
  CHECK(distance(p.result<1>(), evaluate_reference(jacobian(Y, X))) < 1e-14);
  // ∂(A⁻¹ X)/∂X is A⁻¹ for each column
  auto const inverted = evaluate(inverse(A));
  CHECK(p.result<1>()(0, 1, 2, 1) == Approx(inverted(0, 2)));
  CHECK(p.result<1>()(0, 1, 2, 0) == 0);
}
