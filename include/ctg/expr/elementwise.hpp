// SPDX-License-Identifier: MIT
// The element-wise functions a user writes. Formulas, derivatives and edges stand beside the operation in
// op/piecewise.hpp, transcendental.hpp, gamma.hpp and activation.hpp. Operands broadcast, and plain numbers may stand
// wherever an operand may. The largest errors hold for all inputs, float and double, as test/unit/math_batch.cpp and
// math_pairs.cpp sweep them.
#pragma once

#include <ctg/expr/operators.hpp>

namespace ctg::inline v0 {

namespace detail {

template <symbol Sign, class Op, class A>
constexpr auto form_unary(A&& a) {
  return form<Sign, Op, void>(std::forward<A>(a));
}

template <class A, class B, class C>
concept Operands3 = Operand<A> && Operand<B> && Operand<C> &&(Expression<A> || Expression<B> || Expression<C>);

}  // namespace detail

// ── signs and roundings (halves to even); they have derivative 0 ──

/// |X|, exact.
template <Expression A>
constexpr auto abs(A&& a) {
  return detail::form_unary<"abs", operation<opcode::abs>>(std::forward<A>(a));
}
/// -1, 0 or 1, exact.
template <Expression A>
constexpr auto sign(A&& a) {
  return detail::form_unary<"sign", operation<opcode::sign>>(std::forward<A>(a));
}
/// The largest integer not above X, exact.
template <Expression A>
constexpr auto floor(A&& a) {
  return detail::form_unary<"floor", operation<opcode::floor>>(std::forward<A>(a));
}
/// The nearest integer, halves to even, exact.
template <Expression A>
constexpr auto round(A&& a) {
  return detail::form_unary<"round", operation<opcode::round>>(std::forward<A>(a));
}

// ── powers and roots ──

/// X^2, rounded correctly.
template <Expression A>
constexpr auto square(A&& a) {
  return detail::form_unary<"square", operation<opcode::square>>(std::forward<A>(a));
}
/// 1 / X, rounded correctly.
template <Expression A>
constexpr auto reciprocal(A&& a) {
  return detail::form_unary<"reciprocal", operation<opcode::reciprocal>>(std::forward<A>(a));
}
/// The square root, rounded correctly; NaN below 0.
template <Expression A>
constexpr auto sqrt(A&& a) {
  return detail::form_unary<"sqrt", operation<opcode::sqrt>>(std::forward<A>(a));
}
/// The cube root, odd; <= 0.8 ULP.
template <Expression A>
constexpr auto cbrt(A&& a) {
  return detail::form_unary<"cbrt", operation<opcode::cbrt>>(std::forward<A>(a));
}
/// 1 / sqrt X; <= 1.5 ULP.
template <Expression A>
constexpr auto rsqrt(A&& a) {
  return detail::form_unary<"rsqrt", operation<opcode::rsqrt>>(std::forward<A>(a));
}

// ── exponentials and logarithms ──

/// e^X; <= 1.1 ULP, denormal results included.
template <Expression A>
constexpr auto exp(A&& a) {
  return detail::form_unary<"exp", operation<opcode::exp>>(std::forward<A>(a));
}
/// 2^X; <= 1.2 ULP.
template <Expression A>
constexpr auto exp2(A&& a) {
  return detail::form_unary<"exp2", operation<opcode::exp2>>(std::forward<A>(a));
}
/// e^X - 1 without cancellation near 0; <= 2.1 ULP.
template <Expression A>
constexpr auto expm1(A&& a) {
  return detail::form_unary<"expm1", operation<opcode::expm1>>(std::forward<A>(a));
}
/// The natural logarithm: -inf at 0, NaN below; <= 1.3 ULP.
template <Expression A>
constexpr auto log(A&& a) {
  return detail::form_unary<"log", operation<opcode::log>>(std::forward<A>(a));
}
/// The logarithm to base 2, exact at powers of two; <= 2.4 ULP.
template <Expression A>
constexpr auto log2(A&& a) {
  return detail::form_unary<"log2", operation<opcode::log2>>(std::forward<A>(a));
}
/// The logarithm to base 10; <= 2.1 ULP (2.6 without FMA).
template <Expression A>
constexpr auto log10(A&& a) {
  return detail::form_unary<"log10", operation<opcode::log10>>(std::forward<A>(a));
}
/// log(1 + X) without cancellation near 0; <= 1.3 ULP.
template <Expression A>
constexpr auto log1p(A&& a) {
  return detail::form_unary<"log1p", operation<opcode::log1p>>(std::forward<A>(a));
}

// ── circular and hyperbolic ──

/// The sine of any finite X in radians; <= 2.3 ULP.
template <Expression A>
constexpr auto sin(A&& a) {
  return detail::form_unary<"sin", operation<opcode::sin>>(std::forward<A>(a));
}
/// The cosine of any finite X in radians; <= 2.4 ULP.
template <Expression A>
constexpr auto cos(A&& a) {
  return detail::form_unary<"cos", operation<opcode::cos>>(std::forward<A>(a));
}
/// The tangent of any finite X in radians; <= 2.5 ULP (3.1 without FMA).
template <Expression A>
constexpr auto tan(A&& a) {
  return detail::form_unary<"tan", operation<opcode::tan>>(std::forward<A>(a));
}
/// In [-pi/2, pi/2]; <= 2.4 ULP.
template <Expression A>
constexpr auto asin(A&& a) {
  return detail::form_unary<"asin", operation<opcode::asin>>(std::forward<A>(a));
}
/// In [0, pi]; <= 1.3 ULP.
template <Expression A>
constexpr auto acos(A&& a) {
  return detail::form_unary<"acos", operation<opcode::acos>>(std::forward<A>(a));
}
/// In [-pi/2, pi/2]; <= 2.2 ULP.
template <Expression A>
constexpr auto atan(A&& a) {
  return detail::form_unary<"atan", operation<opcode::atan>>(std::forward<A>(a));
}
/// <= 2.4 ULP.
template <Expression A>
constexpr auto sinh(A&& a) {
  return detail::form_unary<"sinh", operation<opcode::sinh>>(std::forward<A>(a));
}
/// <= 1.5 ULP.
template <Expression A>
constexpr auto cosh(A&& a) {
  return detail::form_unary<"cosh", operation<opcode::cosh>>(std::forward<A>(a));
}
/// <= 2.5 ULP.
template <Expression A>
constexpr auto tanh(A&& a) {
  return detail::form_unary<"tanh", operation<opcode::tanh>>(std::forward<A>(a));
}
/// <= 1.9 ULP.
template <Expression A>
constexpr auto asinh(A&& a) {
  return detail::form_unary<"asinh", operation<opcode::asinh>>(std::forward<A>(a));
}
/// NaN below 1; <= 2.5 ULP.
template <Expression A>
constexpr auto acosh(A&& a) {
  return detail::form_unary<"acosh", operation<opcode::acosh>>(std::forward<A>(a));
}
/// +-inf at +-1; <= 2.2 ULP.
template <Expression A>
constexpr auto atanh(A&& a) {
  return detail::form_unary<"atanh", operation<opcode::atanh>>(std::forward<A>(a));
}

// ── special ──

/// <= 2.2 ULP.
template <Expression A>
constexpr auto erf(A&& a) {
  return detail::form_unary<"erf", operation<opcode::erf>>(std::forward<A>(a));
}
/// 1 - erf X with full relative accuracy in its tail; <= 2.7 ULP (3.3 without FMA).
template <Expression A>
constexpr auto erfc(A&& a) {
  return detail::form_unary<"erfc", operation<opcode::erfc>>(std::forward<A>(a));
}
/// log |Gamma(X)|, by the standard library lane by lane.
template <Expression A>
constexpr auto lgamma(A&& a) {
  return detail::form_unary<"lgamma", operation<opcode::lgamma>>(std::forward<A>(a));
}
/// The derivative of lgamma; <= 16 epsilon of the larger of 1 and the result.
template <Expression A>
constexpr auto digamma(A&& a) {
  return detail::form_unary<"digamma", operation<opcode::digamma>>(std::forward<A>(a));
}

// ── activations (gelu is the exact form, by erf; gelu_tanh the approximation by tanh) ──

/// 1 / (1 + e^-X) with full relative accuracy in its tail; <= 2.5 ULP.
template <Expression A>
constexpr auto sigmoid(A&& a) {
  return detail::form_unary<"sigmoid", operation<opcode::sigmoid>>(std::forward<A>(a));
}
/// log sigmoid X; <= 2.1 ULP.
template <Expression A>
constexpr auto logsigmoid(A&& a) {
  return detail::form_unary<"logsigmoid", operation<opcode::logsigmoid>>(std::forward<A>(a));
}
/// log(1 + e^X); <= 2.1 ULP.
template <Expression A>
constexpr auto softplus(A&& a) {
  return detail::form_unary<"softplus", operation<opcode::softplus>>(std::forward<A>(a));
}
template <Expression A>
constexpr auto relu(A&& a) {
  return detail::form_unary<"relu", operation<opcode::relu>>(std::forward<A>(a));
}
/// <= 2.5 ULP.
template <Expression A>
constexpr auto selu(A&& a) {
  return detail::form_unary<"selu", operation<opcode::selu>>(std::forward<A>(a));
}
/// X Phi(X) with full relative accuracy in its tail; <= 2.5 ULP (3.3 in double without FMA).
template <Expression A>
constexpr auto gelu(A&& a) {
  return detail::form_unary<"gelu", operation<opcode::gelu>>(std::forward<A>(a));
}
template <Expression A>
constexpr auto gelu_tanh(A&& a) {
  return detail::form_unary<"gelu_tanh", operation<opcode::gelu_tanh>>(std::forward<A>(a));
}
/// X sigmoid X; <= 2.6 ULP where sigmoid X is no denormal number.
template <Expression A>
constexpr auto silu(A&& a) {
  return detail::form_unary<"silu", operation<opcode::silu>>(std::forward<A>(a));
}
/// X tanh(softplus X); <= 4.2 ULP where e^X is no denormal number.
template <Expression A>
constexpr auto mish(A&& a) {
  return detail::form_unary<"mish", operation<opcode::mish>>(std::forward<A>(a));
}
/// X / (1 + |X|); <= 1.5 ULP.
template <Expression A>
constexpr auto softsign(A&& a) {
  return detail::form_unary<"softsign", operation<opcode::softsign>>(std::forward<A>(a));
}
/// X / 6 + 1/2 between 0 and 1; <= 1 ULP.
template <Expression A>
constexpr auto hardsigmoid(A&& a) {
  return detail::form_unary<"hardsigmoid", operation<opcode::hardsigmoid>>(std::forward<A>(a));
}

// ── of several operands ──

/// The larger of two; a tie shares the gradient evenly (relu does not).
template <class A, class B, class Site = detail::site_of<decltype([] {}), A, B>>
  requires detail::Operands<A, B>
constexpr auto maximum(A&& a, B&& b) {
  return detail::form<"maximum", operation<opcode::maximum>, Site>(std::forward<A>(a), std::forward<B>(b));
}

/// The smaller of two; a tie shares the gradient evenly.
template <class A, class B, class Site = detail::site_of<decltype([] {}), A, B>>
  requires detail::Operands<A, B>
constexpr auto minimum(A&& a, B&& b) {
  return detail::form<"minimum", operation<opcode::minimum>, Site>(std::forward<A>(a), std::forward<B>(b));
}

/// The angle of the point (x, y) from the x-axis, −π to π; <= 2.2 ULP.
template <class A, class B, class Site = detail::site_of<decltype([] {}), A, B>>
  requires detail::Operands<A, B>
constexpr auto atan2(A&& y, B&& x) {
  return detail::form<"atan2", operation<opcode::atan2>, Site>(std::forward<A>(y), std::forward<B>(x));
}

/// √(a² + b²) without overflow on the way; derivative 0 where both are 0; <= 2 ULP.
template <class A, class B, class Site = detail::site_of<decltype([] {}), A, B>>
  requires detail::Operands<A, B>
constexpr auto hypot(A&& a, B&& b) {
  return detail::form<"hypot", operation<opcode::hypot>, Site>(std::forward<A>(a), std::forward<B>(b));
}

/// log(exp a + exp b), right for ±1000 and −∞; <= 3.2 ULP of the larger of |max(a, b)| and |result|.
template <class A, class B, class Site = detail::site_of<decltype([] {}), A, B>>
  requires detail::Operands<A, B>
constexpr auto logaddexp(A&& a, B&& b) {
  return detail::form<"logaddexp", operation<opcode::logaddexp>, Site>(std::forward<A>(a), std::forward<B>(b));
}

/// x log y, and 0 where x is 0; <= 2 ULP.
template <class A, class B, class Site = detail::site_of<decltype([] {}), A, B>>
  requires detail::Operands<A, B>
constexpr auto xlogy(A&& x, B&& y) {
  return detail::form<"xlogy", operation<opcode::xlogy>, Site>(std::forward<A>(x), std::forward<B>(y));
}

/// x where x >= 0, else a x.
template <class A, class B, class Site = detail::site_of<decltype([] {}), A, B>>
  requires detail::Operands<A, B>
constexpr auto leaky_relu(A&& x, B&& a) {
  return detail::form<"leaky_relu", operation<opcode::leaky_relu>, Site>(std::forward<A>(x), std::forward<B>(a));
}

/// x where x >= 0, else a (exp x − 1).
template <class A, class B, class Site = detail::site_of<decltype([] {}), A, B>>
  requires detail::Operands<A, B>
constexpr auto elu(A&& x, B&& a) {
  return detail::form<"elu", operation<opcode::elu>, Site>(std::forward<A>(x), std::forward<B>(a));
}

/// x where x >= 0, else a (exp(x/a) − 1).
template <class A, class B, class Site = detail::site_of<decltype([] {}), A, B>>
  requires detail::Operands<A, B>
constexpr auto celu(A&& x, B&& a) {
  return detail::form<"celu", operation<opcode::celu>, Site>(std::forward<A>(x), std::forward<B>(a));
}

/// x to the power y, <= 1.3 ULP; 0⁰ is 1 with derivatives 0. For whole powers known to the compiler use pow<3>(x) or
/// pow(x, 3_c).
template <class A, class B, class Site = detail::site_of<decltype([] {}), A, B>>
  requires detail::Operands<A, B>
constexpr auto pow(A&& x, B&& y) {
  return detail::form<"pow", operation<opcode::power>, Site>(std::forward<A>(x), std::forward<B>(y));
}
/// Xⁿ for an integer known to the compiler; by squaring. X⁰ is 1 with derivative 0, also at 0.
template <int N, Expression A>
constexpr auto pow(A&& x) {
  return detail::form_unary<"pow", detail::with<operation<opcode::integer_power>, N>>(std::forward<A>(x));
}
template <Expression A, std::int64_t N>
constexpr auto pow(A&& x, constant_expression<N, 1>) {
  return pow<static_cast<int>(N)>(std::forward<A>(x));
}

/// x between lo and hi; the derivative is 1 on the boundary.
template <class X, class L, class H, class Site = detail::site_of<decltype([] {}), X, L, H>>
  requires detail::Operands3<X, L, H>
constexpr auto clamp(X&& x, L&& lo, H&& hi) {
  return detail::form<"clamp", operation<opcode::clamp>, Site>(std::forward<X>(x), std::forward<L>(lo),
                                                               std::forward<H>(hi));
}
/// The same under the name that networks give it.
template <class X, class L, class H, class Site = detail::site_of<decltype([] {}), X, L, H>>
  requires detail::Operands3<X, L, H>
constexpr auto hardtanh(X&& x, L&& lo, H&& hi) {
  return detail::form<"hardtanh", operation<opcode::clamp>, Site>(std::forward<X>(x), std::forward<L>(lo),
                                                                  std::forward<H>(hi));
}

/// The value of x, through which no gradient flows.
template <Expression A>
constexpr auto stop_gradient(A&& x) {
  return detail::form_unary<"stop_gradient", operation<opcode::stop_gradient>>(std::forward<A>(x));
}

}  // namespace ctg::inline v0
