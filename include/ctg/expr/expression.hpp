// SPDX-License-Identifier: MIT
// The one node of an expression. Its type is the computation; an object of it is a flat list of leaf addresses and
// plain numbers, so that it may be stored, returned and used twice at no cost. No arithmetic happens here.
#pragma once

#include <ctg/expr/bindings.hpp>
#include <ctg/expr/naming.hpp>
#include <ctg/op/algebra.hpp>

#include <bit>
#include <initializer_list>
#include <tuple>
#include <type_traits>
#include <utility>

namespace ctg::inline v0 {

namespace detail {

// Adjusts parameters to an operation: expression<with<operation<opcode::sum>, 1, 0>, X> is sum<0>(X).
template <class Op, std::int64_t P, std::int64_t Q = 0>
struct with {
  static constexpr parameters values{P, Q};
};
template <class Op, std::int64_t P, std::int64_t Q>
inline constexpr bool is_told_by_text<with<Op, P, Q>> = is_told_by_text<Op>;

/// An operation that is written in terms of others: it says how with `lower`.
template <class Op>
concept Composite = requires {
  Op::is_composite;
};
struct composite {
  static constexpr bool is_composite = true;
};

template <class Op>
struct lowering {
  template <class... H>
  static constexpr handle run(H... h) {
    if constexpr (Composite<Op>)
      return Op::lower(h...);
    else
      return apply<Op>(parameters{}, h...);
  }
};
template <class Op, std::int64_t P, std::int64_t Q>
struct lowering<with<Op, P, Q>> {
  template <class... H>
  static constexpr handle run(H... h) {
    return apply<Op>(parameters{P, Q}, h...);
  }
};

// The shape of an operation's result. A composite is lowered once over placeholders: one source of truth.
template <class Op>
struct result_shape {
  template <std::size_t N>
  static constexpr shape_result of(std::array<shape, N> const& operands) {
    if constexpr (requires { Op::result(operands.data(), parameters{}); }) {
      return Op::result(operands.data(), parameters{});
    } else if constexpr (Composite<Op>) {
      return [&]<std::size_t... I>(std::index_sequence<I...>)->shape_result {
        late<Op, builder> g;
        handle const r = Op::lower(placeholder(g, operands[I], I)...);
        if (g.problem != misfit::none) return g.problem;
        return r.shape();
      }
      (std::make_index_sequence<N>{});
    } else {
      return result_of<Op>(operands.data(), parameters{});
    }
  }
  static constexpr handle placeholder(Builder auto& g, shape const& s, std::size_t i) {
    return {
        &g,
        g.put({&operation_of<operation<opcode::leaf>>, {-1, -1, -1}, g.intern(s), {static_cast<std::int64_t>(i), 0}})};
  }
};
template <class Op, std::int64_t P, std::int64_t Q>
struct result_shape<with<Op, P, Q>> {
  template <std::size_t N>
  static constexpr shape_result of(std::array<shape, N> const& operands) {
    return result_of<Op>(operands.data(), parameters{P, Q});
  }
};

constexpr element join_elements(element a, element b) {
  if (a == element::none || is_integer(a)) return is_integer(b) ? element::none : b;
  return a;
}
constexpr bool elements_mix(element a, element b) {
  return a != element::none && b != element::none && !is_integer(a) && !is_integer(b) && a != b;
}

// Whether an operation only moves entries, so that integers stay integers.
template <class Op>
inline constexpr bool only_moves = [] {
  if constexpr (requires { Op::only_moves; }) return Op::only_moves;
  if constexpr (requires { Op::kind; }) return Op::kind == family::layout && code_of<Op> != opcode::one_hot;
  return false;
}();
template <class Op, std::int64_t P, std::int64_t Q>
inline constexpr bool only_moves<with<Op, P, Q>> = only_moves<Op>;

/// The element type of Op's result: what its operands have, unless the operation says another.
template <class Op, class... E>
inline constexpr element result_type = [] {
  if constexpr (requires { Op::element_type; }) return Op::element_type;
  if constexpr (only_moves<Op> && sizeof...(E) == 1) return (E::type, ...);
  // with respect to what is differentiated has no part in the type
  int reads = static_cast<int>(sizeof...(E)) - (requires { Op::variable_is_last; } ? 1 : 0);
  element t = element::none;
  ((t = reads-- > 0 ? join_elements(t, E::type) : t), ...);
  return t;
}();

}  // namespace detail

template <class E>
constexpr int lower(Builder auto& g);

/// Op applied to operands, under its short name. The members that every expression has:
///   id, identity   what the lowering memo knows it by (a structural hash, and an address for what hashes alike)
///   shape, type    shape and element type of the result
///   leaves, numbers, bound
template <std::uint64_t Id, class... Witness>
struct expression;
template <class Site, int Position>
struct number;
template <class L>
struct ref;

namespace detail {

template <std::uint64_t Id, class... Witness>
struct name_part<expression<Id, Witness...>> {
  using witnesses = types<Witness...>;
  static constexpr std::uint64_t hash = Id;
};
// A leaf is what describes it; the text alone would not do, for compilers spell a named extent as a call.
template <class L>
struct name_part<ref<L>> {
  using witnesses = types<>;
  static constexpr std::uint64_t hash = mix(type_hash<ref<L>>(), info_of<L>.type_hash);
};
template <class Site, int Position>
struct name_part<number<Site, Position>> {
  using witnesses = types<Site>;
  static constexpr std::uint64_t hash = 0x6e756d626572u + Position;
};

// What an expression is, beside what it holds: a base without members.
template <class Op, class... E>
struct made_of {
  using short_name_type = named_by<short_name, Op, E...>;
  using expression_type = named_by<expression, Op, E...>;
  friend constexpr auto meaning(short_name_type) { return std::type_identity<made_of>{}; }

  using operation_type = Op;
  using sources = inputs<E...>;
  static constexpr char identity = 0;
  static constexpr ctg::shape shape = result_shape<Op>::of(std::array<ctg::shape, sizeof...(E)>{E::shape...}).value;
  static constexpr element type = result_type<Op, E...>;
  static constexpr auto const& leaves = sources::leaves;
  static constexpr auto const& numbers = sources::numbers;

  static constexpr int lower_into(Builder auto& g) {
    if constexpr (requires { Op::template lower_operands<E...>(g); }) {
      return Op::template lower_operands<E...>(g).id;
    } else {
      // braces: from left to right, so that every compiler numbers the nodes alike
      std::array<handle, sizeof...(E)> const operands{handle{&g, lower<E>(g)}...};
      return std::apply([](auto... h) { return lowering<Op>::run(h...).id; }, operands);
    }
  }
};

}  // namespace detail

template <std::uint64_t Id, class... Witness>
struct expression : formula_base, detail::meaning_of<detail::short_name<Id, Witness...>> {
  using made_of = detail::meaning_of<detail::short_name<Id, Witness...>>;
  static constexpr std::uint64_t id = Id;
  using held = detail::bindings<made_of::leaves.size(), made_of::numbers.size()>;

  held bound;

  constexpr explicit expression(held const& own_bindings) : bound(own_bindings) {}

  /// `if (X == Y)`, `float loss = J`, `std::exp(J)`, `flag ? J : K`: an expression is no number yet; the compiler says
  /// what to write instead. (One implicit conversion, to one type: to any number, the last two would be ambiguous.)
  constexpr explicit operator bool() const { return detail::refuse_value<expression, bool>(); }
  constexpr operator double() const { return detail::refuse_value<expression, double>(); }  // NOLINT: to be found

  /// `(X + Y)(0, 1)`: an expression has no entries yet; the compiler says what has.
  template <class... I>
    requires(sizeof...(I) > 0 && (std::is_integral_v<I> && ...))
  constexpr auto operator()(I...) const { return detail::refuse_element<expression>(); }

  /// `Y = e`: an expression is no variable; the compiler says so. (`Y = Y2` of one type copies which leaves are meant.)
  template <class E>
    requires(Expression<E> || Arithmetic<E>)
  constexpr expression& operator=(E const&) {
    detail::refuse_target<"=", expression, E>();
    return *this;
  }
};

namespace detail {

/// Op applied to operands that have been judged.
template <class Op, class... E>
constexpr auto make_expression(E const&... operands) {
  using Made = made_of<Op, E...>;
  return typename Made::expression_type(join_bindings<Made>(operands...));
}

}  // namespace detail

/// A leaf where an operand stands.
template <class L>
struct ref : formula_base {
  static constexpr char identity = 0;
  static constexpr std::uint64_t id = detail::info_of<L>.type_hash;
  static constexpr ctg::shape shape = detail::info_of<L>.shape;
  static constexpr element type = detail::info_of<L>.type;
  static constexpr detail::leaf_list<1> leaves{&detail::info_of<L>};
  static constexpr detail::number_list<0> numbers{};
  detail::bindings<1, 0> bound;

  constexpr explicit ref(L const& leaf) { bound.leaves[0] = &leaf; }
  static constexpr int lower_into(Builder auto& g) {
    return g.leaf(detail::info_of<L>, operation_of<operation<opcode::leaf>>).id;
  }
};

namespace detail {
template <class Site, int Position>
inline constexpr number_info number_info_of{element::none};
}

/// A plain number where an operand stands: its value is read at run time, its identity is the place in the source.
template <class Site, int Position>
struct number : formula_base {
  static constexpr char identity = 0;
  static constexpr std::uint64_t id =
      0x6e756d626572u + Position;  // no hash of a lambda's type exists: `identity` tells them apart
  static constexpr ctg::shape shape{};
  static constexpr element type = element::none;
  static constexpr detail::leaf_list<0> leaves{};
  static constexpr detail::number_list<1> numbers{&detail::number_info_of<Site, Position>};
  detail::bindings<0, 1> bound;

  constexpr explicit number(double value) { bound.numbers[0] = value; }
  static constexpr int lower_into(Builder auto& g) {
    handle const h = g.number(detail::number_info_of<Site, Position>, operation_of<operation<opcode::number>>);
    if (!g.number_values) return h.id;
    return constant_node(g, g.number_values[h.at().with.p]).id;
  }
};

/// A number that the compiler knows and simplifies with: `constant<1, 3>`, `2_c`.
template <std::int64_t Numerator, std::int64_t Denominator>
struct constant_expression : formula_base {
  static_assert(Denominator != 0, "ctg: a constant with denominator 0");
  static constexpr char identity = 0;
  static constexpr std::uint64_t id = detail::mix(detail::mix(0x636f6e7374u, static_cast<std::uint64_t>(Numerator)),
                                                  static_cast<std::uint64_t>(Denominator));
  static constexpr ctg::shape shape{};
  static constexpr element type = element::none;
  static constexpr detail::leaf_list<0> leaves{};
  static constexpr detail::number_list<0> numbers{};
  detail::bindings<0, 0> bound{};
  static constexpr int lower_into(Builder auto& g) {
    return constant_node(g, static_cast<double>(Numerator) / static_cast<double>(Denominator), ctg::shape{}).id;
  }
};

/// Lowers an expression type once into the builder; memoised, so that a type used twice is walked once.
template <class E>
constexpr int lower(Builder auto& g) {
  int const known = *g.find(E::id, &E::identity);
  if (known >= 0) return known;
  int const made = E::lower_into(g);
  return *g.find(E::id, &E::identity) = made;
}

}  // namespace ctg::inline v0
