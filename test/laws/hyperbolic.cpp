// SPDX-License-Identifier: MIT
// Laws of hyperbolic functions.
#include "laws.hpp"

using namespace laws;

TEST_CASE("laws: hyperbolic", "[laws]") {
  check_unary<any>("sinh", [](auto const& x) { return sinh(x); });
  check_unary<any>("cosh", [](auto const& x) { return cosh(x); });
  check_unary<any>("tanh", [](auto const& x) { return tanh(x); });
  check_unary<any>("asinh", [](auto const& x) { return asinh(x); });
  check_unary<within<5, 30, 4>>("acosh", [](auto const& x) { return acosh(x); }, {4, 24, 0, 1});
  check_unary<nonzero_unit>("atanh", [](auto const& x) { return atanh(x); });
}
