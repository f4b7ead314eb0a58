// SPDX-License-Identifier: MIT
// Activation functions of networks, one struct each, right into both tails: at ±∞ the value is the limit.
#pragma once

#include <ctg/op/gamma.hpp>

namespace ctg::inline v0 {

namespace detail {
// x ⊙ gate(x) where the gate falls to 0 faster than x grows: 0 at −∞, not ∞ ⊙ 0
template <class X>
constexpr X gated(X x, X gate) {
  return math::select(gate == X(0), X(0), math::multiply(x, gate));
}
// [X < 0]
constexpr handle below_zero(Handle auto x) { return 1 - make<opcode::step>(x); }
}  // namespace detail

// Y = max(X, 0)      dX = dY ⊙ [X ≥ 0]: the derivative at 0 is 1 (the lecture's convention);  NaN in, NaN out
template <>
struct operation<opcode::relu> : detail::unary {
  static constexpr char const* name = "relu";
  static constexpr auto value(auto x) {
    using X = decltype(x);
    return math::select(x < X(0), X(0), x);
  }
  static constexpr handle derivative(auto x, auto) { return make<opcode::step>(x); }
};

// Y = X where X ≥ 0, else a X          dX = dY ⊙ ([X ≥ 0] + a [X < 0]),  da = dY ⊙ min(X, 0)
template <>
struct operation<opcode::leaky_relu> : detail::binary {
  static constexpr char const* name = "leaky_relu";
  static constexpr auto value(auto x, auto a) { return math::select(x < decltype(x)(0), math::multiply(a, x), x); }
  static constexpr handle derivative_x(auto x, auto a, auto) {
    return make<opcode::step>(x) + a % detail::below_zero(x);
  }
  static constexpr handle derivative_y(auto x, auto, auto) { return make<opcode::negative_part>(x); }
};

// Y = X where X ≥ 0, else a (exp X − 1)          dX = dY ⊙ ([X ≥ 0] + a exp X [X < 0]),  da = dY ⊙ (exp min(X, 0) − 1)
template <>
struct operation<opcode::elu> : detail::dear_binary {
  static constexpr char const* name = "elu";
  static constexpr auto value(auto x, auto a) {
    return math::select(x < decltype(x)(0), math::multiply(a, math::expm1(x)), x);
  }
  static constexpr handle derivative_x(auto x, auto a, auto) {
    return make<opcode::step>(x) + a % make<opcode::exp>(make<opcode::negative_part>(x)) % detail::below_zero(x);
  }
  static constexpr handle derivative_y(auto x, auto, auto) {
    return make<opcode::expm1>(make<opcode::negative_part>(x));
  }
};

// Y = X where X ≥ 0, else a (exp(X/a) − 1)       dX = dY ⊙ ([X ≥ 0] + exp(X/a) [X < 0]),
//                                                da = dY ⊙ (exp(n/a) − 1 − n/a exp(n/a)), n = min(X, 0)
template <>
struct operation<opcode::celu> : detail::dear_binary {
  static constexpr char const* name = "celu";
  static constexpr auto value(auto x, auto a) {
    return math::select(x < decltype(x)(0), math::multiply(a, math::expm1(math::divide(x, a))), x);
  }
  static constexpr handle derivative_x(auto x, auto a, auto) {
    return make<opcode::step>(x) + make<opcode::exp>(make<opcode::negative_part>(x) / a) % detail::below_zero(x);
  }
  static constexpr handle derivative_y(auto x, auto a, auto) {
    auto const n = make<opcode::negative_part>(x) / a;
    return make<opcode::expm1>(n) - make<opcode::masked_product>(make<opcode::exp>(n), n);
  }
};

// Y = λ (X where X ≥ 0, else α (exp X − 1))      dX = dY ⊙ λ ([X ≥ 0] + α exp X [X < 0])
// λ and α of Klambauer et al., Self-Normalizing Neural Networks (2017), keep mean 0 and variance 1
template <>
struct operation<opcode::selu> : detail::dear_unary {
  static constexpr char const* name = "selu";
  static constexpr long double lambda = 1.0507009873554804934193349852946L;
  static constexpr long double lambda_alpha = 1.7580993408473768599402175208123L;
  static constexpr auto value(auto x) {
    using X = decltype(x);
    return math::select(x < X(0), detail::real<X>(lambda_alpha) * math::expm1(x),
                        math::multiply(detail::real<X>(lambda), x));
  }
  static constexpr handle derivative(auto x, auto) {
    auto const left = make<opcode::exp>(make<opcode::negative_part>(x)) % detail::below_zero(x);
    return static_cast<double>(lambda) * make<opcode::step>(x) + static_cast<double>(lambda_alpha) * left;
  }
};

// Y = X Φ(X), Φ the normal distribution: ½ X erfc(−X/√2)       dX = dY ⊙ (Φ(X) + X φ(X))
template <>
struct operation<opcode::gelu> : detail::dear_unary {
  static constexpr char const* name = "gelu";
  static constexpr int flops = 30;
  static constexpr auto value(auto x) { return math::gelu(x); }
  static constexpr handle derivative(auto x, auto) {
    auto const density = 0.39894228040143267794 * make<opcode::exp>(-0.5 * make<opcode::square>(x));
    return 0.5 * make<opcode::erfc>(-0.70710678118654752440 * x) + make<opcode::masked_product>(density, x);
  }
};

// Y = σ(u), u = 2√(2/π) (X + 0.044715 X³)                      dX = dY ⊙ Y (1 − Y) u′
template <>
struct operation<opcode::gelu_gate> : detail::dear_unary {
  static constexpr char const* name = "gelu_gate";
  static constexpr int flops = 17;
  static constexpr auto value(auto x) { return math::gelu_gate(x); }
  static constexpr handle derivative(auto x, auto y) {
    auto const slope = 1.59576912160573071176 + 3 * 0.07135481627260025 * make<opcode::square>(x);
    return make<opcode::masked_product>(y % (1 - y), slope);
  }
};

// Y = X s, s = σ(u) as above: the approximation by tanh, ½ X (1 + tanh(u/2)), of Hendrycks and Gimpel
//                    dX = dY ⊙ (s + X s (1 − s) u′)
template <>
struct operation<opcode::gelu_tanh> : detail::dear_unary {
  static constexpr char const* name = "gelu_tanh";
  static constexpr int flops = 18;
  static constexpr auto value(auto x) { return math::gelu_tanh(x); }
  static constexpr handle derivative(auto x, auto) {
    auto const s = make<opcode::gelu_gate>(x);
    auto const slope = x % (1.59576912160573071176 + 3 * 0.07135481627260025 * make<opcode::square>(x));
    return s + make<opcode::masked_product>(s % (1 - s), slope);
  }
};

// Y = X σ(X)         dX = dY ⊙ (s + X s (1 − s)), s = σ(X)
template <>
struct operation<opcode::silu> : detail::dear_unary {
  static constexpr char const* name = "silu";
  static constexpr auto value(auto x) { return detail::gated(x, math::sigmoid(x)); }
  static constexpr handle derivative(auto x, auto) {
    auto const s = make<opcode::sigmoid>(x);
    return s + make<opcode::masked_product>(s % make<opcode::sigmoid>(-x), x);
  }
};

// Y = X tanh(softplus X)               dX = dY ⊙ (t + X (1 − t²) σ(X)), t = tanh(softplus X)
template <>
struct operation<opcode::mish> : detail::dear_unary {
  static constexpr char const* name = "mish";
  static constexpr int flops = 36;
  static constexpr auto value(auto x) { return detail::gated(x, math::tanh(math::softplus(x))); }
  static constexpr handle derivative(auto x, auto) {
    auto const t = make<opcode::tanh>(make<opcode::softplus>(x));
    return t + make<opcode::masked_product>((1 + t) % (1 - t) % make<opcode::sigmoid>(x), x);
  }
};

// Y = X / (1 + |X|)  dX = dY / (1 + |X|)²
template <>
struct operation<opcode::softsign> : detail::unary {
  static constexpr char const* name = "softsign";
  static constexpr int flops = 3;
  static constexpr auto value(auto x) {
    using X = decltype(x);
    X const large = math::select(x > X(0), X(1), X(-1)), size = math::abs(x);
    return math::select(size == real_limit<X>(), large, math::divide(x, math::add(X(1), size)));
  }
  static constexpr handle derivative(auto x, auto) { return 1 / make<opcode::square>(1 + make<opcode::abs>(x)); }

 private:
  template <class X>
  static constexpr X real_limit() {
    return detail::real<X>(std::numeric_limits<long double>::infinity());
  }
};

// Y = X/6 + ½ between 0 and 1          dX = dY ⊙ [−3 ≤ X ≤ 3] / 6: a sixth on the boundary
template <>
struct operation<opcode::hardsigmoid> : detail::unary {
  static constexpr char const* name = "hardsigmoid";
  static constexpr int flops = 4;
  static constexpr auto value(auto x) {
    using X = decltype(x);
    X const y = math::divide(math::add(x, X(3)), X(6));
    return math::select(x < X(-3), X(0), math::select(x > X(3), X(1), y));
  }
  static constexpr handle derivative(auto x, auto) {
    auto& g = *x.g;
    return make<opcode::within>(x, constant_node(g, -3), constant_node(g, 3)) / 6;
  }
};

}  // namespace ctg::inline v0
