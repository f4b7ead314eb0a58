// SPDX-License-Identifier: MIT
// Values and derivatives at the edges, as documented: at kinks, at 0, ties, infinities, NaN, empty tensors.
#include <ctg/ctg.hpp>

#include <limits>

namespace {

using namespace ctg;

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// f and its derivative at one place
template <class F>
constexpr double at(F f, double x) {
  scalar<"x", double> const leaf{x};
  return evaluate_reference(f(leaf));
}
template <class F>
constexpr double slope(F f, double x) {
  scalar<"x", double> const leaf{x};
  return evaluate_reference(gradient(f(leaf), leaf));
}
template <class F>
constexpr std::array<double, 2> slopes(F f, double x, double y) {
  scalar<"x", double> const first{x};
  scalar<"y", double> const second{y};
  return {evaluate_reference(gradient(f(first, second), first)),
          evaluate_reference(gradient(f(first, second), second))};
}
constexpr bool is_nan(double x) { return x != x; }

constexpr auto relu_ = [](auto const& x) { return relu(x); };
static_assert(slope(relu_, 0) == 1 && slope(relu_, -0.0) == 1 && slope(relu_, -1e-300) == 0 && at(relu_, -3) == 0);
static_assert(is_nan(at(relu_, nan)));
constexpr auto abs_ = [](auto const& x) { return abs(x); };
static_assert(slope(abs_, 0) == 0 && slope(abs_, -0.0) == 0 && slope(abs_, -2) == -1 && slope(abs_, 2) == 1);
constexpr auto sqrt_ = [](auto const& x) { return sqrt(x); };
static_assert(slope(sqrt_, 0) == inf && slope(sqrt_, -0.0) == -inf && at(sqrt_, 0) == 0 && is_nan(at(sqrt_, -1)));
// second derivatives that vanish at 0 keep their relative accuracy there
template <class F>
constexpr bool bends(F f, double x, double want) {
  scalar<"x", double> const leaf{x};
  double const error = evaluate_reference(gradient(gradient(f(leaf), leaf), leaf)) / want - 1;
  return error < 1e-15 && error > -1e-15;
}
static_assert(bends([](auto const& x) { return asin(x); }, 1e-12, 1e-12) &&
              bends([](auto const& x) { return acos(x); }, -1e-12, 1e-12) &&
              bends([](auto const& x) { return atanh(x); }, 1e-12, 2e-12));
constexpr auto log_ = [](auto const& x) { return log(x); };
static_assert(at(log_, 0) == -inf && slope(log_, 0) == inf && is_nan(at(log_, -1)) && at(log_, inf) == inf);
constexpr auto clamp_ = [](auto const& x) { return clamp(x, -1, 2); };
static_assert(slope(clamp_, -1) == 1 && slope(clamp_, 2) == 1 && slope(clamp_, 2.5) == 0 && slope(clamp_, -1.5) == 0);
static_assert(at(clamp_, -inf) == -1 && at(clamp_, inf) == 2 && is_nan(at(clamp_, nan)));
constexpr auto hardtanh_ = [](auto const& x) { return hardtanh(x, -1, 1); };
static_assert(slope(hardtanh_, 1) == 1 && slope(hardtanh_, -1) == 1 && slope(hardtanh_, 1.5) == 0);

// a tie is shared evenly by maximum and minimum, not by relu
constexpr auto maximum_ = [](auto const& x) { return maximum(x, 0); };
static_assert(slope(maximum_, 0) == 0.5 && slope(maximum_, 1) == 1 && slope(maximum_, -1) == 0 &&
              is_nan(at(maximum_, nan)));
constexpr auto minimum_ = [](auto const& x) { return minimum(x, 0); };
static_assert(slope(minimum_, 0) == 0.5 && slope(minimum_, 1) == 0 && slope(minimum_, -1) == 1 &&
              is_nan(at(minimum_, nan)));
constexpr auto larger = [](auto const& x, auto const& y) { return maximum(x, y); };
static_assert(slopes(larger, 3, 3) == std::array{0.5, 0.5} && slopes(larger, 3, 4) == std::array{0.0, 1.0});
constexpr auto smaller = [](auto const& x, auto const& y) { return minimum(x, y); };
static_assert(slopes(smaller, 3, 3) == std::array{0.5, 0.5} && slopes(smaller, 3, 4) == std::array{1.0, 0.0});

// powers: whole ones do not go through logarithms
constexpr auto power = [](auto const& x, auto const& y) { return pow(x, y); };
static_assert(slopes(power, 0, 0) == std::array{0.0, 0.0});
static_assert(slopes(power, 0, 2) == std::array{0.0, 0.0} && slopes(power, 2, 0)[0] == 0);
constexpr auto pow_0 = [](auto const& x) { return pow<0>(x); };
static_assert(at(pow_0, 0) == 1 && slope(pow_0, 0) == 0 && slope(pow_0, 7) == 0);
constexpr auto cube = [](auto const& x) { return pow<3>(x); };
static_assert(at(cube, -2) == -8 && slope(cube, -2) == 12 && slope(cube, 0) == 0);
constexpr auto inverse_square = [](auto const& x) { return pow<-2>(x); };
static_assert(at(inverse_square, -2) == 0.25 && slope(inverse_square, -2) == 0.25);
constexpr auto raised = [](auto const& x) { return pow(x, 2); };
static_assert(at(raised, -3) == 9 && slope(raised, -3) == -6 && at(raised, 0) == 0 && slope(raised, 0) == 0);
constexpr auto to_zero = [](auto const& x) { return pow(x, 0); };
static_assert(at(to_zero, 0) == 1 && slope(to_zero, 0) == 0);

constexpr auto xlogy_ = [](auto const& x, auto const& y) { return xlogy(x, y); };
static_assert(slopes(xlogy_, 0, 0)[1] == 0 && slopes(xlogy_, 0, 3)[1] == 0);
constexpr auto hypot_ = [](auto const& x, auto const& y) { return hypot(x, y); };
static_assert(slopes(hypot_, 0, 0) == std::array{0.0, 0.0} && slopes(hypot_, 0, -2) == std::array{0.0, -1.0});
constexpr auto logaddexp_ = [](auto const& x, auto const& y) { return logaddexp(x, y); };
static_assert(slopes(logaddexp_, -inf, -inf) == std::array{0.5, 0.5} &&
              slopes(logaddexp_, 1000, -1000) == std::array{1.0, 0.0});
static_assert(slopes(logaddexp_, 5, -inf) == std::array{1.0, 0.0} && slopes(logaddexp_, 2, 2) == std::array{0.5, 0.5});

// the tails of activations
constexpr auto sigmoid_ = [](auto const& x) { return sigmoid(x); };
static_assert(at(sigmoid_, 1000) == 1 && at(sigmoid_, -1000) == 0 && slope(sigmoid_, 1000) == 0);
static_assert(slope(sigmoid_, -700) > 9.8e-305 && slope(sigmoid_, -700) < 9.9e-305);
// just below a pole, where x - floor(x) rounds to 1
constexpr auto digamma_ = [](auto const& x) { return digamma(x); };
static_assert(slope(digamma_, -0x1p-40) > 0x0.fffffp80 && slope(digamma_, -0x1p-40) < 0x1.00001p80);
static_assert(slope(digamma_, -2.5) > 9.5 && slope(digamma_, -2.5) < 9.6 && slope(digamma_, -2) == inf);
constexpr auto softplus_ = [](auto const& x) { return softplus(x); };
static_assert(at(softplus_, 1000) == 1000 && at(softplus_, -1000) == 0 && at(softplus_, -inf) == 0 &&
              slope(softplus_, -inf) == 0);
constexpr auto logsigmoid_ = [](auto const& x) { return logsigmoid(x); };
static_assert(at(logsigmoid_, -1000) == -1000 && at(logsigmoid_, 1000) == 0 && at(logsigmoid_, -inf) == -inf);
static_assert(slope(logsigmoid_, -1000) == 1 && slope(logsigmoid_, 1000) == 0);
constexpr auto gelu_ = [](auto const& x) { return gelu(x); };
static_assert(at(gelu_, -inf) == 0 && at(gelu_, inf) == inf && slope(gelu_, -inf) == 0 && slope(gelu_, inf) == 1 &&
              is_nan(at(gelu_, nan)));
constexpr auto silu_ = [](auto const& x) { return silu(x); };
static_assert(at(silu_, -inf) == 0 && at(silu_, inf) == inf && slope(silu_, -inf) == 0 && slope(silu_, inf) == 1 &&
              is_nan(at(silu_, nan)));
constexpr auto mish_ = [](auto const& x) { return mish(x); };
static_assert(at(mish_, -inf) == 0 && at(mish_, inf) == inf && slope(mish_, -inf) == 0 && slope(mish_, inf) == 1 &&
              is_nan(at(mish_, nan)));
constexpr auto gelu_tanh_ = [](auto const& x) { return gelu_tanh(x); };
static_assert(at(gelu_tanh_, -inf) == 0 && at(gelu_tanh_, inf) == inf && slope(gelu_tanh_, -inf) == 0 &&
              slope(gelu_tanh_, inf) == 1);
constexpr auto softsign_ = [](auto const& x) { return softsign(x); };
static_assert(at(softsign_, -inf) == -1 && at(softsign_, inf) == 1 && slope(softsign_, inf) == 0 &&
              is_nan(at(softsign_, nan)));
constexpr auto elu_ = [](auto const& x) { return elu(x, 1); };
static_assert(at(elu_, -inf) == -1 && at(elu_, inf) == inf && slope(elu_, -inf) == 0 && slope(elu_, inf) == 1 &&
              slope(elu_, 0) == 1);
constexpr auto celu_ = [](auto const& x) { return celu(x, 2); };
static_assert(at(celu_, -inf) == -2 && at(celu_, inf) == inf && slope(celu_, -inf) == 0 && slope(celu_, inf) == 1 &&
              slope(celu_, 0) == 1);
constexpr auto leaky = [](auto const& x) { return leaky_relu(x, 0.25); };
static_assert(at(leaky, -4) == -1 && slope(leaky, -4) == 0.25 && slope(leaky, 0) == 1 && is_nan(at(leaky, nan)));
constexpr auto selu_ = [](auto const& x) { return selu(x); };
static_assert(at(selu_, -inf) == -1.7580993408473768599 && slope(selu_, -inf) == 0 &&
              slope(selu_, 3) == 1.0507009873554804934);
constexpr auto hardsigmoid_ = [](auto const& x) { return hardsigmoid(x); };
static_assert(at(hardsigmoid_, -3) == 0 && at(hardsigmoid_, 3) == 1 && at(hardsigmoid_, 0) == 0.5 &&
              at(hardsigmoid_, -inf) == 0);
static_assert(slope(hardsigmoid_, 3) == 1 / 6. && slope(hardsigmoid_, -3) == 1 / 6. && slope(hardsigmoid_, 3.5) == 0);
constexpr auto tanh_ = [](auto const& x) { return tanh(x); };
static_assert(at(tanh_, inf) == 1 && slope(tanh_, -1000) == 0 && is_nan(at(tanh_, nan)));

// NaN in, NaN out
constexpr auto floor_ = [](auto const& x) { return floor(x); };
constexpr auto sign_ = [](auto const& x) { return sign(x); };
constexpr auto exp_ = [](auto const& x) { return exp(x); };
static_assert(is_nan(at(floor_, nan)) && is_nan(at(sign_, nan)) && is_nan(at(exp_, nan)) && is_nan(at(abs_, nan)));
static_assert(is_nan(at(sigmoid_, nan)) && is_nan(at(softplus_, nan)) && is_nan(at(elu_, nan)) &&
              is_nan(at(hardsigmoid_, nan)));

// whole numbers, halves to even
constexpr auto round_ = [](auto const& x) { return round(x); };
static_assert(at(round_, 0.5) == 0 && at(round_, 1.5) == 2 && at(round_, -2.5) == -2 && at(floor_, -0.5) == -1 &&
              slope(floor_, 2) == 0);

// the maximum of a tensor: ties share, a NaN wins
constexpr matrix<"A", double, 2, 3> A{{1, 5, 5}, {5, 2, 0}};
static_assert(evaluate_reference(max(A)) == 5);
constexpr auto shared = evaluate_reference(gradient(max(A), A));
static_assert(shared(0, 1) == 1 / 3. && shared(0, 2) == 1 / 3. && shared(1, 0) == 1 / 3. && shared(0, 0) == 0 &&
              shared(1, 2) == 0);
constexpr auto shared_by_row = evaluate_reference(gradient(sum(max<1>(A)), A));
static_assert(shared_by_row(0, 1) == 0.5 && shared_by_row(0, 2) == 0.5 && shared_by_row(1, 0) == 1 &&
              shared_by_row(1, 1) == 0);
constexpr row<"n", double, 3> with_nan{1, nan, 3};
static_assert(is_nan(evaluate_reference(max(with_nan))) && is_nan(evaluate_reference(sum(with_nan))));

// empty tensors
constexpr matrix<"O", double, 0, 3> O;
static_assert(evaluate_reference(sum(O)) == 0 && is_nan(evaluate_reference(mean(O))));
static_assert(evaluate_reference(sum<0>(O))(0, 2) == 0);
constexpr matrix<"P", double, 2, 0> P;
static_assert(evaluate_reference(P * O)(1, 2) == 0, "a sum of no products");

// ±1000 and −∞ in softmax and its kin
constexpr matrix<"L", double, 3, 3> L{{1000, -1000, 1000}, {-inf, 0, 0}, {-inf, -inf, 3}};
constexpr auto soft = evaluate_reference(softmax(L));
static_assert(soft(0, 0) == 0.5 && soft(0, 1) == 0 && soft(1, 0) == 0 && soft(1, 1) == 0.5 && soft(2, 2) == 1);
constexpr auto logs = evaluate_reference(log_softmax(L));
static_assert(logs(0, 1) < -2000 && logs(1, 0) == -inf && logs(2, 2) == 0 && logs(2, 0) == -inf);
static_assert(evaluate_reference(logsumexp<1>(L))(2, 0) == 3);
constexpr row<"nothing", double, 2> nothing{-inf, -inf};
static_assert(evaluate_reference(logsumexp(nothing)) == -inf);
constexpr matrix<"target", double, 3, 3> target{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
static_assert(evaluate_reference(cross_entropy(L, target)) > 0.46 &&
              evaluate_reference(cross_entropy(L, target)) < 0.47);
constexpr auto pulled = evaluate_reference(gradient(cross_entropy(L, target), L));
static_assert(pulled(2, 2) == 0 && pulled(1, 0) == 0 && pulled(0, 0) < 0);

}  // namespace
