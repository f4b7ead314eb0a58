// SPDX-License-Identifier: MIT
// Assignments of a program: all reads happen before all writes, whatever is assigned to what.
#include "counted.hpp"

#include <ctg/ctg.hpp>

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

using Catch::Matchers::WithinRel;
using ctg_test::count_up, ctg_test::same_entries;

TEST_CASE("two leaves of one program are exchanged") {
  ctg::matrix<"A", float, 3, 11> A;
  ctg::matrix<"B", float, 3, 11> B;
  count_up(A, 0, 1);
  count_up(B, 100, 2);
  auto const a = A;
  auto const b = B;
  auto step = ctg::program(ctg::assign(A, B), ctg::assign(B, A));
  step();
  CHECK(same_entries(A, b));
  CHECK(same_entries(B, a));
  step();
  CHECK(same_entries(A, a));
  CHECK(same_entries(B, b));
}

TEST_CASE("three leaves go round, two of them transposed") {
  ctg::matrix<"A", double, 5, 5> A;
  ctg::matrix<"B", double, 5, 5> B;
  ctg::matrix<"C", double, 5, 5> C;
  count_up(A, 0, 1);
  count_up(B, 100, 1);
  count_up(C, 200, 1);
  auto const a = A;
  auto const b = B;
  auto const c = C;
  ctg::program(ctg::assign(A, transpose(B)), ctg::assign(B, transpose(C)), ctg::assign(C, A))();
  for (int i = 0; i < 5; ++i)
    for (int j = 0; j < 5; ++j) {
      CHECK(A(i, j) == b(j, i));
      CHECK(B(i, j) == c(j, i));
      CHECK(C(i, j) == a(i, j));
    }
}

TEST_CASE("a product and a transpose of what is assigned") {
  ctg::matrix<"X", double, ctg::dim<"N">, 7> X(19);
  ctg::matrix<"W", double, 7, 7> W;
  count_up(X, -1, 0.125);
  count_up(W, 0.5, -0.0625);
  auto const x = X;
  auto const w = W;
  SECTION("X = X W") {
    X = X * W;
    for (int i = 0; i < 19; ++i)
      for (int j = 0; j < 7; ++j) {
        double sum = 0;
        for (int k = 0; k < 7; ++k) sum += x(i, k) * w(k, j);
        CHECK_THAT(X(i, j), WithinRel(sum, 1e-13));
      }
  }
  SECTION("W = W^T") {
    W = transpose(W);
    for (int i = 0; i < 7; ++i)
      for (int j = 0; j < 7; ++j) CHECK(W(i, j) == w(j, i));
  }
  SECTION("W = W W + W^T, and X in the same program") {
    ctg::program(ctg::assign(W, W * W + transpose(W)), ctg::assign(X, X * W))();
    for (int i = 0; i < 7; ++i)
      for (int j = 0; j < 7; ++j) {
        double sum = w(j, i), product = 0;
        for (int k = 0; k < 7; ++k) {
          sum += w(i, k) * w(k, j);
          product += x(i, k) * w(k, j);
        }
        CHECK_THAT(W(i, j), WithinRel(sum, 1e-13));
        CHECK_THAT(X(i, j), WithinRel(product, 1e-13));
      }
  }
  SECTION("W -= W W: every entry reads others") {
    W -= W * W;
    double sum = w(3, 4);
    for (int k = 0; k < 7; ++k) sum -= w(3, k) * w(k, 4);
    CHECK_THAT(W(3, 4), WithinRel(sum, 1e-13));
  }
}

TEST_CASE("updates add a product to a leaf, which others read as it was before") {
  for (int n : {0, 1, 2, 37}) {
    ctg::matrix<"X", double, ctg::dim<"N">, 70> X(n);
    ctg::matrix<"Y", double, ctg::dim<"N">, 9> Y(n);
    ctg::matrix<"W", double, 70, 9> W;
    ctg::matrix<"Z", double, ctg::dim<"N">, 9> Z(n);
    ctg::matrix<"V", double, 70, 9> V;
    ctg::scalar<"lr", double> lr{0.5};
    count_up(X, -1, 0.0078125);
    count_up(Y, 2, -0.03125);
    count_up(W, 1, 0.5);
    auto const w = W;
    auto step = ctg::program(ctg::assign(W, W - lr * (transpose(X) * Y) / 4.0), ctg::assign(Z, X * W),
                             ctg::assign(V, -(transpose(X) * Y) * (lr / sum(Y)) + V), ctg::assign(lr, lr * 0.5));
    step();
    double all = 0;
    for (double y : Y) all += y;
    for (int i = 0; i < 70; ++i)
      for (int j = 0; j < 9; ++j) {
        double product = 0;
        for (int k = 0; k < n; ++k) product += X(k, i) * Y(k, j);
        CHECK_THAT(W(i, j), WithinRel(w(i, j) - 0.125 * product, 1e-12) || Catch::Matchers::WithinAbs(0, 1e-12));
        if (n > 0) CHECK_THAT(V(i, j), WithinRel(-product * 0.5 / all, 1e-12));
      }
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < 9; ++j) {
        double sum = 0;
        for (int k = 0; k < 70; ++k) sum += X(i, k) * w(k, j);
        CHECK_THAT(Z(i, j), WithinRel(sum, 1e-12));
      }
    CHECK(lr() == 0.25);
    static_assert(decltype(step)::kernels() <= 5);
    W = w;
    step();  // a smaller rate now
    double product = 0;
    for (int k = 0; k < n; ++k) product += X(k, 5) * Y(k, 3);
    CHECK_THAT(W(5, 3), WithinRel(w(5, 3) - 0.0625 * product, 1e-12));
  }
}

TEST_CASE("an update has no window; what reads the leaf by its product waits") {
  ctg::matrix<"X", float, 80, 80> X;
  ctg::matrix<"W", float, 80, 80> W;
  count_up(X, -1, 0.000244140625);
  count_up(W, 0.5, -0.0001220703125);
  auto const w = W;
  auto const added = ctg::program(ctg::assign(W, W - 0.5f * (X * X)));
  static_assert(decltype(added)::kernels() == 1 && decltype(added)::flops() == 2 * 80 * 80 * 81);
  static_assert(decltype(added)::workspace_bytes() < 80 * 80 * 4);
  static_assert(decltype(added)::bytes_moved() == 4 * 80 * 80 * 4);
  W -= 0.5f * (X * W);
  double sum = 0;
  for (int k = 0; k < 80; ++k) sum += double(X(7, k)) * w(k, 11);
  CHECK_THAT(W(7, 11), WithinRel(float(w(7, 11) - 0.5 * sum), 1e-5f));
}
