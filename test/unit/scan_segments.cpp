// SPDX-License-Identifier: MIT
// Recurrences that keep the state of every K-th step: the same values and derivatives, in less memory.
#include "against_reference.hpp"

TEST_CASE("a recurrence by segments is the recurrence") {
  using namespace ctg;
  tensor<"X", double, 400, 3> X;
  row<"h0", double, 96> h0;
  scalar<"s0", double> s0{0.5};
  matrix<"W", double, 3, 96> W;
  matrix<"U", double, 96, 96> U;  // large enough to be multiplied by the states of a whole segment
  test::fill(X), test::fill(h0), test::fill(W), test::fill(U);
  auto const step = [&](auto const& state, auto const& x) {
    auto const& [h, s] = state;
    return states(tanh(x * W + s * h * U / 96), 0.9 * s + 0.1 * mean(h));
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

TEST_CASE("states are stored or computed again by cost") {
  using namespace ctg;
  constexpr int steps = 1000, entries = 2500;
  static row<"h0", double, entries> h0;
  static row<"v", double, entries> v;
  tensor<"x", double, steps> x;
  tensor<"prime", double, 997> prime;
  tensor<"short", double, 100> few;
  tensor<"unknown", double, dim<"T">> unknown(steps);
  scalar<"a", double> a{0.9};
  test::fill(h0), test::fill(v), test::fill(x);
  auto const by_segments = []<class E>(E const&) { return detail::lowered<detail::wanted<E>>::by_segments; };

  // 20 MB of states, which arithmetic makes again in less time than they take from memory
  auto const cubic = [&](auto const& h, auto const& u) { return a * h + u * v - 0.1 * h % h % h; };
  auto const J = sum(square(fold(cubic, h0, x)));
  auto p = program(J, gradient(J, a));
  static_assert(decltype(p)::workspace_bytes() < 2'000'000);
  static_assert(decltype(p)::kernels() == 3);
  p();
  double value = 0, slope = 0;
  for (int k = 0; k < entries; ++k) {
    double h = h0.data()[k], d = 0;
    for (int t = 0; t < steps; ++t) {
      d = h + (a() - 0.3 * h * h) * d;
      h = a() * h + x(t) * v.data()[k] - 0.1 * h * h * h;
    }
    value += h * h, slope += 2 * h * d;
  }
  CHECK_THAT(p.result<0>(), Catch::Matchers::WithinRel(value, 1e-11));
  CHECK_THAT(p.result<1>(), Catch::Matchers::WithinRel(slope, 1e-11));

  // not where there is no derivative, where they fit the cache, where no number divides the steps, where it is unknown
  auto const slope_of = [&](auto const& f, auto const& u) { return gradient(sum(fold(f, h0, u)), a); };
  CHECK(by_segments(slope_of(cubic, x)));
  CHECK_FALSE(by_segments(J));
  CHECK_FALSE(by_segments(gradient(sum(fold<keep<1>>(cubic, h0, x)), a)));
  CHECK_FALSE(by_segments(slope_of(cubic, few)));
  CHECK_FALSE(by_segments(slope_of(cubic, prime)));
  CHECK_FALSE(by_segments(slope_of(cubic, unknown)));
  // not where a step costs more than its state, unless the memory is more than one would spend
  auto const dear = [&](auto const& h, auto const& u) { return erf(tanh(a * h + u * v)); };
  CHECK_FALSE(by_segments(slope_of(dear, x)));
  static constexpr tensor_view<"long", double const, 100'000> many{nullptr};
  CHECK(by_segments(slope_of(dear, many)));
}
