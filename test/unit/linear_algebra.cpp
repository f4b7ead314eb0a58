// SPDX-License-Identifier: MIT
// Linear algebra as programs run it: factors shared between a value and its derivatives, operands that must be copied
// first, assignment to what is read, singular and large matrices.
#include <ctg/ctg.hpp>
#include <ctg/random.hpp>

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <cmath>
#include <limits>
#include <vector>

using namespace ctg;

TEST_CASE("linear algebra: one factorization serves value and derivatives", "[linear]") {
  matrix<"K", float, dim<"n">, dim<"n">> K(50);
  matrix<"y", float, dim<"n">, 1> y(50);
  uniform(K, -0.1f, 0.1f, 1);
  for (int i = 0; i < 50; ++i) K(i, i) += 2;
  uniform(y, -1, 1, 2);
  auto const J = 0.5f * sum(y % solve(K, y)) + 0.5f * log_determinant(K);  // a Gaussian's negative log-likelihood
  auto step = program(J, gradient(J, K), gradient(J, y));
  constexpr auto factorizations = [] {
    int n = 0;
    for (auto const& c : decltype(step)::plan_type::calls)
      n += decltype(step)::plan_type::nodes[static_cast<std::size_t>(c.node)].is(opcode::lu);
    return n;
  }();
  static_assert(factorizations == 1);
  int run = 0;
  step(traced{[&](int) { ++run; }});
  CHECK(run == decltype(step)::kernels());
  CHECK(step[J] == Approx(evaluate_reference(J)).epsilon(1e-5));
  auto const want = evaluate_reference(gradient(J, K));
  for (int i = 0; i < 50; ++i)
    for (int j = 0; j < 50; ++j) CHECK(step.result<1>()(i, j) == Approx(want(i, j)).margin(1e-5));
  CHECK(decltype(step)::flops(extents<"n">(50)) > 2 * 50 * 50 * 50 / 3);
}

TEST_CASE("linear algebra: padded, transposed and computed operands; assignment", "[linear]") {
  std::vector<double> memory(5 * 9, 7.);
  matrix_view<"A", double, 5, 5> A(memory.data(), stride(9));
  for (int i = 0; i < 5; ++i)
    for (int j = 0; j < 5; ++j) A(i, j) = i == j ? 4 + i : 1. / (1 + i + 2 * j);
  matrix<"X", double, 5, 5> X;
  X = A;
  auto const both = evaluate(inverse(transpose(A)) * transpose(A));
  for (int i = 0; i < 5; ++i)
    for (int j = 0; j < 5; ++j) CHECK(both(i, j) == Approx(i == j).margin(1e-14));
  X = inverse(X);  // reads what it writes
  auto const one = evaluate(A * X);
  for (int i = 0; i < 5; ++i)
    for (int j = 0; j < 5; ++j) CHECK(one(i, j) == Approx(i == j).margin(1e-14));
  A = inverse(2 * A);
  for (int i = 0; i < 5; ++i)
    for (int j = 0; j < 5; ++j) CHECK(A(i, j) == Approx(0.5 * X(i, j)).margin(1e-15));
  CHECK(memory[5] == 7.);
}

TEST_CASE("linear algebra: singular matrices and NaN at run time", "[linear]") {
  matrix<"N", float, 40, 40> N;  // rank 2
  for (int i = 0; i < 40; ++i)
    for (int j = 0; j < 40; ++j) N(i, j) = i % 2 ? 1.f : 2.f;
  CHECK(evaluate(determinant(N)) == 0);
  CHECK(evaluate(log_determinant(N)) == -std::numeric_limits<float>::infinity());
  CHECK_FALSE(std::isfinite(evaluate(sum(abs(inverse(N))))));
  matrix<"M", float, 3, 3> M{{1, 2, 3}, {4, NAN, 6}, {7, 8, 10}};
  CHECK(std::isnan(evaluate(determinant(M))));
  CHECK(std::isnan(evaluate(log_determinant(M))));
}

TEST_CASE("linear algebra: large systems have small residuals", "[linear]") {
  matrix<"A", double, dim<"n">, dim<"n">> A(301);
  matrix<"B", double, dim<"n">, 7> B(301);
  uniform(A, -1, 1, 3);
  uniform(B, -1, 1, 4);
  auto const residual = evaluate(max(abs(A * solve(A, B) - B))), size = evaluate(max(abs(solve(A, B))));
  CHECK(residual <= 301 * 2.2e-16 * 301 * size);
  auto const turned = evaluate(max(abs(transpose(A) * solve(transpose(A), B) - B)));
  CHECK(turned <= 301 * 2.2e-16 * 301 * evaluate(max(abs(solve(transpose(A), B)))));
}
