// SPDX-License-Identifier: MIT
// Arguments where they do not belong: sum(A, 0), reshape(A, 3, 2), concat(A, B), and two axes where one is wanted,
// sum<0, 1>(A), and calls with too few of them, clamp(A, 0). The compiler says how they are written.
#pragma once

#include <ctg/expr/einsum.hpp>
#include <ctg/expr/pieces.hpp>
#include <ctg/expr/reductions.hpp>

namespace ctg::inline v0 {

namespace detail {

template <symbol Name, class... A>
constexpr auto refuse_arguments() {
  return refuse_operands<fault::run_time_argument, Name, A...>();
}

template <symbol Name, int First, int Second, class A>
constexpr auto refuse_axes() {
  return refuse_call<fault::one_axis, called_with<Name, First, Second>(), wrapped<void, 0, A>>();
}

}  // namespace detail

template <Expression A, Operand I, Operand... More>
constexpr auto sum(A const&, I, More...) {
  return detail::refuse_arguments<"sum", A, I, More...>();
}
template <Expression A, Operand I, Operand... More>
constexpr auto mean(A const&, I, More...) {
  return detail::refuse_arguments<"mean", A, I, More...>();
}
template <Expression A, Operand I, Operand... More>
constexpr auto prod(A const&, I, More...) {
  return detail::refuse_arguments<"prod", A, I, More...>();
}
template <Expression A, Operand I, Operand... More>
constexpr auto norm(A const&, I, More...) {
  return detail::refuse_arguments<"norm", A, I, More...>();
}
template <Expression A, Operand I, Operand... More>
constexpr auto logsumexp(A const&, I, More...) {
  return detail::refuse_arguments<"logsumexp", A, I, More...>();
}
template <Expression A, Operand I, Operand... More>
constexpr auto variance(A const&, I, More...) {
  return detail::refuse_arguments<"variance", A, I, More...>();
}
template <Expression A, Operand I, Operand... More>
constexpr auto stddev(A const&, I, More...) {
  return detail::refuse_arguments<"stddev", A, I, More...>();
}
template <Expression A, Operand I, Operand... More>
constexpr auto softmax(A const&, I, More...) {
  return detail::refuse_arguments<"softmax", A, I, More...>();
}
template <Expression A, Operand I, Operand... More>
constexpr auto log_softmax(A const&, I, More...) {
  return detail::refuse_arguments<"log_softmax", A, I, More...>();
}
template <Expression A, Operand I, Operand... More>
constexpr auto transpose(A const&, I, More...) {
  return detail::refuse_arguments<"transpose", A, I, More...>();
}
template <Expression A, Operand I, Operand... More>
constexpr auto reshape(A const&, I, More...) {
  return detail::refuse_arguments<"reshape", A, I, More...>();
}
template <Expression A, Operand I, Operand... More>
constexpr auto broadcast_to(A const&, I, More...) {
  return detail::refuse_arguments<"broadcast_to", A, I, More...>();
}
template <Expression A, Operand I, Operand... More>
constexpr auto slice(A const&, I, More...) {
  return detail::refuse_arguments<"slice", A, I, More...>();
}
template <Expression A, Expression... B>
constexpr auto concat(A const&, B const&...) {
  return detail::refuse_arguments<"concat", A, B...>();
}
template <Expression A, Operand... I>
constexpr auto one_hot(A const&, I...) {
  return detail::refuse_arguments<"one_hot", A, I...>();
}
template <Expression A, Operand... I>
constexpr auto flip(A const&, I...) {
  return detail::refuse_arguments<"flip", A, I...>();
}
template <std::size_t N, Expression... A>
  requires(sizeof...(A) > 0)
constexpr auto einsum(char const (&)[N], A const&...) { return detail::refuse_arguments<"einsum", A...>(); }

template <int First, int Second, int... More, Expression A>
constexpr auto sum(A const&) {
  return detail::refuse_axes<"sum", First, Second, A>();
}
template <int First, int Second, int... More, Expression A>
constexpr auto mean(A const&) {
  return detail::refuse_axes<"mean", First, Second, A>();
}
template <int First, int Second, int... More, Expression A>
constexpr auto prod(A const&) {
  return detail::refuse_axes<"prod", First, Second, A>();
}
template <int First, int Second, int... More, Expression A>
constexpr auto norm(A const&) {
  return detail::refuse_axes<"norm", First, Second, A>();
}
template <int First, int Second, int... More, Expression A>
constexpr auto logsumexp(A const&) {
  return detail::refuse_axes<"logsumexp", First, Second, A>();
}
template <int First, int Second, int... More, Expression A>
constexpr auto max(A const&) {
  return detail::refuse_axes<"max", First, Second, A>();
}
template <int First, int Second, int... More, Expression A>
constexpr auto min(A const&) {
  return detail::refuse_axes<"min", First, Second, A>();
}
template <int First, int Second, int... More, Expression A>
constexpr auto softmax(A const&) {
  return detail::refuse_axes<"softmax", First, Second, A>();
}
template <int First, int Second, int... More, Expression A>
constexpr auto flip(A const&) {
  return detail::refuse_axes<"flip", First, Second, A>();
}

// ── an operand is missing, or is one too many ──

template <Expression A>
constexpr auto leaky_relu(A const&) {
  return detail::refuse_operands<detail::fault::operand_count, "leaky_relu", A>();
}
template <Expression A, Operand B>
constexpr auto clamp(A const&, B const&) {
  return detail::refuse_operands<detail::fault::operand_count, "clamp", A, B>();
}
template <Expression A, Operand B>
constexpr auto huber(A const&, B const&) {
  return detail::refuse_operands<detail::fault::operand_count, "huber", A, B>();
}
template <Expression A, Operand B>
constexpr auto where(A const&, B const&) {
  return detail::refuse_operands<detail::fault::operand_count, "where", A, B>();
}

}  // namespace ctg::inline v0
