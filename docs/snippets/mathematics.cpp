// SPDX-License-Identifier: MIT
// docs/mathematics.md: worked examples of the lecture notes, decided by the compiler.
#include <ctg/ctg.hpp>

#include <limits>

namespace {

// [exercise]
constexpr bool exercise() {
  ctg::matrix<"X", double, 2, 2> X{{0, 1}, {2, 3}};
  ctg::matrix<"W", double, 2, 2> W{{1, 1}, {1, 1}};
  auto Y = X * W;
  auto L = sum(Y % Y);

  auto dY = ctg::evaluate(gradient(L, Y));
  auto dX = ctg::evaluate(gradient(L, X));
  auto dW = ctg::evaluate(gradient(L, W));
  return ctg::evaluate(L) == 52 &&                                              //
         dY(0, 0) == 2 && dY(0, 1) == 2 && dY(1, 0) == 10 && dY(1, 1) == 10 &&  //
         dX(0, 0) == 4 && dX(0, 1) == 4 && dX(1, 0) == 20 && dX(1, 1) == 20 &&  //
         dW(0, 0) == 20 && dW(0, 1) == 20 && dW(1, 0) == 32 && dW(1, 1) == 32;
}
static_assert(exercise());
// [/exercise]

// [again]
constexpr bool twice() {
  ctg::scalar<"x", double> x{2};
  auto J = pow<4>(x);
  auto d = gradient(J, x);   // 4 x³
  auto dd = gradient(d, x);  // 12 x²
  return ctg::evaluate(d) == 32 && ctg::evaluate(dd) == 48;
}
static_assert(twice());
// [/again]

// [seed]
// z = xᵀ A y: the adjoint of A for the seed dz is dz · x yᵀ
constexpr bool bilinear_form() {
  ctg::column<"x", double, 2> x{1, 2};
  ctg::column<"y", double, 3> y{3, 4, 5};
  ctg::matrix<"A", double, 2, 3> A{{1, 0, 2}, {0, 1, 0}};
  ctg::row<"dz", double, 1> dz{10};
  auto dA = ctg::evaluate(vjp(transpose(x) * A * y, dz, A));
  return dA(0, 0) == 30 && dA(0, 2) == 50 && dA(1, 1) == 80;
}
static_assert(bilinear_form());
// [/seed]

// [bilinear]
// the bilinear layer z_bl = x_bᵀ A_l y_b; in the notes dA_l = (dZ_l ⊙ X)ᵀ Y
constexpr bool bilinear_layer() {
  ctg::matrix<"X", double, 2, 2> X{{1, 2}, {3, 4}};
  ctg::matrix<"Y", double, 2, 3> Y{{1, 0, 2}, {0, 1, 1}};
  ctg::tensor<"A", double, 1, 2, 3> A{{{1, 0, 2}, {0, 1, 0}}};
  ctg::column<"dZ", double, 2> dZ{10, 1};
  auto Z = bilinear(X, A, Y);  // einsum<"bm,lmn,bn->bl">(X, A, Y)
  auto dA = ctg::evaluate(vjp(Z, dZ, A));
  return ctg::evaluate(Z)(0, 0) == 5 && dA(0, 0, 0) == 10 && dA(0, 1, 2) == 44;
}
static_assert(bilinear_layer());
// [/bilinear]

// [edges]
constexpr double slope_at(double at, auto const& f) {
  ctg::scalar<"x", double> x{at};
  return ctg::evaluate(gradient(f(x), x));
}
static_assert(slope_at(0, [](auto& x) { return relu(x); }) == 1);
static_assert(slope_at(0, [](auto& x) { return maximum(x, 0); }) == 0.5);
static_assert(slope_at(0, [](auto& x) { return abs(x); }) == 0);
static_assert(slope_at(1, [](auto& x) { return clamp(x, -1, 1); }) == 1);
static_assert(slope_at(0, [](auto& x) { return sqrt(x); }) == std::numeric_limits<double>::infinity());
static_assert(slope_at(0, [](auto& x) { return pow<0>(x); }) == 0);
// the branch that is not taken has slope ∞ at 0, and does not reach the gradient
static_assert(slope_at(0, [](auto& x) { return where(x > 0, sqrt(x), 2 * x); }) == 2);
// [/edges]

// [ties]
constexpr bool ties_share() {
  ctg::matrix<"X", double, 2, 2> X{{3, 1}, {3, 3}};
  auto d = ctg::evaluate(gradient(max(X), X));
  return d(0, 0) == 1.0 / 3 && d(0, 1) == 0 && d(1, 0) == 1.0 / 3;
}
static_assert(ties_share());
// [/ties]

// [extremes]
constexpr bool extremes() {
  ctg::matrix<"Z", double, 1, 2> Z{{1000, -1000}};
  ctg::matrix<"T", double, 1, 2> T{{0, 1}};
  return ctg::evaluate(cross_entropy(Z, T)) == 2000 && ctg::evaluate(logsumexp(Z)) == 1000;
}
static_assert(extremes());
// [/extremes]

}  // namespace

int main() {
  // [equivalent]
  ctg::matrix<"X", float, ctg::dim<"N">, 5> X(3);
  static_assert(ctg::equivalent(gradient(sum(sigmoid(X)), X), sigmoid(X) % (1 - sigmoid(X))));
  static_assert(ctg::equivalent(gradient(sum(exp(X)), X), exp(X)));
  static_assert(ctg::equivalent(gradient(sum(tanh(X)), X), (1 + tanh(X)) % (1 - tanh(X))));
  static_assert(!ctg::equivalent(gradient(sum(tanh(X)), X), 1 + square(tanh(X))));
  // [/equivalent]
  return exercise() && twice() && bilinear_form() && bilinear_layer() && ties_share() && extremes() ? 0 : 1;
}
