// SPDX-License-Identifier: MIT
// A node of the graph, and the description of an operation that every pass reads.
#pragma once

#include <ctg/expr/leaf.hpp>

#include <array>
#include <cstdint>
#include <string_view>

namespace ctg::inline v0 {

// clang-format off
enum class opcode : std::uint8_t {
  // sources
  leaf, number, constant, size, one_hot, iota, slot,
  // element-wise
  add, subtract, multiply, divide, negate, exp, exp2, expm1, log, log2, log10, log1p, sqrt, cbrt, rsqrt, reciprocal,
  square, integer_power, power, abs, sign, sin, cos, tan, one_minus_square, asin, acos, atan, sinh, cosh, tanh, asinh, acosh, atanh,
  sigmoid, logsigmoid, softplus, relu, leaky_relu, elu, celu, selu, gelu, gelu_tanh, gelu_gate, silu, mish, softsign,
  hardsigmoid,  erf, erfc, lgamma, digamma, polygamma, floor, round, step, negative_part, clamp, within, maximum, minimum, maximum_share,
  atan2, hypot, gap, logaddexp, xlogy, masked_product, finite_or_zero, where, root, reciprocal_or_zero,
  huber, binary_cross_entropy, logit_cross_entropy,
  less, less_equal, equal, not_equal, stop_gradient,
  // reductions over the axes of a mask
  sum, max, min, prod,
  // row operations, which the plan expands
  softmax, log_softmax, logsumexp,
  // layout
  broadcast, transpose, reshape, slice, flip,
  // calls
  pad, concat, cumsum, products_before, products_of_others, recurrence, gather, scatter, lu, solve, determinant, log_determinant,
  // a recurrence that owns a part of the graph, what it reads and what it gives
  operands, scan, scan_result,
  // products
  product,
  // a user's
  custom
};
// clang-format on

/// What kind of code runs an operation, and how it broadcasts.
enum class family : std::uint8_t { source, elementwise, reduction, rowwise, layout, product, call };

/// How an operation is written: f(x, y), x + y, -x, x⊤.
enum class notation : std::uint8_t { function, infix, prefix, postfix };

template <class>
class builder_of;
using builder = builder_of<void>;
struct pullback;
struct pushforward;

/// Parameters of an operation beside its operands: an axis mask, a permutation, an exponent, the bits of a constant.
struct parameters {
  std::int64_t p = 0, q = 0;
  constexpr bool operator==(parameters const& o) const { return p == o.p && q == o.q; }
};

/// The extents that an algorithm on whole operands sees: theirs, and last (at [3]) those of its result.
struct call_extents {
  std::array<std::array<std::int64_t, max_rank>, 4> n{};
  std::array<int, 4> rank{};
  /// The last axis but `back`.
  constexpr std::int64_t from_last(int which, int back) const {
    auto const w = static_cast<std::size_t>(which);
    return n[w][static_cast<std::size_t>(rank[w] - 1 - back)];
  }
};

/// What such an algorithm works on: operands and result, contiguous, row by row.
template <class X>
struct call_arguments {
  std::array<X const*, 3> operand{};
  X* result = nullptr;
  call_extents extents{};
  parameters with{};
  X* scratch = nullptr;  // where the algorithm packs, if it does
};

/// One object for each operation: what the passes need to know of it, as values and function pointers.
struct operation_info {
  opcode code;
  std::uint64_t id;
  std::string_view name;
  family kind;
  int arity;
  bool commutative;
  notation style;
  int precedence;
  int flops;            // for one entry of the result
  int cycles;           // for one vector of them
  bool transcendental;  // dear enough to be kept for the next pass over a row rather than computed again
  shape_result (*result)(shape const* operands, parameters);
  double (*value_f64)(double const* operands, parameters);
  long double (*value_f80)(long double const* operands, parameters);
  // of a user's operation: on SIMD batches (result, array of operands); null for those of the library, which the loops
  // know
  void (*batch_f32)(void*, void const*, parameters);
  void (*batch_f64)(void*, void const*, parameters);
  // of a call that states its own algorithm and its cost; else null
  void (*call_f64)(call_arguments<double> const&);
  void (*call_f80)(call_arguments<long double> const&);
  std::int64_t (*call_flops)(call_extents const&);
  void (*pull)(pullback&);
  void (*push)(pushforward&);  // null: forward mode transposes `pull`
  parameters (*shifted)(parameters,
                        int by);  // the same operation on operands with `by` more axes in front; null: unknown

  /// What a run may need of it. Code that points to the rules would bring them, and all that they call, into the
  /// program (a third of its machine code).
  constexpr operation_info without_rules() const {
    operation_info of = *this;
    of.result = nullptr;
    of.value_f64 = nullptr;
    of.value_f80 = nullptr;
    of.pull = nullptr;
    of.push = nullptr;
    of.shifted = nullptr;
    return of;
  }
};

struct node {
  operation_info const* op = nullptr;
  int args[3]{-1, -1, -1};
  int shape = -1;  // in the graph's list of shapes
  parameters with{};

  constexpr bool is(opcode c) const { return op->code == c; }
  constexpr int arity() const { return op->arity; }
  constexpr bool same(node const& o) const {
    return op->id == o.op->id && same_args(o) && shape == o.shape && with == o.with;
  }
  constexpr bool same_args(node const& o) const {
    return args[0] == o.args[0] && args[1] == o.args[1] && args[2] == o.args[2];
  }
};

namespace detail {

/// A plain number in an expression: the place in the source where it stands is its identity, as the address of this.
struct number_info {
  element type;
};

constexpr std::uint64_t hash_node(node const& n) {
  constexpr std::uint64_t k = 0x9e3779b97f4a7c15ull;
  auto const [a, b, c] = n.args;
  std::uint64_t h = ((n.op->id * k + static_cast<std::uint64_t>(a + 7)) * k + static_cast<std::uint64_t>(b + 7)) * k +
                    static_cast<std::uint64_t>(c + 7);
  h ^= h >> 31;
  h = h * k + static_cast<std::uint64_t>(n.shape);
  h = h * k + static_cast<std::uint64_t>(n.with.p);
  h = h * k + static_cast<std::uint64_t>(n.with.q);
  return h ^ (h >> 32);
}

}  // namespace detail

}  // namespace ctg::inline v0
