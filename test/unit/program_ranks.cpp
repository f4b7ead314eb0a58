// SPDX-License-Identifier: MIT
// Ranks 3 and 4: batched products with broadcast batches, reductions over every set of axes, permutations; against the
// reference interpreter.
#include <ctg/ctg.hpp>

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <cmath>

namespace {

using ctg::dim;

void fill(auto& leaf) {
  int i = 0;
  for (auto& x : leaf) x = static_cast<std::remove_reference_t<decltype(x)>>(std::sin(1.7 * ++i));
}

// Every output of the program against the interpreter.
template <class... E>
void check(double tolerance, E const&... e) {
  auto p = ctg::program(e...);
  p();
  auto compare = [&](auto const& expression) {
    auto const expected = ctg::evaluate_reference(expression);
    auto const got = p[expression];
    if constexpr (requires { got.size(); }) {
      REQUIRE(got.size() == expected.size());
      double worst = 0;
      bool finite = true;
      for (std::int64_t i = 0; i < got.size(); ++i) {
        worst = std::max(worst, std::fabs(static_cast<double>(got.data()[i]) - static_cast<double>(expected.data()[i])));
        finite = finite && std::isfinite(got.data()[i]);
      }
      CHECK(worst <= tolerance);
      CHECK(finite);
    } else {
      CHECK_THAT(got, Catch::Matchers::WithinAbs(expected, tolerance));
    }
  };
  (compare(e), ...);
}

}  // namespace

TEST_CASE("batched products, batches broadcast") {
  ctg::tensor<"A", double, dim<"B">, 1, 4, 7> A(3);
  ctg::tensor<"B", double, 5, 7, 6> B;
  ctg::matrix<"C", double, 6, 4> C;
  fill(A), fill(B), fill(C);
  auto const Y = A * B;
  auto const J = sum(tanh(Y * C));
  check(1e-13, Y, transpose(Y) * transpose(A), J, gradient(J, A), gradient(J, B), gradient(J, C));
}

TEST_CASE("reductions over every set of axes") {
  ctg::tensor<"T", double, 3, dim<"N">, 1, 5> T(4);
  fill(T);
  check(1e-13, sum<0>(T), sum<1>(T), sum<2>(T), sum<3>(T));
  check(1e-13, sum<1>(sum<0>(T)), sum<3>(sum<0>(T)), sum<3>(sum<1>(T)), sum<3>(sum<1>(sum<0>(T))), sum(T));
  check(0, max<0>(T), max<1>(T), max<2>(T), max<3>(T), max<3>(max<1>(T)), max(T));
}

TEST_CASE("normalisation along each axis") {
  ctg::tensor<"T", double, 3, dim<"N">, 5> T(4);
  fill(T);
  check(1e-14, softmax<0>(T), softmax<1>(T), softmax<2>(T), log_softmax<1>(T), logsumexp<0>(T), logsumexp(T));
  auto const J = sum(softmax<1>(T) % T);
  check(1e-14, mean<1>(T), T - mean<0>(T), J, gradient(J, T));
}

TEST_CASE("permuted, reshaped and stretched operands") {
  ctg::tensor<"T", float, 2, dim<"N">, 5> T(4);
  ctg::tensor<"U", float, 5, 2, dim<"N">> U(4);
  fill(T), fill(U);
  auto const P = transpose<2, 0, 1>(T);
  check(1e-6, P % U, flatten(P) + flatten(U), sum<1>(exp(P) % U), sum(P - U));
  check(1e-6, broadcast_to<3, 2, dim<"N">, 5>(T) + 1, gradient(sum(square(flatten(P % U))), T));
}
