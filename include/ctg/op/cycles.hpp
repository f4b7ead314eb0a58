// SPDX-License-Identifier: MIT
// What an element-wise operation costs in a loop, by which the planner decides what it stores and what it computes
// again.
#pragma once

#include <ctg/graph/node.hpp>

namespace ctg::inline v0::detail {

/// Cycles for one vector of floats, its operands in registers: measured by bench_operations (Zen 4, vectors of 512
/// bits), rounded up. What is not named takes one.
constexpr int measured_cycles(opcode c) {
  switch (c) {
    case opcode::sign:
    case opcode::floor:
    case opcode::round:
    case opcode::within:
    case opcode::maximum_share:
    case opcode::gap:
    case opcode::where:
      return 2;
    case opcode::clamp:
    case opcode::integer_power:
    case opcode::huber:
      return 3;
    case opcode::divide:
    case opcode::reciprocal:
    case opcode::reciprocal_or_zero:
      return 4;
    case opcode::softsign:
    case opcode::hardsigmoid:
      return 5;
    case opcode::exp2:
    case opcode::sqrt:
    case opcode::root:
      return 8;
    case opcode::exp:
      return 10;
    case opcode::expm1:
    case opcode::log:
    case opcode::log2:
    case opcode::sin:
    case opcode::cos:
    case opcode::tanh:
    case opcode::sigmoid:
    case opcode::elu:
      return 13;
    case opcode::log10:
    case opcode::rsqrt:
    case opcode::asin:
    case opcode::acos:
    case opcode::atan:
    case opcode::sinh:
    case opcode::cosh:
    case opcode::selu:
    case opcode::silu:
    case opcode::hypot:
    case opcode::xlogy:
    case opcode::celu:
      return 16;
    case opcode::log1p:
    case opcode::tan:
    case opcode::gelu_tanh:
    case opcode::gelu_gate:
    case opcode::erf:
    case opcode::atan2:
      return 22;
    case opcode::softplus:
    case opcode::logsigmoid:
    case opcode::atanh:
    case opcode::logaddexp:
    case opcode::logit_cross_entropy:
      return 32;
    case opcode::cbrt:
    case opcode::gelu:
    case opcode::erfc:
    case opcode::asinh:
    case opcode::acosh:
    case opcode::mish:
    case opcode::digamma:
    case opcode::binary_cross_entropy:
      return 50;
    case opcode::power:
    case opcode::lgamma:
    case opcode::polygamma:
      return 120;
    default:
      return 1;
  }
}

}  // namespace ctg::inline v0::detail
