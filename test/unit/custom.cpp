// SPDX-License-Identifier: MIT
// Operations of a user's own run in the loops of the library: fused, on SIMD batches with tails, in float and double,
// with two operands that broadcast, differentiated twice.
#include <ctg/check.hpp>
#include <ctg/ctg.hpp>
#include <ctg/random.hpp>

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <cmath>

namespace mine {

// ∛(1 + x²)
struct swell : ctg::custom<1> {
  static constexpr std::string_view name = "swell";
  static constexpr auto value(auto x) { return ctg::math::cbrt(decltype(x)(1) + x * x); }
  static constexpr ctg::handle derivative(ctg::handle x, ctg::handle y) { return 2 * x / (3 * ctg::square(y)); }
};

// x e^{−y²}, whose second operand's derivative is written with the operation itself
struct damped : ctg::custom<2> {
  static constexpr std::string_view name = "damped";
  static constexpr auto value(auto x, auto y) { return x * ctg::math::exp(-y * y); }
  static constexpr ctg::handle derivative_x(ctg::handle, ctg::handle y, ctg::handle) { return exp(-ctg::square(y)); }
  static constexpr ctg::handle derivative_y(ctg::handle x, ctg::handle y, ctg::handle) {
    return -2 * y % ctg::call<damped>(x, y);
  }
};

struct parity : ctg::custom<1> {
  static constexpr std::string_view name = "parity";
  static constexpr bool constant = true;
  static constexpr auto value(auto x) { return x - decltype(x)(2) * ctg::math::floor(x / decltype(x)(2)); }
};

}  // namespace mine

namespace {

template <class T>
void fused() {
  using namespace ctg;
  matrix<"X", T, 5, 37> X;  // no multiple of a batch
  row<"r", T, 37> r;
  uniform(X, -2, 2, 1), uniform(r, -1, 1, 2);
  auto const Y = call<mine::damped>(call<mine::swell>(2 * X), r) + X;
  auto const J = sum(square(Y));
  auto one = program(J);
  static_assert(decltype(one)::kernels() == 1 && decltype(one)::workspace_bytes() <= 64);
  auto p = program(J, gradient(J, X), gradient(J, r), hvp(J, X, X));
  p();
  double const epsilon = std::numeric_limits<T>::epsilon();
  auto compare = [&](auto const& got, auto const& want) {
    double worst = 0, scale = 1;
    for (std::int64_t i = 0; i < want.size(); ++i) {
      worst = std::max(worst, std::abs(static_cast<double>(got.data()[i]) - static_cast<double>(want.data()[i])));
      scale = std::max(scale, std::abs(static_cast<double>(want.data()[i])));
    }
    CHECK(worst <= 32 * epsilon * scale);
  };
  compare(p.template result<1>(), evaluate_reference(gradient(J, X)));
  compare(p.template result<2>(), evaluate_reference(gradient(J, r)));
  compare(p.template result<3>(), evaluate_reference(hvp(J, X, X)));
  auto const report = check_gradient(J, X, r);
  INFO(report);
  CHECK(report);
  CHECK(check_transpose(gradient(J, X), r));
}

}  // namespace

TEST_CASE("operations of a user's own fuse and differentiate", "[custom]") {
  fused<float>();
  fused<double>();
}

TEST_CASE("operations of a user's own print, and may have no derivative", "[custom]") {
  ctg::matrix<"X", double, 2, 2> X{{0.5, 1.5}, {2.5, 3.5}};
  CHECK(to_string(ctg::call<mine::swell>(X)) == "swell(X)");
  CHECK(to_string(gradient(sum(ctg::call<mine::swell>(X)), X)) == "2 · X / (3 · swell(X)²)");
  CHECK(ctg::evaluate(ctg::call<mine::parity>(X))(0, 1) == 1.5);
  CHECK(ctg::evaluate(gradient(sum(ctg::call<mine::parity>(X) % X), X))(1, 1) == 1.5);
}

TEST_CASE("reports name the worst entry", "[check]") {
  ctg::matrix<"W", double, 2, 2> W{{1, 2}, {3, 4}};
  auto const wrong = ctg::check_gradient(sum(ctg::stop_gradient(W) % W), W);
  CHECK(!wrong);
  CHECK(wrong.leaf == "W");
  CHECK((wrong.index[0] == 1 && wrong.index[1] == 1));  // w² derives to 2w; half of it is off by w
  CHECK(wrong.derived == 4);
  CHECK(wrong.difference == Approx(8).epsilon(1e-9));
  CHECK(to_string(wrong).find("gradient WRONG, 4 entries checked; worst W(1, 1): 4 derived, 8 by differences") == 0);
  CHECK(to_string(ctg::check_transpose(exp(W), W)).find("transpose right") == 0);
}
