// SPDX-License-Identifier: MIT
// Where naive formulas lose everything: the tails of sigmoid, tanh, softplus and their derivatives, log-sum-exp and
// cross entropy at +-1000 and at -infinity, as programs compute them. The numbers stand to 17 digits (computed with
// 50).
#include <ctg/ctg.hpp>

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <cmath>
#include <limits>

namespace {

using namespace ctg;

constexpr double infinity = std::numeric_limits<double>::infinity();

template <class T>
void check_near(T got, double want, double ulps) {
  INFO(got << " for " << want);
  if (std::isinf(want) || want == 0)
    CHECK(got == static_cast<T>(want));
  else
    CHECK(std::fabs(static_cast<double>(got) - want) <= ulps * std::numeric_limits<T>::epsilon() * std::fabs(want));
}

template <class T>
void check_tails() {
  row<"x", T, 8> x{-100, -80, -20, 20, 80, 1000, -1000, 0};
  auto p = program(sigmoid(x), gradient(sum(sigmoid(x)), x), softplus(x), gradient(sum(softplus(x)), x), logsigmoid(x),
                   gradient(sum(tanh(x / 8)), x), logaddexp(x, 0));
  p();
  bool const wide = sizeof(T) == 8;
  double const sigma[] = {wide ? 3.7200759760208360e-44 : 0, 1.8048513878454152e-35, 2.0611536181902036e-9};
  for (int i = wide ? 0 : 1; i < 3; ++i) {
    check_near(p.template result<0>()(0, i), sigma[i], 4);
    check_near(p.template result<1>()(0, i), sigma[i] * (1 - sigma[i]), 8);
    check_near(p.template result<3>()(0, i), sigma[i], 4);
    check_near(p.template result<4>()(0, 5 - i - (i == 0)), i == 2 ? -2.0611536203143807e-9 : -sigma[1], 4);
  }
  check_near(p.template result<2>()(0, 1), 1.8048513878454152e-35, 4);
  check_near(p.template result<2>()(0, 2), 2.0611536203143807e-9, 4);
  check_near(p.template result<2>()(0, 5), 1000, 0);
  check_near(p.template result<2>()(0, 6), 0, 0);
  check_near(p.template result<3>()(0, 5), 1, 0);
  check_near(p.template result<3>()(0, 6), 0, 0);
  check_near(p.template result<4>()(0, 6), -1000, 0);
  check_near(p.template result<4>()(0, 5), 0, 0);
  check_near(p.template result<0>()(0, 5), 1, 0);
  check_near(p.template result<6>()(0, 5), 1000, 0);
  check_near(p.template result<6>()(0, 2), 2.0611536203143807e-9, 8);
}

template <class T>
void check_rows() {
  auto const minus_infinity = static_cast<T>(-infinity);
  matrix<"Z", T, 5, 3> Z{{1000, -1000, 0},
                         {-1000, -1000, -1000},
                         {minus_infinity, 2, minus_infinity},
                         {minus_infinity, minus_infinity, minus_infinity},
                         {1000, 1000, 999}};
  column<"y", std::int32_t, 5> y{0, 2, 1, 0, 2};
  auto const losses = logsumexp<1>(Z) - sum<1>(where(one_hot<3>(y) == 1, Z, 0));
  auto p = program(logsumexp<1>(Z), softmax(Z), log_softmax(Z), losses);
  p();
  double const sums[] = {1000, -1000 + std::log(3.0), 2, -infinity, 1000.8619948040583};
  for (int i = 0; i < 5; ++i) check_near(p.template result<0>()(i, 0), sums[i], 2);
  CHECK(p.template result<1>()(0, 0) == 1);
  CHECK(p.template result<1>()(0, 1) == 0);
  check_near(p.template result<1>()(1, 1), 1.0 / 3, 4);
  CHECK(p.template result<1>()(2, 1) == 1);
  CHECK(p.template result<1>()(2, 0) == 0);
  CHECK(p.template result<2>()(0, 1) == -2000);
  CHECK(p.template result<2>()(2, 0) == -infinity);
  check_near(p.template result<2>()(4, 2), -1.8619948040582511, 8);

  matrix<"S", T, 3, 3> S{{1000, -1000, 0}, {-1000, -1000, -1000}, {minus_infinity, 2, minus_infinity}};
  column<"s", std::int32_t, 3> s{0, 2, 1};
  auto const J = cross_entropy(S, s);
  auto q = program(J, gradient(J, S));
  q();
  check_near(q.template result<0>(), std::log(3.0) / 3, 8);
  CHECK(q.template result<1>()(0, 0) == 0);
  check_near(q.template result<1>()(1, 2), -2.0 / 9, 8);
  CHECK(q.template result<1>()(2, 0) == 0);
  // a certain mistake costs all there is
  s(2, 0) = 0;
  q();
  CHECK(q.template result<0>() == infinity);
  s(2, 0) = 1;
  s(0, 0) = 1;
  q();
  check_near(q.template result<0>(), (2000 + std::log(3.0)) / 3, 4);
}

}  // namespace

TEST_CASE("tails keep their digits") {
  check_tails<double>();
  check_tails<float>();
}

TEST_CASE("log-sum-exp, softmax and cross entropy of huge and infinite logits") {
  check_rows<double>();
  check_rows<float>();
}

TEST_CASE("log-sum-exp over everything") {
  tensor<"v", double, 4> v{1000, -1000, -infinity, 1000};
  CHECK_THAT(evaluate(logsumexp(v)), Catch::Matchers::WithinRel(1000.6931471805599, 1e-15));
  CHECK(evaluate(gradient(logsumexp(v), v))(3) == 0.5);
  CHECK(evaluate(gradient(logsumexp(v), v))(2) == 0);
}

TEST_CASE("denormals are kept, by loops and by products") {
  constexpr float tiny = std::numeric_limits<float>::denorm_min();
  matrix<"X", float, 3, 5> X;
  matrix<"W", float, 5, 2> W;
  X.fill(8 * tiny);
  W.fill(0.5f);
  auto p = program(0.25f * X, X * W, sum(X));
  p();
  for (int i = 0; i < 15; ++i) CHECK(p.result<0>().data()[i] == 2 * tiny);
  for (int i = 0; i < 6; ++i) CHECK(p.result<1>().data()[i] == 20 * tiny);
  CHECK(p.result<2>() == 120 * tiny);
}
