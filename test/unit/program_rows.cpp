// SPDX-License-Identifier: MIT
// Scalars, rows and columns that a program assigns to and reads elsewhere: all reads happen before all writes.
#include "counted.hpp"

#include <ctg/ctg.hpp>

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <algorithm>

using Catch::Matchers::WithinRel;
using ctg_test::count_up, ctg_test::same_entries;

TEST_CASE("a scalar that is assigned and read elsewhere") {
  ctg::scalar<"a", double> a{2};
  ctg::scalar<"b", double> b{3};
  ctg::matrix<"W", double, 4, 9> W;
  [[maybe_unused]] ctg::row<"v", double, 9> v;
  count_up(W, 0, 1);
  auto const w = W;
  SECTION("the entries are scaled by the value before") {
    auto step = ctg::program(ctg::assign(a, sum(W)), ctg::assign(W, W * a), ctg::assign(b, a + b));
    step();
    CHECK(a() == 630);
    CHECK(W(3, 8) == 70);
    CHECK(b() == 5);
    step();
    CHECK(W(3, 8) == 70 * 630.0);
    CHECK(b() == 635);
  }
  SECTION("two scalars are exchanged and a matrix reads both") {
    ctg::program(ctg::assign(a, b), ctg::assign(b, a), ctg::assign(W, (W + a) / b))();
    CHECK(a() == 3);
    CHECK(b() == 2);
    CHECK_THAT(W(1, 1), WithinRel((w(1, 1) + 2) / 3, 1e-15));
  }
  SECTION("a mean that the next use of the scalar waits for") {
    // the division that ends the mean would run in the step that sums, before W has read a
    ctg::program(ctg::assign(a, mean(W)), ctg::assign(W, W * mean(W) * a))();
    CHECK(a() == 17.5);
    CHECK(W(0, 2) == 70);
  }
}

TEST_CASE("row values and column sums that are assigned and read elsewhere") {
  ctg::matrix<"X", float, 6, 21> X;
  ctg::column<"v", float, 6> v;
  ctg::row<"r", float, 21> r;
  count_up(X, 1, 1);
  count_up(v, 10, 1);
  count_up(r, -3, 1);
  auto const x = X;
  auto const v0 = v;
  auto const r0 = r;
  auto row_sum = [&](int i) {
    float s = 0;
    for (int j = 0; j < 21; ++j) s += x(i, j);
    return s;
  };
  SECTION("v becomes the row sums while a later pass over the row reads v") {
    auto centred = (X - sum<1>(X)) + v;
    auto p = ctg::program(centred, ctg::assign(v, sum<1>(X) + 0));
    p();
    auto const out = p[centred];
    for (int i = 0; i < 6; ++i) {
      CHECK(v(i, 0) == row_sum(i));
      CHECK(out(i, 20) == (x(i, 20) - row_sum(i)) + v0(i, 0));
    }
  }
  SECTION("r becomes the column sums while X reads r") {
    ctg::program(ctg::assign(r, sum<0>(X)), ctg::assign(X, X + r))();
    float s = 0;
    for (int i = 0; i < 6; ++i) s += x(i, 4);
    CHECK(r(0, 4) == s);
    CHECK(X(5, 4) == x(5, 4) + r0(0, 4));
  }
  SECTION("r accumulates, X reads what it was") {
    ctg::program(ctg::assign(r, r + sum<0>(X + r)), ctg::assign(X, X % r))();
    float s = r0(0, 7);
    for (int i = 0; i < 6; ++i) s += x(i, 7) + r0(0, 7);
    CHECK(r(0, 7) == s);
    CHECK(X(2, 7) == x(2, 7) * r0(0, 7));
  }
}

TEST_CASE("one value goes to two leaves and is read back") {
  ctg::matrix<"A", double, 3, 5> A;
  ctg::matrix<"B", double, 3, 5> B;
  ctg::matrix<"X", double, 3, 5> X;
  count_up(X, 1, 1);
  auto y = square(X) + 1;
  auto p = ctg::program(ctg::assign(A, y), y, ctg::assign(B, y), ctg::assign(X, transpose(transpose(y))));
  p();
  CHECK(A(2, 4) == 226);
  CHECK(same_entries(A, B));
  CHECK(same_entries(A, X));
  CHECK(p[y](2, 4) == 226);
  CHECK(p[A](2, 4) == 226);
}

TEST_CASE("a number and a smaller shape stretch to the leaf") {
  ctg::matrix<"A", float, 3, 17> A;
  ctg::row<"r", float, 17> r;
  count_up(r, 0, 1);
  ctg::program(ctg::assign(A, r))();
  CHECK(A(2, 16) == 16);
  ctg::program(ctg::assign(A, 4.5))();
  CHECK(std::all_of(A.begin(), A.end(), [](float x) { return x == 4.5f; }));
  A = r * 2;
  CHECK(A(1, 3) == 6);
  A += 1;
  CHECK(A(1, 3) == 7);
}
