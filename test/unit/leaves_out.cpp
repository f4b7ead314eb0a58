// SPDX-License-Identifier: MIT
// What leaves an expression: casts between element types, values as leaves, leaves and values as text.
#include <ctg/ctg.hpp>

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <sstream>

namespace {

using namespace ctg;

matrix<"X", float, 3, 3> X{{1, 2, 3}, {4, 5, 7}, {1, 1, 2}};
matrix<"D", double, 3, 3> D{{1, 2, 3}, {4, 5, 7}, {1, 1, 2}};
matrix<"I", std::int32_t, 3, 3> I{{1, 2, 3}, {4, 5, 7}, {1, 1, 2}};

std::string text(auto const& t) {
  std::ostringstream out;
  out << t;
  return out.str();
}

}  // namespace

TEST_CASE("a cast lets leaves of two types meet, in products, loops and gradients") {
  auto const difference = evaluate(cast<double>(X) * D - D * D);
  for (double d : difference) CHECK(d == 0);
  auto const with_integers = evaluate(cast<double>(I) * D + D % I);
  CHECK(with_integers(0, 0) == 13);
  CHECK(with_integers(2, 2) == 18);
  static_assert(std::is_same_v<decltype(evaluate(X + cast<float>(D)))::value_type, float>);
  static_assert(std::is_same_v<decltype(evaluate(gradient(sum(cast<double>(X) % D), X)))::value_type, double>);
  CHECK(evaluate(gradient(sum(square(cast<double>(X)) % D), X))(1, 2) == 98);
  auto const converted_once = program(sum(cast<double>(X) + D));
  CHECK(converted_once.kernels() == 1);
  // 0.1f is not 0.1: the leaf is converted, not read anew
  scalar<"a", float> const a{0.1f};
  CHECK(evaluate(cast<double>(a)) == static_cast<double>(0.1f));

  matrix<"V", float, 3, 3> V;
  V = X;
  V = cast<float>(D * cast<double>(V));
  CHECK(V(0, 2) == 23);
  static constexpr matrix<"C", float, 1, 2> C{1, 2};
  static_assert(evaluate(sum(cast<double>(C))) == 3);
}

TEST_CASE("a matrix of integers in a loop over a whole space, and in rows") {
  matrix<"J", std::int32_t, dim<"N">, 5> J(40);
  matrix<"F", float, dim<"N">, 5> F(40);
  for (int i = 0; i < 200; ++i) {
    J.data()[i] = i;
    F.data()[i] = 0.5f;
  }
  auto const both = evaluate(F + J);
  bool right = true;
  for (int i = 0; i < 200; ++i) right = right && both.data()[i] == static_cast<float>(i) + 0.5f;
  CHECK(right);
  CHECK(evaluate(sum<1>(F + J))(39, 0) == 987.5f);
}

TEST_CASE("a value as a leaf") {
  matrix<"N", double, dim<"N">, 3> N(2);
  N.fill(1.5);
  auto const Y = evaluate<"Y">(N * D);
  static_assert(std::is_same_v<decltype(Y), matrix<"Y", double, dim<"N">, 3> const>);
  CHECK(Y.rows() == 2);
  CHECK(Y(1, 2) == 18);
  CHECK(evaluate(sum(Y - N * D)) == 0);
  auto const s = evaluate<"s">(sum(D));
  static_assert(std::is_same_v<decltype(s), scalar<"s", double> const>);
  CHECK(s() == 26);
  static_assert(evaluate<"E">(square(constant<3, 1>))() == 9);
}

TEST_CASE("leaves, arrays and results as text") {
  CHECK(text(X) == "[[1, 2, 3],\n [4, 5, 7],\n [1, 1, 2]]");
  CHECK(text(evaluate(X / 4)) == "[[0.25,  0.5, 0.75],\n [   1, 1.25, 1.75],\n [0.25, 0.25,  0.5]]");
  row<"b", float, 3> const b{-1, 0.1f, 100};
  CHECK(text(b) == "[[ -1, 0.1, 100]]");
  CHECK(to_text(b) == text(b));
  CHECK(to_text(tensor<"v", double, 2>{1.0 / 3, 1}, 3) == "[0.333,     1]");
  CHECK(text(scalar<"a", float>{0.5f}) == "0.5");
  CHECK(text(I) == "[[1, 2, 3],\n [4, 5, 7],\n [1, 1, 2]]");
  tensor<"T", float, 2, 1, 2> T;
  T.fill(1);
  CHECK(text(T) == "[[[1, 1]],\n\n [[1, 1]]]");
  CHECK(text(tensor<"E", float, 0>{}) == "[]");
  tensor<"L", float, 1000> L;
  CHECK(text(L) == "[0, 0, 0, 0, ..., 0, 0, 0, 0]");
  tensor<"M", float, 9> M;
  CHECK(text(M) == "[0, 0, 0, 0, 0, 0, 0, 0, 0]");
  float padded[] = {1, 2, 99, 3, 4, 99};
  CHECK(text(matrix_view<"P", float, 2, 2>(padded, stride(3))) == "[[1, 2],\n [3, 4]]");
  auto p = program(X + 1);
  p();
  CHECK(text(p.result<0>()).substr(0, 9) == "[[2, 3, 4");
  std::ostringstream precise;
  precise.precision(3);
  precise << tensor<"v", double, 1>{1.0 / 3};
  CHECK(precise.str() == "[0.333]");
}
