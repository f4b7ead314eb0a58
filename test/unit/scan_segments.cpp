// SPDX-License-Identifier: MIT
// Recurrences that keep the state of every K-th step: the same values and derivatives, in less memory.
#include "against_reference.hpp"

TEST_CASE("a recurrence by segments is the recurrence") {
  using namespace ctg;
  tensor<"X", double, 400, 3> X;
  row<"h0", double, 4> h0;
  scalar<"s0", double> s0{0.5};
  matrix<"W", double, 3, 4> W;
  matrix<"U", double, 4, 4> U;
  test::fill(X), test::fill(h0), test::fill(W), test::fill(U);
  auto const step = [&](auto const& state, auto const& x) {
    auto const& [h, s] = state;
    return states(tanh(x * W + s * h * U), 0.9 * s + 0.1 * sum(h));
  };
  auto const of = [&](auto const& all) {
    auto const& [H, S] = all;
    return sum(square(H)) + sum(S);
  };
  auto const J = of(scan(step, states(h0, s0), X));
  auto const K = of(scan<keep<20>>(step, states(h0, s0), X));
  auto p = program(J, gradient(J, U), gradient(J, W), gradient(J, s0));
  auto q = program(K, gradient(K, U), gradient(K, W), gradient(K, s0));
  static_assert(decltype(q)::workspace_bytes() < decltype(p)::workspace_bytes() / 2);
  p(), q();
  CHECK_THAT(q.result<0>(), Catch::Matchers::WithinRel(p.result<0>(), 1e-13));
  for (int i = 0; i < 16; ++i)
    CHECK_THAT(q.result<1>().data()[i], Catch::Matchers::WithinRel(p.result<1>().data()[i], 1e-11));
  for (int i = 0; i < 12; ++i)
    CHECK_THAT(q.result<2>().data()[i], Catch::Matchers::WithinRel(p.result<2>().data()[i], 1e-11));
  CHECK_THAT(q.result<3>(), Catch::Matchers::WithinRel(p.result<3>(), 1e-12));
}
