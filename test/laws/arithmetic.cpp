// SPDX-License-Identifier: MIT
// Laws of the arithmetic of one operand.
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
