// SPDX-License-Identifier: MIT
// The operators on expressions: + - % / element-wise with NumPy broadcasting, * the matrix product.
#pragma once

#include <ctg/expr/diagnose.hpp>
#include <ctg/op/operations.hpp>

namespace ctg::inline v0 {

/// What may stand as an operand: a leaf, an expression, a plain number.
template <class T>
concept Operand = Expression<T> || Arithmetic<T>;

namespace detail {

template <class T>
inline constexpr bool is_value = std::is_base_of_v<given_back, std::remove_cvref_t<T>>;

/// What people write where an operand should stand: what evaluate gave, memory from elsewhere, what must be followed
/// or called first. (A list, for a type with operators of its own for expressions must not be taken from them.)
template <class T>
concept Stranger = !Operand<T> && (
                                      is_value<T> || std::is_pointer_v<std::decay_t<T>> ||
                                      std::is_null_pointer_v<std::remove_cvref_t<T>> ||
                                      requires(T & t) {
                                        t.data();
                                        t.size();
                                      } ||
                                      requires(T & t) { *t; } || requires(T & t) { t.get(); } ||
                                      requires(T & t) { t.real(); } || requires(T & t) { t(); });

/// A stranger in a message.
template <class T>
struct stranger {
  static constexpr ctg::shape shape{};
  static constexpr std::string_view word = is_value<T>                          ? "value"
                                           : std::is_pointer_v<std::decay_t<T>> ? "pointer"
                                                                                : requires(T & t) {
    t.data();
  }
  ? "container" : requires(T& t) { t(); }
  ? "function" : "object";
};

// The identity of the numbers at one call: a type of its own for each place in the source, none where there is no
// number.
template <class Site, class... Operands>
using site_of = std::conditional_t<(Arithmetic<Operands> || ...), Site, void>;

template <class Site, int Position, class A>
constexpr decltype(auto) wrap(A const& a) {
  if constexpr (Arithmetic<A>)
    return number<Site, Position>{static_cast<double>(a)};
  else if constexpr (Leaf<A>)
    return ref<A>{a};
  else if constexpr (Expression<A>)
    return (a);
  else
    return stranger<A>{};
}

template <class Site, int Position, class A>
using wrapped = std::remove_cvref_t<decltype(wrap<Site, Position>(std::declval<std::remove_cvref_t<A> const&>()))>;

/// What is called on operands that show a mistake F.
template <fault F, symbol Name, class... A>
constexpr auto refuse_operands() {
  return []<int... I>(std::integer_sequence<int, I...>) { return refuse_call<F, Name, wrapped<void, I, A>...>(); }
  (std::make_integer_sequence<int, static_cast<int>(sizeof...(A))>{});
}

/// Op applied to operands, after the checks; `Sign` is how the message writes the operation. A: what the caller's
/// forwarding references deduced, which tells a temporary from what lasts.
template <symbol Sign, class Op, class Site, class... A>
constexpr auto form(A const&... a) {
  return [&]<int... I>(std::integer_sequence<int, I...>) {
    if constexpr (any_invalid<A...>) {
      return invalid_expression{};
    } else if constexpr (!(Operand<A> && ...)) {
      explain<(is_value<A> || ...) ? fault::value_operand : fault::stranger>(say_call<Sign, wrapped<Site, I, A>...>());
      return invalid_expression{};
    } else if constexpr (!(lasts<A> && ...)) {
      explain<fault::temporary>(say_call<Sign, wrapped<Site, I, A>...>());
      return invalid_expression{};
    } else if constexpr (verdict<Op, wrapped<Site, I, A>...> != fault::none) {
      explain<verdict<Op, wrapped<Site, I, A>...>>(
          say_fault<verdict<Op, wrapped<Site, I, A>...>, Sign, wrapped<Site, I, A>...>());
      return invalid_expression{};
    } else {
      return make_expression<Op>(wrap<Site, I>(a)...);
    }
  }
  (std::make_integer_sequence<int, static_cast<int>(sizeof...(A))>{});
}

/// Whether a leaf that stands in a call is no temporary; if it is one, the compiler says so.
template <symbol Name, class A>
constexpr bool require_lasting() {
  if constexpr (!lasts<A>) explain<fault::temporary>(say_call<Name, wrapped<void, 0, A>>());
  return lasts<A>;
}

template <class A, class B>
concept Operands = (Expression<A> || Expression<B>)&&Operand<A>&& Operand<B>;

template <class A, class B>
concept OperandsOrStrangers = (Expression<A> || Expression<B> || is_value<A> ||
                               is_value<B>)&&(Operand<A> || Operand<B>)&&(Operand<A> || Stranger<A>)&&(Operand<B> ||
                                                                                                       Stranger<B>);

// The operators' constraint, as a parameter in front of Site: those behind it are substituted before a `requires` is
// asked, and overload resolution looks at the operators for every enumeration and handle of the library. That was a
// closure type each time, 1200 of them and 0.2 s in an include that uses nothing.
template <class A, class B>
  requires Operands<A, B>
using only_operands = void;

// Of the arithmetic operators: they also take what is no operand, to say so.
template <class A, class B>
  requires OperandsOrStrangers<A, B>
using operands_or_strangers = void;

}  // namespace detail

template <class A, class B, class = detail::operands_or_strangers<A, B>,
          class Site = detail::site_of<decltype([] {}), A, B>>
constexpr auto operator+(A&& a, B&& b) {
  return detail::form<"+", operation<opcode::add>, Site, A, B>(a, b);
}

template <class A, class B, class = detail::operands_or_strangers<A, B>,
          class Site = detail::site_of<decltype([] {}), A, B>>
constexpr auto operator-(A&& a, B&& b) {
  return detail::form<"-", operation<opcode::subtract>, Site, A, B>(a, b);
}

/// Element-wise product A ⊙ B.
template <class A, class B, class = detail::operands_or_strangers<A, B>,
          class Site = detail::site_of<decltype([] {}), A, B>>
constexpr auto operator%(A&& a, B&& b) {
  return detail::form<"%", operation<opcode::multiply>, Site, A, B>(a, b);
}

template <class A, class B, class = detail::operands_or_strangers<A, B>,
          class Site = detail::site_of<decltype([] {}), A, B>>
constexpr auto operator/(A&& a, B&& b) {
  return detail::form<"/", operation<opcode::divide>, Site, A, B>(a, b);
}

/// Matrix product of the last two axes (leading axes are batches); a scalar on either side scales.
template <class A, class B, class = detail::operands_or_strangers<A, B>,
          class Site = detail::site_of<decltype([] {}), A, B>>
constexpr auto operator*(A&& a, B&& b) {
  constexpr bool scales = detail::wrapped<Site, 0, A>::shape.rank == 0 || detail::wrapped<Site, 1, B>::shape.rank == 0;
  using Op = operation<scales ? opcode::multiply : opcode::product>;
  return detail::form<"*", Op, Site, A, B>(a, b);
}

template <Expression A>
constexpr auto operator-(A&& a) {
  return detail::form<"-", operation<opcode::negate>, void, A>(a);
}

template <class A, class B, class Site = detail::site_of<decltype([] {}), A, B>>
  requires detail::Operands<A, B>
constexpr auto hadamard(A&& a, B&& b) {
  return detail::form<"hadamard", operation<opcode::multiply>, Site, A, B>(a, b);
}

/// `J += e` and `J -= e` of an expression J: it is no variable; the compiler says so.
template <Expression Y, class E>
  requires(!Leaf<Y> && (Expression<E> || Arithmetic<E>))
constexpr Y& operator+=(Y& y, E const&) {
  detail::refuse_target<"+=", Y, E>();
  return y;
}
template <Expression Y, class E>
  requires(!Leaf<Y> && (Expression<E> || Arithmetic<E>))
constexpr Y& operator-=(Y& y, E const&) {
  detail::refuse_target<"-=", Y, E>();
  return y;
}

/// `W *= 2` and `W /= 2`: leaves have no such update; the compiler says how it is written.
template <Expression Y, class E>
  requires(Expression<E> || Arithmetic<E>)
constexpr Y& operator*=(Y& y, E const&) {
  detail::refuse_operands<detail::fault::scaled_target, "*=", Y, E>();
  return y;
}
template <Expression Y, class E>
  requires(Expression<E> || Arithmetic<E>)
constexpr Y& operator/=(Y& y, E const&) {
  detail::refuse_operands<detail::fault::scaled_target, "/=", Y, E>();
  return y;
}

/// `P && Q`, `P | Q`, `X ^ 2`: no operators of expressions; the compiler says what is meant by them here.
template <class A, class B, class = detail::only_operands<A, B>>
constexpr auto operator&&(A const&, B const&) {
  return detail::refuse_operands<detail::fault::logical, "&&", A, B>();
}
template <class A, class B, class = detail::only_operands<A, B>>
constexpr auto operator||(A const&, B const&) {
  return detail::refuse_operands<detail::fault::logical, "||", A, B>();
}
template <class A, class B, class = detail::only_operands<A, B>>
constexpr auto operator&(A const&, B const&) {
  return detail::refuse_operands<detail::fault::logical, "&", A, B>();
}
template <class A, class B, class = detail::only_operands<A, B>>
constexpr auto operator|(A const&, B const&) {
  return detail::refuse_operands<detail::fault::logical, "|", A, B>();
}
template <class A, class B, class = detail::only_operands<A, B>>
constexpr auto operator^(A const&, B const&) {
  return detail::refuse_operands<detail::fault::caret, "^", A, B>();
}
template <Expression A>
constexpr auto operator!(A const&) {
  return detail::refuse_operands<detail::fault::logical, "!", A>();
}
/// `A << 1, 2, 3`.
template <Leaf L, Arithmetic B>
constexpr L& operator<<(L& leaf, B const&) {
  detail::refuse_operands<detail::fault::listed_values, "<<", L, B>();
  return leaf;
}

/// A number known to the compiler, so that it simplifies: constant<1, 3> is a third.
template <std::int64_t Numerator, std::int64_t Denominator = 1>
inline constexpr constant_expression<Numerator, Denominator> constant{};

namespace literals {

namespace detail_literals {
template <char... C>
inline constexpr int digits = ((C >= '0' && C <= '9' ? 1 : 0) + ...);
// 1.25 as 125 / 100: the digits without the point, over a power of ten.
template <char... C>
constexpr std::array<std::int64_t, 2> parse() {
  std::int64_t numerator = 0, denominator = 1;
  bool point = false;
  for (char c : {C...}) {
    if (c == '.') {
      point = true;
    } else if (c >= '0' && c <= '9') {
      numerator = numerator * 10 + (c - '0');
      if (point) denominator *= 10;
    }
  }
  std::int64_t a = numerator, b = denominator;
  while (b) a = std::exchange(b, a % b);
  return {numerator / (a ? a : 1), denominator / (a ? a : 1)};
}
}  // namespace detail_literals

/// 2_c, 1.5_c: see constant.
template <char... C>
constexpr auto operator""_c() {
  static_assert(((C == '.' || C == '\'' || (C >= '0' && C <= '9')) && ...),
                "ctg: _c takes decimal digits, as in 2_c or 1.5_c");
  constexpr int digits = detail_literals::digits<C...>;
  static_assert(digits <= 18, "ctg: _c takes 18 digits at most");
  if constexpr (digits <= 18) {
    constexpr auto value = detail_literals::parse<C...>();
    return constant_expression<value[0], value[1]>{};
  } else {
    return constant<0>;
  }
}

}  // namespace literals

}  // namespace ctg::inline v0
