// SPDX-License-Identifier: MIT
// The accuracy that kernel/math.hpp promises for SIMD functions of two arguments, and for digamma.
#include "math_ulp.hpp"

#include <ctg/kernel/math.hpp>
#include <ctg/math/scalar.hpp>

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <bit>
#include <random>
#include <string>
#include <type_traits>

namespace {

namespace m = ctg::math;
namespace kernel = ctg::kernel;
using ctg_test::error_in_ulp;

struct range {
  double low, high;
};

/// All pairs of special values, then random pairs: in the ranges, and of any bit pattern. `measure` gives the error of
/// f(x, y).
template <class T, class F, class Measure>
void check(std::string const& name, double bound, range x_range, range y_range, F f, Measure measure) {
  using limits = std::numeric_limits<T>;
  static constexpr T special[] = {0,
                                  T(-0.0),
                                  1,
                                  -1,
                                  2,
                                  -2,
                                  3,
                                  -3,
                                  T(0.5),
                                  T(-0.5),
                                  limits::infinity(),
                                  -limits::infinity(),
                                  limits::quiet_NaN(),
                                  limits::max(),
                                  limits::lowest(),
                                  limits::min(),
                                  limits::denorm_min(),
                                  -limits::denorm_min(),
                                  T(1e10),
                                  T(-1e10)};
  constexpr std::size_t specials = std::size(special);
  constexpr auto size = kernel::lanes<T>;
  using bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  std::mt19937_64 random(2);
  std::uniform_real_distribution<double> x_inside(x_range.low, x_range.high), y_inside(y_range.low, y_range.high);
  double worst = 0;
  T worst_x = 0, worst_y = 0;
  T x[size], y[size], z[size];
  for (std::size_t n = 0; n < 60'000;) {
    for (kernel::index i = 0; i < size; ++i, ++n) {
      if (n < specials * specials) {
        x[i] = special[n / specials];
        y[i] = special[n % specials];
      } else {
        x[i] = n % 3 == 0 ? std::bit_cast<T>(static_cast<bits>(random())) : static_cast<T>(x_inside(random));
        y[i] = n % 5 == 0 ? std::bit_cast<T>(static_cast<bits>(random())) : static_cast<T>(y_inside(random));
      }
    }
    kernel::store(z, f(kernel::load(x), kernel::load(y)));
    for (kernel::index i = 0; i < size; ++i) {
      double const here = measure(z[i], static_cast<long double>(x[i]), static_cast<long double>(y[i]));
      if (!(here <= worst)) {
        worst = here;
        worst_x = x[i];
        worst_y = y[i];
      }
    }
  }
  CAPTURE(name, sizeof(T), worst_x, worst_y);
  CHECK(worst <= bound);
}

template <class F, class Measure>
void check_both(std::string const& name, double bound, range x, range y, F f, Measure measure) {
  check<float>(name, bound, x, y, f, measure);
  check<double>(name, bound, x, y, f, measure);
}

/// The error against a reference in long double.
template <class Reference>
auto against(Reference reference) {
  return [reference](auto got, long double x, long double y) { return error_in_ulp(got, reference(x, y)); };
}

}  // namespace

TEST_CASE("SIMD pow", "[math]") {
  auto const f = [](auto x, auto y) { return m::pow(x, y); };
  auto const measure = against([](long double x, long double y) { return std::pow(x, y); });
  check_both("pow", 1.3, {0, 100}, {-40, 40}, f, measure);
  check_both("pow near 1", 1.3, {0.9, 1.1}, {-700, 700}, f, measure);
  check_both("pow with signs", 1.3, {-5, 5}, {-5, 5}, f, measure);
  check<double>("pow to the limits", 1.3, {0.9, 1.1}, {-7000, 7000}, f, measure);
}

TEST_CASE("SIMD hypot and atan2", "[math]") {
  check_both(
      "hypot", 2.0, {-2, 2}, {-2, 2}, [](auto x, auto y) { return m::hypot(x, y); },
      against([](long double x, long double y) { return std::hypot(x, y); }));
  check_both(
      "atan2", 2.2, {-2, 2}, {-2, 2}, [](auto y, auto x) { return m::atan2(y, x); },
      against([](long double y, long double x) { return std::atan2(y, x); }));
}

TEST_CASE("SIMD logaddexp is good to 3.2 ULP of the larger of max(x, y) and the result", "[math]") {
  check_both(
      "logaddexp", 3.2, {-5, 5}, {-5, 5}, [](auto x, auto y) { return m::logaddexp(x, y); },
      [](auto got, long double x, long double y) {
        using T = decltype(got);
        long double const larger = std::fmax(x, y), smaller = std::fmin(x, y);
        long double const want = std::isnan(x) || std::isnan(y) ? x + y
                                 : larger == smaller            ? larger + std::log(2.0L)
                                                                : larger + std::log1p(std::exp(smaller - larger));
        double const error = error_in_ulp(got, want);
        if (!(error < std::numeric_limits<double>::infinity())) return error;
        long double const size = std::fmax(std::fabs(larger), std::fabs(want));
        int ours = 0, theirs = 0;
        std::frexp(want, &ours);
        std::frexp(size, &theirs);
        auto const last = [](int exponent) { return std::max(exponent, std::numeric_limits<T>::min_exponent); };
        return std::isfinite(size) ? std::ldexp(error, last(ours) - last(theirs)) : error;
      });
}

TEST_CASE("SIMD xlogy is 0 at x = 0", "[math]") {
  check_both(
      "xlogy", 2.0, {-2, 2}, {0, 2}, [](auto x, auto y) { return m::xlogy(x, y); },
      against([](long double x, long double y) { return x == 0 && !std::isnan(y) ? 0 : x * std::log(y); }));
}

TEST_CASE("SIMD max and min hand on a NaN from either side", "[math]") {
  auto const same = [](auto got, long double want) {
    return std::isnan(got) ? (std::isnan(want) ? 0.0 : 1.0) : got == want ? 0.0 : 1.0;
  };
  auto const nan = [](long double x, long double y) { return std::isnan(x) || std::isnan(y); };
  check_both(
      "max", 0, {-2, 2}, {-2, 2}, [](auto x, auto y) { return m::max(x, y); },
      [=](auto got, long double x, long double y) { return same(got, nan(x, y) ? x + y : std::fmax(x, y)); });
  check_both(
      "min", 0, {-2, 2}, {-2, 2}, [](auto x, auto y) { return m::min(x, y); },
      [=](auto got, long double x, long double y) { return same(got, nan(x, y) ? x + y : std::fmin(x, y)); });
}

TEST_CASE("digamma is good to 16 epsilon of the larger of 1 and its size", "[math]") {
  struct pair {
    double x;
    long double value;
  };
  // mpmath, 200 bits.
  static constexpr pair table[] = {
      {0.0010000000474974513, -1000.5755244342832349L},
      {0.10000000149011612, -10.423754789263684911L},
      {0.25, -4.2274535333762654081L},
      {0.5, -1.9635100260214234794L},
      {0.75, -1.0858608797864721696L},
      {1.0, -0.57721566490153286061L},
      {1.25, -0.22745353337626540809L},
      {1.4375, -0.023613544005297899142L},
      {1.5, 0.036489973978576520559L},
      {2.0, 0.42278433509846713939L},
      {2.5, 0.70315664064524318723L},
      {3.0, 0.92278433509846713939L},
      {4.875, 1.4780640077283348053L},
      {5.0, 1.5061176684318004727L},
      {7.125, 1.8917959606533552671L},
      {9.875, 2.2385197075906873497L},
      {10.0, 2.2517525890667211076L},
      {12.5, 2.4851956512749120482L},
      {100.0, 4.6001618527380874002L},
      {1000000.0, 13.815510057964190771L},
      {-0.25, 2.9141391202135278304L},
      {-0.5, 0.036489973978576520559L},
      {-1.5, 0.70315664064524318723L},
      {-2.75, -1.9590552649779970098L},
      {-10.125, 9.9480538258660761287L},
      {-100.5, 4.6151246013380641173L},
  };
  auto const check_type = []<class T>(T) {
    for (pair const& p : table) {
      T lane[kernel::lanes<T>];
      kernel::store(lane, m::digamma(kernel::batch<T>(static_cast<T>(p.x))));
      double const tolerance = 16 * static_cast<double>(std::numeric_limits<T>::epsilon()) *
                               std::max(1.0, std::fabs(static_cast<double>(p.value)));
      CAPTURE(p.x);
      CHECK(std::fabs(static_cast<double>(lane[0] - p.value)) <= tolerance);
      CHECK(std::fabs(static_cast<double>(m::digamma(static_cast<T>(p.x)) - p.value)) <= tolerance);
    }
    using limits = std::numeric_limits<T>;
    CHECK(m::digamma(T(0)) == -limits::infinity());
    CHECK(m::digamma(T(-0.0)) == limits::infinity());
    CHECK(m::digamma(limits::infinity()) == limits::infinity());
    CHECK(std::isnan(m::digamma(T(-2))));
    CHECK(std::isnan(m::digamma(limits::quiet_NaN())));
  };
  check_type(float{});
  check_type(double{});
}
