// SPDX-License-Identifier: MIT
// Forward mode: rules by `equivalent`, agreement with reverse mode, nesting, all in constant expressions.
#include <ctg/ctg.hpp>

namespace {

using namespace ctg;
using namespace ctg::literals;

matrix<"X", double, 2, 3> const X;
matrix<"D", double, 2, 3> const D;
matrix<"W", double, 3, 4> const W;
matrix<"E", double, 3, 4> const E;
column<"c", double, 2> const c;
scalar<"a", double> const a;
scalar<"b", double> const b;
scalar<"t", double> const t;

// element-wise: the local derivative serves both modes
static_assert(equivalent(jvp(tanh(X), X, D), D % ((1 + tanh(X)) % (1 - tanh(X)))));
static_assert(equivalent(jvp(X % X, X, D), D % X + D % X));
static_assert(equivalent(jvp(X + c, c, sum<1>(D)), broadcast_to<2, 3>(sum<1>(D))));
// linear operations: themselves
static_assert(equivalent(jvp(sum(X), X, D), sum(D)));
static_assert(equivalent(jvp(sum<1>(X), X, D), sum<1>(D)));
static_assert(equivalent(jvp(transpose(X), X, D), transpose(D)));
static_assert(equivalent(jvp(reshape<6>(X), X, D), reshape<6>(D)));
// products: the product rule
static_assert(equivalent(jvp(X * W, W, E), X* E));
static_assert(equivalent(jvp(X * transpose(X), X, D), D* transpose(X) + X * transpose(D)));
// where: the tangent of the branch taken
static_assert(equivalent(jvp(where(X > 0, log(X), X), X, D), where(X > 0, D / X, D)));
// nothing flows through stop_gradient, nor through what does not move
static_assert(equivalent(jvp(stop_gradient(X) % X, X, D), D % X));
static_assert(equivalent(jvp(sign(X), X, D), 0_c * X));
// with respect to a subexpression: what is below it does not move
static_assert(equivalent(jvp(exp(X * W), X* W, X* E), (X * E) % exp(X * W)));
// the Hessian of a quadratic form times a direction
static_assert(equivalent(hvp(sum(square(X)) / 2_c, X, D), D));
// perturbations do not mix: d/da (a · d/db (a + b)) = d/db (a + b) = 1, and d²/da² exp(2 a) by nesting
static_assert(equivalent(jvp(a * jvp(a + b, b, t), a, t), t* t));
// any order by nesting: a⁵, in either mode
constexpr scalar<"x", double> x{2};
constexpr scalar<"v", double> v{1};
constexpr auto fifth = pow<5>(x);
static_assert(evaluate(jvp(jvp(jvp(fifth, x, v), x, v), x, v)) == 240);
// the inner direction moves with the variable: d/dx (x · (x · x)) where x · x = jvp(x · w, w, x)
constexpr scalar<"w", double> w{5};
static_assert(evaluate(jvp(x * jvp(x * w, w, x), x, v)) == 12);
static_assert(evaluate(jvp(gradient(jvp(fifth, x, v), x), x, v)) == 240);
static_assert(evaluate(gradient(gradient(gradient(fifth, x), x), x)) == 240);

}  // namespace

// a number as the seed of a scalar, the direction of one
constexpr scalar<"half", double> half{0.5};
static_assert(evaluate(jvp(square(half), half, 3)) == 3);
static_assert(evaluate(vjp(square(half), 3, half)) == 3);
static_assert(evaluate(hvp(pow<3>(half), half, 2)) == 6);
