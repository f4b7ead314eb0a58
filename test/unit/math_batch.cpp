// SPDX-License-Identifier: MIT
// The accuracy that kernel/math.hpp promises for SIMD batches: float over a dense sample of all bit patterns
// (denormals, infinities and NaN included) against double libm, double over random patterns and special points against
// long double libm.
#include "math_ulp.hpp"

#include <ctg/kernel/divisor.hpp>
#include <ctg/kernel/math.hpp>

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <type_traits>

namespace {

namespace m = ctg::math;
namespace kernel = ctg::kernel;
using ctg_test::error_in_ulp;

/// The largest error of f over a stream of arguments, and where it is.
template <class T, class Wide>
struct worst {
  double error = 0;
  T argument = 0;

  template <class Next, class F, class Reference>
  void sweep(long count, Next next, F f, Reference reference) {
    constexpr auto size = kernel::lanes<T>;
    T x[size], y[size];
    for (long done = 0; done < count; done += size) {
      for (T& element : x) element = next();
      kernel::store(y, f(kernel::load(x)));
      for (kernel::index i = 0; i < size; ++i) {
        double const here = error_in_ulp(y[i], reference(static_cast<Wide>(x[i])));
        if (!(here <= error)) {
          error = here;
          argument = x[i];
        }
      }
    }
  }
};

template <class F, class Reference>
void check_float(std::string const& name, double bound, std::uint32_t stride, F f, Reference reference) {
  worst<float, double> w;
  std::uint32_t pattern = 0;
  auto const next = [&] {
    float const x = std::bit_cast<float>(pattern);
    pattern += stride;
    return x;
  };
  w.sweep(static_cast<long>(0xffff'ffffu / stride), next, f, reference);
  // where a sweep of all floats met the largest errors of one function or another
  static constexpr float largest[] = {-59.9533653f,   -0.493334919f, 16.982872f,   0.742051482f,  1.49980116f,
                                      1.41404104f,    1.40776801f,   0.749963939f, 0.499801159f,  7.76430559f,
                                      0.309123814f,   7619.42529f,   0.538531244f, -0.538531244f, 1.0139184f,
                                      0.0155953215f,  5.20281839f,   0.121179871f, 0.0624331348f, 0.518135071f,
                                      0.252163649f,   1.00699556f,   0.119889647f, 0.123861223f,  -16.635704f,
                                      0.00506690145f, 0.108697005f,  0.110422596f, 6.36801386f,   -7.78140354f};
  std::size_t count = 0;
  w.sweep(
      std::size(largest), [&] { return largest[count++ % std::size(largest)]; }, f, reference);
  CAPTURE(name, w.argument);
  CHECK(w.error <= bound);
}

template <class F, class Reference>
void check_double(std::string const& name, double bound, double low, double high, F f, Reference reference) {
  using limits = std::numeric_limits<double>;
  static constexpr double special[] = {0,
                                       -0.0,
                                       1,
                                       -1,
                                       0.5,
                                       -0.5,
                                       2,
                                       -2,
                                       limits::infinity(),
                                       -limits::infinity(),
                                       limits::quiet_NaN(),
                                       limits::denorm_min(),
                                       -limits::denorm_min(),
                                       limits::min(),
                                       -limits::min(),
                                       1e-310,
                                       limits::max(),
                                       limits::lowest(),
                                       709.78,
                                       709.79,
                                       -708.4,
                                       -745.13,
                                       -745.14,
                                       710.47,
                                       710.48,
                                       -36.8,
                                       1e22,
                                       0x1p1000};
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> inside(low, high);
  std::size_t count = 0;
  auto const next = [&] {
    std::size_t const n = count++;
    if (n < std::size(special)) return special[n];
    if (n % 3 == 0) return std::bit_cast<double>(random());
    if (n % 3 == 1) return inside(random);
    return std::ldexp(inside(random), -static_cast<int>(random() % 70));
  };
  worst<double, long double> w;
  w.sweep(60'000, next, f, reference);
  CAPTURE(name, w.argument);
  CHECK(w.error <= bound);
}

/// Both element types; float takes every 1009th bit pattern, the functions of less weight every 20011th.
template <class F, class Reference>
void check(std::string const& name, double bound, double low, double high, F f, Reference reference,
           std::uint32_t stride = 20'011) {
  check_float(name, bound, stride, f, reference);
  check_double(name, bound, low, high, f, reference);
}

constexpr std::uint32_t dense = 1009;

/// A bound that two roundings in a multiply-add raise.
constexpr double with_fma(double bound, double without) { return kernel::detail::fma_is_exact ? bound : without; }

}  // namespace

TEST_CASE("SIMD exponentials keep their accuracy on the whole line", "[math]") {
  check(
      "exp", 1.1, -750, 712, [](auto x) { return m::exp(x); }, [](auto x) { return std::exp(x); }, dense);
  check(
      "expm1", 2.1, -40, 712, [](auto x) { return m::expm1(x); }, [](auto x) { return std::expm1(x); }, dense);
  check(
      "exp2", 1.2, -1080, 1025, [](auto x) { return m::exp2(x); }, [](auto x) { return std::exp2(x); });
  check(
      "sinh", 2.4, -711, 711, [](auto x) { return m::sinh(x); }, [](auto x) { return std::sinh(x); });
  check(
      "cosh", 1.5, -711, 711, [](auto x) { return m::cosh(x); }, [](auto x) { return std::cosh(x); });
}

TEST_CASE("SIMD logarithms keep their accuracy on the whole line", "[math]") {
  check(
      "log", 1.3, 0.4, 2, [](auto x) { return m::log(x); }, [](auto x) { return std::log(x); }, dense);
  check(
      "log1p", 1.3, -1, 2, [](auto x) { return m::log1p(x); }, [](auto x) { return std::log1p(x); }, dense);
  check(
      "log2", 2.4, 0.4, 2, [](auto x) { return m::log2(x); }, [](auto x) { return std::log2(x); });
  check(
      "log10", with_fma(2.1, 2.6), 0.4, 2, [](auto x) { return m::log10(x); }, [](auto x) { return std::log10(x); });
  check(
      "asinh", 1.9, -4, 4, [](auto x) { return m::asinh(x); }, [](auto x) { return std::asinh(x); });
  check(
      "acosh", 2.5, 1, 4, [](auto x) { return m::acosh(x); }, [](auto x) { return std::acosh(x); });
  check(
      "atanh", 2.2, -1, 1, [](auto x) { return m::atanh(x); }, [](auto x) { return std::atanh(x); });
}

TEST_CASE("SIMD activations keep their accuracy and their tails", "[math]") {
  check(
      "tanh", 2.5, -20, 20, [](auto x) { return m::tanh(x); }, [](auto x) { return std::tanh(x); }, dense);
  auto const sigmoid = [](auto x) { return (x < 0 ? std::exp(x) : 1) / (1 + std::exp(-std::fabs(x))); };
  check(
      "sigmoid", 2.5, -750, 40, [](auto x) { return m::sigmoid(x); }, sigmoid, dense);
  auto const softplus = [](auto x) { return (x < 0 ? 0 : x) + std::log1p(std::exp(-std::fabs(x))); };
  check(
      "softplus", 2.1, -750, 40, [](auto x) { return m::softplus(x); }, softplus, dense);
}

TEST_CASE("SIMD roots and reciprocals", "[math]") {
  check(
      "sqrt", 0.51, 0, 4, [](auto x) { return m::sqrt(x); }, [](auto x) { return std::sqrt(x); }, dense);
  check(
      "reciprocal", 0.51, -4, 4, [](auto x) { return m::reciprocal(x); }, [](auto x) { return 1 / x; });
  check(
      "rsqrt", 1.5, 0, 4, [](auto x) { return m::rsqrt(x); }, [](auto x) { return 1 / std::sqrt(x); });
  check(
      "cbrt", 0.8, -2, 2, [](auto x) { return m::cbrt(x); }, [](auto x) { return std::cbrt(x); });
}

TEST_CASE("SIMD circular functions reduce every finite argument", "[math]") {
  check(
      "sin", 2.3, -1000, 1000, [](auto x) { return m::sin(x); }, [](auto x) { return std::sin(x); }, dense);
  check(
      "cos", 2.4, -1000, 1000, [](auto x) { return m::cos(x); }, [](auto x) { return std::cos(x); }, dense);
  check(
      "tan", with_fma(2.5, 3.1), -1000, 1000, [](auto x) { return m::tan(x); }, [](auto x) { return std::tan(x); });
  check_double(
      "sin, wide", 2.3, -1048576, 1048576, [](auto x) { return m::sin(x); }, [](auto x) { return std::sin(x); });
  check_double(
      "cos, wide", 2.4, -1048576, 1048576, [](auto x) { return m::cos(x); }, [](auto x) { return std::cos(x); });
  check(
      "asin", 2.4, -1, 1, [](auto x) { return m::asin(x); }, [](auto x) { return std::asin(x); });
  check(
      "acos", 1.3, -1, 1, [](auto x) { return m::acos(x); }, [](auto x) { return std::acos(x); });
  check(
      "atan", 2.2, -3, 3, [](auto x) { return m::atan(x); }, [](auto x) { return std::atan(x); });
}

TEST_CASE("SIMD error functions", "[math]") {
  check(
      "erf", 2.2, -6, 6, [](auto x) { return m::erf(x); }, [](auto x) { return std::erf(x); }, dense);
  check(
      "erfc", with_fma(2.7, 3.3), -6, 28, [](auto x) { return m::erfc(x); }, [](auto x) { return std::erfc(x); });
}

TEST_CASE("SIMD gelu keeps its accuracy down to the least denormal", "[math]") {
  auto const gelu = [](auto x) {
    using X = decltype(x);
    constexpr X inverse_root_two = static_cast<X>(0.707106781186547524400844362104849039L);
    if (std::isinf(x)) return x < 0 ? X(-0.0) : x;
    return x * std::erfc(-inverse_root_two * x) / 2;
  };
  // Double against long double: the reference's own argument is good to 2^-64, which counts up to 1400 times.
  check(
      "gelu", with_fma(2.5, 3.3), -38, 10, [](auto x) { return m::gelu(x); }, gelu, dense);
}

TEST_CASE("gelu by tanh keeps the accuracy of its gate, whose argument is rounded nowhere", "[math]") {
  // u in two words: in one of double's reference, or of long double's, its rounding would count up to 1600 times
  auto const gate = []<class X>(X x) -> X {
    if (!(x > -30 && x < 20)) return x > 0 ? X(1) : x < 0 ? X(0) : x;
    constexpr X offset = X(22.36328125L), rest = X(0.00057875223638600022363860002236386L),
                factor = X(0.0713548162726002487763387522798635410L);
    X const sum = x * x + offset, u = x * sum, low = std::fma(x, sum, -u) + x * (std::fma(x, x, offset - sum) + rest);
    X const v = factor * u, rounding = std::fma(factor, u, -v) + factor * low;
    X const e = v < 0 ? std::exp(v) * std::exp(rounding) : std::exp(-v) * std::exp(-rounding);
    return (v < 0 ? e : 1) / (1 + e);
  };
  check(
      "gelu_gate", 2.7, -22.5, 8, [](auto x) { return m::gelu_gate(x); }, gate, dense);
  check_float(
      "gelu_tanh", 3, dense, [&](auto x) { return m::gelu_tanh(xsimd::max(decltype(x)(-9.9f), x)); },
      [&](double x) { return x < -9.9f ? -9.9f * gate(double(-9.9f)) : x * gate(x); });
  check_double(
      "gelu_tanh", 3, -21, 8, [](auto x) { return m::gelu_tanh(xsimd::max(decltype(x)(-21), x)); },
      [&](long double x) { return x < -21 ? -21 * gate(-21.L) : x * gate(x); });
}

TEST_CASE("SIMD rounding and magnitude are exact", "[math]") {
  check(
      "floor", 0, -4, 4, [](auto x) { return m::floor(x); }, [](auto x) { return std::floor(x); });
  check(
      "round", 0, -4, 4, [](auto x) { return m::round(x); }, [](auto x) { return std::nearbyint(x); });
  check(
      "abs", 0, -4, 4, [](auto x) { return m::abs(x); }, [](auto x) { return std::fabs(x); });
  check(
      "square", 0.51, -4, 4, [](auto x) { return m::square(x); }, [](auto x) { return x * x; });
}

TEST_CASE("division by one number for many", "[math]") {
  for (double d : {3.0, -0.7, 49.0, 1e-15, 1e17, 1e-25, 1e30, 0.0, -0.0, static_cast<double>(INFINITY)}) {
    check(
        "x / " + std::to_string(d), 1.5, -4, 4,
        [d]<class X>(X x) {
          using T = typename X::value_type;
          return x / kernel::divisor<T>(X(static_cast<T>(d)));
        },
        [d]<class Wide>(Wide x) {
          using T = std::conditional_t<std::is_same_v<Wide, double>, float, double>;
          return x / static_cast<Wide>(static_cast<T>(d));
        });
  }
  // where nothing is denormal, the very quotient
  std::mt19937 random;
  std::uniform_real_distribution<double> number(-100, 100);
  for (int i = 1; i <= 2000; ++i) {
    for (double d : {static_cast<double>(i), number(random)}) {
      for (double x : {d, 7 * d, number(random), number(random)})
        REQUIRE(kernel::first_lane(kernel::batch<double>(x) / kernel::divisor<double>(kernel::batch<double>(d))) ==
                x / d);
    }
  }
}

TEST_CASE("SIMD lgamma is the standard library's, lane by lane", "[math]") {
  double x[kernel::lanes<double>], y[kernel::lanes<double>];
  for (double start = -10.25; start < 200; start += 0.5) {
    for (kernel::index i = 0; i < kernel::lanes<double>; ++i) x[i] = start + static_cast<double>(i) * 0.01;
    kernel::store(y, m::lgamma(kernel::load(x)));
    for (kernel::index i = 0; i < kernel::lanes<double>; ++i) CHECK(y[i] == std::lgamma(x[i]));
  }
}
