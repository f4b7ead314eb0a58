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
  CHECK_THROWS_WITH(p.bind(small), "ctg: slice<0, 1, 4>: extent N is 2; bind a larger leaf, or slice less");
  p();
  CHECK(p.result<0>()(2, 3) == X(3, 3));
  CHECK_THROWS_AS(program(slice<0, 1, 4>(small)), extent_error);
  CHECK_THROWS_AS(evaluate_reference(slice<0, 1, 4>(small)), extent_error);
  CHECK_THROWS_WITH(program(max(none)),
                    "ctg: max of no entries: an extent that it goes over is 0; bind leaves that have entries");
  CHECK_THROWS_AS(program(min<0>(none)), extent_error);
  CHECK_THROWS_WITH(program(argmax<0>(none)),
                    "ctg: argmax of no entries: an extent that it goes over is 0; bind leaves that have entries");
  CHECK(evaluate(max<1>(none)).size() == 0);
  CHECK(evaluate(prod(none)) == 1);
  // an empty slice at the very end is one
  CHECK(evaluate(slice<0, 4, 4>(X)).size() == 0);
}

TEST_CASE("the gradient of the product of a whole matrix is one call on a line of all entries") {
  auto X = filled(5);
  auto const slope = gradient(prod(2 * X), X);
  static_assert(decltype(program(gradient(prod(X), X)))::kernels() == 2);
  test::check(2e-3, slope);                  // entries up to 2600
  test::check(0.1, hvp(prod(2 * X), X, X));  // and 59 times as large
  X(1, 2) = 0;                               // all others vanish
  auto const one = evaluate(slope);
  auto const sum_of_all = evaluate(sum(abs(slope)));
  CHECK(one(1, 2) != 0);
  CHECK(sum_of_all == std::abs(one(1, 2)));
  X(4, 11) = 0;
  CHECK(evaluate(sum(abs(slope))) == 0);
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

TEMPLATE_TEST_CASE("running values of rows of any length and number", "", float, double) {
  using T = TestType;
  matrix<"X", T, dim<"R">, dim<"n">> X(1, 1);
  matrix<"V", T, dim<"R">, dim<"n">> V(1, 1);
  auto const sums = cumsum<1>(X);
  auto p = program(sums, gradient(sum(sums % V), X), cumprod<1>(V));
  for (int rows : {1, 3, 8, 9, 17})
    for (int n : {1, 2, 3, 4, 7, 8, 15, 16, 17, 33, 70}) {
      matrix<"X", T, dim<"R">, dim<"n">> x(rows, n);
      matrix<"V", T, dim<"R">, dim<"n">> v(rows, n);
      for (int k = 0; k < rows * n; ++k) x(k / n, k % n) = static_cast<T>(k * 37 % 101 - 50);  // whole: no rounding
      for (int k = 0; k < rows * n; ++k) v(k / n, k % n) = static_cast<T>(1 + (k * 7 % 11 - 5) / 32.);
      p.bind(x, v);
      p();
      bool sums_right = true, backwards_right = true, products_right = true;
      for (int r = 0; r < rows; ++r) {
        T forwards = 0, backwards = 0, product = 1;
        for (int i = 0; i < n; ++i) {
          sums_right = sums_right && p[sums](r, i) == (forwards += x(r, i));
          products_right = products_right && p.template result<2>()(r, i) == (product *= v(r, i));  // in this order
        }
        for (int i = n; i-- > 0;)  // multiples of 1/32: exact
          backwards_right = backwards_right && p.template result<1>()(r, i) == (backwards += v(r, i));
      }
      INFO(rows << " rows of " << n);
      CHECK((sums_right && backwards_right && products_right));
    }
}

TEST_CASE("a running sum is as exact as its bound, and what is infinite stays behind its place") {
  constexpr int n = 4096, vector = 4;  // lanes of the narrowest vector
  matrix<"x", float, 1, n> x;
  for (int i = 0; i < n; ++i) x(0, i) = 1.f / static_cast<float>(1 + i * 7919 % 4093);
  auto p = program(cumsum<1>(x));
  p();
  long double sum = 0;
  bool within = true;
  for (int i = 0; i < n; ++i) {
    sum += x(0, i);
    long double const bound = (i / static_cast<long double>(vector) + 5) * 1.1920929e-7L / 2 * sum;
    within = within && std::fabs(p.template result<0>()(0, i) - sum) <= bound;
  }
  CHECK(within);
  x(0, 100) = std::numeric_limits<float>::infinity();
  x(0, 103) = -std::numeric_limits<float>::infinity();
  p();
  auto const y = p.template result<0>();
  CHECK((std::isfinite(y(0, 99)) && std::isinf(y(0, 100)) && std::isinf(y(0, 102)) && std::isnan(y(0, 103))));
  CHECK(std::isnan(y(0, n - 1)));
}

TEST_CASE("products of others and of what is before are right beside zeros, numbers out of range and NaN") {
  // 77 entries: whole vectors and a rest for every instruction set
  auto check = [](std::initializer_list<std::pair<int, float>> set) {
    row<"x", float, 77> x;
    for (int i = 0; i < 77; ++i) x(0, i) = i % 3 ? 1.25f : -0.75f;
    for (auto const& [i, v] : set) x(0, i) = v;
    auto p = program(gradient(prod(x), x), cumprod<1>(x));
    p();
    for (int k : {0, 1}) {
      auto const want = k ? evaluate_reference(cumprod<1>(x)) : evaluate_reference(gradient(prod(x), x));
      for (int i = 0; i < 77; ++i) {
        float const got = k ? p.result<1>()(0, i) : p.result<0>()(0, i), right = want(0, i);
        INFO(k << ' ' << i << ": " << got << " for " << right);
        CHECK(((std::isnan(got) && std::isnan(right)) || std::fabs(got - right) <= 2e-5f * std::fabs(right)));
      }
    }
  };
  check({});
  check({{0, 0.f}});
  check({{76, 0.f}});
  check({{5, 0.f}, {40, 0.f}});
  check({{3, 0.f}, {8, 1e30f}, {9, 1e-30f}});
  check({{8, 1e30f}, {9, 1e-30f}, {10, 1e-30f}, {40, 1e30f}});
  check({{20, std::numeric_limits<float>::quiet_NaN()}});
}
