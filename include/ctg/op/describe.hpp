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

template <class Op, class X, std::size_t... I>
constexpr X call_value(X const* x, parameters with, std::index_sequence<I...>) {
  if constexpr (requires { Op::value(x[I]..., with); })
    return Op::value(x[I]..., with);
  else
    return Op::value(x[I]...);
}

template <class Op, class X>
constexpr X value_of(X const* x, parameters with) {
  return call_value<Op>(x, with, std::make_index_sequence<static_cast<std::size_t>(Op::arity)>{});
}

template <class Op>
constexpr shape_result result_of(shape const* s, parameters with) {
  if constexpr (requires { Op::result(s, with); }) {
    return Op::result(s, with);
  } else {
    shape_result r = s[0];
    for (int i = 1; i < Op::arity && r.problem == misfit::none; ++i) r = broadcast_shapes(r.value, s[i]);
    return r;
  }
}

// dY ⊙ f′(X), defined in op/core/condition.ipp.
constexpr handle scaled(Handle auto dy, Handle auto slope);

// Reverse mode of an element-wise operation: dX = dY ⊙ f′(X), for each operand.
template <class Op>
constexpr void pull_elementwise(pullback& p) {
  if constexpr (Op::arity == 1) {
    if constexpr (requires { Op::derivative(p.x(0), p.y(), parameters{}); })
      p.give(0, scaled(p.dy, Op::derivative(p.x(0), p.y(), p.at().with)));
    else if constexpr (requires { Op::derivative(p.x(0), p.y()); })
      p.give(0, scaled(p.dy, Op::derivative(p.x(0), p.y())));
  } else if constexpr (Op::arity == 2) {
    if constexpr (requires { Op::derivative_x(p.x(0), p.x(1), p.y()); })
      p.give(0, scaled(p.dy, Op::derivative_x(p.x(0), p.x(1), p.y())));
    if constexpr (requires { Op::derivative_y(p.x(0), p.x(1), p.y()); })
      p.give(1, scaled(p.dy, Op::derivative_y(p.x(0), p.x(1), p.y())));
  }
}

// Forward mode of one: dY = Σ dX ⊙ f′(X), from the same derivatives.
template <class Op>
constexpr void push_elementwise(pushforward& p) {
  if constexpr (Op::arity == 1) {
    if constexpr (requires { Op::derivative(p.x(0), p.y(), parameters{}); })
      p.give(scaled(p.dx(0), Op::derivative(p.x(0), p.y(), p.at().with)));
    else if constexpr (requires { Op::derivative(p.x(0), p.y()); })
      p.give(scaled(p.dx(0), Op::derivative(p.x(0), p.y())));
  } else if constexpr (Op::arity == 2) {
    if constexpr (requires { Op::derivative_x(p.x(0), p.x(1), p.y()); })
      if (p.moves(0)) p.give(scaled(p.dx(0), Op::derivative_x(p.x(0), p.x(1), p.y())));
    if constexpr (requires { Op::derivative_y(p.x(0), p.x(1), p.y()); })
      if (p.moves(1)) p.give(scaled(p.dx(1), Op::derivative_y(p.x(0), p.x(1), p.y())));
  }
}

template <class Op>
constexpr void pull_any(pullback& p) {
  if constexpr (requires { Op::pull(p); })
    Op::pull(p);
  else if constexpr (Op::kind == family::elementwise)
    pull_elementwise<Op>(p);
}

template <class Op>
constexpr operation_info describe() {
  operation_info i{};
  i.code = code_of<Op>;
  i.name = Op::name;
  // a stranger's operation is known by its type
  i.id = mix(i.code == opcode::custom ? type_hash<Op>() : 0x51ull, static_cast<std::uint64_t>(i.code) + 1);
  i.kind = Op::kind;
  i.arity = Op::arity;
  i.commutative = Op::commutative;
  i.style = Op::style;
  i.precedence = Op::precedence;
  i.flops = Op::flops;
  i.transcendental = Op::transcendental;
  i.cycles = i.code != opcode::custom ? measured_cycles(i.code) : Op::transcendental ? 20 : Op::flops;
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
  i.pull = &pull_any<Op>;
  i.push = nullptr;
  i.shifted = nullptr;
  if constexpr (requires { Op::shifted(parameters{}, 1); }) i.shifted = &Op::shifted;
  if constexpr (requires(pushforward & p) { Op::push(p); })
    i.push = &Op::push;
  else if constexpr (Op::kind == family::elementwise && !requires(pullback & p) { Op::pull(p); })
    i.push = &push_elementwise<Op>;
  return i;
}

}  // namespace detail

template <class Op>
inline constexpr operation_info operation_of = detail::describe<Op>();

template <class Op, class... H>
constexpr handle apply(parameters with, handle first, H... rest) {
  builder& g = *first.g;
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
