// SPDX-License-Identifier: MIT
// What losses are made of, entry by entry: the piecewise square of Huber, and the cross entropy of a probability or a
// logit.
#pragma once

#include <ctg/op/activation.hpp>

namespace ctg::inline v0 {

// Z = R²/2 where |R| ≤ δ, else δ (|R| − δ/2)          dR = dZ ⊙ R between −δ and δ,  dδ = dZ ⊙ max(|R| − δ, 0)
// (Huber, Robust estimation of a location parameter, 1964). With c = R between −δ and δ both pieces are c (R − c/2).
template <>
struct operation<opcode::huber> : detail::binary {
  static constexpr char const* name = "huber";
  static constexpr int flops = 4;
  static constexpr auto value(auto r, auto delta) {
    using X = decltype(r);
    auto const raised = math::select(r < -delta, -delta, r);
    auto const c = math::select(raised > delta, delta, raised);
    return math::multiply(c, math::subtract(r, math::multiply(detail::real<X>(0.5L), c)));
  }
  static constexpr handle derivative_x(auto r, auto delta, auto) { return make<opcode::clamp>(r, -delta, delta); }
  static constexpr handle derivative_y(auto r, auto delta, auto) {
    return make<opcode::relu>(make<opcode::abs>(r) - delta);
  }
};

// Z = −T log P − (1 − T) log(1 − P), with 0 log 0 = 0    dP = dZ ⊙ ((1 − T)/(1 − P) − T/P), with 0/0 = 0
//                                                        dT = dZ ⊙ (log(1 − P) − log P)
template <>
struct operation<opcode::binary_cross_entropy> : detail::dear_binary {
  static constexpr char const* name = "binary_cross_entropy";
  static constexpr int flops = 30;
  static constexpr auto value(auto p, auto t) {
    using X = decltype(p);
    auto const hit = math::select(t == X(0), X(0), math::multiply(t, math::log(p)));
    auto const miss = math::select(t == X(1), X(0), math::multiply(math::subtract(X(1), t), math::log1p(-p)));
    return -math::add(hit, miss);
  }
  static constexpr handle derivative_x(auto p, auto t, auto) {
    return make<opcode::masked_product>(1 - t, 1 / (1 - p)) - make<opcode::masked_product>(t, 1 / p);
  }
  static constexpr handle derivative_y(auto p, auto, auto) { return make<opcode::log1p>(-p) - make<opcode::log>(p); }
};

// Z = T softplus(−X) + (1 − T) softplus X, with 0 ⊙ ∞ = 0: the cross entropy of P = σ(X), right where P rounds to 0 or
// 1
//                                                        dX = dZ ⊙ (σ(X) − T),  dT = −dZ ⊙ X
template <>
struct operation<opcode::logit_cross_entropy> : detail::dear_binary {
  static constexpr char const* name = "binary_cross_entropy_with_logits";
  static constexpr int flops = 30;
  // softplus(±X) = max(±X, 0) + log(1 + exp −|X|): one logarithm serves both, and no two large numbers are subtracted
  static constexpr auto value(auto x, auto t) {
    using X = decltype(x);
    auto const weight = math::select(x > X(0), math::subtract(X(1), t), -t);
    auto const linear = math::select(weight == X(0), X(0), math::multiply(weight, x));
    return math::add(linear, math::softplus(-math::abs(x)));
  }
  static constexpr handle derivative_x(auto x, auto t, auto) { return make<opcode::sigmoid>(x) - t; }
  static constexpr handle derivative_y(auto x, auto, auto) { return -x; }
};

}  // namespace ctg::inline v0
