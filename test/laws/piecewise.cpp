// SPDX-License-Identifier: MIT
// Laws of the element-wise operations in pieces.
#include "laws.hpp"

using namespace laws;

TEST_CASE("laws: pieces", "[laws]") {
  check_unary<any>("abs", [](auto const& x) { return abs(x); });
  check_unary<any>("sign", [](auto const& x) { return sign(x); });
  check_unary<any>("floor", [](auto const& x) { return floor(x); });
  check_unary<any>("round", [](auto const& x) { return round(x); });
  check_unary<any>("relu", [](auto const& x) { return relu(x); });
  check_unary<any>("leaky_relu", [](auto const& x) { return leaky_relu(x, 0.125); });
  check_unary<any>("clamp", [](auto const& x) { return clamp(x, -0.5, 1.5); });
  check_unary<any>("maximum", [](auto const& x) { return maximum(x, 0.5); });
  check_unary<any>("softsign", [](auto const& x) { return softsign(x); });
  check_unary<any>("hardsigmoid", [](auto const& x) { return hardsigmoid(x); });
}
