// SPDX-License-Identifier: MIT
// The element-wise functions a user writes. Formulas, derivatives and edges stand beside the operation in
// op/piecewise.hpp, transcendental.hpp, gamma.hpp and activation.hpp. Operands broadcast, and plain numbers may stand
// wherever an operand may. The largest errors hold for all inputs, float and double, as test/unit/math_batch.cpp and
// math_pairs.cpp sweep them.
#pragma once

#include <ctg/expr/operators.hpp>

namespace ctg::inline v0 {

namespace detail {

template <class A, class B, class C>
concept Operands3 = Operand<A> && Operand<B> && Operand<C> &&(Expression<A> || Expression<B> || Expression<C>);

}  // namespace detail

// ── signs and roundings (halves to even); they have derivative 0 ──

/// |X|, exact.
template <Expression A>
constexpr auto abs(A&& a) {
  return detail::form<"abs", operation<opcode::abs>, void, A>(a);
}
/// -1, 0 or 1, exact.
template <Expression A>
constexpr auto sign(A&& a) {
  return detail::form<"sign", operation<opcode::sign>, void, A>(a);
}
/// The largest integer not above X, exact.
template <Expression A>
constexpr auto floor(A&& a) {
  return detail::form<"floor", operation<opcode::floor>, void, A>(a);
}
/// The nearest integer, halves to even, exact.
template <Expression A>
constexpr auto round(A&& a) {
  return detail::form<"round", operation<opcode::round>, void, A>(a);
}

// ── powers and roots ──

/// X^2, rounded correctly.
template <Expression A>
constexpr auto square(A&& a) {
  return detail::form<"square", operation<opcode::square>, void, A>(a);
}
/// 1 / X, rounded correctly.
template <Expression A>
constexpr auto reciprocal(A&& a) {
  return detail::form<"reciprocal", operation<opcode::reciprocal>, void, A>(a);
}
/// The square root, rounded correctly; NaN below 0.
template <Expression A>
constexpr auto sqrt(A&& a) {
  return detail::form<"sqrt", operation<opcode::sqrt>, void, A>(a);
}
/// The cube root, odd; <= 0.8 ULP.
template <Expression A>
constexpr auto cbrt(A&& a) {
  return detail::form<"cbrt", operation<opcode::cbrt>, void, A>(a);
}
/// 1 / sqrt X; <= 1.5 ULP.
template <Expression A>
constexpr auto rsqrt(A&& a) {
  return detail::form<"rsqrt", operation<opcode::rsqrt>, void, A>(a);
}

// ── exponentials and logarithms ──

/// e^X; <= 1.1 ULP, denormal results included.
template <Expression A>
constexpr auto exp(A&& a) {
  return detail::form<"exp", operation<opcode::exp>, void, A>(a);
}
/// 2^X; <= 1.2 ULP.
template <Expression A>
constexpr auto exp2(A&& a) {
  return detail::form<"exp2", operation<opcode::exp2>, void, A>(a);
}
/// e^X - 1 without cancellation near 0; <= 2.1 ULP.
template <Expression A>
constexpr auto expm1(A&& a) {
  return detail::form<"expm1", operation<opcode::expm1>, void, A>(a);
}
/// The natural logarithm: -inf at 0, NaN below; <= 1.3 ULP.
template <Expression A>
constexpr auto log(A&& a) {
  return detail::form<"log", operation<opcode::log>, void, A>(a);
}
/// The logarithm to base 2, exact at powers of two; <= 2.4 ULP.
template <Expression A>
constexpr auto log2(A&& a) {
  return detail::form<"log2", operation<opcode::log2>, void, A>(a);
}
/// The logarithm to base 10; <= 2.1 ULP (2.6 without FMA).
template <Expression A>
constexpr auto log10(A&& a) {
  return detail::form<"log10", operation<opcode::log10>, void, A>(a);
}
/// log(1 + X) without cancellation near 0; <= 1.3 ULP.
template <Expression A>
constexpr auto log1p(A&& a) {
  return detail::form<"log1p", operation<opcode::log1p>, void, A>(a);
}

// ── circular and hyperbolic ──

/// The sine of any finite X in radians; <= 2.3 ULP.
template <Expression A>
constexpr auto sin(A&& a) {
  return detail::form<"sin", operation<opcode::sin>, void, A>(a);
}
/// The cosine of any finite X in radians; <= 2.4 ULP.
template <Expression A>
constexpr auto cos(A&& a) {
  return detail::form<"cos", operation<opcode::cos>, void, A>(a);
}
/// The tangent of any finite X in radians; <= 2.5 ULP (3.1 without FMA).
template <Expression A>
constexpr auto tan(A&& a) {
  return detail::form<"tan", operation<opcode::tan>, void, A>(a);
}
/// In [-pi/2, pi/2]; <= 2.4 ULP.
template <Expression A>
constexpr auto asin(A&& a) {
  return detail::form<"asin", operation<opcode::asin>, void, A>(a);
}
/// In [0, pi]; <= 1.3 ULP.
template <Expression A>
constexpr auto acos(A&& a) {
  return detail::form<"acos", operation<opcode::acos>, void, A>(a);
}
/// In [-pi/2, pi/2]; <= 2.2 ULP.
template <Expression A>
constexpr auto atan(A&& a) {
  return detail::form<"atan", operation<opcode::atan>, void, A>(a);
}
/// <= 2.4 ULP.
template <Expression A>
constexpr auto sinh(A&& a) {
  return detail::form<"sinh", operation<opcode::sinh>, void, A>(a);
}
/// <= 1.5 ULP.
template <Expression A>
constexpr auto cosh(A&& a) {
  return detail::form<"cosh", operation<opcode::cosh>, void, A>(a);
}
/// <= 2.5 ULP.
template <Expression A>
constexpr auto tanh(A&& a) {
  return detail::form<"tanh", operation<opcode::tanh>, void, A>(a);
}
/// <= 1.9 ULP.
template <Expression A>
constexpr auto asinh(A&& a) {
  return detail::form<"asinh", operation<opcode::asinh>, void, A>(a);
}
/// NaN below 1; <= 2.5 ULP.
template <Expression A>
constexpr auto acosh(A&& a) {
  return detail::form<"acosh", operation<opcode::acosh>, void, A>(a);
}
/// +-inf at +-1; <= 2.2 ULP.
template <Expression A>
constexpr auto atanh(A&& a) {
  return detail::form<"atanh", operation<opcode::atanh>, void, A>(a);
}

// ── special ──

/// <= 2.2 ULP.
template <Expression A>
constexpr auto erf(A&& a) {
  return detail::form<"erf", operation<opcode::erf>, void, A>(a);
}
/// 1 - erf X with full relative accuracy in its tail; <= 2.7 ULP (3.3 without FMA).
template <Expression A>
constexpr auto erfc(A&& a) {
  return detail::form<"erfc", operation<opcode::erfc>, void, A>(a);
}
/// log |Gamma(X)|, by the standard library lane by lane.
template <Expression A>
constexpr auto lgamma(A&& a) {
  return detail::form<"lgamma", operation<opcode::lgamma>, void, A>(a);
}
/// The derivative of lgamma; <= 16 epsilon of the larger of 1 and the result.
template <Expression A>
constexpr auto digamma(A&& a) {
  return detail::form<"digamma", operation<opcode::digamma>, void, A>(a);
}

// ── activations (gelu is the exact form, by erf; gelu_tanh the approximation by tanh) ──

/// 1 / (1 + e^-X) with full relative accuracy in its tail; <= 2.5 ULP.
template <Expression A>
constexpr auto sigmoid(A&& a) {
  return detail::form<"sigmoid", operation<opcode::sigmoid>, void, A>(a);
}
/// log sigmoid X; <= 2.1 ULP.
template <Expression A>
constexpr auto logsigmoid(A&& a) {
  return detail::form<"logsigmoid", operation<opcode::logsigmoid>, void, A>(a);
}
/// log(1 + e^X); <= 2.1 ULP.
template <Expression A>
constexpr auto softplus(A&& a) {
  return detail::form<"softplus", operation<opcode::softplus>, void, A>(a);
}
template <Expression A>
constexpr auto relu(A&& a) {
  return detail::form<"relu", operation<opcode::relu>, void, A>(a);
}
/// <= 2.5 ULP.
template <Expression A>
constexpr auto selu(A&& a) {
  return detail::form<"selu", operation<opcode::selu>, void, A>(a);
}
/// X Phi(X) with full relative accuracy in its tail; <= 2.5 ULP (3.3 in double without FMA).
template <Expression A>
constexpr auto gelu(A&& a) {
  return detail::form<"gelu", operation<opcode::gelu>, void, A>(a);
}
template <Expression A>
constexpr auto gelu_tanh(A&& a) {
  return detail::form<"gelu_tanh", operation<opcode::gelu_tanh>, void, A>(a);
}
/// X sigmoid X; <= 2.6 ULP where sigmoid X is no denormal number.
template <Expression A>
constexpr auto silu(A&& a) {
  return detail::form<"silu", operation<opcode::silu>, void, A>(a);
}
/// X tanh(softplus X); <= 4.2 ULP where e^X is no denormal number.
template <Expression A>
constexpr auto mish(A&& a) {
  return detail::form<"mish", operation<opcode::mish>, void, A>(a);
}
/// X / (1 + |X|); <= 1.5 ULP.
template <Expression A>
constexpr auto softsign(A&& a) {
  return detail::form<"softsign", operation<opcode::softsign>, void, A>(a);
}
/// X / 6 + 1/2 between 0 and 1; <= 1 ULP.
template <Expression A>
constexpr auto hardsigmoid(A&& a) {
  return detail::form<"hardsigmoid", operation<opcode::hardsigmoid>, void, A>(a);
}

// ── of several operands ──

/// The larger of two; a tie shares the gradient evenly (relu does not).
template <class A, class B, class Site = detail::site_of<decltype([] {}), A, B>>
  requires detail::Operands<A, B>
constexpr auto maximum(A&& a, B&& b) { return detail::form<"maximum", operation<opcode::maximum>, Site, A, B>(a, b); }

/// The smaller of two; a tie shares the gradient evenly.
template <class A, class B, class Site = detail::site_of<decltype([] {}), A, B>>
  requires detail::Operands<A, B>
constexpr auto minimum(A&& a, B&& b) { return detail::form<"minimum", operation<opcode::minimum>, Site, A, B>(a, b); }

/// The angle of the point (x, y) from the x-axis, −π to π; <= 2.2 ULP.
template <class A, class B, class Site = detail::site_of<decltype([] {}), A, B>>
  requires detail::Operands<A, B>
constexpr auto atan2(A&& y, B&& x) { return detail::form<"atan2", operation<opcode::atan2>, Site, A, B>(y, x); }

/// √(a² + b²) without overflow on the way; derivative 0 where both are 0; <= 2 ULP.
template <class A, class B, class Site = detail::site_of<decltype([] {}), A, B>>
  requires detail::Operands<A, B>
constexpr auto hypot(A&& a, B&& b) { return detail::form<"hypot", operation<opcode::hypot>, Site, A, B>(a, b); }

/// log(exp a + exp b), right for ±1000 and −∞; <= 3.2 ULP of the larger of |max(a, b)| and |result|.
template <class A, class B, class Site = detail::site_of<decltype([] {}), A, B>>
  requires detail::Operands<A, B>
constexpr auto logaddexp(A&& a, B&& b) {
  return detail::form<"logaddexp", operation<opcode::logaddexp>, Site, A, B>(a, b);
}

/// x log y, and 0 where x is 0; <= 2 ULP.
template <class A, class B, class Site = detail::site_of<decltype([] {}), A, B>>
  requires detail::Operands<A, B>
constexpr auto xlogy(A&& x, B&& y) { return detail::form<"xlogy", operation<opcode::xlogy>, Site, A, B>(x, y); }

/// x where x >= 0, else a x.
template <class A, class B, class Site = detail::site_of<decltype([] {}), A, B>>
  requires detail::Operands<A, B>
constexpr auto leaky_relu(A&& x, B&& a) {
  return detail::form<"leaky_relu", operation<opcode::leaky_relu>, Site, A, B>(x, a);
}

/// x where x >= 0, else a (exp x − 1).
template <class A, class B, class Site = detail::site_of<decltype([] {}), A, B>>
  requires detail::Operands<A, B>
constexpr auto elu(A&& x, B&& a) { return detail::form<"elu", operation<opcode::elu>, Site, A, B>(x, a); }

/// x where x >= 0, else a (exp(x/a) − 1).
template <class A, class B, class Site = detail::site_of<decltype([] {}), A, B>>
  requires detail::Operands<A, B>
constexpr auto celu(A&& x, B&& a) { return detail::form<"celu", operation<opcode::celu>, Site, A, B>(x, a); }

/// x to the power y, <= 1.3 ULP; 0⁰ is 1 with derivatives 0. For whole powers known to the compiler use pow<3>(x) or
/// pow(x, 3_c).
template <class A, class B, class Site = detail::site_of<decltype([] {}), A, B>>
  requires detail::Operands<A, B>
constexpr auto pow(A&& x, B&& y) { return detail::form<"pow", operation<opcode::power>, Site, A, B>(x, y); }
/// Xⁿ for an integer known to the compiler; by squaring. X⁰ is 1 with derivative 0, also at 0.
template <int N, Expression A>
constexpr auto pow(A&& x) {
  return detail::form<"pow", detail::with<operation<opcode::integer_power>, N>, void, A>(x);
}
template <Expression A, std::int64_t N>
constexpr auto pow(A&& x, constant_expression<N, 1>) {
  return pow<static_cast<int>(N)>(std::forward<A>(x));
}

/// x between lo and hi; the derivative is 1 on the boundary.
template <class X, class L, class H, class Site = detail::site_of<decltype([] {}), X, L, H>>
  requires detail::Operands3<X, L, H>
constexpr auto clamp(X&& x, L&& lo, H&& hi) {
  return detail::form<"clamp", operation<opcode::clamp>, Site, X, L, H>(x, lo, hi);
}
/// The same under the name that networks give it.
template <class X, class L, class H, class Site = detail::site_of<decltype([] {}), X, L, H>>
  requires detail::Operands3<X, L, H>
constexpr auto hardtanh(X&& x, L&& lo, H&& hi) {
  return detail::form<"hardtanh", operation<opcode::clamp>, Site, X, L, H>(x, lo, hi);
}

/// The value of x, through which no gradient flows.
template <Expression A>
constexpr auto stop_gradient(A&& x) {
  return detail::form<"stop_gradient", operation<opcode::stop_gradient>, void, A>(x);
}

}  // namespace ctg::inline v0
