// SPDX-License-Identifier: MIT
// Comparisons of expressions, and the choice by them: where(X < Y, X, Y). A comparison is an expression (1 where it
// holds, 0 where not; NaN compares as in C++), not a truth value: `if (X == Y)` does not compile and says why.
#pragma once

#include <ctg/expr/elementwise.hpp>

namespace ctg::inline v0 {

namespace detail {
// X > Y is Y < X, but is written as the user wrote it
template <opcode Turned>
struct turned : composite {
  static constexpr std::string_view name = Turned == opcode::less ? ">" : ">=";
  static constexpr int infix_precedence = 5;
  static constexpr handle lower(auto x, auto y) { return make<Turned>(y, x); }
};
}  // namespace detail

template <class A, class B, class = detail::only_operands<A, B>, class Site = detail::site_of<decltype([] {}), A, B>>
constexpr auto operator<(A&& a, B&& b) {
  return detail::form<"<", operation<opcode::less>, Site, A, B>(a, b);
}
template <class A, class B, class = detail::only_operands<A, B>, class Site = detail::site_of<decltype([] {}), A, B>>
constexpr auto operator<=(A&& a, B&& b) {
  return detail::form<"<=", operation<opcode::less_equal>, Site, A, B>(a, b);
}
template <class A, class B, class = detail::only_operands<A, B>, class Site = detail::site_of<decltype([] {}), A, B>>
constexpr auto operator>(A&& a, B&& b) {
  return detail::form<">", detail::turned<opcode::less>, Site, A, B>(a, b);
}
template <class A, class B, class = detail::only_operands<A, B>, class Site = detail::site_of<decltype([] {}), A, B>>
constexpr auto operator>=(A&& a, B&& b) {
  return detail::form<">=", detail::turned<opcode::less_equal>, Site, A, B>(a, b);
}
template <class A, class B, class = detail::only_operands<A, B>, class Site = detail::site_of<decltype([] {}), A, B>>
constexpr auto operator==(A&& a, B&& b) {
  return detail::form<"==", operation<opcode::equal>, Site, A, B>(a, b);
}
template <class A, class B, class = detail::only_operands<A, B>, class Site = detail::site_of<decltype([] {}), A, B>>
constexpr auto operator!=(A&& a, B&& b) {
  return detail::form<"!=", operation<opcode::not_equal>, Site, A, B>(a, b);
}

/// x where the condition is not 0, else y, with NumPy broadcasting. A NaN or an infinity in the branch not taken
/// reaches neither the value nor the gradient: the mask is hoisted over the branch's derivative.
template <class C, class X, class Y, class Site = detail::site_of<decltype([] {}), C, X, Y>>
  requires detail::Operands3<C, X, Y>
constexpr auto where(C&& condition, X&& x, Y&& y) {
  return detail::form<"where", operation<opcode::where>, Site, C, X, Y>(condition, x, y);
}

}  // namespace ctg::inline v0
