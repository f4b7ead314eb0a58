// SPDX-License-Identifier: MIT
// Laws of circular functions.
#include "laws.hpp"

using namespace laws;

TEST_CASE("laws: circular", "[laws]") {
  check_unary<any>("sin", [](auto const& x) { return sin(x); });
  check_unary<any>("cos", [](auto const& x) { return cos(x); });
  // near the poles the relative error of a float argument is magnified
  check_unary<nonzero_unit>("tan", [](auto const& x) { return tan(x); });
  check_unary<nonzero_unit>("asin", [](auto const& x) { return asin(x); });
  check_unary<nonzero_unit>("acos", [](auto const& x) { return acos(x); });
  check_unary<any>("atan", [](auto const& x) { return atan(x); });
}
