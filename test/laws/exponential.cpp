// SPDX-License-Identifier: MIT
// Laws of exponentials and logarithms.
#include "laws.hpp"

using namespace laws;

TEST_CASE("laws: exponentials and logarithms", "[laws]") {
  check_unary<any>("exp", [](auto const& x) { return exp(x); });
  check_unary<any>("exp2", [](auto const& x) { return exp2(x); });
  check_unary<any>("expm1", [](auto const& x) { return expm1(x); });
  check_unary<positive>("log", [](auto const& x) { return log(x); });
  check_unary<positive>("log2", [](auto const& x) { return log2(x); });
  check_unary<positive>("log10", [](auto const& x) { return log10(x); });
  check_unary<positive>("log1p", [](auto const& x) { return log1p(x); });
  check_unary<positive>("cbrt", [](auto const& x) { return cbrt(x); });
}
