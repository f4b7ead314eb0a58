// SPDX-License-Identifier: MIT
// Values that several loops read: stored, or computed again by each of them, by what either costs.
#include "against_reference.hpp"

namespace {

using ctg::dim;
using test::kernels_run;

template <int Rows>
using grid = ctg::matrix<"X", float, Rows, 1024>;
template <int Rows>
using result = ctg::matrix<"Z", float, Rows, 1024>;

// A value of `Rows` times 4 KiB that the loop of its sum and a loop behind that read.
template <int Rows>
auto two_operations(grid<Rows>& X, result<Rows>& Z) {
  auto Y = 2 * X + 1;
  return ctg::program(ctg::assign(Z, Y / sum(Y)));
}
template <int Rows>
auto softsigns(grid<Rows>& X, result<Rows>& Z) {
  return ctg::program(ctg::assign(Z, softsign(X) / sum(softsign(X))));
}
template <int Rows>
auto exponentials(grid<Rows>& X, result<Rows>& Z) {
  return ctg::program(ctg::assign(Z, exp(X) / sum(exp(X))));
}
// The second loop reads X too.
template <int Rows>
auto exponentials_beside(grid<Rows>& X, result<Rows>& Z) {
  return ctg::program(ctg::assign(Z, X % exp(X) / sum(exp(X))));
}
template <int Rows>
auto hyperbolic(grid<Rows>& X, result<Rows>& Z) {
  return ctg::program(ctg::assign(Z, X % tanh(X) / sum(tanh(X))));
}

template <class... A, class Step>
constexpr int values_stored(Step (*)(A...)) {
  static_assert(Step::kernels() == 2);
  return Step::stored();
}

constexpr int in_l2 = 64, in_l3 = 1024, in_memory = 16384;

}  // namespace

TEST_CASE("what is read twice is stored where that costs less than computing it again, which depends on its size") {
  STATIC_REQUIRE(values_stored(exponentials<in_l2>) == 1);
  STATIC_REQUIRE(values_stored(exponentials<in_l3>) == 1);
  STATIC_REQUIRE(values_stored(exponentials<in_memory>) == 1);
  STATIC_REQUIRE(values_stored(exponentials_beside<in_l3>) == 1);
  STATIC_REQUIRE(values_stored(exponentials_beside<in_memory>) == 0);
  STATIC_REQUIRE(values_stored(hyperbolic<in_memory>) == 1);
  STATIC_REQUIRE(values_stored(softsigns<in_l2>) == 1);
  STATIC_REQUIRE(values_stored(softsigns<in_l3>) == 1);
  STATIC_REQUIRE(values_stored(softsigns<in_memory>) == 0);
  STATIC_REQUIRE(values_stored(two_operations<in_l2>) == 0);
  STATIC_REQUIRE(values_stored(two_operations<in_l3>) == 0);
  STATIC_REQUIRE(values_stored(two_operations<in_memory>) == 0);
}

TEST_CASE("a cheap chain needs no buffer, and each loop computes it") {
  ctg::matrix<"X", double, dim<"N">, 37> X(21);
  test::fill(X);
  auto Y = relu(X - 0.3);
  auto Z = Y / (1 + sum(Y));
  auto V = Y / norm(Y);
  auto p = ctg::program(Z, V);
  STATIC_REQUIRE(decltype(p)::kernels() == 2);
  STATIC_REQUIRE(decltype(p)::stored() == 0);
  STATIC_REQUIRE(decltype(p)::passes_over(X) == 2);
  STATIC_REQUIRE_FALSE(decltype(p)::stores(Y));
  STATIC_REQUIRE(p.evaluations(ctg::opcode::relu, ctg::extents<"N">(21)) == 2 * 21 * 37);
  CHECK(kernels_run(p) == 2);
  test::check(1e-13, Z, V);
}

TEST_CASE("a normalised batch keeps its statistics and the value that is dear, in the backward pass too") {
  ctg::matrix<"X", double, dim<"N">, 40> X(30);
  ctg::matrix<"W", double, 40, 24> W;
  ctg::matrix<"T", double, dim<"N">, 24> T(30);
  test::fill(X);
  test::fill(W);
  test::fill(T);
  auto H = X * W;
  auto C = H - mean<0>(H);
  auto S = sqrt(mean<0>(square(C)) + 1e-3);
  auto Y = tanh(C / S);
  auto p = ctg::program(mse(Y, T), gradient(mse(Y, T), W));
  STATIC_REQUIRE(decltype(p)::stores(H));
  STATIC_REQUIRE(decltype(p)::stores(S));
  STATIC_REQUIRE_FALSE(decltype(p)::stores(C));
  STATIC_REQUIRE(p.evaluations(ctg::opcode::tanh, ctg::extents<"N">(30)) == 30 * 24);
  test::check(1e-12, mse(Y, T), gradient(mse(Y, T), W));
}

TEST_CASE("rows are computed again from what each of them is reduced to") {
  ctg::matrix<"X", double, 60, 50> X;
  test::fill(X);
  auto Y = X - max<1>(X);
  auto p = ctg::program(Y / sum(Y));
  STATIC_REQUIRE(decltype(p)::stores(max<1>(X)));
  STATIC_REQUIRE_FALSE(decltype(p)::stores(Y));
  test::check(1e-13, Y / sum(Y));
}

TEST_CASE("a product is not done again, nor what hangs on it") {
  ctg::matrix<"X", double, dim<"N">, 20> X(9);
  ctg::matrix<"W", double, 20, 12> W;
  test::fill(X);
  test::fill(W);
  auto H = relu(X * W);
  auto p = ctg::program(H / sum(H));
  STATIC_REQUIRE(decltype(p)::stores(H));
  STATIC_REQUIRE_FALSE(decltype(p)::stores(X * W));
  STATIC_REQUIRE(decltype(p)::gemms() == 1);
  test::check(1e-13, H / sum(H));
}

TEST_CASE("what is held against the maximum of all has the bits of which that was taken") {
  ctg::matrix<"X", float, 33, 29> X;
  test::fill(X);
  auto Y = 0.3f * X + 0.7f;
  auto dX = gradient(sum(max<0>(Y)), X);
  auto p = ctg::program(sum<0>(dX));
  STATIC_REQUIRE(decltype(p)::stores(Y));
  p();
  for (int j = 0; j < 29; ++j) CHECK(p[sum<0>(dX)](0, j) == Approx(0.3));
}

TEST_CASE("a leaf is not read again behind its assignment, nor does one wait for that") {
  ctg::matrix<"X", double, 13, 11> X;
  test::fill(X);
  auto const before = X;
  auto Y = 2 * X + 1;
  auto p = ctg::program(ctg::assign(X, Y / sum(Y)), sum(Y));
  STATIC_REQUIRE(decltype(p)::kernels() == 2);
  STATIC_REQUIRE(decltype(p)::stored() == 1);
  p();
  double total = 0;
  for (double x : before) total += 2 * x + 1;
  for (int i = 0; i < 13; ++i)
    for (int j = 0; j < 11; ++j) CHECK(X(i, j) == Approx((2 * before(i, j) + 1) / total));
}
