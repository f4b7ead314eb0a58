// SPDX-License-Identifier: MIT
// Slices, joined pieces, rows by number and argmax in programs: what they cost, what binding refuses, rows that do not
// exist.
#include "against_reference.hpp"

#include <cstdint>
#include <vector>

namespace {

using namespace ctg;

matrix<"X", float, dim<"N">, 12> filled(std::int64_t n) {
  matrix<"X", float, dim<"N">, 12> X(n);
  test::fill(X);
  return X;
}

}  // namespace

TEST_CASE("slices and turned orders are read in place") {
  auto X = filled(7);
  matrix<"W", float, 4, 5> W;
  test::fill(W);
  auto const product = slice<1, 2, 6>(X) * W;
  auto const gates = sigmoid(slice<1, 0, 4>(X)) % tanh(slice<1, 4, 8>(X)) + flip<1>(slice<1, 8, 12>(X));
  auto const backwards = flip<0>(X) % X;
  static_assert(decltype(program(product))::kernels() == 1 && decltype(program(gates))::kernels() == 1 &&
                decltype(program(backwards))::kernels() == 1);
  test::check(2e-6, product, gates, backwards, flip<0>(slice<0, 1, 5>(X)), slice<0, 1, 5>(flip<0>(X)) * transpose(X),
              flatten(slice<1, 3, 5>(X)), sum<0>(slice<1, 11, 12>(X)) + slice<0, 6, 7>(slice<1, 4, 5>(X)));
}

TEST_CASE("the gradients of neighbouring slices are joined") {
  auto X = filled(5);
  auto const J = sum(sigmoid(slice<1, 0, 4>(X)) % tanh(slice<1, 8, 12>(X))) + sum(square(slice<1, 4, 8>(X)));
  test::check(2e-6, J, gradient(J, X));
  auto const part = sum(square(slice<0, 1, 3>(X)));
  test::check(2e-6, gradient(part, X), hvp(part, X, X));
}

TEST_CASE("a slice beyond a named extent, the largest of no rows: when the program is made or bound") {
  auto X = filled(4), small = filled(2), none = filled(0);
  auto p = program(slice<0, 1, 4>(X) + 0);
  p();
  CHECK_THROWS_WITH(p.bind(small), "ctg: slice<0, 1, 4>: extent N is 2");
  p();
  CHECK(p.result<0>()(2, 3) == X(3, 3));
  CHECK_THROWS_AS(program(slice<0, 1, 4>(small)), extent_error);
  CHECK_THROWS_AS(evaluate_reference(slice<0, 1, 4>(small)), extent_error);
  CHECK_THROWS_AS(program(max(none)), extent_error);
  CHECK_THROWS_AS(program(min<0>(none)), extent_error);
  CHECK_THROWS_AS(program(argmax<0>(none)), extent_error);
  CHECK(evaluate(max<1>(none)).size() == 0);
  CHECK(evaluate(prod(none)) == 1);
  // an empty slice at the very end is one
  CHECK(evaluate(slice<0, 4, 4>(X)).size() == 0);
}

TEST_CASE("rows by number: repeated, out of range, from a padded view, of int64") {
  auto A = filled(4);
  column<"y", std::int32_t, dim<"M">> y(6);
  std::int32_t const numbers[] = {3, 0, 3, 4, -1, 3};
  std::copy(numbers, numbers + 6, y.data());
  auto const rows = gather(A, y);
  auto p = program(rows, gradient(sum(where(rows == rows, square(rows), 0)), A));
  p();
  for (int i = 0; i < 6; ++i)
    for (int j = 0; j < 12; ++j)
      if (numbers[i] >= 0 && numbers[i] < 4)
        CHECK(p[rows](i, j) == A(numbers[i], j));
      else
        CHECK(std::isnan(p[rows](i, j)));
  for (int j = 0; j < 12; ++j) {
    CHECK_THAT(p.result<1>()(3, j), Catch::Matchers::WithinRel(6 * A(3, j), 1e-6f));
    CHECK(p.result<1>()(0, j) == 2 * A(0, j));
    CHECK(p.result<1>()(1, j) == 0);
  }
  std::vector<std::int64_t> padded{2, -7, 1, -7, std::int64_t{1} << 40, -7};
  matrix_view<"z", std::int64_t const, 3, 1> z(padded.data(), stride(2));
  auto const some = evaluate(gather(A, z));
  CHECK(some(0, 5) == A(2, 5));
  CHECK(some(1, 0) == A(1, 0));
  CHECK(std::isnan(some(2, 0)));
  auto const columns = evaluate(gather<1>(A, z));
  CHECK(columns(3, 1) == A(3, 1));
  CHECK(std::isnan(columns(0, 2)));
  // an embedding: a table, its rows, and the update of those rows
  auto const J = mean(square(gather(A, z) - 1));
  auto step = program(J, assign(A, A - 0.5f * gradient(J, A)));
  float const before = A(2, 2), untouched = A(0, 0);
  step();
  CHECK(A(0, 0) == untouched);
  CHECK(std::isnan(A(2, 2)) != (before == before));  // the mean over a row that is NaN is NaN
}

TEST_CASE("argmax counts in int64 and feeds one_hot and gather") {
  auto X = filled(6);
  auto p = program(argmax<1>(X), sum<1>(one_hot<12>(argmax<1>(X)) % X) - max<1>(X));
  static_assert(std::is_same_v<decltype(p)::value_type, float>);
  p();
  for (int i = 0; i < 6; ++i) {
    std::int64_t const at = p.result<0>()(i, 0);
    for (int j = 0; j < 12; ++j) CHECK(X(i, at) >= X(i, j));
    CHECK(p.result<1>()(i, 0) == 0);
  }
  auto const best = evaluate(gather(transpose(X), argmax<1>(X)));
  CHECK(best(3, 3) == evaluate(max<1>(X))(3, 0));
  auto const places = evaluate<"places">(argmax<0>(X));
  static_assert(std::is_same_v<decltype(places), row<"places", std::int64_t, 12> const>);
}

TEST_CASE("running values and products of long axes against the interpreter") {
  matrix<"L", double, 3, 5000> L;
  test::fill(L);
  auto const factor = 1 + 0.001 * L;
  test::check(1e-11, cumsum<1>(L), cumsum<0>(L), cumprod<1>(factor), cumprod<0>(factor), prod<1>(factor), prod(factor),
              gradient(sum(square(cumsum<1>(L))) * 1e-6, L), gradient(sum(prod<1>(factor)), L),
              gradient(sum(cumprod<0>(factor)), L));
}
