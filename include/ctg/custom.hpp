// SPDX-License-Identifier: MIT
// Operations of a user's own: a struct with a name, a value and a derivative, in the user's namespace. It fuses, prints
// and differentiates to any order like a built-in.
//
//   struct logistic_map : ctg::custom<1> {
//     static constexpr std::string_view name = "logistic";
//     static constexpr auto value(auto x) { return x * (decltype(x)(1) - x); }
//     static constexpr ctg::handle derivative(ctg::handle x, ctg::handle) { return 1 - 2 * x; }
//   };
//   auto Y = ctg::call<logistic_map>(X);
#pragma once

#include <ctg/config.hpp>

CTG_HEADER_BEGIN

#include <ctg/expr/operators.hpp>
#include <ctg/kernel/math.hpp>
#include <ctg/op/formulas.hpp>

namespace ctg::inline v0 {

namespace math {
using v0::detail::real;  // real<X>(0.1L): a constant of a formula as an X, a number or a batch of them
}

/// Base of an element-wise operation with one or two operands, which broadcast.
///   name         what formulas and messages call it
///   value(x) or value(x, y), constexpr, for float, double, long double and SIMD batches of the first two: written with
///   the functions
///                of ctg::math, and with ctg::math::select(condition, a, b) for a choice; a loop has a fixed number of
///                turns
///   derivative(x, y) of y = f(x); or derivative_x(x, y, z) and derivative_y(x, y, z) of z = f(x, y): formulas in
///   handles (% is the
///                element-wise product; exp, log, … of ctg/op/formulas.hpp; ctg::call<Op> of operations),
///                differentiated further like any other. Instead of them `constant = true`: an operation that
///                counts as constant where it is differentiated.
/// `flops` and `transcendental` may be given: the planner stores what is dear rather than computing it twice.
template <int Arity>
struct custom : elementwise {
  static_assert(Arity == 1 || Arity == 2, "ctg: an operation of one's own has one or two operands");
  static constexpr int arity = Arity;
  static constexpr int flops = 20;
  static constexpr bool transcendental = true;

  /// Op::value on batches of T, behind pointers: the plan knows an operation by its description, not by its type.
  template <class Op, class T>
  static void run(void* y, void const* x, parameters with) {
    *static_cast<kernel::batch<T>*>(y) = detail::value_of<Op>(static_cast<kernel::batch<T> const*>(x), with);
  }
};

namespace detail {

// Whether Op says what it has to; conditions whose arguments the compiler prints.
template <class Op>
struct is_custom {
  static constexpr bool value = std::is_base_of_v<elementwise, Op>;
};
template <class Op, int Given>
struct takes_operands {
  static constexpr bool value = Op::arity == Given;
};
template <class Op>
struct has_name {
  // as a template argument, for a member that is not static would do otherwise
  static constexpr bool value = requires { typename std::bool_constant<(std::string_view(Op::name).size() > 0)>; };
};
template <class Op, class X>
concept MapsTo = requires(X x) {
  requires Op::arity == 1;
  { Op::value(x) } -> std::convertible_to<X>;
}
|| requires(X x) {
  requires Op::arity == 2;
  { Op::value(x, x) } -> std::convertible_to<X>;
};
template <class Op>
struct has_value {
  static constexpr bool value = MapsTo<Op, double> && MapsTo<Op, float> && MapsTo<Op, kernel::batch<float>>;
};
template <class Op>
concept HasDerivative = requires {
  Op::constant;
}
|| requires(handle h) {
  requires Op::arity == 1;
  { Op::derivative(h, h) } -> std::same_as<handle>;
}
|| requires(handle h) {
  requires Op::arity == 2;
  { Op::derivative_x(h, h, h) } -> std::same_as<handle>;
  { Op::derivative_y(h, h, h) } -> std::same_as<handle>;
};
template <class Op>
struct has_derivative {
  static constexpr bool value = HasDerivative<Op>;
};

template <class Op, int Given>
constexpr bool require_custom() {
  static_assert(is_custom<Op>::value, "ctg: call<Op>(...) wants an operation: struct Op : ctg::custom<1> { ... }");
  if constexpr (is_custom<Op>::value) {
    static_assert(takes_operands<Op, Given>::value,
                  "ctg: call<Op>(...) takes as many operands as Op has: custom<1> one, custom<2> two");
    if constexpr (takes_operands<Op, Given>::value) {
      static_assert(has_name<Op>::value,
                    "ctg: an operation has a name, public: static constexpr std::string_view name = \"swish\"");
      static_assert(!has_name<Op>::value || has_value<Op>::value,
                    "ctg: an operation has a value, for numbers and SIMD batches of them, and of their type: "
                    "static constexpr auto value(auto x), or value(auto x, auto y), public");
      static_assert(!has_name<Op>::value || !has_value<Op>::value || has_derivative<Op>::value,
                    "ctg: an operation has a derivative: static constexpr ctg::handle derivative(ctg::handle x, "
                    "ctg::handle y) of y = f(x), or derivative_x(x, y, z) and derivative_y(x, y, z) of z = f(x, y); "
                    "one that is to count as constant says so: static constexpr bool constant = true");
      return has_name<Op>::value && has_value<Op>::value && has_derivative<Op>::value;
    }
  }
  return false;
}

}  // namespace detail

/// Op on its operands: expressions, leaves, plain numbers.
template <class Op, class Site = decltype([] {}), class... A>
  requires(Operand<A>&&...)
&&(Expression<A> || ...) constexpr auto call(A&&... a) {
  if constexpr (detail::require_custom<Op, static_cast<int>(sizeof...(A))>())
    return detail::form<detail::to_symbol<detail::write_name_of<Op>>(), Op, detail::site_of<Site, A...>, A...>(a...);
  else
    return detail::invalid_expression{};
}

/// The same in the formula of a derivative.
template <class Op, std::same_as<handle>... H>
constexpr handle call(handle first, H... rest) {
  return apply<Op>(parameters{}, first, rest...);
}

}  // namespace ctg::inline v0

CTG_HEADER_END
