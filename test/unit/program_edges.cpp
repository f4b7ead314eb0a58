// SPDX-License-Identifier: MIT
// Zero extents, NaN and infinity in programs: the documented values, never a crash.
#include <ctg/ctg.hpp>
#include <ctg/random.hpp>

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <cmath>
#include <limits>

namespace {
using ctg::dim;
constexpr float nan_value = std::numeric_limits<float>::quiet_NaN();
constexpr float infinity = std::numeric_limits<float>::infinity();
}  // namespace

TEST_CASE("a network over no rows") {
  ctg::matrix<"X", float, dim<"N">, 6> X(0);
  ctg::matrix<"T", float, dim<"N">, 3> T(0);
  ctg::matrix<"W", float, 6, 3> W;
  ctg::row<"b", float, 3> b;
  W.fill(1);
  b.fill(2);
  auto J = sum(square(sigmoid(X * W + b) - T));
  auto p = ctg::program(J, ctg::assign(W, W - gradient(J, W)), ctg::assign(b, b - gradient(J, b)), mean(X), X * W,
                        softmax(X));
  p();
  CHECK(p.result<0>() == 0);
  CHECK(W(5, 2) == 1);
  CHECK(b(0, 2) == 2);
  CHECK(std::isnan(p.result<3>()));
  CHECK(p.result<4>().size() == 0);
  // cross entropy is a mean over the rows
  CHECK(std::isnan(ctg::evaluate(cross_entropy(X * W, T))));
}

TEST_CASE("no columns, no depth") {
  ctg::matrix<"A", float, 4, dim<"K">> A(0);
  ctg::matrix<"B", float, dim<"K">, 5> B(0);
  auto p = ctg::program(A * B + 1, sum<1>(A), sum<0>(A), logsumexp<1>(A), sum<1>(square(A)) + 3);
  p();
  auto const product = p.result<0>();
  for (int i = 0; i < 4; ++i) {
    for (int j = 0; j < 5; ++j) CHECK(product(i, j) == 1);
    CHECK(p.result<1>()(i, 0) == 0);
    CHECK(p.result<3>()(i, 0) == -infinity);
    CHECK(p.result<4>()(i, 0) == 3);
  }
  CHECK(p.result<2>().size() == 0);
}

TEST_CASE("NaN goes in and comes out, also by reductions, in every lane and tail") {
  for (std::int64_t n : {1, 3, 8, 9, 31, 40}) {
    for (std::int64_t at : {std::int64_t{0}, n / 2, n - 1}) {
      ctg::matrix<"X", float, 3, dim<"N">> X(n);
      X.fill(-1);
      X(1, at) = nan_value;
      auto p = ctg::program(max<1>(X), max(X), sum<1>(relu(X)), max<0>(X), softmax(X));
      p();
      CHECK(p.result<0>()(0, 0) == -1);
      CHECK(std::isnan(p.result<0>()(1, 0)));
      CHECK(std::isnan(p.result<1>()));
      CHECK(p.result<2>()(2, 0) == 0);
      CHECK(std::isnan(p.result<2>()(1, 0)));
      CHECK(std::isnan(p.result<3>()(0, at)));
      CHECK((n == 1 || p.result<3>()(0, at == 0 ? n - 1 : 0) == -1));
      CHECK(std::isnan(p.result<4>()(1, 0)));
      CHECK(!std::isnan(p.result<4>()(2, n - 1)));
    }
  }
}

TEST_CASE("infinite entries under softmax and its kin") {
  ctg::matrix<"X", float, 3, 10> X;
  for (int j = 0; j < 10; ++j) X(0, j) = X(1, j) = -infinity;
  X(1, 4) = 2;
  X(2, 9) = 1000;
  auto p = ctg::program(logsumexp<1>(X), softmax(X), log_softmax(X), gradient(sum(logsumexp<1>(X)), X));
  p();
  CHECK(p.result<0>()(0, 0) == -infinity);
  CHECK(p.result<0>()(1, 0) == 2);
  CHECK(p.result<0>()(2, 0) == 1000);
  CHECK(p.result<1>()(1, 4) == 1);
  CHECK(p.result<1>()(1, 5) == 0);
  CHECK(p.result<1>()(2, 9) == 1);
  CHECK(p.result<2>()(1, 4) == 0);
  CHECK(p.result<2>()(1, 0) == -infinity);
  CHECK(p.result<2>()(2, 0) == -1000);
  CHECK(p.result<3>()(1, 4) == 1);
}

TEST_CASE("ties of a maximum that is computed, not read, share the gradient") {
  // A ⊙ B has a second reader, which keeps g++ -O2 from one multiply-add in the pass that takes the maximum: where the
  // later pass made one, no entry was the maximum
  ctg::matrix<"A", float, 40, 37> A;
  ctg::matrix<"B", float, 40, 37> B;
  ctg::matrix<"C", float, 40, 37> C;
  ctg::uniform(A, 0, 1, 1);
  ctg::uniform(B, 0, 1, 2);
  ctg::uniform(C, 0, 1, 3);
  auto const Y = A % B;
  auto p = ctg::program(gradient(sum(max<1>(Y + C)), C), max<1>(Y));
  p();
  bool right = true;
  for (int i = 0; i < 40; ++i) {
    float row = 0;
    for (int j = 0; j < 37; ++j) row += p.result<0>()(i, j);
    right = right && row == 1;
  }
  CHECK(right);
}
