// SPDX-License-Identifier: MIT
// Whether operands fit, and what the compiler says where they do not: the operation, the operands with their names and
// extents, and the remedy (expr/fault.hpp has the sentences).
#pragma once

#include <ctg/expr/refused_members.hpp>

namespace ctg::inline v0::detail {

// Whether two of the first `count` have different floating-point types.
template <class... E>
constexpr bool mixes_elements(int count) {
  element t = element::none;
  bool mix = false;
  ((mix = mix || (count-- > 0 && elements_mix(t, E::type)), t = join_elements(t, E::type)), ...);
  return mix;
}

/// Whether these may be read together; the last of them only named, not read, where an operation says so.
template <class... E>
constexpr fault judge_leaves(int read = sizeof...(E)) {
  if constexpr (find_name_clash(inputs<E...>::leaves) >= 0)
    return fault::name_clash;
  else
    return mixes_elements<E...>(read) ? fault::mixed : fault::none;
}

/// What is wrong with Op on these operands. An operation may say what a misfit of its operands is called: `misfit_is`.
template <class Op, class... E>
constexpr fault judge() {
  constexpr fault leaves =
      judge_leaves<E...>(static_cast<int>(sizeof...(E)) - (requires { Op::variable_is_last; } ? 1 : 0));
  if constexpr (leaves != fault::none) {
    return leaves;
  } else {
    constexpr misfit m = result_shape<Op>::of(std::array<shape, sizeof...(E)>{E::shape...}).problem;
    if constexpr (m != misfit::none && requires { Op::misfit_is; })
      return Op::misfit_is;
    else
      return to_fault(m);
  }
}

template <class Op, class... E>
inline constexpr fault verdict = judge<Op, E...>();

// ── the two extents, or the two leaves, that do not go together ──

template <class A, class B>
constexpr void write_difference(writer& w, extent const& a, extent const& b) {
  write_extent<A>(w, a);
  w << (a.is_static() && b.is_static() ? " is not " : " is not known to be ");
  write_extent<B>(w, b);
}

template <class A, class B, int Skipped>
constexpr void write_stretch(writer& w) {
  shape const a = A::shape, b = B::shape;
  for (int i = Skipped; i < a.rank && i < b.rank; ++i) {
    extent const &x = a[a.rank - 1 - i], &y = b[b.rank - 1 - i];
    if (x == y || x.is_one() || y.is_one()) continue;
    write_difference<A, B>(w, x, y);
    return;
  }
}

template <fault F, class A, class B>
constexpr void write_reason(writer& w) {
  if constexpr (F == fault::inner)
    write_difference<A, B>(w, A::shape[A::shape.rank - 1], B::shape[B::shape.rank - 2]);
  else if constexpr (F == fault::rows)
    write_difference<A, B>(w, A::shape[A::shape.rank - 1], B::shape[B::shape.rank > 1 ? B::shape.rank - 2 : 0]);
  else if constexpr (F == fault::length)
    write_difference<A, B>(w, A::shape.size(), B::shape.size());
  else if constexpr (F == fault::batch)
    write_stretch<A, B, 2>(w);
  else
    write_stretch<A, B, 0>(w);
}

constexpr void write_leaf(writer& w, leaf_info const& leaf) {
  constexpr std::string_view types[] = {"", "float ", "double ", "long double ", "int32 ", "int64 "};
  w << types[static_cast<std::size_t>(leaf.type)] << leaf.name << "(";
  for (int i = 0; i < leaf.shape.rank; ++i) {
    if (i) w << " x ";
    if (leaf.shape[i].is_static())
      w << leaf.shape[i].factor;
    else
      w << leaf.extent_names[static_cast<std::size_t>(i)];
  }
  w << (leaf.shape.rank ? ")" : "scalar)") << (leaf.is_view ? " view" : "");
}

template <leaf_info const* Leaf>
constexpr void write_one_leaf(writer& w) {
  write_leaf(w, *Leaf);
}

/// "double X(N x 784)".
template <leaf_info const* Leaf>
constexpr auto say_leaf() {
  return said<to_symbol<write_one_leaf<Leaf>>()>{};
}

// Which two leaves: of one name, or of two floating-point types.
template <fault F, class... E>
constexpr std::array<leaf_info const*, 2> conflicting() {
  auto const& all = inputs<E...>::leaves;
  if constexpr (F == fault::name_clash) {
    auto const i = static_cast<std::size_t>(find_name_clash(all));
    return {all[i - 1], all[i]};
  } else {
    leaf_info const* first = nullptr;
    for (leaf_info const* leaf : all) {
      if (is_integer(leaf->type)) continue;
      if (first && leaf->type != first->type) return {first, leaf};
      if (!first) first = leaf;
    }
    return {first, first};
  }
}

template <fault F, std::size_t I, class... E>
constexpr void write_conflicting(writer& w) {
  write_leaf(w, *conflicting<F, E...>()[I]);
}

/// The operands of a faulty operation, and why they do not fit.
template <fault F, symbol Sign, class... E>
constexpr auto say_fault() {
  constexpr auto call = say_call<Sign, E...>();
  if constexpr (F == fault::name_clash || F == fault::mixed) {
    return and_also<to_symbol<write_conflicting<F, 1, E...>>()>(
        and_also<to_symbol<write_conflicting<F, 0, E...>>()>(call));
  } else if constexpr (sizeof...(E) == 2 && F != fault::rank && F != fault::vector && F != fault::square) {
    constexpr auto reason = to_symbol<write_reason<F, E...>>();
    if constexpr (reason.view().empty())
      return call;
    else
      return and_also<reason>(call);
  } else {
    return call;
  }
}

/// A leaf that is a temporary, as a forwarding reference's A.
template <class A>
inline constexpr bool lasts = std::is_lvalue_reference_v<A> || !Leaf<A>;

template <class E>
struct as_operand {
  using type = E;
};
template <Leaf L>
struct as_operand<L> {
  using type = ref<L>;
};

/// What is wrong with a function that is called with expressions: it cannot be called so, or returns nothing, or it
/// returns a leaf: a copy, which would be gone.
template <fault Not, class F, class... A>
inline constexpr fault called_back = [] {
  if constexpr (requires(F const& f) { f(std::declval<A>()...); }) {
    using R = decltype(std::declval<F const&>()(std::declval<A>()...));
    return std::is_void_v<R> ? Not : Leaf<R> ? fault::temporary : fault::none;
  } else {
    return Not;
  }
}();

template <int Count>
constexpr void write_count(writer& w) {
  w << "f takes " << Count << (Count == 1 ? " argument" : " arguments");
}

/// What a function given to let returns.
template <class Body>
constexpr auto say_let() {
  if constexpr (Expression<Body>)
    return say_call<"let", typename as_operand<Body>::type>();
  else
    return said<"let(number)">{};
}

/// What an expression or a leaf does where a bool or another number is wanted.
template <class E, class T>
constexpr T refuse_value() {
  explain<std::is_same_v<T, bool> ? fault::truth_value : fault::number_value>(
      say_operand<typename as_operand<E>::type>());
  return T{};
}

/// `(X + Y)(0, 1)` of an expression E. The value lets the rest of the line compile.
template <class E>
constexpr auto refuse_element() {
  explain<any_invalid<E> ? fault::none : fault::element_of_formula>(say_operand<E>());
  return 0.;
}

/// What is called with a mistake F that its operands show.
template <fault F, symbol Name, class... E>
constexpr invalid_expression refuse_call() {
  explain<any_invalid<E...> ? fault::none : F>(say_call<Name, E...>());
  return {};
}

/// `Y = e`, `J += e` and assign(Y, e) for an expression Y.
template <symbol Sign, class Y, class E>
constexpr void refuse_target() {
  using operand = typename std::conditional_t<Arithmetic<E>, std::type_identity<number<void, 0>>, as_operand<E>>::type;
  explain<any_invalid<Y, E> ? fault::none : fault::expression_target>(say_call<Sign, Y, operand>());
}

template <class L, class E>
constexpr void refuse_initial_value() {
  explain<fault::initial_value>(say_call<"=", ref<L>, typename as_operand<E>::type>());
}

}  // namespace ctg::inline v0::detail
