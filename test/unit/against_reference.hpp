// SPDX-License-Identifier: MIT
// Every output of a program against the reference interpreter.
#pragma once

#include <ctg/ctg.hpp>

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <algorithm>
#include <cmath>

namespace test {

inline void fill(auto& leaf) {
  int i = 0;
  for (auto& x : leaf) x = static_cast<std::remove_reference_t<decltype(x)>>(std::sin(1.7 * ++i));
}

/// The largest difference of two results, in the order of memory; huge where their sizes differ.
inline double difference(auto const& x, auto const& y) {
  double worst = x.size() == y.size() ? 0 : 1e300;
  for (std::int64_t i = 0; i < x.size(); ++i)
    worst = std::max(worst, std::fabs(static_cast<double>(x.data()[i] - y.data()[i])));
  return worst;
}

/// The number of kernels that a call of p runs, each once and in order.
int kernels_run(auto& p) {
  int count = 0;
  p(ctg::traced{[&](int k) { CHECK(k == count++); }});
  return count;
}

/// The outputs of one program agree with the interpreter to `tolerance`, and are finite.
template <class... E>
void check(double tolerance, E const&... e) {
  auto p = ctg::program(e...);
  p();
  auto compare = [&](auto const& expression) {
    auto const expected = ctg::evaluate_reference(expression);
    decltype(auto) got = p[expression];
    if constexpr (requires { got.size(); }) {
      REQUIRE(got.size() == expected.size());
      double worst = 0;
      bool finite = true;
      for (std::int64_t i = 0; i < got.size(); ++i) {
        worst =
            std::max(worst, std::fabs(static_cast<double>(got.data()[i]) - static_cast<double>(expected.data()[i])));
        finite = finite && std::isfinite(got.data()[i]);
      }
      CHECK(worst <= tolerance);
      CHECK(finite);
    } else {
      CHECK_THAT(got, Catch::Matchers::WithinAbs(expected, tolerance));
    }
  };
  (compare(e), ...);
}

}  // namespace test
