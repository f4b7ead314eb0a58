// SPDX-License-Identifier: MIT
// Roots, powers, exponentials, logarithms, circular and hyperbolic functions and their kin, one struct each. Domains,
// edges and ULP of the values are those of ctg::math; outside its domain a function is NaN.
#pragma once

#include <ctg/op/piecewise.hpp>

namespace ctg::inline v0 {

// Y = exp X          dX = dY ⊙ Y
template <>
struct operation<opcode::exp> : detail::dear_unary {
  static constexpr char const* name = "exp";
  static constexpr auto value(auto x) { return math::exp(x); }
  static constexpr handle derivative(auto, auto y) { return y; }
};

// Y = 2^X            dX = dY ⊙ Y log 2
template <>
struct operation<opcode::exp2> : detail::dear_unary {
  static constexpr char const* name = "exp2";
  static constexpr auto value(auto x) { return math::exp2(x); }
  static constexpr handle derivative(auto, auto y) { return 0.69314718055994530942 * y; }
};

// Y = exp X − 1      dX = dY ⊙ exp X (not Y + 1, which loses the left tail)
template <>
struct operation<opcode::expm1> : detail::dear_unary {
  static constexpr char const* name = "expm1";
  static constexpr auto value(auto x) { return math::expm1(x); }
  static constexpr handle derivative(auto x, auto) { return make<opcode::exp>(x); }
};

// Y = log X          dX = dY / X;  log 0 = −∞
template <>
struct operation<opcode::log> : detail::dear_unary {
  static constexpr char const* name = "log";
  static constexpr auto value(auto x) { return math::log(x); }
  static constexpr handle derivative(auto x, auto) { return 1 / x; }
};

// Y = log₂ X         dX = dY / (X log 2)
template <>
struct operation<opcode::log2> : detail::dear_unary {
  static constexpr char const* name = "log2";
  static constexpr auto value(auto x) { return math::log2(x); }
  static constexpr handle derivative(auto x, auto) { return 1.44269504088896340736 / x; }
};

// Y = log₁₀ X        dX = dY / (X log 10)
template <>
struct operation<opcode::log10> : detail::dear_unary {
  static constexpr char const* name = "log10";
  static constexpr auto value(auto x) { return math::log10(x); }
  static constexpr handle derivative(auto x, auto) { return 0.43429448190325182765 / x; }
};

// Y = log(1 + X)     dX = dY / (1 + X)
template <>
struct operation<opcode::log1p> : detail::dear_unary {
  static constexpr char const* name = "log1p";
  static constexpr auto value(auto x) { return math::log1p(x); }
  static constexpr handle derivative(auto x, auto) { return 1 / (1 + x); }
};

// Y = √X             dX = dY / (2 Y);  ∞ at 0 (−∞ at −0, whose root is −0)
template <>
struct operation<opcode::sqrt> : detail::unary {
  static constexpr char const* name = "√";
  static constexpr int flops = 4;
  static constexpr auto value(auto x) { return math::sqrt(x); }
  static constexpr handle derivative(auto, auto y) { return 1 / (2 * y); }
};

// Y = ∛X             dX = dY / (3 Y²);  ∞ at 0
template <>
struct operation<opcode::cbrt> : detail::dear_unary {
  static constexpr char const* name = "∛";
  static constexpr auto value(auto x) { return math::cbrt(x); }
  static constexpr handle derivative(auto, auto y) { return 1 / (3 * make<opcode::square>(y)); }
};

// Y = 1 / √X         dX = −dY ⊙ Y / (2 X);  ∞ at 0
template <>
struct operation<opcode::rsqrt> : detail::unary {
  static constexpr char const* name = "rsqrt";
  static constexpr int flops = 8;
  static constexpr auto value(auto x) { return math::rsqrt(x); }
  static constexpr handle derivative(auto x, auto y) { return -0.5 * (y / x); }
};

// Z = X^Y            dX = dZ ⊙ Y X^(Y − 1),  dY = dZ ⊙ Z log X;  0⁰ = 1, with both derivatives 0; at X = 0 and Y > 0 dY
// = 0
template <>
struct operation<opcode::power> : detail::dear_binary {
  static constexpr char const* name = "pow";
  static constexpr auto value(auto x, auto y) { return math::pow(x, y); }
  static constexpr handle derivative_x(auto x, auto y, auto) {
    return make<opcode::masked_product>(y, make<opcode::power>(x, y - 1));
  }
  static constexpr handle derivative_y(auto x, auto, auto z) {
    auto const positive = 1 - make<opcode::equal>(x, detail::zero(x));
    return z % make<opcode::masked_product>(positive, make<opcode::log>(x));
  }
};

// Y = sin X          dX = dY ⊙ cos X
template <>
struct operation<opcode::sin> : detail::dear_unary {
  static constexpr char const* name = "sin";
  static constexpr auto value(auto x) { return math::sin(x); }
  static constexpr handle derivative(auto x, auto) { return make<opcode::cos>(x); }
};

// Y = cos X          dX = −dY ⊙ sin X
template <>
struct operation<opcode::cos> : detail::dear_unary {
  static constexpr char const* name = "cos";
  static constexpr auto value(auto x) { return math::cos(x); }
  static constexpr handle derivative(auto x, auto) { return -make<opcode::sin>(x); }
};

// Y = tan X          dX = dY ⊙ (1 + Y²)
template <>
struct operation<opcode::tan> : detail::dear_unary {
  static constexpr char const* name = "tan";
  static constexpr auto value(auto x) { return math::tan(x); }
  static constexpr handle derivative(auto, auto y) { return 1 + make<opcode::square>(y); }
};

// Y = 1 − X² = (1 − X)(1 + X), which the plan computes: right next to ±1.         dX = −2 dY ⊙ X: right next to 0,
// where the derivatives of the two factors cancel
template <>
struct operation<opcode::one_minus_square> : detail::unary {
  static constexpr char const* name = "one_minus_square";
  static constexpr int flops = 3;
  static constexpr auto value(auto x) {
    using X = decltype(x);
    return math::multiply(math::subtract(X(1), x), math::add(X(1), x));
  }
  static constexpr handle derivative(auto x, auto) { return -2 * x; }
};

// Y = arcsin X       dX = dY / √((1 − X)(1 + X));  ∞ at ±1
template <>
struct operation<opcode::asin> : detail::dear_unary {
  static constexpr char const* name = "asin";
  static constexpr auto value(auto x) { return math::asin(x); }
  static constexpr handle derivative(auto x, auto) { return 1 / make<opcode::sqrt>(make<opcode::one_minus_square>(x)); }
};

// Y = arccos X       dX = −dY / √((1 − X)(1 + X));  −∞ at ±1
template <>
struct operation<opcode::acos> : detail::dear_unary {
  static constexpr char const* name = "acos";
  static constexpr auto value(auto x) { return math::acos(x); }
  static constexpr handle derivative(auto x, auto) {
    return -1 / make<opcode::sqrt>(make<opcode::one_minus_square>(x));
  }
};

// Y = arctan X       dX = dY / (1 + X²)
template <>
struct operation<opcode::atan> : detail::dear_unary {
  static constexpr char const* name = "atan";
  static constexpr auto value(auto x) { return math::atan(x); }
  static constexpr handle derivative(auto x, auto) { return 1 / (1 + make<opcode::square>(x)); }
};

// Y = sinh X         dX = dY ⊙ cosh X
template <>
struct operation<opcode::sinh> : detail::dear_unary {
  static constexpr char const* name = "sinh";
  static constexpr auto value(auto x) { return math::sinh(x); }
  static constexpr handle derivative(auto x, auto) { return make<opcode::cosh>(x); }
};

// Y = cosh X         dX = dY ⊙ sinh X
template <>
struct operation<opcode::cosh> : detail::dear_unary {
  static constexpr char const* name = "cosh";
  static constexpr auto value(auto x) { return math::cosh(x); }
  static constexpr handle derivative(auto x, auto) { return make<opcode::sinh>(x); }
};

// Y = tanh X         dX = dY ⊙ (1 + Y) ⊙ (1 − Y)
template <>
struct operation<opcode::tanh> : detail::dear_unary {
  static constexpr char const* name = "tanh";
  static constexpr auto value(auto x) { return math::tanh(x); }
  static constexpr handle derivative(auto, auto y) { return (1 + y) % (1 - y); }
};

// Z = √(X² + Y²)     dX = dZ ⊙ X / Z,  dY = dZ ⊙ Y / Z;  both 0 where both operands are (as the derivative of a norm)
template <>
struct operation<opcode::hypot> : detail::dear_binary {
  static constexpr char const* name = "hypot";
  static constexpr bool commutative = true;
  static constexpr auto value(auto x, auto y) { return math::hypot(x, y); }
  static constexpr handle derivative_x(auto x, auto, auto z) { return make<opcode::masked_product>(x, 1 / z); }
  static constexpr handle derivative_y(auto, auto y, auto z) { return make<opcode::masked_product>(y, 1 / z); }
};

// Y = arsinh X       dX = dY / √(1 + X²)
template <>
struct operation<opcode::asinh> : detail::dear_unary {
  static constexpr char const* name = "asinh";
  static constexpr auto value(auto x) { return math::asinh(x); }
  static constexpr handle derivative(auto x, auto) { return 1 / make<opcode::hypot>(detail::one(x), x); }
};

// Y = arcosh X       dX = dY / √((X − 1)(X + 1));  ∞ at 1
template <>
struct operation<opcode::acosh> : detail::dear_unary {
  static constexpr char const* name = "acosh";
  static constexpr auto value(auto x) { return math::acosh(x); }
  static constexpr handle derivative(auto x, auto) {
    return 1 / (make<opcode::sqrt>(x - 1) % make<opcode::sqrt>(x + 1));
  }
};

// Y = artanh X       dX = dY / ((1 − X)(1 + X));  ∞ at ±1
template <>
struct operation<opcode::atanh> : detail::dear_unary {
  static constexpr char const* name = "atanh";
  static constexpr auto value(auto x) { return math::atanh(x); }
  static constexpr handle derivative(auto x, auto) { return 1 / make<opcode::one_minus_square>(x); }
};

// Z = the angle of the point (x = Y, y = X): atan2(X, Y).      dX = dZ ⊙ Y / (X² + Y²),  dY = −dZ ⊙ X / (X² + Y²)
template <>
struct operation<opcode::atan2> : detail::dear_binary {
  static constexpr char const* name = "atan2";
  static constexpr auto value(auto x, auto y) { return math::atan2(x, y); }
  static constexpr handle derivative_x(auto x, auto y, auto) {
    auto const r = make<opcode::hypot>(x, y);
    return y / r / r;
  }
  static constexpr handle derivative_y(auto x, auto y, auto) {
    auto const r = make<opcode::hypot>(x, y);
    return -(x / r / r);
  }
};

// Y = σ(X) = 1 / (1 + exp −X)          dX = dY ⊙ Y ⊙ (1 − Y)
template <>
struct operation<opcode::sigmoid> : detail::dear_unary {
  static constexpr char const* name = "σ";
  static constexpr auto value(auto x) { return math::sigmoid(x); }
  static constexpr handle derivative(auto, auto y) { return y % (1 - y); }
};

// Y = log(1 + exp X)  dX = dY ⊙ σ(X)
template <>
struct operation<opcode::softplus> : detail::dear_unary {
  static constexpr char const* name = "softplus";
  static constexpr auto value(auto x) { return math::softplus(x); }
  static constexpr handle derivative(auto x, auto) { return make<opcode::sigmoid>(x); }
};

// Y = log σ(X) = −softplus(−X)         dX = dY ⊙ σ(−X)
template <>
struct operation<opcode::logsigmoid> : detail::dear_unary {
  static constexpr char const* name = "logsigmoid";
  static constexpr auto value(auto x) { return -math::softplus(-x); }
  static constexpr handle derivative(auto x, auto) { return make<opcode::sigmoid>(-x); }
};

// X − Y with ∞ − ∞ = 0
template <>
struct operation<opcode::gap> : detail::infix<10> {
  static constexpr char const* name = "−";
  static constexpr auto value(auto x, auto y) {
    using X = decltype(x);
    return math::select(x == y, X(0), math::subtract(x, y));
  }
  static constexpr handle derivative_x(auto x, auto, auto) { return detail::one(x); }
  static constexpr handle derivative_y(auto x, auto, auto) { return constant_node(*x.g, -1); }
};

// Z = log(exp X + exp Y)           dX = dZ ⊙ σ(X − Y),  dY = dZ ⊙ σ(Y − X);  ½ each where both are −∞
template <>
struct operation<opcode::logaddexp> : detail::dear_binary {
  static constexpr char const* name = "logaddexp";
  static constexpr auto value(auto x, auto y) { return math::logaddexp(x, y); }
  static constexpr handle derivative_x(auto x, auto y, auto) { return make<opcode::sigmoid>(make<opcode::gap>(x, y)); }
  static constexpr handle derivative_y(auto x, auto y, auto) { return make<opcode::sigmoid>(make<opcode::gap>(y, x)); }
};

// Z = X log Y, 0 where X = 0 (not for NaN)      dX = dZ ⊙ log Y,  dY = dZ ⊙ X / Y, 0 where X = 0
template <>
struct operation<opcode::xlogy> : detail::dear_binary {
  static constexpr char const* name = "xlogy";
  static constexpr auto value(auto x, auto y) { return math::xlogy(x, y); }
  static constexpr handle derivative_x(auto, auto y, auto) { return make<opcode::log>(y); }
  static constexpr handle derivative_y(auto x, auto y, auto) { return make<opcode::masked_product>(x, 1 / y); }
};

// Y = erf X          dX = dY ⊙ 2/√π exp(−X²)
template <>
struct operation<opcode::erf> : detail::dear_unary {
  static constexpr char const* name = "erf";
  static constexpr auto value(auto x) { return math::erf(x); }
  static constexpr handle derivative(auto x, auto) {
    return 1.12837916709551257390 * make<opcode::exp>(-make<opcode::square>(x));
  }
};

// Y = 1 − erf X      dX = −dY ⊙ 2/√π exp(−X²)
template <>
struct operation<opcode::erfc> : detail::dear_unary {
  static constexpr char const* name = "erfc";
  static constexpr auto value(auto x) { return math::erfc(x); }
  static constexpr handle derivative(auto x, auto) {
    return -1.12837916709551257390 * make<opcode::exp>(-make<opcode::square>(x));
  }
};

}  // namespace ctg::inline v0
