// SPDX-License-Identifier: MIT
// Programs on several threads: the same numbers as on one but for the order of sums, the same bits every time.
#include <ctg/ctg.hpp>

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace {

void fill(auto& leaf) {
  int i = 0;
  for (auto& x : leaf) x = static_cast<std::remove_reference_t<decltype(x)>>(std::sin(1.7 * ++i));
}

std::vector<float> values(auto const& x) {
  if constexpr (requires { x.size(); })
    return {x.data(), x.data() + x.size()};
  else
    return {x};
}

/// `outputs` on one thread and on 1, 2, 3 and 5. Sums that are joined in another order differ by a few roundings of the
/// largest entry, or of their terms, which are at most 1 here where they cancel.
void check(auto const&... outputs) {
  auto alone = ctg::program(outputs...), shared = ctg::program(outputs...), again = ctg::program(outputs...);
  alone();
  for (int threads : {1, 2, 3, 5}) {
    INFO(threads << " threads");
    shared(ctg::parallel{threads});
    again(ctg::parallel{threads});
    auto const compare = [&](auto const& e) {
      auto const expected = values(alone[e]), got = values(shared[e]);
      CHECK(got == values(again[e]));
      REQUIRE(got.size() == expected.size());
      double worst = 0, largest = 1;
      for (std::size_t i = 0; i < got.size(); ++i) {
        worst = std::max(worst, std::fabs(static_cast<double>(got[i] - expected[i])));
        largest = std::max(largest, std::fabs(static_cast<double>(expected[i])));
      }
      CHECK(worst <= 8 * std::numeric_limits<float>::epsilon() * largest);
    };
    (compare(outputs), ...);
  }
}

}  // namespace

TEST_CASE("a product with an epilogue of rows, sums of columns and a total; products of its gradient") {
  ctg::matrix<"X", float, ctg::dim<"N">, 96> X(203);
  ctg::matrix<"W", float, 96, 130> W;
  ctg::row<"b", float, 130> b;
  ctg::column<"y", std::int32_t, ctg::dim<"N">> y(203);
  fill(X);
  fill(W);
  fill(b);
  for (std::int64_t i = 0; i < y.size(); ++i) y.data()[i] = static_cast<std::int32_t>(i % 130);
  auto const J = cross_entropy(X * W + b, y);
  check(J, gradient(J, W), gradient(J, b));
}

TEST_CASE("few rows of a long product, which are one short row behind it") {
  ctg::matrix<"X", float, 8, 20000> X;
  ctg::matrix<"W", float, 20000, 4> W;
  fill(X);
  fill(W);
  auto step = ctg::program(tanh(X * W));
  step();
  auto const expected = values(step.result<0>());
  step(ctg::parallel{2});
  CHECK(values(step.result<0>()) == expected);
}

TEST_CASE("loops over rows, over one long row, and batches") {
  ctg::matrix<"X", float, 700, 301> X;
  ctg::row<"b", float, 301> b;
  ctg::row<"v", float, 100003> v;
  fill(X);
  fill(b);
  fill(v);
  check(softmax(X + b), sum<0>(tanh(X % b)), sum(exp(v)), tanh(v) % v, max(v));
  ctg::tensor<"A", float, 7, 64, 65> A;
  ctg::tensor<"B", float, 7, 65, 66> B;
  fill(A);
  fill(B);
  check(tanh(A * B), sum(square(A * B)));
}

TEST_CASE("a few rows by a large matrix: columns are dealt out, then rows to the epilogue") {
  static_assert(ctg::kernel::gemm_prefers_columns<float>(64, 800, 700, 2));
  static_assert(ctg::kernel::gemm_prefers_columns<float>(64, 800, 700, 5));
  static_assert(!ctg::kernel::gemm_prefers_columns<float>(128, 800, 700, 2));  // enough rows
  static_assert(!ctg::kernel::gemm_prefers_columns<float>(64, 700, 700, 2));   // in L2
  ctg::matrix<"X", float, 64, 700> X;
  ctg::matrix<"W", float, 700, 800> W;
  ctg::row<"b", float, 800> b;
  fill(X);
  fill(W);
  fill(b);
  auto const Y = tanh(X * W + b);
  check(mean(Y), sum<0>(Y));
  check(Y);
}

TEST_CASE("factors that are made by each thread have the bits of the whole") {
  ctg::matrix<"X", float, 203, 396> X;
  ctg::matrix<"W", float, 396, 130> W;
  ctg::matrix<"V", float, 130, 396> V;
  fill(X);
  fill(W);
  fill(V);
  auto step = ctg::program(relu(X) * W, transpose(relu(V)), X * relu(W), relu(X) * transpose(relu(V)));
  step();
  auto const read = [&] {
    return std::vector{values(step.result<0>()), values(step.result<2>()), values(step.result<3>())};
  };
  auto const expected = read();
  for (int threads : {2, 3}) {
    step(ctg::parallel{threads});
    CHECK(read() == expected);
  }
}

TEST_CASE("an update that is dealt out has the bits of the whole") {
  ctg::matrix<"X", float, 203, 96> X;
  ctg::matrix<"G", float, 203, 130> G;
  ctg::matrix<"W", float, 96, 130> W;
  fill(X);
  fill(G);
  auto step = ctg::program(ctg::assign(W, W - 0.5f * (transpose(X) * G)));
  static_assert(decltype(step)::kernels() == 1);
  fill(W);
  auto const before = W;
  step();
  auto const expected = W;
  CHECK_FALSE(std::equal(W.begin(), W.end(), before.begin()));
  for (int threads : {2, 3}) {
    W = before;
    step(ctg::parallel{threads});
    CHECK(std::equal(W.begin(), W.end(), expected.begin()));
  }
}
