// SPDX-License-Identifier: MIT
// Integer labels: one-hot rows and cross entropy against them, in range and out of it.
#include <ctg/ctg.hpp>

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

namespace {
using ctg::dim;
}

TEST_CASE("one-hot rows of labels, those out of range NaN") {
  ctg::column<"y", std::int32_t, dim<"N">> y(6);
  ctg::matrix<"X", float, dim<"N">, 10> X(6);
  X.fill(3);
  std::int32_t const labels[] = {0, 9, 4, 10, -1, std::numeric_limits<std::int32_t>::min()};
  for (int i = 0; i < 6; ++i) y(i, 0) = labels[i];
  auto rows = X % ctg::one_hot<10>(y);
  auto p = ctg::program(rows, sum<1>(rows));
  p();
  for (int i = 0; i < 6; ++i)
    for (int j = 0; j < 10; ++j)
      if (i < 3)
        CHECK(p[rows](i, j) == (labels[i] == j ? 3 : 0));
      else
        CHECK(std::isnan(p[rows](i, j)));
  auto const alone = ctg::evaluate(X + ctg::one_hot<10>(y));
  CHECK(alone(1, 9) == 4);
}

TEST_CASE("int64 labels of rank 1 in a view") {
  std::vector<std::int64_t> labels{2, 0, 1, 1, std::int64_t{1} << 60};
  ctg::tensor_view<"y", std::int64_t const, dim<"N">> y(labels.data(), 5);
  ctg::matrix<"X", double, dim<"N">, 3> X(5);
  X.fill(1);
  auto const hits = ctg::evaluate(X % ctg::one_hot<3>(y));
  CHECK(hits(0, 2) == 1);
  CHECK(hits(3, 1) == 1);
  CHECK(hits(3, 0) == 0);
  CHECK(std::isnan(hits(4, 0)));
}

TEST_CASE("one-hot rows in a product and with one class") {
  ctg::column<"y", std::int32_t, dim<"N">> y(4);
  ctg::matrix<"A", float, 3, 5> A;
  for (int i = 0; i < 4; ++i) y(i, 0) = i % 3;
  for (int i = 0; i < 15; ++i) A.data()[i] = static_cast<float>(i);
  auto const rows = ctg::evaluate(ctg::one_hot<3>(y) * A);
  CHECK(rows(2, 4) == 14);
  CHECK(rows(3, 1) == 1);

  ctg::column<"c", float, dim<"N">> c(4);
  c.fill(2);
  auto const one = ctg::evaluate(c % ctg::one_hot<1>(y));
  CHECK(one(0, 0) == 2);
  CHECK(one(3, 0) == 2);
  CHECK(std::isnan(one(1, 0)));
}

TEST_CASE("cross entropy with labels is that with one-hot targets") {
  constexpr int n = 7, k = 5;
  ctg::column<"y", std::int32_t, dim<"N">> y(n);
  ctg::matrix<"Z", double, dim<"N">, k> Z(n);
  ctg::matrix<"T", double, dim<"N">, k> T(n);
  for (int i = 0; i < n; ++i) {
    y(i, 0) = i * 3 % k;
    T(i, i * 3 % k) = 1;
    for (int j = 0; j < k; ++j) Z(i, j) = std::sin(i * 5 + j) * 4;
  }
  auto by_label = cross_entropy(Z, y);
  auto by_target = cross_entropy(Z, T);
  // no pass over log softmax: the label's entry is taken as the exponentials are summed
  static_assert(decltype(ctg::program(by_label))::flops(ctg::extents<"N">(64)) <
                decltype(ctg::program(by_target))::flops(ctg::extents<"N">(64)));
  auto p = ctg::program(by_label, gradient(by_label, Z), by_target, gradient(by_target, Z));
  p();
  CHECK_THAT(p.result<0>(), Catch::Matchers::WithinRel(p.result<2>(), 1e-14));
  CHECK_THAT(p.result<0>(), Catch::Matchers::WithinRel(ctg::evaluate_reference(by_label), 1e-13));
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < k; ++j) CHECK_THAT(p.result<1>()(i, j), Catch::Matchers::WithinAbs(p.result<3>()(i, j), 1e-15));

  SECTION("a label out of range makes NaN, never a crash") {
    y(3, 0) = k;
    p();
    CHECK(std::isnan(p.result<0>()));
    CHECK(std::isnan(p.result<1>()(3, 2)));
    CHECK(!std::isnan(p.result<1>()(2, 2)));  // the other rows
    y(3, 0) = -1;
    p();
    CHECK(std::isnan(p.result<0>()));
  }
  SECTION("large and infinite logits") {
    Z(0, 0) = 1000;
    Z(1, 0) = -1000;
    Z(2, 0) = -std::numeric_limits<double>::infinity();  // row 2 has label 1
    p();
    CHECK(std::isfinite(p.result<0>()));
    CHECK_THAT(p.result<0>(), Catch::Matchers::WithinRel(p.result<2>(), 1e-14));
    CHECK(p.result<1>()(2, 0) == 0);
    CHECK(std::isfinite(p.result<3>()(2, 0)));
  }
}
