// SPDX-License-Identifier: MIT
// More derivative rules as formulas: with formulas.cpp, losses.cpp, pieces.cpp, products.cpp and linear_algebra.cpp
// every function of the library has one (test/docs/check_rules.py).
#include <ctg/ctg.hpp>

#include <limits>

namespace {

using namespace ctg;
using namespace ctg::literals;

constexpr matrix<"X", double, 3, 4> X;
constexpr matrix<"Y", double, 3, 4> Y;
constexpr matrix<"D", double, 3, 4> D;
constexpr column<"c", double, 3> c;
constexpr scalar<"a", double> a;
constexpr scalar<"lo", double> lo;
constexpr scalar<"hi", double> hi;

// What rules are made of beside the functions users have.
template <opcode O>
constexpr auto with_opcode(auto const&... x) {
  return detail::form<"opcode", operation<O>, void, decltype(x)...>(x...);
}
constexpr auto step(auto const& x) { return with_opcode<opcode::step>(x); }                                // [x ≥ 0]
constexpr auto negative(auto const& x) { return with_opcode<opcode::negative_part>(x); }                   // min(x, 0)
constexpr auto masked(auto const& x, auto const& y) { return with_opcode<opcode::masked_product>(x, y); }  // 0 ⊙ ∞ = 0
constexpr auto share(auto const& x, auto const& y) { return with_opcode<opcode::maximum_share>(x, y); }
constexpr auto within(auto const& x, auto const& from, auto const& to) {
  return with_opcode<opcode::within>(x, from, to);
}
constexpr auto or_zero(auto const& x) { return with_opcode<opcode::reciprocal_or_zero>(x); }  // 1/x, 0 at 0
template <int Axis, bool FromBehind>
constexpr auto products(auto const& x) {  // of the entries before each, or behind it
  return detail::form<"opcode", detail::with<operation<opcode::products_before>, Axis, FromBehind>, void, decltype(x)>(
      x);
}
template <int Axis>
constexpr auto others(auto const& x) {  // the product of all entries but each
  return detail::form<"opcode", detail::with<operation<opcode::products_of_others>, Axis>, void, decltype(x)>(x);
}
constexpr auto infinity = std::numeric_limits<double>::infinity();

// element-wise, one operand
static_assert(equivalent(vjp(log2(X), D, X), D % (1.4426950408889634_c / X)));
static_assert(equivalent(vjp(log10(X), D, X), D % (0.4342944819032518_c / X)));
static_assert(equivalent(vjp(acos(X), D, X), D % (-1 / sqrt((1 - X) % (1 + X)))));
static_assert(equivalent(vjp(erf(X), D, X), D % (1.1283791670955126_c * exp(-square(X)))));
static_assert(equivalent(vjp(erfc(X), D, X), D % (-1.1283791670955126_c * exp(-square(X)))));
static_assert(equivalent(vjp(relu(X), D, X), D % step(X)));
static_assert(equivalent(vjp(selu(X), D, X), D % (1.0507009873554805_c * step(X) +
                                                  1.7580993408473768_c * (exp(negative(X)) % (1 - step(X))))));
static_assert(equivalent(vjp(gelu(X), D, X), D % (0.5_c * erfc(-0.7071067811865476_c * X) +
                                                  masked(0.3989422804014327_c * exp(-0.5_c * square(X)), X))));
static_assert(equivalent(vjp(silu(X), D, X), D % (sigmoid(X) + masked(sigmoid(X) % sigmoid(-X), X))));
static_assert(equivalent(vjp(mish(X), D, X),
                         D % (tanh(softplus(X)) +
                              masked((1 + tanh(softplus(X))) % (1 - tanh(softplus(X))) % sigmoid(X), X))));
constexpr auto gate = detail::form<"gelu_gate", operation<opcode::gelu_gate>, void, decltype((X))>(X);
constexpr auto gate_slope = 1.5957691216057308_c + 3_c * 0.07135481627260025_c * square(X);
static_assert(equivalent(vjp(gate, D, X), D % masked(gate % (1 - gate), gate_slope)));
static_assert(equivalent(vjp(gelu_tanh(X), D, X), D % (gate + masked(gate % (1 - gate), X % gate_slope))));
static_assert(equivalent(vjp(hardsigmoid(X), D, X), D % (within(X, -3_c, 3_c) / 6)));
static_assert(
    equivalent(vjp(digamma(X), D, X),
               D % detail::form<"opcode", detail::with<operation<opcode::polygamma>, 1>, void, decltype((X))>(X)));
static_assert(equivalent(vjp(hardtanh(X, lo, hi), D, X), vjp(clamp(X, lo, hi), D, X)));
static_assert(equivalent(vjp(clamp(X, lo, hi), D, X), D % within(X, lo, hi)));
static_assert(equivalent(vjp(clamp(X, lo, hi), D, lo), sum(D % (1 - within(X, lo, infinity)))));
static_assert(equivalent(vjp(clamp(X, lo, hi), D, hi), sum(D % (1 - within(X, -infinity, hi)))));

// element-wise, two operands
static_assert(equivalent(vjp(hadamard(X, Y), D, X), D % Y));
static_assert(equivalent(vjp(pow(X, Y), D, X), D % masked(Y, pow(X, Y - 1))));
static_assert(equivalent(vjp(pow(X, Y), D, Y), D % (pow(X, Y) % masked(1 - (X == 0), log(X)))));
static_assert(equivalent(vjp(maximum(X, Y), D, X), D % share(X, Y)));
static_assert(equivalent(vjp(minimum(X, Y), D, X), vjp(maximum(Y, X), D, Y)));
static_assert(equivalent(vjp(atan2(Y, X), D, X), -(D % (Y / hypot(Y, X) / hypot(Y, X)))));
static_assert(equivalent(vjp(hypot(X, Y), D, X), D % masked(X, 1 / hypot(X, Y))));
static_assert(equivalent(vjp(logaddexp(X, Y), D, X), D % sigmoid(with_opcode<opcode::gap>(X, Y))));
static_assert(equivalent(vjp(xlogy(X, Y), D, Y), D % masked(X, 1 / Y)));
static_assert(equivalent(vjp(leaky_relu(X, a), D, X), D % (step(X) + a * (1 - step(X)))));
static_assert(equivalent(vjp(elu(X, a), D, X), D % (step(X) + a * exp(negative(X)) % (1 - step(X)))));
static_assert(equivalent(vjp(celu(X, a), D, X), D % (step(X) + exp(negative(X) / a) % (1 - step(X)))));
static_assert(equivalent(vjp(where(c > 0, X, Y), D, X), where(c > 0, D, 0_c)));
static_assert(equivalent(vjp(where(c > 0, X, Y), D, Y), where(c > 0, 0_c, D)));

// reductions
static_assert(equivalent(gradient(max(X), X), (X == max(X)) / sum(X == max(X))));
static_assert(equivalent(vjp(max<1>(X), c, X), c / sum<1>(X == max<1>(X)) % (X == max<1>(X))));
static_assert(equivalent(gradient(norm(X), X), 0.5_c * or_zero(norm(X)) * (2 * X)));
// the mean's own share, Σ (x − mean) = 0, is not there
constexpr auto deviation = X - mean(X);
constexpr auto within_rows = X - mean<1>(X);
static_assert(equivalent(gradient(variance(X), X), constant<1, 6>* deviation));
static_assert(equivalent(vjp(variance<1>(X), c, X), 0.5_c * c % within_rows));
static_assert(equivalent(gradient(stddev(X), X), constant<1, 12>* or_zero(stddev(X)) * deviation));
static_assert(equivalent(jvp(cumsum<0>(X), X, D), cumsum<0>(D)));
static_assert(equivalent(vjp(prod<1>(X), c, X), c % others<1>(X)));
static_assert(equivalent(vjp(others<1>(X), D, X), vjp(products<1, false>(X) % products<1, true>(X), D, X)));
static_assert(equivalent(jvp(cumprod<1>(X), X, D), D % products<1, false>(X) + X % jvp(products<1, false>(X), X, D)));

// layout and rows
constexpr column<"y", std::int32_t, 5> y{2, 0, 5, 2, -1};
constexpr tensor<"T", double, 2, 3, 4> T;
constexpr matrix<"F", double, 2, 12> F;
static_assert(equivalent(vjp(flatten(T), F, T), reshape<2, 3, 4>(F)));
static_assert(equivalent(jvp(gather(X, y), X, D), gather(D, y)));
constexpr matrix<"A", double, 3, 3> A;
static_assert(equivalent(vjp(diagonal(A), c, A), c % identity<3>));
static_assert(equivalent(vjp(diagonal_matrix(c), A, c), reshape<3, 1>(sum<0>(A % identity<3>))));

// products
constexpr tensor<"u", double, 3> u;
constexpr tensor<"v", double, 4> v;
static_assert(equivalent(vjp(outer(u, v), D, u), reshape<3>(sum<1>(D % v))));
constexpr matrix<"V", double, 3, 3> V;
static_assert(equivalent(jvp(kron(A, X), A, V), kron(V, X)) && equivalent(jvp(kron(A, X), X, D), kron(A, D)));
// row 12 of the notes on bilinear layers
constexpr matrix<"P", double, 5, 3> P;
constexpr matrix<"Q", double, 5, 4> Q;
constexpr tensor<"B", double, 2, 3, 4> B;
constexpr matrix<"dZ", double, 5, 2> dZ;
constexpr auto each = reshape<2, 1, 5>(transpose(dZ));  // dZ_j, which scales
static_assert(equivalent(vjp(bilinear(P, B, Q), dZ, P),
                         transpose(reshape<3, 5>(sum<0>(each % reshape<2, 3, 5>(reshape<6, 4>(B) * transpose(Q)))))));
static_assert(equivalent(vjp(bilinear(P, B, Q), dZ, Q),
                         transpose(transpose(reshape<6, 4>(B)) * reshape<6, 5>(each % transpose(P)))));
static_assert(equivalent(vjp(bilinear(P, B, Q), dZ, B), einsum<"bl,bm,bn->lmn">(dZ, P, Q)));

// losses
constexpr column<"l", std::int32_t, 3> l;
static_assert(equivalent(gradient(cross_entropy(X, l), X), constant<-1, 3>*(one_hot<4>(l) - softmax(X))));
static_assert(equivalent(gradient(cross_entropy(X, Y), X),
                         constant<-1, 3>* Y - softmax(X) % sum<1>(constant<-1, 3> * Y)));
static_assert(equivalent(gradient(binary_cross_entropy(X, Y), X),
                         constant<1, 12>*(masked(1 - Y, 1 / (1 - X)) - masked(Y, 1 / X))));

}  // namespace
