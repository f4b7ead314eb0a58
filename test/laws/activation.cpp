// SPDX-License-Identifier: MIT
// Laws of the activation functions.
#include "laws.hpp"

using namespace laws;

TEST_CASE("laws: activations", "[laws]") {
  check_unary<any>("sigmoid", [](auto const& x) { return sigmoid(x); });
  check_unary<any>("logsigmoid", [](auto const& x) { return logsigmoid(x); });
  check_unary<any>("softplus", [](auto const& x) { return softplus(x); });
  check_unary<any>("selu", [](auto const& x) { return selu(x); });
  // Phi(x) magnifies the rounding of its argument x² times: 16 at the edge of this domain
  check_unary<any>("gelu", [](auto const& x) { return gelu(x); }, {24, 24, 0, 1});
  // likewise sigma(u), |u| <= 11
  check_unary<any>("gelu_tanh", [](auto const& x) { return gelu_tanh(x); }, {24, 40, 0, 1});
  check_unary<any>("silu", [](auto const& x) { return silu(x); }, {8, 24, 0, 1});
  check_unary<any>("mish", [](auto const& x) { return mish(x); }, {8, 24, 0, 1});
  check_unary<any>("elu", [](auto const& x) { return elu(x, 0.75); });
  check_unary<any>("celu", [](auto const& x) { return celu(x, 0.75); }, {8, 24, 0, 1});
}
