// SPDX-License-Identifier: MIT
// docs/operations.md: an operation of one's own, checked by the compiler.
#include <ctg/check.hpp>
#include <ctg/ctg.hpp>

namespace {

// [custom]
struct swish : ctg::custom<1> {
  static constexpr std::string_view name = "swish";
  static constexpr auto value(auto x) { return x * ctg::math::sigmoid(x); }
  static constexpr ctg::handle derivative(ctg::handle x, ctg::handle y) {
    ctg::handle const s = sigmoid(x);
    return s + y % (1 - s);
  }
};

constexpr ctg::scalar<"x", double> x{0.5};
static_assert(ctg::check_gradient(ctg::call<swish>(x), x));
static_assert(ctg::check_gradient(gradient(ctg::call<swish>(x), x), x));  // and its derivative's
// [/custom]

}  // namespace

int main() { return ctg::evaluate(ctg::call<swish>(x)) > 0 ? 0 : 1; }
