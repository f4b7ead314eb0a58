// SPDX-License-Identifier: MIT
// The accuracy of the elementary functions in constant expressions: tables computed by the compiler against long double
// libm.
#include "math_ulp.hpp"

#include <ctg/math/scalar.hpp>

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <array>
#include <string>

namespace {

namespace m = ctg::math;
using ctg_test::error_in_ulp;

struct sample {
  double x;
  double value;
};
using samples = std::array<sample, 96>;

/// f at points spread over [low, high] without pattern; the compiler computes them.
template <class F>
consteval samples constants(F f, double low, double high) {
  samples result{};
  std::uint32_t state = 1;
  for (sample& s : result) {
    state = state * 1664525u + 1013904223u;
    s.x = low + (high - low) * (state + 0.5) / 0x1p32;
    s.value = f(s.x);
  }
  return result;
}

/// f at points of either sign from the denormals to the largest numbers.
template <class F>
consteval samples powers(F f) {
  samples result{};
  double x = 0x1.9p-1074;
  double sign = 1;
  for (sample& s : result) {
    s.x = sign * x;
    s.value = f(s.x);
    x *= 0x1.2345678p21;
    sign = -sign;
  }
  return result;
}

template <class Reference>
void check(std::string const& name, double bound, samples const& table, Reference reference) {
  double worst = 0, argument = 0;
  for (sample const& s : table) {
    double const here = error_in_ulp(s.value, static_cast<long double>(reference(static_cast<long double>(s.x))));
    if (!(here <= worst)) {
      worst = here;
      argument = s.x;
    }
  }
  CAPTURE(name, argument);
  CHECK(worst <= bound);
}

/// x erfc(-x / sqrt 2) / 2.
long double gelu(long double x) { return x * std::erfc(-0.707106781186547524400844362104849039L * x) / 2; }

}  // namespace

TEST_CASE("constant expressions of the elementary functions are good to the last bit or so", "[math]") {
  check("exp", 0.76, constants([](double x) { return m::exp(x); }, -745, 709),
        [](long double x) { return std::exp(x); });
  check("expm1", 0.55, constants([](double x) { return m::expm1(x); }, -40, 709),
        [](long double x) { return std::expm1(x); });
  check("log", 0.55, constants([](double x) { return m::log(x); }, 0, 10), [](long double x) { return std::log(x); });
  check("log1p", 0.55, constants([](double x) { return m::log1p(x); }, -1, 10),
        [](long double x) { return std::log1p(x); });
  check("sqrt", 0.51, constants([](double x) { return m::sqrt(x); }, 0, 10),
        [](long double x) { return std::sqrt(x); });
  check("tanh", 0.55, constants([](double x) { return m::tanh(x); }, -20, 20),
        [](long double x) { return std::tanh(x); });
  check("sigmoid", 0.76, constants([](double x) { return m::sigmoid(x); }, -745, 40),
        [](long double x) { return (x < 0 ? std::exp(x) : 1) / (1 + std::exp(-std::fabs(x))); });
  check("softplus", 0.76, constants([](double x) { return m::softplus(x); }, -745, 40),
        [](long double x) { return (x < 0 ? 0 : x) + std::log1p(std::exp(-std::fabs(x))); });
  check("gelu", 1.6, constants([](double x) { return m::gelu(x); }, -37, 10), gelu);
  check("gelu_gate", 1.2, constants([](double x) { return m::gelu_gate(x); }, -19, 8), [](long double x) {
    long double const u = x * (1.595769121605730711759784L + 0.0713548162726002487763388L * x * x);
    return (u < 0 ? std::exp(u) : 1) / (1 + std::exp(-std::fabs(u)));
  });
  check("exp2", 0.76, constants([](double x) { return m::exp2(x); }, -1074, 1024),
        [](long double x) { return std::exp2(x); });
  check("log2", 0.55, constants([](double x) { return m::log2(x); }, 0, 10),
        [](long double x) { return std::log2(x); });
  check("log10", 0.55, constants([](double x) { return m::log10(x); }, 0, 10),
        [](long double x) { return std::log10(x); });
  check("cbrt", 0.55, constants([](double x) { return m::cbrt(x); }, -10, 10),
        [](long double x) { return std::cbrt(x); });
  check("rsqrt", 0.55, constants([](double x) { return m::rsqrt(x); }, 0, 10),
        [](long double x) { return 1 / std::sqrt(x); });
  check("sin", 0.55, constants([](double x) { return m::sin(x); }, -100, 100),
        [](long double x) { return std::sin(x); });
  check("cos", 0.55, constants([](double x) { return m::cos(x); }, -100, 100),
        [](long double x) { return std::cos(x); });
  check("tan", 0.55, constants([](double x) { return m::tan(x); }, -100, 100),
        [](long double x) { return std::tan(x); });
  check("asin", 0.55, constants([](double x) { return m::asin(x); }, -1, 1),
        [](long double x) { return std::asin(x); });
  check("acos", 0.55, constants([](double x) { return m::acos(x); }, -1, 1),
        [](long double x) { return std::acos(x); });
  check("atan", 0.55, constants([](double x) { return m::atan(x); }, -5, 5),
        [](long double x) { return std::atan(x); });
  check("sinh", 0.55, constants([](double x) { return m::sinh(x); }, -710, 710),
        [](long double x) { return std::sinh(x); });
  check("cosh", 0.55, constants([](double x) { return m::cosh(x); }, -710, 710),
        [](long double x) { return std::cosh(x); });
  check("asinh", 0.55, constants([](double x) { return m::asinh(x); }, -10, 10),
        [](long double x) { return std::asinh(x); });
  check("acosh", 0.55, constants([](double x) { return m::acosh(x); }, 1, 10),
        [](long double x) { return std::acosh(x); });
  check("atanh", 0.55, constants([](double x) { return m::atanh(x); }, -1, 1),
        [](long double x) { return std::atanh(x); });
  check("erf", 0.65, constants([](double x) { return m::erf(x); }, -6, 6), [](long double x) { return std::erf(x); });
  check("erfc", 0.75, constants([](double x) { return m::erfc(x); }, -6, 27),
        [](long double x) { return std::erfc(x); });
  check("floor", 0, constants([](double x) { return m::floor(x); }, -10, 10),
        [](long double x) { return std::floor(x); });
  check("round", 0, constants([](double x) { return m::round(x); }, -10, 10),
        [](long double x) { return std::nearbyint(x); });
  check("lgamma", 1.0, constants([](double x) { return m::lgamma(x); }, 3, 100),
        [](long double x) { return std::lgamma(x); });
  check("sin, any size", 0.55, powers([](double x) { return m::sin(x); }), [](long double x) { return std::sin(x); });
  check("cos, any size", 0.55, powers([](double x) { return m::cos(x); }), [](long double x) { return std::cos(x); });
  check("log, any size", 0.55, powers([](double x) { return m::log(m::abs(x)); }),
        [](long double x) { return std::log(std::fabs(x)); });
  check("cbrt, any size", 0.55, powers([](double x) { return m::cbrt(x); }),
        [](long double x) { return std::cbrt(x); });
  check("sqrt, any size", 0.51, powers([](double x) { return m::sqrt(m::abs(x)); }),
        [](long double x) { return std::sqrt(std::fabs(x)); });
  check("rsqrt, any size", 0.55, powers([](double x) { return m::rsqrt(m::abs(x)); }),
        [](long double x) { return 1 / std::sqrt(std::fabs(x)); });
  check("atan, any size", 0.55, powers([](double x) { return m::atan(x); }),
        [](long double x) { return std::atan(x); });
  check("asinh, any size", 0.55, powers([](double x) { return m::asinh(x); }),
        [](long double x) { return std::asinh(x); });
}

TEST_CASE("constant expressions of two arguments", "[math]") {
  check("pow", 0.9, constants([](double x) { return m::pow(x, 41.7 - x); }, 0, 60),
        [](long double x) { return std::pow(x, static_cast<long double>(41.7 - static_cast<double>(x))); });
  check("atan2", 0.55, constants([](double x) { return m::atan2(x, -0.7); }, -3, 3),
        [](long double x) { return std::atan2(x, static_cast<long double>(-0.7)); });
  check("hypot", 0.51, constants([](double x) { return m::hypot(x, 2.5); }, -3, 3),
        [](long double x) { return std::hypot(x, 2.5L); });
  check("logaddexp", 0.55, constants([](double x) { return m::logaddexp(x, 2.5); }, -30, 30),
        [](long double x) { return std::log(std::exp(x) + std::exp(2.5L)); });
  check("xlogy", 0.55, constants([](double x) { return m::xlogy(2.5, x); }, 0, 30),
        [](long double x) { return 2.5L * std::log(x); });
}

TEST_CASE("float constants are rounded from double", "[math]") {
  static constexpr float x = 0.7f;
  constexpr std::array<float, 6> values{m::exp(x), m::log(x), m::tanh(x), m::sin(x), m::erf(x), m::sigmoid(x)};
  std::array<double, 6> const wanted{std::exp(double{x}), std::log(double{x}), std::tanh(double{x}),
                                     std::sin(double{x}), std::erf(double{x}), 1 / (1 + std::exp(-double{x}))};
  for (std::size_t i = 0; i < values.size(); ++i) CHECK(error_in_ulp(values[i], wanted[i]) <= 0.51);
}

TEST_CASE("lgamma and digamma near their zeros are good to 2^-58", "[math]") {
  static constexpr double table[][2] = {{m::lgamma(1.0625), -0x1.0dfc0c7dd2324p-5},
                                        {m::lgamma(1.9375), -0x1.9c04c2ba1e2efp-6},
                                        {m::lgamma(-2.5), -0x1.ccbf9f5ed0f16p-5},
                                        {m::digamma(1.4375), -0x1.82e261cfb4d1bp-6},
                                        {m::digamma(-0.5), 0x1.2aed059bd608ap-5}};
  for (auto const& [got, want] : table) CHECK(std::fabs(got - want) <= 0x1p-58 + std::fabs(want) * 0x1p-53);
}

TEST_CASE("at run time the scalar functions keep their tails", "[math]") {
  double volatile big = 100, small = -100;
  CHECK(m::sigmoid(static_cast<double>(small)) == std::exp(-100.0));
  CHECK(m::sigmoid(static_cast<double>(big)) == 1);
  CHECK(m::softplus(static_cast<double>(small)) == std::exp(-100.0));
  CHECK(m::softplus(static_cast<double>(big)) == 100);
  float volatile small_float = -100;
  CHECK(m::sigmoid(static_cast<float>(small_float)) == std::exp(-100.0f));
  CHECK(m::logaddexp(static_cast<double>(big), static_cast<double>(big)) == 100 + std::log(2.0));
  CHECK(m::xlogy(0.0 * static_cast<double>(big), 0.0) == 0);
  double volatile nan = std::numeric_limits<double>::quiet_NaN();
  double const n = nan;
  for (double got :
       {m::exp(n), m::log(n), m::tanh(n), m::sigmoid(n), m::softplus(n), m::max(n, 1.0), m::max(1.0, n), m::min(n, 1.0),
        m::min(1.0, n), m::sqrt(n), m::abs(n), m::digamma(n), m::logaddexp(n, 1.0), m::logaddexp(1.0, n)})
    CHECK(std::isnan(got));
  CHECK_FALSE(m::is_finite(n));
  CHECK(m::round(2.5 + 0 * static_cast<double>(big)) == 2);
}
