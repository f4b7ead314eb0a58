// SPDX-License-Identifier: MIT
// Functions of handles, so that the derivative of a user's own operation reads as it is written: exp(-y) / (1 + y).
#pragma once

#include <ctg/op/operations.hpp>

namespace ctg::inline v0 {

constexpr handle exp(std::same_as<handle> auto x) { return make<opcode::exp>(x); }
constexpr handle expm1(std::same_as<handle> auto x) { return make<opcode::expm1>(x); }
constexpr handle log(std::same_as<handle> auto x) { return make<opcode::log>(x); }
constexpr handle log1p(std::same_as<handle> auto x) { return make<opcode::log1p>(x); }
constexpr handle sqrt(std::same_as<handle> auto x) { return make<opcode::sqrt>(x); }
constexpr handle rsqrt(std::same_as<handle> auto x) { return make<opcode::rsqrt>(x); }
constexpr handle square(std::same_as<handle> auto x) { return make<opcode::square>(x); }
constexpr handle reciprocal(std::same_as<handle> auto x) { return make<opcode::reciprocal>(x); }
constexpr handle abs(std::same_as<handle> auto x) { return make<opcode::abs>(x); }
constexpr handle sign(std::same_as<handle> auto x) { return make<opcode::sign>(x); }
constexpr handle sin(std::same_as<handle> auto x) { return make<opcode::sin>(x); }
constexpr handle cos(std::same_as<handle> auto x) { return make<opcode::cos>(x); }
constexpr handle tan(std::same_as<handle> auto x) { return make<opcode::tan>(x); }
constexpr handle sinh(std::same_as<handle> auto x) { return make<opcode::sinh>(x); }
constexpr handle cosh(std::same_as<handle> auto x) { return make<opcode::cosh>(x); }
constexpr handle tanh(std::same_as<handle> auto x) { return make<opcode::tanh>(x); }
constexpr handle sigmoid(std::same_as<handle> auto x) { return make<opcode::sigmoid>(x); }
constexpr handle softplus(std::same_as<handle> auto x) { return make<opcode::softplus>(x); }
constexpr handle erf(std::same_as<handle> auto x) { return make<opcode::erf>(x); }
constexpr handle lgamma(std::same_as<handle> auto x) { return make<opcode::lgamma>(x); }
constexpr handle digamma(std::same_as<handle> auto x) { return make<opcode::digamma>(x); }
constexpr handle pow(std::same_as<handle> auto x, handle y) { return make<opcode::power>(x, y); }
constexpr handle maximum(std::same_as<handle> auto x, handle y) { return make<opcode::maximum>(x, y); }
constexpr handle minimum(std::same_as<handle> auto x, handle y) { return make<opcode::minimum>(x, y); }
/// 1 where true, 0 where false.
constexpr handle operator<(std::same_as<handle> auto x, handle y) { return make<opcode::less>(x, y); }
constexpr handle operator<=(std::same_as<handle> auto x, handle y) { return make<opcode::less_equal>(x, y); }
constexpr handle where(std::same_as<handle> auto condition, handle x, handle y) {
  return make<opcode::where>(condition, x, y);
}

}  // namespace ctg::inline v0
