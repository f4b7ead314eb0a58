// SPDX-License-Identifier: MIT
// What is checked when a program is made or bound: named extents, names, numbers, shared memory; and that a failure
// changes nothing.
#include <ctg/ctg.hpp>

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <array>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using ctg::dim;

// The text of the Error that f throws; what else it does fails the test.
template <class Error, class F>
std::string message(F const& f) {
  try {
    f();
  } catch (Error const& e) {
    return e.what();
  }
  FAIL("nothing was thrown");
  return {};
}
bool has(std::string const& text, std::string const& part) { return text.find(part) != std::string::npos; }

using X_type = ctg::matrix<"X", double, dim<"N">, 5>;
using T_type = ctg::matrix<"T", double, dim<"N">, 3>;

void fill(auto& leaf, double first) {
  for (auto& x : leaf) x = first += 0.25;
}

}  // namespace

TEST_CASE("leaves that disagree on a named extent are named with both numbers") {
  X_type X(4);
  T_type T(6);
  ctg::matrix<"W", double, 5, 3> W;
  std::string const text = message<ctg::extent_error>([&] { ctg::program(mse(X * W, T)); });
  for (auto part : {"N", "4", "6", "X", "T"}) CHECK(has(text, part));
  CHECK_THROWS_AS(ctg::evaluate(mse(X * W, T)), ctg::extent_error);
  CHECK_THROWS_AS(ctg::evaluate_reference(mse(X * W, T)), ctg::extent_error);
}

TEST_CASE("bind takes several leaves at once, all or nothing") {
  X_type X(8), X2(3), X3(20);
  T_type T(8), T2(3), T3(20);
  ctg::matrix<"W", double, 5, 3> W;
  fill(X, 0), fill(X2, 1), fill(X3, 2), fill(T, 3), fill(T2, 4), fill(T3, 5), fill(W, -2);
  auto J = mse(sigmoid(X * W), T);
  auto p = ctg::value_and_gradient(J, W);
  p();
  double const whole = p.value();
  CHECK(whole > 0);

  auto const reference = [&](auto& x, auto& t) { return ctg::evaluate_reference(mse(sigmoid(x * W), t)); };
  CHECK_THAT(whole, Catch::Matchers::WithinRel(reference(X, T), 1e-12));

  SECTION("a smaller last batch") {
    p.bind(X2, T2);
    CHECK(p.value() == 0);
    p();
    CHECK_THAT(p.value(), Catch::Matchers::WithinRel(reference(X2, T2), 1e-12));
  }
  SECTION("a larger one, and back") {
    p.bind(T3, X3);
    p();
    CHECK_THAT(p.value(), Catch::Matchers::WithinRel(reference(X3, T3), 1e-12));
    p.bind(X, T);
    p();
    CHECK(p.value() == whole);
  }
  SECTION("only one of two: throws, and the program runs on as it was") {
    CHECK_THROWS_AS(p.bind(X2), ctg::extent_error);
    CHECK(p.value() == whole);
    p();
    CHECK(p.value() == whole);
    CHECK_THROWS_AS(p.bind(X3, T2), ctg::extent_error);
    p();
    CHECK(p.value() == whole);
  }
  SECTION("const leaves, which are read") {
    X_type const X4 = X2;
    T_type const T4 = T2;
    p.bind(X4, T4);
    p();
    CHECK_THAT(p.value(), Catch::Matchers::WithinRel(reference(X2, T2), 1e-12));
  }
  SECTION("an empty batch") {
    X_type X0(0);
    T_type T0(0);
    p.bind(X0, T0);
    p();
    CHECK(std::isnan(p.value()));
    p.bind(X, T);
    p();
    CHECK(p.value() == whole);
  }
  SECTION("moved, the program goes on") {
    auto q = std::move(p);
    q();
    CHECK(q.value() == whole);
    q.bind(X2, T2);
    q();
    CHECK_THAT(q.value(), Catch::Matchers::WithinRel(reference(X2, T2), 1e-12));
  }
}

TEST_CASE("two leaves of one name must be one object") {
  ctg::row<"x", double, 4> a, b;
  std::string const text = message<ctg::binding_error>([&] { ctg::program(sum(a % b)); });
  CHECK(has(text, "x"));
  CHECK_THROWS_AS(ctg::program(sum(a), sum(b)), ctg::binding_error);
  CHECK_THROWS_AS(ctg::program(sum(a), ctg::assign(b, 2 * a)), ctg::binding_error);
  CHECK_THROWS_AS(ctg::evaluate(a + b), ctg::binding_error);
  CHECK_NOTHROW(ctg::program(sum(a % a)));
}

TEST_CASE("a leaf that has been moved from is refused, as is a copy of it, until another one is assigned to it") {
  ctg::matrix<"A", float, 64, 32> a;
  a.fill(1);
  auto const b = std::move(a);
  auto const c = a;  // NOLINT: what is left
  std::string const text = message<ctg::binding_error>([&] { ctg::evaluate(sum(a)); });
  CHECK(has(text, "leaf A"));
  CHECK(has(text, "moved from"));
  CHECK_THROWS_AS(ctg::evaluate(sum(c)), ctg::binding_error);
  a = b;
  CHECK(ctg::evaluate(sum(a)) == 2048);
}

TEST_CASE("one place in the source that carries two numbers") {
  ctg::row<"x", double, 4> x;
  x.fill(1);
  auto scaled = [&](double factor) { return factor * x; };
  std::string const text = message<ctg::binding_error>([&] { ctg::program(scaled(2) + scaled(3)); });
  CHECK(has(text, "scalar"));
  CHECK(ctg::evaluate(sum(scaled(2) + scaled(2))) == 16);
  CHECK(ctg::evaluate(sum(2 * x + 3 * x)) == 20);
  // two programs may differ
  CHECK(ctg::evaluate(sum(scaled(5))) == 20);
}

TEST_CASE("a view's data must reach as far as its extents") {
  std::vector<float> data(11);
  using view = ctg::matrix_view<"V", float, dim<"N">, 4>;
  std::string const text = message<ctg::extent_error>([&] { view(std::span<float>(data), 3); });
  for (auto part : {"V", "12", "11"}) CHECK(has(text, part));
  CHECK_NOTHROW(view(std::span<float>(data), 2));
  CHECK_NOTHROW(view(std::span<float>(data), 2, ctg::stride(7)));  // the last row needs no padding
  CHECK_THROWS_AS(view(std::span<float>(data), 2, ctg::stride(8)), ctg::extent_error);
  CHECK_THROWS_AS(view(data.data(), 2, ctg::stride(3)), ctg::extent_error);
  CHECK_NOTHROW(view(std::span<float>(data).first(0), 0));
  CHECK_THROWS_AS(X_type(-1), ctg::extent_error);
}

TEST_CASE("two threads run two programs") {
  auto const run = [](double scale, double& result) {
    X_type X(40);
    ctg::matrix<"W", double, 5, 3> W;
    fill(X, 0);
    W.fill(scale);
    auto J = sum(tanh(X * W));
    auto p = ctg::value_and_gradient(J, W);
    for (int i = 0; i < 200; ++i) p();
    result = p.value() + p[W](0, 0);
  };
  std::array<double, 2> alone{}, together{};
  run(0.01, alone[0]);
  run(0.02, alone[1]);
  std::thread first(run, 0.01, std::ref(together[0])), second(run, 0.02, std::ref(together[1]));
  first.join();
  second.join();
  CHECK(alone == together);
  CHECK(alone[0] != alone[1]);
}

TEST_CASE("results are zero before the first call") {
  X_type X(7);
  fill(X, 1);
  auto y = X + 1;
  auto p = ctg::program(sum(X), y, sum<0>(X));
  CHECK(p.result<0>() == 0);
  auto const view = p[y];
  CHECK(view.extent(0) == 7);
  for (int i = 0; i < 7; ++i)
    for (int j = 0; j < 5; ++j) CHECK(view(i, j) == 0);
  p();
  CHECK(p.result<0>() != 0);
  CHECK(p[y](6, 4) == X(6, 4) + 1);
}

TEST_CASE("a result that is constant is there from the first run on, in whatever size is bound") {
  ctg::row<"x", float, ctg::dim<"N">> x(5), longer(70);
  ctg::row<"w", float, ctg::dim<"N">> w(5), longer_w(70);
  using namespace ctg::literals;
  auto const J = 3_c * sum(x);
  auto p = ctg::program(exp(w), J, gradient(J, x), tanh(w));
  auto const all = [&](std::int64_t n, float value) {
    auto const g = p[gradient(J, x)];
    REQUIRE(g.size() == n);
    for (std::int64_t i = 0; i < n; ++i) REQUIRE(g.data()[i] == value);
  };
  all(5, 0);
  p();
  all(5, 3);
  p.bind(longer, longer_w);
  all(70, 0);
  p(ctg::traced{[](int) {}});
  all(70, 3);
  p();
  all(70, 3);
  CHECK(p[exp(w)](0, 69) == 1);
}

TEST_CASE("a name that no leaf gives a number") {
  ctg::scalar<"s", float> s;
  ctg::row<"x", float, ctg::dim<"M">> x(3);
  auto const wide = ctg::broadcast_to<ctg::dim<"M">>(s);
  CHECK_THROWS_AS(ctg::program(wide), ctg::extent_error);
  CHECK_THROWS_AS(ctg::evaluate(wide), ctg::extent_error);
  CHECK_THROWS_AS(ctg::evaluate_reference(wide), ctg::extent_error);
  auto p = ctg::program(wide + x);
  p();
  CHECK(p.result<0>().extent(1) == 3);
}
