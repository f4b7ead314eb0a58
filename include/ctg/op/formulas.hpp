// SPDX-License-Identifier: MIT
// Functions of handles, so that the derivative of a user's own operation reads as it is written: exp(-y) / (1 + y).
#pragma once

#include <ctg/op/operations.hpp>

namespace ctg::inline v0 {

constexpr handle exp(handle x) { return make<opcode::exp>(x); }
constexpr handle expm1(handle x) { return make<opcode::expm1>(x); }
constexpr handle log(handle x) { return make<opcode::log>(x); }
constexpr handle log1p(handle x) { return make<opcode::log1p>(x); }
constexpr handle sqrt(handle x) { return make<opcode::sqrt>(x); }
constexpr handle rsqrt(handle x) { return make<opcode::rsqrt>(x); }
constexpr handle square(handle x) { return make<opcode::square>(x); }
constexpr handle reciprocal(handle x) { return make<opcode::reciprocal>(x); }
constexpr handle abs(handle x) { return make<opcode::abs>(x); }
constexpr handle sign(handle x) { return make<opcode::sign>(x); }
constexpr handle sin(handle x) { return make<opcode::sin>(x); }
constexpr handle cos(handle x) { return make<opcode::cos>(x); }
constexpr handle tan(handle x) { return make<opcode::tan>(x); }
constexpr handle sinh(handle x) { return make<opcode::sinh>(x); }
constexpr handle cosh(handle x) { return make<opcode::cosh>(x); }
constexpr handle tanh(handle x) { return make<opcode::tanh>(x); }
constexpr handle sigmoid(handle x) { return make<opcode::sigmoid>(x); }
constexpr handle softplus(handle x) { return make<opcode::softplus>(x); }
constexpr handle erf(handle x) { return make<opcode::erf>(x); }
constexpr handle lgamma(handle x) { return make<opcode::lgamma>(x); }
constexpr handle digamma(handle x) { return make<opcode::digamma>(x); }
constexpr handle pow(handle x, handle y) { return make<opcode::power>(x, y); }
constexpr handle maximum(handle x, handle y) { return make<opcode::maximum>(x, y); }
constexpr handle minimum(handle x, handle y) { return make<opcode::minimum>(x, y); }
/// 1 where true, 0 where false.
constexpr handle operator<(handle x, handle y) { return make<opcode::less>(x, y); }
constexpr handle operator<=(handle x, handle y) { return make<opcode::less_equal>(x, y); }
constexpr handle where(handle condition, handle x, handle y) { return make<opcode::where>(condition, x, y); }

}  // namespace ctg::inline v0
