// SPDX-License-Identifier: MIT
// Chains of products run in the order that costs least, and sums of a product without it.
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

TEST_CASE("sums of a product need no product") {
  test::fill(A);
  test::fill(B);
  test::fill(C);
  static_assert(decltype(ctg::program(sum(A * B)))::flops() < 30 * 20 + 20 * 40 + 200);
  static_assert(decltype(ctg::program(sum<0>(A * B)))::flops() < 3 * (30 * 20 + 20 * 40));
  auto const J = sum(A * B);
  test::check(1e-10, J, gradient(J, A), sum<0>(B * C), sum<1>(B * C), sum(A * B * C));
}
