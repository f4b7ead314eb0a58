// SPDX-License-Identifier: MIT
// Assignments of a program: all reads happen before all writes, whatever is assigned to what.
#include <ctg/ctg.hpp>

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <algorithm>
#include <vector>

using Catch::Matchers::WithinRel;

namespace {

template <class L>
void count_up(L& leaf, double first, double step) {
  for (auto& x : leaf) {
    x = static_cast<typename L::value_type>(first);
    first += step;
  }
}

template <class A, class B>
bool same_entries(A const& a, B const& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

}  // namespace

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
