// SPDX-License-Identifier: MIT
// What is written for one sample gives for all rows what was written for all rows: values, gradients, kernels.
#include "against_reference.hpp"

namespace {

using namespace ctg;

}  // namespace

TEST_CASE("per-sample expressions are those for all rows") {
  matrix<"X", double, dim<"N">, 3> X(5);
  matrix<"T", double, dim<"N">, 2> T(5);
  tensor<"U", double, dim<"N">, 3, 1> U(5);
  matrix<"W", double, 3, 2> W;
  row<"b", double, 2> b;
  column<"y", std::int32_t, dim<"N">> y(5);
  test::fill(X), test::fill(T), test::fill(U), test::fill(W), test::fill(b);
  for (int i = 0; i < 5; ++i) y(i, 0) = i % 3;

  auto const losses =
      batched<"N">([&](auto const& x, auto const& t) { return sum(square(tanh(reshape<1, 3>(x) * W + b) - t)); })(X, T);
  auto const direct = reshape<dim<"N">>(sum<1>(square(tanh(X * W + b) - T)));
  auto const dW = gradient(mean(losses), W);
  auto const dW_direct = gradient(mean(direct), W);
  static_assert(decltype(losses)::shape == shape(named(detail::hash_text("N"))));
  static_assert(decltype(program(losses))::kernels() == 1);
  static_assert(decltype(program(mean(losses), dW))::kernels() ==
                decltype(program(mean(direct), dW_direct))::kernels());
  test::check(1e-14, losses, dW, gradient(sum(losses), b), gradient(sum(losses), X));
  auto p = program(losses, direct, dW, dW_direct);
  p();
  for (int i = 0; i < 5; ++i) CHECK_THAT(p.result<0>()(i), Catch::Matchers::WithinRel(p.result<1>()(i), 1e-14));
  for (int i = 0; i < 6; ++i)
    CHECK_THAT(p.result<2>().data()[i], Catch::Matchers::WithinAbs(p.result<3>().data()[i], 1e-14));

  // a column as the sample: the products W' u of all become one product
  auto const P = batched<"N">([&](auto const& u) { return reshape<2>(softmax<0>(transpose(W) * u)); })(U);
  auto const Q = softmax(reshape<dim<"N">, 3>(U) * W);
  auto q = program(P - Q, gradient(sum(square(P)), W) - gradient(sum(square(Q)), W));
  q();
  for (int i = 0; i < 10; ++i) CHECK(std::fabs(q.result<0>().data()[i]) < 1e-15);
  for (int i = 0; i < 6; ++i) CHECK(std::fabs(q.result<1>().data()[i]) < 1e-14);

  // pieces, running values, reductions, labels, what every sample shares
  auto const mixed = batched<"N">([&](auto const& x, auto const& label) {
    auto const joined = concat<0>(slice<0, 1, 3>(x), flip<0>(x), reshape<2>(b));
    return sum(cumsum<0>(joined)) + max(x) * prod(joined) + sum(one_hot<3>(label) % x) + sum(outer(x, joined));
  })(X, y);
  auto const all = concat<1>(slice<1, 1, 3>(X), flip<1>(X), broadcast_to<dim<"N">, 2>(b));
  auto const expected =
      sum<1>(cumsum<1>(all)) + max<1>(X) % prod<1>(all) + sum<1>(one_hot<3>(y) % X) + sum<1>(X) % sum<1>(all);
  auto r = program(mixed, expected, gradient(sum(mixed), X), gradient(sum(expected), X));
  r();
  for (int i = 0; i < 5; ++i) CHECK_THAT(r.result<0>()(i), Catch::Matchers::WithinAbs(r.result<1>()(i, 0), 1e-13));
  for (int i = 0; i < 15; ++i)
    CHECK_THAT(r.result<2>().data()[i], Catch::Matchers::WithinAbs(r.result<3>().data()[i], 1e-13));
  // what does not read the sample is the same for each
  auto const constant_rows = batched<"N">([&](auto const&) { return b + 1; })(X);
  CHECK(evaluate(constant_rows)(4, 0, 1) == b(0, 1) + 1);
}
