// SPDX-License-Identifier: MIT
// How a struct that says what an operation is becomes the operation_info that the passes read.
#pragma once

#include <ctg/graph/builder.hpp>
#include <ctg/math/rows.hpp>
#include <ctg/op/cycles.hpp>

#include <concepts>
#include <source_location>
#include <type_traits>

namespace ctg::inline v0 {

namespace detail {
/// What an operation does not have to say.
struct plain_operation {
  static constexpr bool commutative = false, transcendental = false;
  static constexpr notation style = notation::function;
  static constexpr int precedence = 100, flops = 0;
};
}  // namespace detail

/// Base of the element-wise operations: a value and local derivatives; shapes broadcast.
///   value(x), value(x, y) or value(x, y, z) once for float, double, constant expressions and SIMD batches alike;
///   derivative(x, y) of y = f(x); or derivative_x(x, y, z), derivative_y(x, y, z) of z = f(x, y).
struct elementwise : detail::plain_operation {
  static constexpr family kind = family::elementwise;
  static constexpr int flops = 1;
};

// What the compiler calls a type, among other words. In a namespace of its own: g++ leaves out the names of those
// around it.
namespace type_text {
template <class T>
constexpr std::string_view of() {
  return std::source_location::current().function_name();
}
}  // namespace type_text

namespace detail {

template <class T>
constexpr std::uint64_t type_hash() {
  return hash_text(type_text::of<T>());
}

template <class Op, class X>
constexpr X value_of(X const* x, parameters with) {
  if constexpr (Op::arity == 3)
    return Op::value(x[0], x[1], x[2]);
  else if constexpr (Op::arity == 2)
    return Op::value(x[0], x[1]);
  else if constexpr (requires { Op::value(*x, with); })
    return Op::value(*x, with);
  else
    return Op::value(*x);
}

template <class Op>
constexpr shape_result result_of(shape const* s, parameters with) {
  if constexpr (requires { &Op::result; }) {
    return Op::result(s, with);
  } else {
    shape_result r = s[0];
    for (int i = 1; i < Op::arity && r.problem == misfit::none; ++i) r = broadcast_shapes(r.value, s[i]);
    return r;
  }
}

// dY ⊙ f′(X), defined in op/core/condition.ipp.
constexpr handle scaled(Handle auto dy, Handle auto slope);

constexpr bool flows(pullback const&, int) { return true; }
constexpr bool flows(pushforward const& p, int i) { return p.moves(i); }
constexpr void give_scaled(pullback& p, int i, Handle auto slope) { p.give(i, scaled(p.dy, slope)); }
constexpr void give_scaled(pushforward& p, int i, Handle auto slope) { p.give(scaled(p.dx(i), slope)); }

// Both modes of an element-wise operation, from the same derivatives: dX = dY ⊙ f′(X) for each operand, dY = Σ dX ⊙
// f′(X).
template <class Op, class P>
constexpr void differentiate_elementwise(P& p) {
  if constexpr (Op::arity == 1) {
    if constexpr (requires { Op::derivative(p.x(0), p.y(), parameters{}); })
      give_scaled(p, 0, Op::derivative(p.x(0), p.y(), p.at().with));
    else if constexpr (requires { Op::derivative(p.x(0), p.y()); })
      give_scaled(p, 0, Op::derivative(p.x(0), p.y()));
  } else if constexpr (Op::arity == 2) {
    if constexpr (requires { Op::derivative_x(p.x(0), p.x(1), p.y()); })
      if (flows(p, 0)) give_scaled(p, 0, Op::derivative_x(p.x(0), p.x(1), p.y()));
    if constexpr (requires { Op::derivative_y(p.x(0), p.x(1), p.y()); })
      if (flows(p, 1)) give_scaled(p, 1, Op::derivative_y(p.x(0), p.x(1), p.y()));
  }
}

constexpr void pull_nothing(pullback&) {}

template <class Op>
constexpr operation_info describe() {
  operation_info i{};
  i.code = code_of<Op>;
  i.name = Op::name;
  std::uint64_t own = 0x51;  // a stranger's operation is known by its type
  if constexpr (code_of<Op> == opcode::custom) own = type_hash<Op>();
  i.id = mix(own, static_cast<std::uint64_t>(i.code) + 1);
  i.kind = Op::kind;
  i.arity = Op::arity;
  i.commutative = Op::commutative;
  i.style = Op::style;
  i.precedence = Op::precedence;
  i.flops = Op::flops;
  i.transcendental = Op::transcendental;
  i.cycles = i.code != opcode::custom ? measured_cycles(i.code) : Op::transcendental ? 20 : Op::flops;
  if constexpr (requires { &Op::result; })
    i.result = &Op::result;
  else
    i.result = &result_of<Op>;
  if constexpr (Op::kind == family::elementwise) {
    i.value_f64 = &value_of<Op, double>;
    i.value_f80 = &value_of<Op, long double>;
  }
  if constexpr (requires { &Op::template run<Op, float>; }) {
    i.batch_f32 = &Op::template run<Op, float>;
    i.batch_f64 = &Op::template run<Op, double>;
  }
  if constexpr (requires { Op::call_flops(call_extents{}); }) {
    i.call_f64 = &Op::template evaluate<math::plain_rows<double>, double>;
    i.call_f80 = &Op::template evaluate<math::plain_rows<long double>, long double>;
    i.call_flops = &Op::call_flops;
  }
  i.pull = &pull_nothing;
  if constexpr (requires(pullback & p) { Op::pull(p); }) {
    i.pull = &Op::pull;
  } else if constexpr (Op::kind == family::elementwise) {
    i.pull = &differentiate_elementwise<Op, pullback>;
    i.push = &differentiate_elementwise<Op, pushforward>;
  }
  if constexpr (requires(pushforward & p) { Op::push(p); }) i.push = &Op::push;
  if constexpr (requires { &Op::shifted; }) i.shifted = &Op::shifted;
  return i;
}

}  // namespace detail

template <class Op>
inline constexpr operation_info operation_of = detail::describe<Op>();

namespace detail {
/// A node of a shape that its operands do not tell. (late: clang does not find rules that are defined behind their
/// first use, and an include describes no operation.)
template <opcode O>
constexpr handle put_node(Builder auto& g, shape const& s, parameters with, int a = -1, int b = -1, int c = -1) {
  using Op = late<decltype(g), operation<O>>;
  return {&g, g.put({&operation_of<Op>, {a, b, c}, g.intern(s), with})};
}
}  // namespace detail

template <class Op, class... H>
constexpr handle apply(parameters with, Handle auto first, H... rest) {
  auto& g = *first.g;
  shape const operands[] = {first.shape(), rest.shape()...};
  shape_result const r = operation_of<Op>.result(operands, with);
  if (r.problem != misfit::none) g.problem = r.problem;
  node n{&operation_of<Op>, {-1, -1, -1}, g.intern(r.value), with};
  std::size_t i = 0;
  n.args[i++] = first.id;
  ((n.args[i++] = rest.id), ...);
  return {&g, g.put(n)};
}

}  // namespace ctg::inline v0
