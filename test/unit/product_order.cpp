// SPDX-License-Identifier: MIT
// Chains of products run in the order that costs least, sums of a product without it, and factors stand where they cost
// least.
#include <ctg/ctg.hpp>

#include "against_reference.hpp"

namespace {

ctg::matrix<"A", double, 30, 20> A;
ctg::matrix<"B", double, 20, 40> B;
ctg::matrix<"C", double, 40, 25> C;
ctg::column<"x", double, 25> x;

// Multiplications and additions of a program.
template <class... E>
constexpr auto flops_of(E const&... e) {
  return decltype(ctg::program(e...))::flops();
}

}  // namespace

TEST_CASE("a chain that ends in a column goes from the right") {
  test::fill(A);
  test::fill(B);
  test::fill(C);
  test::fill(x);
  auto const y = A * B * C * x;
  static_assert(decltype(ctg::program(y))::flops() == 2 * (40 * 25 + 20 * 40 + 30 * 20));
  test::check(1e-11, y);
  // one that is wanted itself is not taken apart
  auto const AB = A * B;
  test::check(1e-11, AB, AB * C, tanh(AB * C * x));
}

TEST_CASE("inside and by its gradients") {
  test::fill(A);
  test::fill(B);
  test::fill(C);
  test::fill(x);
  auto const J = sum(square(A * B * C * x));
  test::check(1e-8, J, gradient(J, A), gradient(J, B), gradient(J, x));
}

TEST_CASE("a row times a matrix is the product of the transpose and a column") {
  ctg::matrix<"S", double, 25, 25> S;
  test::fill(S);
  test::fill(x);
  auto const J = sum(transpose(x) * S * x);
  auto const p = ctg::program(J, gradient(J, x));
  static_assert(decltype(p)::gemms() == 3 && decltype(p)::passes_over(S) == 2);  // S x, S' x and x' of one of them
  test::check(1e-11, J, gradient(J, x));
  // whichever comes first; both are results; of a rank of which there is no such twin
  test::check(1e-11, transpose(S) * x, transpose(x) * S, S * x, transpose(x) * transpose(S));
  static_assert(decltype(ctg::program(S * x, transpose(x) * transpose(S)))::gemms() == 1);
}

TEST_CASE("sums of a product need no product") {
  test::fill(A);
  test::fill(B);
  test::fill(C);
  static_assert(decltype(ctg::program(sum(A * B)))::flops() < 30 * 20 + 20 * 40 + 200);
  static_assert(decltype(ctg::program(sum<0>(A * B)))::flops() < 3 * (30 * 20 + 20 * 40));
  auto const J = sum(A * B);
  test::check(1e-10, J, gradient(J, A), sum<0>(B * C), sum<1>(B * C), sum(A * B * C));
}

TEST_CASE("a scalar leaves a product for the update that it scales") {
  ctg::matrix<"X", double, ctg::dim<"N">, 20> X(30);
  ctg::matrix<"T", double, ctg::dim<"N">, 25> T(30);
  ctg::matrix<"W", double, 20, 25> W;
  ctg::scalar<"lr", double> lr{0.25};
  test::fill(X);
  test::fill(T);
  test::fill(W);
  auto const written = ctg::evaluate_reference(W - lr * (transpose(X) * T));
  auto check = [&](auto const& next) {
    test::fill(W);
    auto p = ctg::program(ctg::assign(W, next));
    static_assert(decltype(p)::kernels() == 1);
    static_assert(ctg::equivalent<std::remove_cvref_t<decltype(next)>, decltype(W - lr * (transpose(X) * T))>());
    p();
    double worst = 0;
    for (std::int64_t i = 0; i < W.size(); ++i) worst = std::max(worst, std::fabs(W.data()[i] - written.data()[i]));
    CHECK(worst < 1e-12);
  };
  check(W - lr * transpose(X) * T);
  check(W - transpose(lr * X) * T);
  check(W - transpose(X) * (lr * T));
  check(W + (-(lr * transpose(X))) * T);
  // as quotients, and one in each operand
  auto p = ctg::program(ctg::assign(W, W - (transpose(X) / lr) * (T % lr) / 30));
  static_assert(decltype(p)::kernels() == 1);
  test::check(1e-11, W - (transpose(X) / lr) * (T % lr) / 30, 2 * A * B * C, transpose(3 * A) * A);
  static_assert(decltype(ctg::program(2 * A * B * C * x))::flops() <= 2 * (40 * 25 + 20 * 40 + 30 * 20) + 40);
}

TEST_CASE("a factor for each row or column of an operand scales the product") {
  ctg::column<"r", double, 30> r;
  ctg::row<"c", double, 40> c;
  test::fill(A);
  test::fill(B);
  test::fill(r);
  test::fill(c);
  static_assert(ctg::equivalent((r % A) * B, r % (A * B)) && ctg::equivalent(A * (B % c), (A * B) % c));
  static_assert(decltype(ctg::program((r % A) * (B / c)))::kernels() == 1);
  test::check(1e-12, (r % A) * B, A * (B / c), (square(r) % A) * (B % c));
}

TEST_CASE("factors and counts stand outside sums") {
  ctg::matrix<"X", double, ctg::dim<"N">, 7> X(5);
  ctg::column<"r", double, ctg::dim<"N">> r(5);
  ctg::scalar<"m", double> m{0.3};
  ctg::scalar<"s", double> s{1.7};
  test::fill(X);
  test::fill(r);
  static_assert(ctg::equivalent(sum<1>(r % X), r % sum<1>(X)) && ctg::equivalent(sum<1>(X / r), sum<1>(X) / r));
  static_assert(ctg::equivalent(sum(-(X % X) / s), -(sum(square(X)) / s)));
  // the value and the derivative by s share Σ ((X − m) / s)²
  auto const J = sum(square((X - m) / s) / 2 + log(s));
  static_assert(decltype(ctg::value_and_gradient(J, m, s))::kernels() == 1);
  test::check(1e-11, J, gradient(J, X), gradient(J, m), gradient(J, s), sum<0>(X / s - m), mean(2 * X - s));
  // of no rows: the sum is 0, though the factor is infinite
  ctg::matrix<"E", double, ctg::dim<"M">, 7> E(0);
  CHECK(ctg::evaluate(gradient(mean(E * ctg::transpose(X)), X))(0, 0) == 0);
}

TEST_CASE("what deviates from its mean sums to nothing") {
  ctg::matrix<"X", double, ctg::dim<"N">, 7> X(5);
  ctg::matrix<"D", double, ctg::dim<"N">, 7> D(5);
  test::fill(X);
  test::fill(D);
  static_assert(ctg::equivalent(sum<0>((X - mean<0>(X)) % exp(mean<0>(D))), sum<0>(0 * X)));
  // a normalised row: two sums of the adjoint are left
  auto const Y = (X - mean<1>(X)) / sqrt(variance<1>(X) + 1e-3);
  auto const J = sum(Y % D);
  test::check(1e-11, variance(X), gradient(variance(X), X), gradient(sum(variance<0>(X) % mean<0>(D)), X),
              gradient(stddev(X), X), J, gradient(J, X));
  // the value takes 4 operations for an entry, its gradient 1 more
  static_assert(decltype(ctg::value_and_gradient(variance(A), A))::flops() <= 5 * 30 * 20 + 10);
}

TEST_CASE("divisions leave sums that share what they divide") {
  ctg::row<"z", double, 100> z;
  ctg::scalar<"m", double> m{0.5};
  ctg::scalar<"s", double> s{2.0};
  test::fill(z);
  // by m and by s the sums over (z − m) / s / s and over its square: one division for each entry
  auto const J = sum(square((z - m) / s)) / 2;
  auto const p = ctg::program(gradient(J, m), gradient(J, s));
  static_assert(decltype(p)::evaluations(ctg::opcode::divide) < 100 + 10);
  test::check(1e-11, J, gradient(J, m), gradient(J, s));

  // a row's norm leaves the sum for its derivative: one division for Y, one for dX
  ctg::matrix<"X", double, 6, 40> X;
  ctg::matrix<"D", double, 6, 40> D;
  test::fill(X);
  test::fill(D);
  auto const Y = X / sqrt(sum<1>(square(X)) + 1);
  auto const q = ctg::program(Y, vjp(Y, D, X));
  static_assert(decltype(q)::evaluations(ctg::opcode::divide) < 2 * 6 * 40 + 60);
  test::check(1e-12, Y, vjp(Y, D, X));
}
