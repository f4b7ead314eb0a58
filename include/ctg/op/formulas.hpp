// SPDX-License-Identifier: MIT
// Functions of handles, so that the derivative of a user's own operation reads as it is written: exp(-y) / (1 + y).
#pragma once

#include <ctg/op/operations.hpp>

namespace ctg::inline v0 {

constexpr handle exp(Handle auto x) { return make<opcode::exp>(x); }
constexpr handle expm1(Handle auto x) { return make<opcode::expm1>(x); }
constexpr handle log(Handle auto x) { return make<opcode::log>(x); }
constexpr handle log1p(Handle auto x) { return make<opcode::log1p>(x); }
constexpr handle sqrt(Handle auto x) { return make<opcode::sqrt>(x); }
constexpr handle rsqrt(Handle auto x) { return make<opcode::rsqrt>(x); }
constexpr handle square(Handle auto x) { return make<opcode::square>(x); }
constexpr handle reciprocal(Handle auto x) { return make<opcode::reciprocal>(x); }
constexpr handle abs(Handle auto x) { return make<opcode::abs>(x); }
constexpr handle sign(Handle auto x) { return make<opcode::sign>(x); }
constexpr handle sin(Handle auto x) { return make<opcode::sin>(x); }
constexpr handle cos(Handle auto x) { return make<opcode::cos>(x); }
constexpr handle tan(Handle auto x) { return make<opcode::tan>(x); }
constexpr handle sinh(Handle auto x) { return make<opcode::sinh>(x); }
constexpr handle cosh(Handle auto x) { return make<opcode::cosh>(x); }
constexpr handle tanh(Handle auto x) { return make<opcode::tanh>(x); }
constexpr handle sigmoid(Handle auto x) { return make<opcode::sigmoid>(x); }
constexpr handle softplus(Handle auto x) { return make<opcode::softplus>(x); }
constexpr handle erf(Handle auto x) { return make<opcode::erf>(x); }
constexpr handle lgamma(Handle auto x) { return make<opcode::lgamma>(x); }
constexpr handle digamma(Handle auto x) { return make<opcode::digamma>(x); }
constexpr handle pow(Handle auto x, handle y) { return make<opcode::power>(x, y); }
constexpr handle maximum(Handle auto x, handle y) { return make<opcode::maximum>(x, y); }
constexpr handle minimum(Handle auto x, handle y) { return make<opcode::minimum>(x, y); }
/// 1 where true, 0 where false.
constexpr handle operator<(Handle auto x, handle y) { return make<opcode::less>(x, y); }
constexpr handle operator<=(Handle auto x, handle y) { return make<opcode::less_equal>(x, y); }
constexpr handle where(Handle auto condition, handle x, handle y) { return make<opcode::where>(condition, x, y); }

}  // namespace ctg::inline v0
