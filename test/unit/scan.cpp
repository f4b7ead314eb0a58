// SPDX-License-Identifier: MIT
// Recurrences as one node: against the steps written out, loops by hand, finite differences and the interpreter.
#include "against_reference.hpp"

namespace {
using namespace ctg;
using test::difference;
}  // namespace

TEST_CASE("a recurrent layer of a length that only the run knows") {
  tensor<"X", double, dim<"T">, 3> X(4), longer(9), one(1), none(0);
  tensor<"X4", double, 4, 3> X4;
  row<"h0", double, 5> h0;
  matrix<"W", double, 3, 5> W;
  matrix<"U", double, 5, 5> U;
  test::fill(X), test::fill(X4), test::fill(longer), test::fill(one), test::fill(h0), test::fill(W), test::fill(U);
  auto const layer = [&](auto const& h, auto const& x) { return tanh(x * W + h * U); };
  auto const H = scan(layer, h0, X);
  auto const J = sum(square(H));
  auto const H4 = unroll(layer, h0, X4);
  auto const J4 = sum(square(H4));
  static_assert(decltype(H)::shape[1] == extent{5} && decltype(H)::shape.rank == 2);

  auto p = program(H, gradient(J, U), gradient(J, X), gradient(J, h0), fold(layer, h0, X));
  static_assert(p.stores(H));
  p();
  CHECK(difference(p.result<0>(), evaluate_reference(H4)) < 1e-14);
  CHECK(difference(p.result<1>(), evaluate_reference(gradient(J4, U))) < 1e-14);
  CHECK(difference(p.result<2>(), evaluate_reference(gradient(J4, X4))) < 1e-14);
  CHECK(difference(p.result<3>(), evaluate_reference(gradient(J4, h0))) < 1e-14);
  CHECK(difference(p.result<4>(), evaluate_reference(slice<0, 3, 4>(H4))) < 1e-14);

  p.bind(longer);
  p();
  REQUIRE(p.result<0>().extent(0) == 9);
  double h[5] = {h0(0, 0), h0(0, 1), h0(0, 2), h0(0, 3), h0(0, 4)};
  for (int t = 0; t < 9; ++t) {
    double next[5];
    for (int k = 0; k < 5; ++k) {
      double z = 0;
      for (int j = 0; j < 3; ++j) z += longer(t, j) * W(j, k);
      for (int j = 0; j < 5; ++j) z += h[j] * U(j, k);
      next[k] = std::tanh(z);
    }
    std::copy(next, next + 5, h);
    for (int k = 0; k < 5; ++k) CHECK_THAT(p.result<0>()(t, k), Catch::Matchers::WithinAbs(h[k], 1e-14));
  }
  CHECK_THAT(p.result<4>()(0, 4), Catch::Matchers::WithinAbs(h[4], 1e-14));

  p.bind(one);
  p();
  CHECK(difference(p.result<0>(), p.result<4>()) == 0);
  p.bind(none);  // no step: the state is the first one, and nothing flows back through it
  p();
  CHECK(p.result<0>().size() == 0);
  CHECK(difference(p.result<4>(), h0) == 0);
  for (int i = 0; i < 25; ++i) CHECK(p.result<1>().data()[i] == 0);
  for (int i = 0; i < 5; ++i) CHECK(p.result<3>().data()[i] == 0);
}

TEST_CASE("two states, batches, float: a long short-term memory and its derivatives") {
  tensor<"X", float, dim<"T">, 4, 3> X(6);
  matrix<"h0", float, 4, 5> h0;
  matrix<"c0", float, 4, 5> c0;
  matrix<"W", float, 3, 20> W;
  matrix<"U", float, 5, 20> U;
  row<"b", float, 20> b;
  test::fill(X), test::fill(h0), test::fill(c0), test::fill(W), test::fill(U), test::fill(b);
  auto const cell = [&](auto const& state, auto const& x) {
    auto const& [h, c] = state;
    auto const z = x * W + h * U + b;
    auto const next = sigmoid(slice<1, 0, 5>(z)) % c + sigmoid(slice<1, 5, 10>(z)) % tanh(slice<1, 10, 15>(z));
    return states(sigmoid(slice<1, 15, 20>(z)) % tanh(next), next);
  };
  auto const [H, C] = scan(cell, states(h0, c0), X);
  static_assert(decltype(H)::shape.rank == 3 && decltype(H)::shape[1] == extent{4});
  auto const J = sum(square(H)) + sum(C);
  test::check(2e-5, H, C, gradient(J, W), gradient(J, c0), gradient(J, X));
}

TEST_CASE("a scan within a scan") {
  tensor<"X", double, dim<"T">, 3> X(5);
  tensor<"y", double, 4> y{0.5, -1, 2, 0.25};
  scalar<"a", double> a{0.3};
  test::fill(X);
  auto const inner = [&](auto const& start) {
    return fold([&](auto const& u, auto const& w) { return sin(a * u + w); }, start, y);
  };
  auto const H = scan([&](auto const& h, auto const& x) { return inner(h + sum(x)); }, 0.1, X);
  auto const J = sum(square(H));
  test::check(1e-13, H, gradient(J, a), gradient(J, X));
}

TEST_CASE("tiny steps: states of one entry, of a row longer than a vector, of a square") {
  tensor<"x", double, dim<"T">> x(7);
  row<"r0", double, 11> r0;
  matrix<"M0", double, 2, 2> M0;
  row<"w", double, 11> w;
  matrix<"A", double, 2, 2> A{{0.5, -0.3}, {0.2, 0.4}};
  scalar<"a", double> a{0.3};
  scalar<"u0", double> u0{-0.2};
  test::fill(x), test::fill(r0), test::fill(M0), test::fill(w);
  auto const tiny = [&](auto const& state, auto const& v) {
    auto const& [r, M, u] = state;
    auto const next = where(abs(v) > u, a * u + 0.5 * v, maximum(u, 0.1 * v) / (1 + square(v)));
    return states(0.5 * r % w + u, M * A + tanh(next), next);
  };
  auto const [R, M, U] = scan(tiny, states(r0, M0, u0), x);
  auto const J = sum(square(R)) + sum(square(M)) + sum(U);
  test::check(1e-13, R, M, U, gradient(J, w), gradient(J, A), gradient(J, a), gradient(J, x), gradient(J, r0));
}

TEST_CASE("tiny steps put states together from pieces") {
  tensor<"x", float, dim<"T">> x(6);
  row<"s0", float, 3> s0{0.5f, -0.25f, 1};
  matrix<"A", float, 2, 2> A{{0.5f, -0.3f}, {0.2f, 0.4f}};
  scalar<"a", float> a{0.3f};
  test::fill(x);
  auto const S =
      scan([&](auto const& s, auto const& v) { return sin(concat<1>(slice<1, 1, 3>(s), a * slice<1, 0, 1>(s) + v)); },
           s0, x);
  auto const J = sum(square(S));
  auto const C = concat<1>(tanh(A), slice<1, 1, 3>(concat<0>(s0, a * s0)));
  test::check(2e-6, S, gradient(J, s0), gradient(J, x), C, gradient(sum(square(C)), A), gradient(sum(square(C)), s0));
}

TEST_CASE("what a program says of a scan") {
  tensor<"X", float, dim<"T">, 8> X(16);
  row<"h0", float, 32> h0;
  matrix<"W", float, 8, 32> W;
  matrix<"U", float, 32, 32> U;
  auto const layer = [&](auto const& h, auto const& x) { return tanh(x * W + h * U); };
  auto p = program(fold(layer, h0, X));
  static_assert(decltype(p)::kernels() == 1);
  static_assert(decltype(p)::workspace_bytes(extents<"T">(10)) == decltype(p)::workspace_bytes(extents<"T">(1000000)));
  static_assert(decltype(p)::flops(extents<"T">(100)) == 10 * decltype(p)::flops(extents<"T">(10)));
  int kernels = 0;
  p(traced{[&](int) { ++kernels; }});
  CHECK(kernels == 1);
}

TEST_CASE("a weight's gradient is one product over the rows of all steps and batches") {
  tensor<"X", double, dim<"T">, dim<"N">, 3> X(4, 6);
  tensor<"X4", double, 4, dim<"N">, 3> X4(6);
  matrix<"h0", double, dim<"N">, 5> h0(6);
  matrix<"W", double, 3, 5> W;
  scalar<"a", double> a{0.75};
  test::fill(X), test::fill(X4), test::fill(h0), test::fill(W);
  auto const layer = [&](auto const& h, auto const& x) { return tanh(x * (-2 * (sum(x) * W)) / a + h); };
  auto const sum_of = [](auto const& H) { return sum(square(H)); };
  auto step = program(gradient(sum_of(scan(layer, h0, X)), W));
  auto const written_out = gradient(sum_of(unroll(layer, h0, X4)), W);
  step();
  CHECK(difference(step.result<0>(), evaluate_reference(written_out)) < 1e-13);
  a = 0.5;
  step();
  CHECK(difference(step.result<0>(), evaluate_reference(written_out)) < 1e-13);
}

TEST_CASE("products of inputs alone are one product before the scan") {
  tensor<"X", double, dim<"T">, 64> X(3);
  tensor<"X3", double, 3, 64> X3;
  tensor<"Z", double, 3, 2, 64> Z;
  row<"h0", double, 128> h0;
  matrix<"g0", double, 2, 128> g0;
  matrix<"W", double, 64, 128> W;
  matrix<"U", double, 128, 128> U;
  row<"b", double, 128> b;
  test::fill(X), test::fill(X3), test::fill(Z), test::fill(h0), test::fill(g0), test::fill(W), test::fill(U);
  test::fill(b);
  auto const layer = [&](auto const& h, auto const& x) { return tanh(x * W + h * U / 64 + b); };
  auto const J = [](auto const& H) { return sum(square(H)); };
  auto const last = fold(layer, h0, X);
  auto const before = J(scan(layer, h0, X));
  auto const written_out = J(unroll(layer, h0, X3));

  // the scan forwards and X W; backwards h U of all steps too, for the states are known
  auto p = program(gradient(before, W), gradient(before, X));
  static_assert(decltype(p)::kernels() == 8);
  p();
  CHECK(difference(p.result<0>(), evaluate_reference(gradient(written_out, W))) < 1e-12);
  CHECK(difference(p.result<1>(), evaluate_reference(gradient(written_out, X3))) < 1e-12);

  // two rows in a step; but nothing in memory where only the last state is wanted
  auto q = program(scan(layer, g0, Z), last);
  q();
  CHECK(difference(q.result<0>(), evaluate_reference(unroll(layer, g0, Z))) < 1e-13);
  CHECK(difference(q.result<1>(), evaluate_reference(slice<0, 2, 3>(unroll(layer, h0, X3)))) < 1e-13);
  static_assert(decltype(q)::workspace_bytes(extents<"T">(200)) == decltype(q)::workspace_bytes(extents<"T">(1)));
}
