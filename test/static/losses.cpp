// SPDX-License-Identifier: MIT
// Losses, norm and moments: their derivatives as formulas, and their values at the edges.
#include <ctg/ctg.hpp>

#include <limits>

namespace {

using namespace ctg;
using namespace ctg::literals;

constexpr matrix<"X", double, 3, 4> X;
constexpr matrix<"T", double, 3, 4> T;
constexpr scalar<"delta", double> delta;
constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr bool is_nan(double x) { return x != x; }

static_assert(equivalent(gradient(mae(X, T), X), constant<1, 12>* sign(X - T)));
static_assert(equivalent(gradient(huber(X, T, delta), X), constant<1, 12>* clamp(X - T, -delta, delta)));
static_assert(equivalent(gradient(binary_cross_entropy_with_logits(X, T), X), constant<1, 12>*(sigmoid(X) - T)));
static_assert(equivalent(gradient(binary_cross_entropy_with_logits(X, T), T), constant<1, 12> * -X));
static_assert(equivalent(gradient(binary_cross_entropy(X, T), T), constant<1, 12>*(log1p(-X) - log(X))));
static_assert(equivalent(gradient(min(X), X), gradient(max(X), X)) == false);
static_assert(equivalent(gradient(sum(min<1>(X)), X), (X == min<1>(X)) / sum<1>(X == min<1>(X))));
static_assert(equivalent(variance(X), mean(square(X - mean(X)))));
static_assert(equivalent(variance<0, 1>(X), sum<0>(square(X - mean<0>(X))) / 2));
static_assert(equivalent(norm<0>(X), norm<-2>(X)) && !equivalent(norm<0>(X), norm<1>(X)));

// a target that is one number stands for all entries
static_assert(equivalent(mse(X, delta), mean(square(X - delta))) && equivalent(mse(X, 1_c), mean(square(X - 1_c))));
static_assert(equivalent(mae(X, 0_c), mean(abs(X))));
static_assert(equivalent(gradient(binary_cross_entropy_with_logits(X, 1_c), X), constant<1, 12>*(sigmoid(X) - 1)));
constexpr row<"S", double, 2> S{1, 3};
static_assert(evaluate_reference(mse(S, 2)) == 1 && evaluate_reference(huber(S, 0, 2)) == 0.5 * (0.5 + 4));
static_assert(evaluate_reference(binary_cross_entropy(0 * S, 0)) == 0);

// one entry of each loss and its derivative
constexpr std::array<double, 2> binary(double p, double t) {
  row<"P", double, 1> const P{p};
  row<"Q", double, 1> const Q{t};
  auto const J = binary_cross_entropy(P, Q);
  return {evaluate_reference(J), evaluate_reference(gradient(J, P))};
}
static_assert(binary(0, 0)[0] == 0 && binary(1, 1)[0] == 0 && binary(0, 1)[0] == inf && binary(1, 0)[0] == inf);
static_assert(binary(0, 0)[1] == 1 && binary(1, 1)[1] == -1 && is_nan(binary(nan, 1)[0]) &&
              is_nan(binary(0.5, nan)[0]));
static_assert(is_nan(binary(1.5, 0.5)[0]));

constexpr std::array<double, 2> logits(double z, double t) {
  row<"Z", double, 1> const Z{z};
  row<"Q", double, 1> const Q{t};
  auto const J = binary_cross_entropy_with_logits(Z, Q);
  return {evaluate_reference(J), evaluate_reference(gradient(J, Z))};
}
static_assert(logits(1000, 1) == std::array{0.0, 0.0} && logits(1000, 0) == std::array{1000.0, 1.0});
static_assert(logits(-1000, 0) == std::array{0.0, 0.0} && logits(-1000, 1) == std::array{1000.0, -1.0});
static_assert(logits(inf, 1)[0] == 0 && logits(-inf, 0)[0] == 0 && logits(inf, 0)[0] == inf &&
              is_nan(logits(nan, 1)[0]));
// 40 and more decimal places below 1 the loss of a right answer keeps its digits
static_assert(logits(100, 1)[0] > 3.720075976020835e-44 && logits(100, 1)[0] < 3.720075976020837e-44);

constexpr std::array<double, 2> huber_at(double y) {
  row<"Y", double, 1> const Y{y};
  row<"Q", double, 1> const Q{0};
  auto const J = huber(Y, Q, 2);
  return {evaluate_reference(J), evaluate_reference(gradient(J, Y))};
}
static_assert(huber_at(2) == std::array{2.0, 2.0} && huber_at(-2) == std::array{2.0, -2.0} &&
              huber_at(1) == std::array{0.5, 1.0});
static_assert(huber_at(5) == std::array{8.0, 2.0} && huber_at(-5) == std::array{8.0, -2.0} && is_nan(huber_at(nan)[0]));
static_assert(huber_at(inf) == std::array{inf, 2.0});

// the norm at the origin, and where all entries are equal
constexpr auto gradient_at = [](auto f, std::initializer_list<double> values) {
  tensor<"V", double, 3> V;
  int i = 0;
  for (double v : values) V.data()[i++] = v;
  return evaluate_reference(gradient(f(V), V));
};
constexpr auto norm_ = [](auto const& x) { return norm(x); };
constexpr auto stddev_ = [](auto const& x) { return stddev(x); };
constexpr auto min_ = [](auto const& x) { return min(x); };
static_assert(gradient_at(norm_, {0, 0, 0})(1) == 0 && gradient_at(norm_, {0, -2, 0})(1) == -1);
static_assert(gradient_at(stddev_, {4, 4, 4})(1) == 0);
static_assert(gradient_at(min_, {2, 1, 1})(0) == 0 && gradient_at(min_, {2, 1, 1})(1) == 0.5);
// twice: the second derivative at the origin is 0 as well, not NaN
constexpr double second = [] {
  scalar<"x", double> const x{0};
  return evaluate_reference(gradient(gradient(norm(x), x), x));
}();
static_assert(second == 0);

// NaN in, NaN out; nothing at all
constexpr double of(auto f, double a, double b, double c) {
  tensor<"V", double, 3> const V{a, b, c};
  return evaluate_reference(f(V));
}
static_assert(is_nan(of(min_, 1, nan, 0)) && of(min_, 1, -inf, 0) == -inf && is_nan(of(norm_, 1, nan, 0)));
constexpr tensor<"O", double, 0> O;
static_assert(evaluate_reference(norm(O)) == 0 && is_nan(evaluate_reference(variance(O))) &&
              is_nan(evaluate_reference(mae(O, O))));
constexpr tensor<"U", double, 1> U{7};
static_assert(evaluate_reference(variance(U)) == 0 && is_nan(evaluate_reference(variance<0, 1>(U))));

}  // namespace
