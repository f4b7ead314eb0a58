// SPDX-License-Identifier: MIT
// One value, now: `evaluate(e)`, `W = e`. At run time by a program, in constant expressions by the interpreter.
#pragma once

#include <ctg/expr/operators.hpp>
#include <ctg/run/program.hpp>

namespace ctg::inline v0 {

namespace detail {

template <class E>
constexpr bool entries_are_scalar = E::shape.one_entry();

// The leaves and numbers of an expression, as the interpreter reads them.
template <class E>
struct interpreter_inputs {
  using graph = lowered<wanted<E>>;
  std::array<location, graph::leaves.size() + 1> leaves{};
  std::array<double, graph::numbers.size() + 1> numbers{};
  extent_table extents;

  constexpr explicit interpreter_inputs(E const& e) {
    if (e.bound.leaf_clash >= 0)
      fail<binding_error>("ctg: two different objects carry the name " +
                          std::string(E::leaves[e.bound.leaf_clash]->name) + " in one expression; rename one of them");
    if (e.bound.number_clash >= 0)
      fail<binding_error>(
          "ctg: one place in the source gave two different numbers to an expression; make the number a "
          "ctg::scalar leaf");
    for (std::size_t i = 0; i < graph::leaves.size(); ++i) {
      std::size_t k = 0;
      while (!same_object(E::leaves[k], graph::leaves[i])) ++k;
      leaves[i] = graph::leaves[i]->locate(e.bound.leaves[k]);
      for (int a = 0; a < graph::leaves[i]->shape.rank; ++a) {
        extent const& x = graph::leaves[i]->shape[a];
        if (!x.is_static() && !extents.set(x.names[0], leaves[i].extents[a]))
          fail<extent_error>("ctg: extent " + std::string(graph::leaves[i]->extent_names[a]) + " of leaf " +
                             std::string(graph::leaves[i]->name) + " has another number in another leaf");
      }
    }
    require_known(spanned(graph::shapes), extents);
    if (first_unmet(graph::view(), extents) >= 0)
      fail<extent_error>("ctg: a slice beyond a named extent, or the largest or smallest of no entries");
    for (std::size_t i = 0; i < graph::numbers.size(); ++i) {
      std::size_t k = 0;
      while (!same_object(E::numbers[k], graph::numbers[i])) ++k;
      numbers[i] = e.bound.numbers[k];
    }
  }

  template <class X>
  constexpr sequence<X> run() const {
    graph_inputs const in{spanned(leaves.data(), graph::leaves.size()), spanned(numbers.data(), graph::numbers.size()),
                          extents};
    auto values = interpret<X>(graph::view(), spanned(graph::roots), in);
    return std::move(values[graph::roots[0]]);
  }
};

// The array type of an expression's values: static extents where they are.
template <class T, class E>
struct array_of {
  template <std::size_t... I>
  static constexpr auto pick(std::index_sequence<I...>) {
    return std::type_identity<
        array<T, (E::shape[static_cast<int>(I)].is_static() ? E::shape[static_cast<int>(I)].factor : run_time)...>>{};
  }
  using type = typename decltype(pick(std::make_index_sequence<E::shape.rank>{}))::type;
};

template <class E>
using value_type_of =
    std::conditional_t<is_integer(E::type), std::int64_t, typename number_type<element_of_all<wanted<E>>()>::type>;

// Interpreted in long double for long double, in double for all else.
template <class T>
using interpreted_as = std::conditional_t<std::is_same_v<T, long double>, long double, double>;

// Fills `to` with the values of e, both in the order of e's shape.
template <class E, class To>
constexpr auto evaluate_with_interpreter(E const& e, To const& make) {
  using T = value_type_of<E>;
  interpreter_inputs<E> const in(e);
  auto const values = in.template run<interpreted_as<T>>();
  std::array<std::int64_t, E::shape.rank> n{};
  for (int a = 0; a < E::shape.rank; ++a) n[a] = in.extents(E::shape[a]);
  return make(values, n);
}

template <class T, class E>
constexpr auto to_array(E const&, auto const& values, auto const& n) {
  using A = typename array_of<T, E>::type;
  auto fill = [&](A&& a) {
    for (std::int64_t i = 0; i < a.size(); ++i) a.data()[i] = static_cast<T>(values[i]);
    return a;
  };
  if constexpr (A::is_static)
    return fill(A{});
  else
    return fill(A(n));
}

template <class E>
constexpr auto evaluate_interpreted(E const& e) {
  using T = value_type_of<E>;
  return evaluate_with_interpreter(e, [&](auto const& values, auto const& n) {
    if constexpr (E::shape.one_entry())
      return static_cast<T>(values[0]);
    else
      return to_array<T>(e, values, n);
  });
}

template <class E>
auto evaluate_planned(E const& e) {
  using T = value_type_of<E>;
  auto p = make_program(e);
  p();
  decltype(auto) result = p.template result<0>();
  if constexpr (E::shape.one_entry()) {
    return static_cast<T>(result);
  } else {
    std::array<std::int64_t, E::shape.rank> n{};
    for (int a = 0; a < E::shape.rank; ++a) n[a] = result.extent(a);
    if constexpr (is_integer(E::type))
      return to_array<T>(e, spanned(result.values().data(), result.size()), n);
    else
      return to_array<T>(e, spanned(result.data(), result.size()), n);
  }
}

template <class E>
constexpr auto evaluate_wrapped(E const& e) {
  if constexpr (std::is_same_v<value_type_of<E>, long double>) {
    return evaluate_interpreted(e);
  } else {
    if (std::is_constant_evaluated()) return evaluate_interpreted(e);
    return evaluate_planned(e);
  }
}

template <symbol Name, class E>
constexpr bool require_evaluable() {
  if constexpr (require_lasting<Name, E>() && !any_invalid<E>)
    return require_affordable<wanted<wrapped<void, 0, E>>>();
  else
    return false;
}
}  // namespace detail

/// The value of e: a T where it has one entry, else a nameless array (v(i, j), data(), size(), extents()). Also in
/// constant expressions, where float is computed in double and rounded once.
template <Expression E>
constexpr auto evaluate(E&& e) {
  if constexpr (detail::require_evaluable<"evaluate", E>())
    return detail::evaluate_wrapped(detail::wrap<void, 0>(e));
  else
    return detail::invalid_expression{};
}

/// The same by the reference interpreter, at run time too: slow, plain, in double. What the kernels are held against.
template <Expression E>
constexpr auto evaluate_reference(E&& e) {
  if constexpr (detail::require_evaluable<"evaluate_reference", E>())
    return detail::evaluate_interpreted(detail::wrap<void, 0>(e));
  else
    return detail::invalid_expression{};
}

namespace detail {

// How `W += e` is an assignment of W's own value and e.
template <update How, class Site, class L, class E>
constexpr auto updated(L& leaf, E const& e) {
  if constexpr (How == update::add)
    return assign(leaf, form<"+", operation<opcode::add>, Site, L&, E const&>(leaf, e));
  else if constexpr (How == update::subtract)
    return assign(leaf, form<"-", operation<opcode::subtract>, Site, L&, E const&>(leaf, e));
  else
    return assign<L, E const&, Site>(leaf, e);
}

template <class A>
void run_once(A const& a) {
  make_program(a)();
}

template <class L, class A>
constexpr void assign_value(L& leaf, A const& a) {
  auto interpreted = [&] {
    interpreter_inputs<std::remove_cvref_t<decltype(a.value)>> const in(a.value);
    auto const values = in.template run<interpreted_as<typename L::value_type>>();
    index_space const space(info_of<L>.shape, in.extents);
    location const to = info_of<L>.locate(&leaf);
    for (std::int64_t i = 0; i < space.size(); ++i) {
      auto const k = space.at(i);
      std::int64_t where = 0;
      for (int x = 0; x < space.rank; ++x) where += k[x] * to.strides[x];
      to.write(where, values[i]);
    }
  };
  if constexpr (std::is_same_v<typename L::value_type, long double>) {
    interpreted();
  } else {
    if (std::is_constant_evaluated())
      interpreted();
    else
      run_once(a);
  }
}

template <update How, class L, class E>
constexpr void assign_now(L& leaf, E const& e) {
  if constexpr (How == update::set && Arithmetic<E> && L::rank == 0) {
    leaf.data()[0] = static_cast<typename L::value_type>(e);
  } else {
    struct here {};
    auto a = updated<How, here>(leaf, e);
    if constexpr (!any_invalid<decltype(a.value)>) assign_value(leaf, a);
  }
}

}  // namespace detail

/// Whether two expressions simplify to one and the same graph. Plain numbers count by their value.
template <Expression A, Expression B>
consteval bool equivalent(A&& a, B&& b) {
  using Aw = detail::wrapped<void, 0, A>;
  using Bw = detail::wrapped<void, 1, B>;
  auto const& x = detail::wrap<void, 0>(a);
  auto const& y = detail::wrap<void, 1>(b);
  using Whole = detail::inputs<Aw, Bw>;
  auto const joined = detail::join_bindings<Whole>(x, y);
  builder written;
  // lower by the numbers' values, in the order in which lowering meets them
  auto const first = lower<Aw>(written), second = lower<Bw>(written);
  detail::sequence<double> values;
  for (auto const* number : written.numbers) {
    std::size_t k = 0;
    while (!same_object(Whole::numbers[k], number)) ++k;
    values.push_back(joined.numbers[k]);
  }
  builder valued;
  valued.sorts_operands = true;
  for (node& n : written.nodes)
    if (n.is(opcode::number))
      n = node{&operation_of<operation<opcode::constant>>,
               {-1, -1, -1},
               n.shape,
               {std::bit_cast<std::int64_t>(values[n.with.p]), 0}};
  detail::sequence<int> const roots{first, second};
  auto const simple = simplify<Aw>(view(written), roots, valued, false);
  return simple[0] == simple[1];
}

/// The same for types: plain numbers count by the place where they stand.
template <Expression A, Expression B>
consteval bool equivalent() {
  builder written, g;
  detail::sequence<int> const roots{lower<detail::wrapped<void, 0, A>>(written),
                                    lower<detail::wrapped<void, 1, B>>(written)};
  auto const simple = simplify<A>(view(written), roots, g, false);
  return simple[0] == simple[1];
}

}  // namespace ctg::inline v0
