// SPDX-License-Identifier: MIT
// Derivative rules as formulas: what reverse mode makes of each operation simplifies to what the lecture notes write.
#include <ctg/ctg.hpp>

namespace {

using namespace ctg;
using namespace ctg::literals;

constexpr matrix<"X", double, 3, 4> X;
constexpr matrix<"Y", double, 3, 4> Y;
constexpr matrix<"D", double, 3, 4> D;
constexpr matrix<"W", double, 4, 5> W;
constexpr matrix<"E", double, 3, 5> E;
constexpr row<"b", double, 5> b;
constexpr column<"c", double, 3> c;
constexpr scalar<"a", double> a;

// reductions
static_assert(equivalent(gradient(sum(X), X), broadcast_to<3, 4>(1_c)));
static_assert(equivalent(gradient(mean(X), X), broadcast_to<3, 4>(constant<1, 12>)));
static_assert(equivalent(gradient(sum(sum<0>(X)), X), gradient(sum(X), X)));
static_assert(equivalent(gradient(sum(Y % broadcast_to<3, 4>(sum<1>(X))), X), broadcast_to<3, 4>(sum<1>(Y))));

// element-wise, one operand: dX = dY ⊙ f′(X)
static_assert(equivalent(vjp(-X, D, X), -D));
static_assert(equivalent(vjp(exp(X), D, X), D % exp(X)));
static_assert(equivalent(vjp(exp2(X), D, X), D % (constant<69314718055994531, 100000000000000000> % exp2(X))));
static_assert(equivalent(vjp(expm1(X), D, X), D % exp(X)));
static_assert(equivalent(vjp(log(X), D, X), D / X));
static_assert(equivalent(vjp(log1p(X), D, X), D / (1 + X)));
static_assert(equivalent(vjp(sqrt(X), D, X), D / (2 * sqrt(X))));
static_assert(equivalent(vjp(cbrt(X), D, X), D / (3 * square(cbrt(X)))));
static_assert(equivalent(vjp(rsqrt(X), D, X), D % (-0.5_c * (rsqrt(X) / X))));
static_assert(equivalent(vjp(square(X), D, X), D % (2 * X)));
static_assert(equivalent(vjp(reciprocal(X), D, X), -(D % square(reciprocal(X)))));
static_assert(equivalent(vjp(pow<5>(X), D, X), D % (5 * pow<4>(X))));
static_assert(equivalent(vjp(pow<3>(X), D, X), D % (3 * square(X))));
static_assert(equivalent(vjp(pow(X, 2_c), D, X), D % (2 * X)));
static_assert(equivalent(gradient(sum(pow<0>(X)), X), broadcast_to<3, 4>(0_c)));
static_assert(equivalent(vjp(abs(X), D, X), D % sign(X)));
static_assert(equivalent(gradient(sum(sign(X)), X), broadcast_to<3, 4>(0_c)));
static_assert(equivalent(gradient(sum(floor(X) + round(X)), X), broadcast_to<3, 4>(0_c)));
static_assert(equivalent(vjp(sin(X), D, X), D % cos(X)));
static_assert(equivalent(vjp(cos(X), D, X), -(D % sin(X))));
static_assert(equivalent(vjp(tan(X), D, X), D % (1 + square(tan(X)))));
static_assert(equivalent(vjp(asin(X), D, X), D / sqrt((1 - X) % (1 + X))));
static_assert(equivalent(vjp(atan(X), D, X), D / (1 + square(X))));
static_assert(equivalent(vjp(sinh(X), D, X), D % cosh(X)));
static_assert(equivalent(vjp(cosh(X), D, X), D % sinh(X)));
static_assert(equivalent(vjp(tanh(X), D, X), D % ((1 + tanh(X)) % (1 - tanh(X)))));
static_assert(equivalent(vjp(asinh(X), D, X), D / hypot(1, X)));
static_assert(equivalent(vjp(acosh(X), D, X), D / (sqrt(X - 1) % sqrt(X + 1))));
static_assert(equivalent(vjp(atanh(X), D, X), D / ((1 - X) % (1 + X))));
static_assert(equivalent(vjp(sigmoid(X), D, X), D % (sigmoid(X) % (1 - sigmoid(X)))));
static_assert(equivalent(vjp(softplus(X), D, X), D % sigmoid(X)));
static_assert(equivalent(vjp(logsigmoid(X), D, X), D % sigmoid(-X)));
static_assert(equivalent(vjp(lgamma(X), D, X), D % digamma(X)));
static_assert(equivalent(vjp(softsign(X), D, X), D / square(1 + abs(X))));
static_assert(equivalent(gradient(sum(stop_gradient(X) % X), X), X));

// element-wise, two operands
static_assert(equivalent(vjp(X + Y, D, X), D) && equivalent(vjp(X + Y, D, Y), D));
static_assert(equivalent(vjp(X - Y, D, X), D) && equivalent(vjp(X - Y, D, Y), -D));
static_assert(equivalent(vjp(X % Y, D, X), D % Y) && equivalent(vjp(X % Y, D, Y), D % X));
static_assert(equivalent(vjp(X / Y, D, X), D / Y) && equivalent(vjp(X / Y, D, Y), -(D % ((X / Y) / Y))));
static_assert(equivalent(vjp(atan2(Y, X), D, Y), D % (X / hypot(Y, X) / hypot(Y, X))));
static_assert(equivalent(vjp(xlogy(X, Y), D, X), D % log(Y)));

// what was stretched is summed back
static_assert(equivalent(vjp(X + c, D, c), sum<1>(D)));
static_assert(equivalent(vjp(X % c, D, c), sum<1>(D % X)));
static_assert(equivalent(vjp(a * X, D, a), sum(D % X)));
static_assert(equivalent(vjp(a * X, D, X), a* D));

// products (TUM, sections 2 and 3; the notes on linear layers, items 1 to 3)
static_assert(equivalent(vjp(X * W, E, X), E* transpose(W)));
static_assert(equivalent(vjp(X * W, E, W), transpose(X) * E));
static_assert(equivalent(vjp(affine(X, W, b), E, X), E* transpose(W)));
static_assert(equivalent(vjp(affine(X, W, b), E, W), transpose(X) * E));
static_assert(equivalent(vjp(affine(X, W, b), E, b), sum<0>(E)));
static_assert(equivalent(affine(X, W, b), X* W + b));
static_assert(equivalent(affine(X, W, 2), X* W + 2));
static_assert(equivalent(vjp(sigmoid(X * W + b), E, W),
                         transpose(X) * (E % (sigmoid(X * W + b) % (1 - sigmoid(X * W + b))))));
static_assert(equivalent(vjp(transpose(W) * transpose(X), transpose(E), X), E* transpose(W)));

// layout
constexpr tensor<"T", double, 2, 3, 4> T;
constexpr tensor<"U", double, 4, 2, 3> U;
constexpr matrix<"V", double, 6, 4> V;
static_assert(equivalent(vjp(transpose(X), transpose(D), X), D));
static_assert(equivalent(vjp(transpose<2, 0, 1>(T), U, T), transpose<1, 2, 0>(U)));
static_assert(equivalent(vjp(reshape<6, 4>(T), V, T), reshape<2, 3, 4>(V)));
static_assert(equivalent(transpose(transpose(X)), X) && equivalent(reshape<3, 4>(reshape<12>(X)), X));
static_assert(equivalent(vjp(broadcast_to<3, 5>(b), E, b), sum<0>(E)));

// row operations
static_assert(equivalent(vjp(softmax(X), D, X), softmax(X) % (D - sum<1>(D % softmax(X)))));
static_assert(equivalent(vjp(log_softmax(X), D, X), D - softmax(X) % sum<1>(D)));
static_assert(equivalent(gradient(sum(logsumexp<1>(X)), X), softmax<1>(X)));
static_assert(equivalent(gradient(mse(X, Y), X), constant<1, 6>*(X - Y)));

// plain numbers keep apart, constants fold
static_assert(equivalent(2 * X + 3 * X, 2_c * X + 3_c * X));
static_assert(!equivalent(2 * X + 3 * X, 2 * X + 2 * X));
static_assert(equivalent(2_c * (3_c * X), 6_c * X));
static_assert(equivalent(1_c * X + 0_c * Y, X));

// a gradient is an expression: of a gradient, of what was built from one, with respect to a subexpression
static_assert(equivalent(gradient(sum(gradient(sum(pow<3>(X)), X)), X), 6 * X));
static_assert(equivalent(gradient(sum(square(gradient(sum(square(X)), X))), X), 8 * X));
constexpr auto Z = X * W;
static_assert(equivalent(gradient(sum(square(Z)), Z), 2 * (X * W)));
static_assert(equivalent(gradient(sum(square(Z)), X), gradient(sum(square(Z)), Z) * transpose(W)));

// let changes the name, not the meaning
static_assert(equivalent(let([] { return sigmoid(X * W); }), sigmoid(X* W)));
static_assert(equivalent(gradient(sum(let([] { return square(X); })), X), 2 * X));

}  // namespace
