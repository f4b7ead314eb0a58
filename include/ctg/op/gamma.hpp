// SPDX-License-Identifier: MIT
// The logarithm of the gamma function and its derivatives of every order.
#pragma once

#include <ctg/op/transcendental.hpp>

namespace ctg::inline v0 {

namespace detail {

template <class X>
constexpr X whole_power(X x, std::int64_t n) {
  X result(1);
  for (; n; n >>= 1) {
    if (n & 1) result = result * x;
    if (n > 1) x = x * x;
  }
  return result;
}

// ζ(s, x) = Σ_k (x + k)^−s for x > 0, s ≥ 2: ten terms, then Euler and Maclaurin's formula at x + 10 (DLMF 25.11.28),
// whose first term left out is below 2^-60 of the sum for s ≤ 8.
template <class X>
constexpr X hurwitz_zeta(std::int64_t s, X x) {
  constexpr long double bernoulli[] = {1.L / 12,          -1.L / 720,
                                       1.L / 30240,       -1.L / 1209600,
                                       1.L / 47900160,    -691.L / 1307674368000,
                                       1.L / 74724249600, -3617.L / 10670622842880000};
  X sum(0);
  for (int k = 0; k < 10; ++k) sum = sum + math::divide(X(1), whole_power(x + real<X>(k), s));
  X const w = x + X(10), inverse = X(1) / w;
  X tail = w * real<X>(1.L / static_cast<long double>(s - 1)) + real<X>(0.5L);
  X factor = inverse * real<X>(static_cast<long double>(s));
  for (int j = 0; j < 8; ++j) {
    tail = tail + real<X>(bernoulli[j]) * factor;
    auto const next = static_cast<long double>(s + 2 * j + 1);
    factor = factor * inverse * inverse * real<X>(next * (next + 1));
  }
  return sum + whole_power(inverse, s) * tail;
}

}  // namespace detail

// Y = ψ⁽ⁿ⁾(X), n ≥ 1: with.p        dX = dY ⊙ ψ⁽ⁿ⁺¹⁾(X);  NaN or ∞ at 0, −1, −2, …; about 8 ULP for X > 0
//   ψ⁽ⁿ⁾(x) = (−1)ⁿ⁺¹ n! ζ(n + 1, x); below 0 the terms before and behind 0 are two such sums (DLMF 5.15.1)
template <>
struct operation<opcode::polygamma> : detail::dear_unary {
  static constexpr char const* name = "polygamma";
  static constexpr int flops = 120;
  static constexpr auto value(auto x, parameters with) {
    using X = decltype(x);
    std::int64_t const s = with.p + 1;
    X const f = x - math::floor(x);
    X const first = math::select(x > X(0), x, f);
    // 1 − f, which is exact just below a pole, where f rounds to 1
    X const rest = math::select(f == X(0), X(1), -x - math::floor(-x));
    X const behind = detail::hurwitz_zeta(s, rest) - detail::hurwitz_zeta(s, X(1) - math::select(x > X(0), f, x));
    X sum = detail::hurwitz_zeta(s, first) + math::select(x > X(0), X(0), with.p % 2 ? behind : -behind);
    for (std::int64_t k = 2; k <= with.p; ++k) sum = sum * detail::real<X>(static_cast<long double>(k));
    return with.p % 2 ? sum : -sum;
  }
  static constexpr handle derivative(auto x, auto, parameters with) {
    return apply<operation<opcode::polygamma>>({with.p + 1, 0}, x);
  }
};

// Y = ψ(X) = Γ′(X) / Γ(X)          dX = dY ⊙ ψ′(X)
template <>
struct operation<opcode::digamma> : detail::dear_unary {
  static constexpr char const* name = "digamma";
  static constexpr auto value(auto x) { return math::digamma(x); }
  static constexpr handle derivative(auto x, auto) { return apply<operation<opcode::polygamma>>({1, 0}, x); }
};

// Y = log |Γ(X)|     dX = dY ⊙ ψ(X);  ∞ at 0, −1, −2, …
template <>
struct operation<opcode::lgamma> : detail::dear_unary {
  static constexpr char const* name = "lgamma";
  static constexpr auto value(auto x) { return math::lgamma(x); }
  static constexpr handle derivative(auto x, auto) { return make<opcode::digamma>(x); }
};

}  // namespace ctg::inline v0
