// SPDX-License-Identifier: MIT
// Laws of the special functions.
#include "laws.hpp"

using namespace laws;

TEST_CASE("laws: special functions", "[laws]") {
  check_unary<any>("erf", [](auto const& x) { return erf(x); });
  // the derivative of erfc falls below epsilon of its terms
  check_unary<any>("erfc", [](auto const& x) { return erfc(x); }, {8, 24, 0, 1});
  // lgamma crosses zero at 1 and 2, digamma at 1.46; there the error is absolute
  check_unary<positive>("lgamma", [](auto const& x) { return lgamma(x); }, {8, 40, 1, 1});
  check_unary<positive>("digamma", [](auto const& x) { return digamma(x); }, {24, 48, 1, 1, 16});
  check_unary<positive>("polygamma", [](auto const& x) { return gradient(sum(digamma(x)), x); }, {24, 48, 0, 1});
}
