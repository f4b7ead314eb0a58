// SPDX-License-Identifier: MIT
// A part of op/algebra.hpp, not a header of its own: these operations are what the algebra builds, and their rules are
// written in it.
//
// Element-wise arithmetic: one struct each, with the value and the derivative as the lecture notes write them.
// Accuracy is that of ctg::math (there, per function); conventions at the edges stand beside the rule.
#pragma once

#include <ctg/math/arithmetic.hpp>
#include <ctg/math/scalar.hpp>

namespace ctg::inline v0 {

namespace detail {
struct unary : elementwise {
  static constexpr int arity = 1;
};
struct dear_unary : unary {  // a transcendental: about 12 operations for an entry
  static constexpr int flops = 12;
  static constexpr bool transcendental = true;
};
struct binary : elementwise {
  static constexpr int arity = 2;
};
struct dear_binary : binary {
  static constexpr int flops = 20;
  static constexpr bool transcendental = true;
};
struct ternary : elementwise {
  static constexpr int arity = 3;
};
template <int Precedence>
struct infix : binary {
  static constexpr notation style = notation::infix;
  static constexpr int precedence = Precedence;
};
// A constant of a formula as an X: a number, or a batch of them.
template <class X>
constexpr X real(long double v) {
  if constexpr (requires { typename X::value_type; })
    return X(static_cast<typename X::value_type>(v));
  else
    return static_cast<X>(v);
}
constexpr handle zero(Handle auto x) { return constant_node(*x.g, 0); }
constexpr handle one(Handle auto x) { return constant_node(*x.g, 1); }
}  // namespace detail

// Z = X + Y          dX = dZ,  dY = dZ
template <>
struct operation<opcode::add> : detail::infix<10> {
  static constexpr char const* name = "+";
  static constexpr bool commutative = true;
  static constexpr auto value(auto x, auto y) { return math::add(x, y); }
  static constexpr handle derivative_x(auto x, auto, auto) { return detail::one(x); }
  static constexpr handle derivative_y(auto x, auto, auto) { return detail::one(x); }
};

// Z = X − Y          dX = dZ,  dY = −dZ
template <>
struct operation<opcode::subtract> : detail::infix<10> {
  static constexpr char const* name = "−";
  static constexpr auto value(auto x, auto y) { return math::subtract(x, y); }
  static constexpr handle derivative_x(auto x, auto, auto) { return detail::one(x); }
  static constexpr handle derivative_y(auto x, auto, auto) { return constant_node(*x.g, -1); }
};

// Z = X ⊙ Y          dX = dZ ⊙ Y,  dY = dZ ⊙ X
template <>
struct operation<opcode::multiply> : detail::infix<20> {
  static constexpr char const* name = "⊙";
  static constexpr bool commutative = true;
  static constexpr auto value(auto x, auto y) { return math::multiply(x, y); }
  static constexpr handle derivative_x(auto, auto y, auto) { return y; }
  static constexpr handle derivative_y(auto x, auto, auto) { return x; }
};

// Z = X / Y          dX = dZ / Y,  dY = −dZ ⊙ Z / Y
template <>
struct operation<opcode::divide> : detail::infix<20> {
  static constexpr char const* name = "/";
  static constexpr auto value(auto x, auto y) { return math::divide(x, y); }
  static constexpr handle derivative_x(auto, auto y, auto) { return 1 / y; }
  static constexpr handle derivative_y(auto, auto y, auto z) { return -(z / y); }
};

// Y = −X             dX = −dY
template <>
struct operation<opcode::negate> : detail::unary {
  static constexpr char const* name = "−";
  static constexpr notation style = notation::prefix;
  static constexpr int precedence = 30;
  static constexpr auto value(auto x) { return -x; }
  static constexpr handle derivative(auto x, auto) { return constant_node(*x.g, -1); }
};

// Y = X²             dX = dY ⊙ 2 X
template <>
struct operation<opcode::square> : detail::unary {
  static constexpr char const* name = "²";
  static constexpr notation style = notation::postfix;
  static constexpr int precedence = 40;
  static constexpr auto value(auto x) { return math::multiply(x, x); }
  static constexpr handle derivative(auto x, auto) { return 2 * x; }
};

// Y = 1 / X          dX = −dY ⊙ Y²
template <>
struct operation<opcode::reciprocal> : detail::unary {
  static constexpr char const* name = "reciprocal";
  static constexpr auto value(auto x) { return math::divide(decltype(x)(1), x); }
  static constexpr handle derivative(auto, auto y) { return -make<opcode::square>(y); }
};

// Y = Xⁿ             dX = dY ⊙ n Xⁿ⁻¹, by squaring, never through logarithms; X⁰ = 1 with derivative 0
template <>
struct operation<opcode::integer_power> : detail::unary {
  static constexpr char const* name = "^";
  static constexpr notation style = notation::postfix;
  static constexpr int precedence = 40;
  static constexpr int flops = 4;
  static constexpr auto value(auto x, parameters with) {
    using X = decltype(x);
    std::int64_t n = with.p < 0 ? -with.p : with.p;
    X result(1), factor = x;
    for (; n; n >>= 1) {
      if (n & 1) result = math::multiply(result, factor);
      if (n > 1) factor = math::multiply(factor, factor);
    }
    return with.p < 0 ? math::divide(X(1), result) : result;
  }
  static constexpr handle derivative(auto x, auto, parameters with) {
    if (with.p == 0) return detail::zero(x);
    if (with.p == 1) return detail::one(x);
    auto const n = static_cast<double>(with.p);
    if (with.p == 2) return n * x;
    if (with.p == 3) return n * make<opcode::square>(x);
    return n * apply<operation<opcode::integer_power>>({with.p - 1, 0}, x);
  }
};

// Y = X, and nothing flows back
template <>
struct operation<opcode::stop_gradient> : detail::unary {
  static constexpr char const* name = "stop_gradient";
  static constexpr int flops = 0;
  static constexpr auto value(auto x) { return x; }
};

// [X = Y], for the ties of a maximum
template <>
struct operation<opcode::equal> : detail::infix<5> {
  static constexpr char const* name = "=";
  static constexpr bool commutative = true;
  static constexpr auto value(auto x, auto y) {
    using X = decltype(x);
    return math::select(x == y, X(1), X(0));
  }
};

// T ⊙ V with 0 ⊙ ±∞ = 0: how a one-hot target meets log p = −∞
template <>
struct operation<opcode::masked_product> : detail::infix<20> {
  static constexpr char const* name = "⊙";
  static constexpr auto value(auto t, auto v) {
    using X = decltype(t);
    return math::select(t == X(0), X(0), math::multiply(t, v));
  }
  static constexpr handle derivative_x(auto, auto v, auto) { return v; }
  static constexpr handle derivative_y(auto t, auto, auto) { return t; }
};

// X where it is finite, else 0: the shift of a softmax, so that a row of −∞ does not make ∞ − ∞
template <>
struct operation<opcode::finite_or_zero> : detail::unary {
  static constexpr char const* name = "finite_or_zero";
  static constexpr auto value(auto x) {
    using X = decltype(x);
    return math::select(math::is_finite(x), x, X(0));
  }
};

}  // namespace ctg::inline v0
