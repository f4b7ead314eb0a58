// SPDX-License-Identifier: MIT
// Checks of derivatives in constant expressions.
#include <ctg/check.hpp>
#include <ctg/ctg.hpp>

namespace {

using namespace ctg;

constexpr matrix<"X", float, 2, 3> X{{0.5f, -1, 2}, {1, 0.25f, -0.75f}};
constexpr matrix<"W", float, 3, 2> W{{1, 2}, {-0.5f, 0.25f}, {0.75f, -1}};
constexpr row<"b", float, 2> b{0.1f, -0.2f};
constexpr auto Y = sigmoid(X * W + b);
constexpr auto J = mean(square(Y));

static_assert(check_gradient(J, W, b));
static_assert(check_gradient(J, W, b).checked == 8);
static_assert(check_transpose(Y, W));
static_assert(check_transpose(Y, X* W));
// what is not the derivative is found: the adjoint of one factor only
static_assert(!check_gradient(sum(stop_gradient(X) % X), X));

}  // namespace
