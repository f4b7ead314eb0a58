// SPDX-License-Identifier: MIT
// Laws of the element-wise operations of one operand that no polynomial approximates.
#include "laws.hpp"

using namespace laws;

TEST_CASE("laws: arithmetic of one operand", "[laws]") {
  check_unary<any>("negate", [](auto const& x) { return -x; });
  check_unary<any>("square", [](auto const& x) { return square(x); });
  check_unary<positive>("reciprocal", [](auto const& x) { return reciprocal(x); });
  check_unary<any>("pow<5>", [](auto const& x) { return pow<5>(x); }, {6, 12, 0, 1});
  check_unary<positive>("pow<-3>", [](auto const& x) { return pow<-3>(x); }, {6, 12, 0, 1});
  check_unary<positive>("sqrt", [](auto const& x) { return sqrt(x); });
  check_unary<positive>("rsqrt", [](auto const& x) { return rsqrt(x); });
}

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
