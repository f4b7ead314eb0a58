// SPDX-License-Identifier: MIT
// The one node of an expression. Its type is the computation; an object of it is a flat list of leaf addresses and
// plain numbers, so that it may be stored, returned and used twice at no cost. No arithmetic happens here.
#pragma once

#include <ctg/expr/leaf.hpp>
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
        builder g;
        handle const r = Op::lower(placeholder(g, operands[I], I)...);
        if (g.problem != misfit::none) return g.problem;
        return r.shape();
      }
      (std::make_index_sequence<N>{});
    } else {
      return result_of<Op>(operands.data(), parameters{});
    }
  }
  static constexpr handle placeholder(builder& g, shape const& s, std::size_t i) {
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

// ── the leaves and numbers that an expression reads ──

template <std::size_t L>
using leaf_list = std::array<leaf_info const*, L>;
template <std::size_t M>
using number_list = std::array<number_info const*, M>;

// Lists of leaves are sorted by name; of numbers, in order of appearance. `Capacity` is the sum of the lengths.
template <class Item, std::size_t Capacity>
struct collected {
  std::array<Item, Capacity> items{};
  std::size_t size = 0;
};

// Sums and loops over a pack as lists: clang's default limit is a nesting of 256, which a fold over the outputs and
// targets of 80 layers would pass.
constexpr std::size_t sum_of(std::initializer_list<std::size_t> list) {
  std::size_t total = 0;
  for (std::size_t n : list) total += n;
  return total;
}

// A linear merge: an expression is one of hundreds, and quadratic work in each would be felt.
template <class... E>
constexpr auto collect_leaves() {
  constexpr std::size_t capacity = sum_of({E::leaves.size()...});
  collected<leaf_info const*, capacity> r;
  // the outputs of a training step mostly read the same leaves: then there is nothing to merge, nor to copy
  auto is_known = [&r](auto const& list) {
    std::size_t i = 0;
    for (leaf_info const* leaf : list) {
      while (i < r.size && r.items[i]->name_hash < leaf->name_hash) ++i;
      std::size_t k = i;
      while (k < r.size && r.items[k]->name_hash == leaf->name_hash && !same_object(r.items[k], leaf)) ++k;
      if (k == r.size || !same_object(r.items[k], leaf)) return false;
    }
    return true;
  };
  auto merge = [&](auto const& list) {
    if (is_known(list)) return;
    collected<leaf_info const*, capacity> const before = r;
    std::size_t i = 0, j = 0;
    r.size = 0;
    while (i < before.size || j < list.size()) {
      if (j == list.size() || (i < before.size && before.items[i]->name_hash < list[j]->name_hash))
        r.items[r.size++] = before.items[i++];
      else if (i == before.size || list[j]->name_hash < before.items[i]->name_hash)
        r.items[r.size++] = list[j++];
      else if (same_object(before.items[i], list[j]))
        r.items[r.size++] = before.items[i++], ++j;
      else  // one name, two types: both stay, and the operator that joined them says so
        r.items[r.size++] = before.items[i++];
    }
  };
  [[maybe_unused]] char const done[] = {'\0', (merge(E::leaves), '\0')...};
  return r;
}

// Whether two neighbours share a name: one name with two types.
template <std::size_t L>
constexpr int find_name_clash(leaf_list<L> const& leaves) {
  for (std::size_t i = 1; i < L; ++i)
    if (leaves[i]->name_hash == leaves[i - 1]->name_hash) return static_cast<int>(i);
  return -1;
}

template <class... E>
constexpr auto collect_numbers() {
  collected<number_info const*, sum_of({E::numbers.size()...})> r;
  auto add = [&](auto const& list) {
    for (number_info const* number : list) {
      std::size_t i = 0;
      while (i < r.size && !same_object(r.items[i], number)) ++i;
      if (i == r.size) r.items[r.size++] = number;
    }
  };
  [[maybe_unused]] char const done[] = {'\0', (add(E::numbers), '\0')...};
  return r;
}

template <auto const& Collected>
constexpr auto exactly() {
  std::array<typename std::remove_cvref_t<decltype(Collected.items)>::value_type, Collected.size> r{};
  for (std::size_t i = 0; i < r.size(); ++i) r[i] = Collected.items[i];
  return r;
}

template <class... E>
struct inputs {
  static constexpr auto all_leaves = collect_leaves<E...>();
  static constexpr auto all_numbers = collect_numbers<E...>();
  static constexpr auto leaves = exactly<all_leaves>();
  static constexpr auto numbers = exactly<all_numbers>();
};
template <class E>
struct inputs<E> {
  static constexpr auto const& leaves = E::leaves;
  static constexpr auto const& numbers = E::numbers;
};

/// What an expression object holds: addresses and values in the order of the lists of its type.
template <std::size_t L, std::size_t M>
struct bindings {
  std::array<leaf_base const*, L> leaves{};
  std::array<double, M> numbers{};
  int leaf_clash = -1;    // one name, two objects
  int number_clash = -1;  // one place, two values

  // Joins what an operand holds; positions[i] is where its item i stands in this list.
  template <std::size_t OL, std::size_t OM>
  constexpr void take(bindings<OL, OM> const& o, std::array<std::size_t, OL> const& leaf_at,
                      std::array<std::size_t, OM> const& number_at, std::array<bool, M>& known) {
    for (std::size_t i = 0; i < OL; ++i) {
      auto& slot = leaves[leaf_at[i]];
      if (slot && slot != o.leaves[i]) leaf_clash = static_cast<int>(leaf_at[i]);
      slot = o.leaves[i];
    }
    for (std::size_t i = 0; i < OM; ++i) {
      std::size_t const at = number_at[i];
      if (known[at] && std::bit_cast<std::uint64_t>(numbers[at]) != std::bit_cast<std::uint64_t>(o.numbers[i]))
        number_clash = static_cast<int>(at);
      numbers[at] = o.numbers[i];
      known[at] = true;
    }
    if (o.leaf_clash >= 0) leaf_clash = static_cast<int>(leaf_at[static_cast<std::size_t>(o.leaf_clash)]);
    if (o.number_clash >= 0) number_clash = static_cast<int>(number_at[static_cast<std::size_t>(o.number_clash)]);
  }
};

template <std::size_t N, std::size_t K, class Item>
constexpr std::array<std::size_t, K> positions(std::array<Item, N> const& whole, std::array<Item, K> const& part) {
  std::array<std::size_t, K> at{};
  std::size_t k = 0;  // both lists mostly agree in order, so each search starts where the last one ended
  for (std::size_t i = 0; i < K; ++i) {
    while (!same_object(whole[k], part[i])) k = k + 1 == N ? 0 : k + 1;
    at[i] = k;
  }
  return at;
}

template <class Whole, class Part>
inline constexpr auto leaf_positions = positions(Whole::leaves, Part::leaves);
template <class Whole, class Part>
inline constexpr auto number_positions = positions(Whole::numbers, Part::numbers);

/// The bindings of several expressions as those of a type that lists all their leaves and numbers.
template <class Whole, class... E>
constexpr auto join_bindings(E const&... e) {
  bindings<Whole::leaves.size(), Whole::numbers.size()> b;
  std::array<bool, Whole::numbers.size()> known{};
  [[maybe_unused]] char const done[] = {
      '\0', (b.take(e.bound, leaf_positions<Whole, E>, number_positions<Whole, E>, known), '\0')...};
  return b;
}

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
  if constexpr (requires {
                  Op::kind;
                  Op::code;
                })
    return Op::kind == family::layout && Op::code != opcode::one_hot;
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
constexpr int lower(builder& g);

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

  static constexpr int lower_into(builder& g) {
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
struct expression : expression_base, detail::meaning_of<detail::short_name<Id, Witness...>> {
  using made_of = detail::meaning_of<detail::short_name<Id, Witness...>>;
  static constexpr std::uint64_t id = Id;
  using held = detail::bindings<made_of::leaves.size(), made_of::numbers.size()>;

  held bound;

  constexpr explicit expression(held const& own_bindings) : bound(own_bindings) {}

  /// `if (X == Y)`, `float loss = J`: an expression is no number yet; the compiler says what to write instead.
  template <class T>
    requires std::is_arithmetic_v<T>
  constexpr operator T() const {  // NOLINT: implicit, to be found
    return detail::refuse_value<expression, T>();
  }

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
struct ref : expression_base {
  static constexpr char identity = 0;
  static constexpr std::uint64_t id = detail::info_of<L>.type_hash;
  static constexpr ctg::shape shape = detail::info_of<L>.shape;
  static constexpr element type = detail::info_of<L>.type;
  static constexpr detail::leaf_list<1> leaves{&detail::info_of<L>};
  static constexpr detail::number_list<0> numbers{};
  detail::bindings<1, 0> bound;

  constexpr explicit ref(L const& leaf) { bound.leaves[0] = &leaf; }
  static constexpr int lower_into(builder& g) {
    return g.leaf(detail::info_of<L>, operation_of<operation<opcode::leaf>>).id;
  }
};

namespace detail {
template <class Site, int Position>
inline constexpr number_info number_info_of{element::none};
}

/// A plain number where an operand stands: its value is read at run time, its identity is the place in the source.
template <class Site, int Position>
struct number : expression_base {
  static constexpr char identity = 0;
  static constexpr std::uint64_t id =
      0x6e756d626572u + Position;  // no hash of a lambda's type exists: `identity` tells them apart
  static constexpr ctg::shape shape{};
  static constexpr element type = element::none;
  static constexpr detail::leaf_list<0> leaves{};
  static constexpr detail::number_list<1> numbers{&detail::number_info_of<Site, Position>};
  detail::bindings<0, 1> bound;

  constexpr explicit number(double value) { bound.numbers[0] = value; }
  static constexpr int lower_into(builder& g) {
    handle const h = g.number(detail::number_info_of<Site, Position>, operation_of<operation<opcode::number>>);
    if (!g.number_values) return h.id;
    return constant_node(g, g.number_values[h.at().with.p]).id;
  }
};

/// A number that the compiler knows and simplifies with: `constant<1, 3>`, `2_c`.
template <std::int64_t Numerator, std::int64_t Denominator>
struct constant_expression : expression_base {
  static_assert(Denominator != 0, "ctg: a constant with denominator 0");
  static constexpr char identity = 0;
  static constexpr std::uint64_t id = detail::mix(detail::mix(0x636f6e7374u, static_cast<std::uint64_t>(Numerator)),
                                                  static_cast<std::uint64_t>(Denominator));
  static constexpr ctg::shape shape{};
  static constexpr element type = element::none;
  static constexpr detail::leaf_list<0> leaves{};
  static constexpr detail::number_list<0> numbers{};
  detail::bindings<0, 0> bound{};
  static constexpr int lower_into(builder& g) {
    return constant_node(g, static_cast<double>(Numerator) / static_cast<double>(Denominator), ctg::shape{}).id;
  }
};

/// Lowers an expression type once into the builder; memoised, so that a type used twice is walked once.
template <class E>
constexpr int lower(builder& g) {
  int const known = *g.find(E::id, &E::identity);
  if (known >= 0) return known;
  int const made = E::lower_into(g);
  return *g.find(E::id, &E::identity) = made;
}

}  // namespace ctg::inline v0
