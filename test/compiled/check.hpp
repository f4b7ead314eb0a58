// SPDX-License-Identifier: MIT
// What holds of each generated program: its value and its gradient, computed by the kernels, are those of the reference
// interpreter.
#pragma once

#include <ctg/ctg.hpp>

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

namespace test {

/// Entries between -1.5 and 1.5 that are no round numbers; of an integer leaf 0, 1, 2, 0, ...
template <class... Leaf>
void fill(Leaf&... leaf) {
  double angle = 0.7;
  auto one = [&](auto& l) {
    using T = typename std::remove_cvref_t<decltype(l)>::value_type;
    int i = 0;
    for (T& x : l) {
      if constexpr (std::is_integral_v<T>)
        x = static_cast<T>(i++ % 3);
      else
        x = static_cast<T>(1.5 * std::sin(angle += 2.3999632297286535));
    }
  };
  (one(leaf), ...);
}

/// The nodes of the program's graph as written, by the interpreter in X.
template <class X, class Plan, class... Leaf>
auto interpret(Leaf&... leaf) {
  using graph = typename Plan::lowered;
  std::array<ctg::detail::location, graph::leaves.size()> places{};
  ctg::extent_table extents;
  auto bind = [&](auto& l) {
    using L = std::remove_cvref_t<decltype(l)>;
    for (std::size_t i = 0; i < graph::leaves.size(); ++i) {
      if (graph::leaves[i] != &ctg::detail::info_of<L>) continue;
      places[i] = graph::leaves[i]->locate(&l);
      for (int a = 0; a < graph::leaves[i]->shape.rank; ++a)
        if (ctg::extent const& e = graph::leaves[i]->shape[a]; !e.is_static())
          extents.set(e.names[0], places[i].extents[static_cast<std::size_t>(a)]);
    }
  };
  (bind(leaf), ...);
  return ctg::interpret<X>(graph::view(), std::span<int const>(graph::roots), {places, {}, extents});
}

// Each result against the interpreter in long double. What rounding may do, in units of ε: 32 of the largest value on
// the way (a node's own error, of functions up to a few ULP), and what the interpreter in double, which rounds at other
// places, is off by itself (the condition of what follows), 64-fold.
template <class T>
void compare(auto const& got, std::vector<double> const& in_double, std::vector<long double> const& exact,
             long double largest) {
  std::vector<T> values;
  if constexpr (requires { got.data(); })
    values.assign(got.data(), got.data() + got.size());
  else
    values.push_back(got);
  REQUIRE(values.size() == exact.size());
  long double condition = 0;
  for (std::size_t i = 0; i < exact.size(); ++i)
    condition = std::max(condition, std::fabs(static_cast<long double>(in_double[i]) - exact[i]) /
                                        static_cast<long double>(std::numeric_limits<double>::epsilon()));
  long double const tolerance =
      static_cast<long double>(std::numeric_limits<T>::epsilon()) * (32 * largest + 64 * condition);
  for (std::size_t i = 0; i < exact.size(); ++i) {
    INFO("entry " << i << ": " << values[i] << " for " << exact[i] << " +- " << tolerance);
    bool const near = std::fabs(static_cast<long double>(values[i]) - exact[i]) <= tolerance;
    if (!near) CHECK(near);
  }
  CHECK(std::isfinite(tolerance));
}

/// Value and gradient of sum(tanh(y)), of a program that runs twice.
template <class Y, class X, class... Leaf>
void check(Y const& y, X& x, Leaf&... leaf) {
  auto p = ctg::program(y, gradient(sum(tanh(y)), x));
  p();
  p();
  using plan = typename decltype(p)::plan_type;
  auto const in_double = interpret<double, plan>(leaf...);
  auto const exact = interpret<long double, plan>(leaf...);
  long double largest = 0;
  for (auto const& node : exact)
    for (long double v : node) largest = std::max(largest, std::fabs(v));
  auto const root = [](std::size_t i) { return static_cast<std::size_t>(plan::lowered::roots[i]); };
  using T = typename X::value_type;
  compare<T>(p.template result<0>(), in_double[root(0)], exact[root(0)], largest);
  compare<T>(p.template result<1>(), in_double[root(1)], exact[root(1)], largest);
}

}  // namespace test
