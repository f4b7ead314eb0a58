// SPDX-License-Identifier: MIT
// Factors of products that are computed as they are read: values, facts, memory, and what a step overwrites.
#include "against_reference.hpp"

#include <ctg/run/explain.hpp>

#include <string>
#include <vector>

namespace {

using ctg::dim;
using test::kernels_run;

}  // namespace

TEST_CASE("a chain that a product reads is part of its kernel, on either side and transposed") {
  ctg::matrix<"X", double, dim<"N">, 70> X(53);
  ctg::matrix<"D", double, dim<"N">, 90> D(53);
  ctg::matrix<"W", double, 70, 90> W;
  ctg::row<"m", double, 70> m;
  ctg::column<"s", double, dim<"N">> s(53);
  ctg::column<"y", std::int32_t, dim<"N">> y(53);
  test::fill(m);
  test::fill(X);
  test::fill(D);
  test::fill(W);
  for (auto& x : s) x = 1.5;
  for (std::int64_t i = 0; i < 53; ++i) y.data()[i] = static_cast<std::int32_t>(i * 7 % 70);
  auto A = ((X - m) / s) * W;
  auto B = X * relu(W - 0.2);
  auto C = transpose(relu(X)) * D;
  auto E = D * transpose(tanh(W));
  auto F = transpose(one_hot<70>(y)) * D;
  auto G = tanh(X) * exp(W);
  auto p = ctg::program(A, B, C, E, F, G);
  static_assert(decltype(p)::kernels() == 6 && decltype(p)::stored() == 0);
  static_assert(decltype(p)::passes_over(X) == 4);
  static_assert(!decltype(p)::stores(relu(X)) && !decltype(p)::stores(exp(W)));
  static_assert(p.evaluations(ctg::opcode::tanh, ctg::extents<"N">(53)) == 70 * 90 + 53 * 70);
  CHECK(kernels_run(p) == 6);
  CHECK(explain(p).find("prologue + product") != std::string::npos);
  test::check(1e-12, A, B, C, E, F, G);
}

TEST_CASE("factors of more than one block have the bits of factors that are kept") {
  constexpr int k = 410;
  ctg::matrix<"X", float, 300, k> X;
  ctg::matrix<"V", float, k, 300> V;
  ctg::matrix<"W", float, k, 150> W;
  ctg::matrix<"U", float, 150, k> U;
  ctg::row<"m", float, k> m;
  ctg::column<"v", float, k> v;
  test::fill(X);
  test::fill(V);
  test::fill(W);
  test::fill(U);
  test::fill(m);
  test::fill(v);
  auto A = relu(X - m) * W;
  auto B = X * relu(W);
  auto C = transpose(relu(V)) * W;
  auto D = X * transpose(relu(U));
  auto e = tanh(X + m) * v;
  auto f = transpose(tanh(V)) * v;
  auto made = ctg::program(A, B, C, D, e, f);
  auto kept = ctg::program(A, B, C, D, e, f, relu(X - m), relu(W), relu(V), relu(U), tanh(X + m), tanh(V));
  static_assert(decltype(made)::stored() == 0 && decltype(kept)::stored() == 0);
  // a part of each factor is enough
  constexpr auto results = (4 * 300 * 150 + 300 * 300 + 2 * 300) * 4;
  static_assert(made.workspace_bytes() < results + 300 * k * 4);
  made();
  kept();
  auto const same = [&](auto const& y) {
    auto const a = made[y], b = kept[y];
    return std::equal(a.data(), a.data() + a.size(), b.data());
  };
  CHECK(same(A));
  CHECK(same(B));
  CHECK(same(C));
  CHECK(same(D));
  CHECK(same(e));
  CHECK(same(f));
}

TEST_CASE("batches of factors") {
  ctg::tensor<"A", double, dim<"B">, 5, 80> A(3);
  ctg::tensor<"C", double, dim<"B">, 80, 66> C(3);
  test::fill(A);
  test::fill(C);
  auto Y = tanh(A) * square(C);
  static_assert(decltype(ctg::program(Y))::kernels() == 1);
  test::check(1e-11, Y);
}

TEST_CASE("what is cheap is made for each of two products, what is dear or read elsewhere is kept") {
  ctg::matrix<"X", double, dim<"N">, 70> X(20);
  ctg::matrix<"W", double, 70, 80> W;
  ctg::matrix<"Z", double, dim<"N">, 80> Z(20);
  test::fill(X);
  test::fill(W);
  test::fill(Z);
  auto dZ = tanh(Z) % exp(Z);
  auto p = ctg::program(transpose(X) * dZ, dZ * transpose(W));
  static_assert(decltype(p)::kernels() == 3 && decltype(p)::stores(dZ));
  auto H = tanh(X);
  auto q = ctg::program(H * W, sum(H));
  static_assert(decltype(q)::kernels() == 2 && decltype(q)::stores(H));
  // one operand of this size, two operations: nothing is stored
  ctg::row<"m", double, 70> m;
  test::fill(m);
  auto N = relu(X - m);
  auto r = ctg::program(N * W, transpose(N) * Z);
  static_assert(decltype(r)::kernels() == 2 && decltype(r)::stored() == 0 && decltype(r)::passes_over(X) == 2);
  test::check(1e-12, N * W, transpose(N) * Z);
  test::check(1e-12, transpose(X) * dZ, dZ * transpose(W), H * W, sum(H));
}

TEST_CASE("an update whose factor is made; and leaves that are read as they are overwritten") {
  ctg::matrix<"X", double, dim<"N">, 70> X(40);
  ctg::matrix<"D", double, dim<"N">, 90> D(40);
  ctg::matrix<"W", double, 70, 90> W;
  ctg::matrix<"S", double, 80, 80> S;
  test::fill(X);
  test::fill(D);
  test::fill(W);
  test::fill(S);
  auto const close = [](auto const& got, auto const& expected) {
    double worst = 0;
    for (std::int64_t i = 0; i < got.size(); ++i)
      worst = std::max(worst, std::fabs(got.data()[i] - expected.data()[i]));
    return worst < 1e-12;
  };
  {
    auto update = W - 0.1 * (transpose(relu(X)) * D);
    auto const expected = ctg::evaluate_reference(update);
    auto p = ctg::program(ctg::assign(W, update));
    static_assert(decltype(p)::kernels() == 1 && decltype(p)::stored() == 0);
    p();
    CHECK(close(W, expected));
  }
  {
    auto update = W - 0.1 * (transpose(relu(X)) * (X * tanh(W)));
    auto const expected = ctg::evaluate_reference(update);
    ctg::program(ctg::assign(W, update))();
    CHECK(close(W, expected));
  }
  {
    auto next = relu(S) * transpose(S - 0.5) + S;
    auto const expected = ctg::evaluate_reference(next);
    ctg::program(ctg::assign(S, next))();
    CHECK(close(S, expected));
  }
  {
    test::fill(S);
    auto next = S - 0.1 * (tanh(S) * exp(S));
    auto const expected = ctg::evaluate_reference(next);
    ctg::program(ctg::assign(S, next))();
    CHECK(close(S, expected));
  }
}
