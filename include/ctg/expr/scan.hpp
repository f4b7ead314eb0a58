// SPDX-License-Identifier: MIT
// Recurrences of any length: `scan(f, state, X)`. f is called once, with expressions that stand for the state and for
// one step of the inputs; what it returns becomes the body of one node, whatever the number of steps.
#pragma once

#include <ctg/calculus/segments.hpp>
#include <ctg/expr/functions.hpp>

#include <tuple>

namespace ctg::inline v0 {

namespace detail {

/// The state A, or one step of the input A, while f is written down.
template <class F, class A, bool Input, int Position>
struct scan_slot : formula_base {
  static constexpr char identity = 0;
  static constexpr std::uint64_t id = mix(mix(0x736c6f74u, A::id), static_cast<std::uint64_t>(2 * Position + Input));
  static constexpr ctg::shape shape = Input ? step_shape(A::shape) : A::shape;
  static constexpr element type = A::type;
  static constexpr leaf_list<0> leaves{};
  static constexpr number_list<0> numbers{};
  bindings<0, 0> bound{};
  static constexpr int lower_into(Builder auto& g) { return slot_node(g, shape).id; }
};

// Operands: initial states, inputs, what f returned. State `Which`: of all steps, or the last one.
// Keep: of how many states one is stored for a derivative; 0: by cost.
template <class States, class Inputs, int Which, bool Last, int Keep>
struct scan_of;
template <class... S, class... X, int Which, bool Last, int Keep>
struct scan_of<types<S...>, types<X...>, Which, Last, Keep> : composite {
  static constexpr std::string_view name = Last ? "fold" : "scan";
  static constexpr std::size_t states = sizeof...(S), inputs = sizeof...(X);

  static constexpr shape_result result(shape const* s, parameters) {
    return Last ? s[Which] : stack_shape(s[states][0], s[Which]);
  }
  template <class... H>
  static constexpr handle lower(H... h) {
    std::array<handle, sizeof...(H)> const all{h...};
    auto& g = *all[0].g;
    extent const steps = all[states].shape()[0];
    shape const s = all[Which].shape();
    scan_draft d = draft(steps);
    std::array<int, states + inputs> const slots{ctg::lower<S>(g)..., ctg::lower<X>(g)...};
    for (std::size_t k = 0; k < 2 * states; ++k) d.roots.push_back(all[states + inputs + k % states].id);
    for (std::size_t k = 0; k < slots.size(); ++k) d.read(all[k].id, slots[k]);
    int const keep = Keep > 0 ? Keep : kept_by_cost(g, d);
    if (keep > 1) {
      d.operands = {segment_slot<S>(g, keep, false)..., segment_slot<X>(g, keep, true)...};
      d.steps = extent{keep};
      return segments(d, all, s, steps);
    }
    auto const scan = d.put(g);
    return Last ? scan_result(scan, Which, s)
                : scan_result(scan, d.layout.stacked_result(Which), stack_shape(steps, s));
  }

 private:
  static constexpr scan_draft draft(extent const& steps) {
    scan_draft d;
    d.layout = {static_cast<int>(states), static_cast<int>(inputs), static_cast<int>(states), 0};
    d.steps = steps;
    return d;
  }
  // Segments serve derivatives; whether there are any is known when the whole graph is (run/lowered.hpp).
  static constexpr int kept_by_cost(Builder auto& g, scan_draft const& d) {
    element t = element::none;
    for (element each : {S::type..., X::type...}) t = join_elements(t, each);
    int const keep = segment_length(g, d, t == element::f32 ? 4 : t == element::f80 ? 16 : 8);
    g.has_segments = g.has_segments || keep > 1;
    return g.takes_segments ? keep : 1;
  }
  // A scan over segments, whose body is the scan of one. What it stores for its derivative is the state before each
  // segment; those within come from the segment's scan, which the derivative runs again.
  static constexpr handle segments(scan_draft const& within, auto const& all, shape const& s, extent const& steps) {
    auto& g = *all[0].g;
    auto const segment = within.put(g);
    extent count = steps;
    count.factor /= within.steps.factor;
    sequence<int> const& slots = within.operands;
    scan_draft d = draft(count);
    auto const at = [&g](int i) { return shape(g.at(i).shape()); };
    for (std::size_t k = 0; k < states + inputs; ++k)
      d.read(k < states ? all[k].id : reshape(all[k], stack_shape(count, at(slots[k]))).id, slots[k]);
    for (int k = 0; k < d.layout.states; ++k)
      d.roots.push_back(scan_result(segment, k, at(slots[static_cast<std::size_t>(k)])).id);
    for (int k = 0; k < d.layout.states; ++k) {
      shape const stacked = stack_shape(within.steps, at(slots[static_cast<std::size_t>(k)]));
      d.roots.push_back(scan_result(segment, within.layout.stacked_result(k), stacked).id);
    }
    auto const scan = d.put(g);
    if (Last) return scan_result(scan, Which, s);
    shape const stacked = stack_shape(count, stack_shape(within.steps, s));
    return reshape(scan_result(scan, d.layout.stacked_result(Which), stacked), stack_shape(steps, s));
  }
};

template <class T>
inline constexpr bool is_tuple = false;
template <class... T>
inline constexpr bool is_tuple<std::tuple<T...>> = true;

// A leaf that a tuple holds is gone with it.
template <class T>
inline constexpr bool states_last = lasts<T>;
template <class... T>
inline constexpr bool states_last<std::tuple<T...>> = (lasts<T> && ...);

// One state, or a tuple of them, as a tuple of expressions.
template <class Site, class S>
constexpr auto as_states(S const& s) {
  if constexpr (is_tuple<S>) return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return std::tuple<wrapped<Site, static_cast<int>(I), std::tuple_element_t<I, S>>...>(
          wrap<Site, static_cast<int>(I)>(std::get<I>(s))...);
    }
  (std::make_index_sequence<std::tuple_size_v<S>>{});
  else return std::tuple<wrapped<Site, 0, S>>(wrap<Site, 0>(s));
}

/// Whether all inputs have a first axis of one extent.
template <class... X>
inline constexpr bool have_one_length = [] {
  shape const all[] = {X::shape...};
  for (shape const& s : all)
    if (s.rank == 0 || !(s[0] == all[0][0])) return false;
  return true;
}();

template <bool Several, class F, class... S, class... X>
constexpr auto one_step(F const& f, types<S...>, X const&... x) {
  if constexpr (Several)
    return f(std::tuple<S...>{}, x...);
  else
    return f(S{}..., x...);
}

template <bool Several, class F, class States, class... X>
inline constexpr fault step_fault = fault::none;
template <class F, class... S, class... X>
inline constexpr fault step_fault<true, F, types<S...>, X...> =
    called_back<fault::step_function, F, std::tuple<S...>, X const&...>;
template <class F, class... S, class... X>
inline constexpr fault step_fault<false, F, types<S...>, X...> =
    called_back<fault::step_function, F, S..., X const&...>;

template <symbol Name, bool Last, int Keep, class States, class Inputs, std::size_t... I>
constexpr auto scan_results(std::index_sequence<I...>, auto const&... e) {
  if constexpr (sizeof...(I) == 1)
    return form<Name, scan_of<States, Inputs, 0, Last, Keep>, void, decltype(e)...>(e...);
  else
    return std::tuple(
        form<Name, scan_of<States, Inputs, static_cast<int>(I), Last, Keep>, void, decltype(e)...>(e...)...);
}

template <symbol Name, bool Last, int Keep, bool Several, class F, class... S, int... I, int... K, class... X>
constexpr auto write_scan(std::integer_sequence<int, I...>, std::integer_sequence<int, K...>, F const& f,
                          std::tuple<S...> const& states, X const&... x) {
  using States = types<scan_slot<F, S, false, I>...>;
  using Inputs = types<scan_slot<F, X, true, K>...>;
  constexpr fault wrong = step_fault<Several, F, States, scan_slot<F, X, true, K>...>;
  struct here {};
  auto const next = as_states<here>([&] {
    if constexpr (wrong == fault::none) {
      return one_step<Several>(f, States{}, scan_slot<F, X, true, K>{}...);
    } else {
      explain<wrong>(and_also<to_symbol<write_count<static_cast<int>((Several ? 1 : sizeof...(S)) + sizeof...(X))>>()>(
          say_call<Name, S..., X...>()));
      return invalid_expression{};
    }
  }());
  using Next = std::remove_cvref_t<decltype(next)>;
  constexpr bool invalid = []<class... N>(std::type_identity<std::tuple<N...>>) {
    return any_invalid<N...>;
  }(std::type_identity<Next>{});
  constexpr bool keeps = []<class... N>(std::type_identity<std::tuple<N...>>) {
    if constexpr (sizeof...(N) == sizeof...(S))
      return ((S::shape == N::shape) && ...);
    else
      return false;
  }(std::type_identity<Next>{});
  if constexpr (invalid) {
    return invalid_expression{};
  } else if constexpr (!keeps) {
    []<class... N>(std::type_identity<std::tuple<N...>>) {
      explain<fault::state_shape>(say_call<Name, S..., N...>());
    }(std::type_identity<Next>{});
    return invalid_expression{};
  } else {
    return std::apply(
        [&](auto const&... e) {
          return scan_results<Name, Last, Keep, States, Inputs>(std::index_sequence_for<S...>{}, e...);
        },
        std::tuple_cat(states, std::tuple<X...>(x...), next));
  }
}

template <symbol Name, int Keep>
constexpr void write_segmented(writer& w) {
  w << Name.view() << "<keep<" << Keep << ">>";
}
template <int Keep, class X, class... Others>
constexpr void write_no_multiple(writer& w) {
  write_extent<X>(w, X::shape[0]);
  w << (X::shape[0].is_static() ? " is no multiple of " : " is no known multiple of ") << Keep;
}

template <symbol Name, bool Last, int Keep, class Site, class F, class S, class... X>
constexpr auto make_scan(F const& f, S&& state, X&&... x) {
  using State = std::remove_cvref_t<S>;
  if constexpr (any_invalid<S, X...>) {
    return invalid_expression{};
  } else if constexpr (!((is_tuple<State> ? states_last<State> : lasts<S>)&&... && lasts<X>)) {
    explain<fault::temporary>(say_call<Name, wrapped<void, 0, X>...>());
    return invalid_expression{};
  } else if constexpr (!have_one_length<wrapped<void, 0, X>...>) {
    explain<fault::scan_length>(say_call<Name, wrapped<void, 0, X>...>());
    return invalid_expression{};
  } else if constexpr (((wrapped<void, 0, X>::shape[0].factor % (Keep > 0 ? Keep : 1) != 0) || ...)) {
    explain<fault::segment_length>(and_also<to_symbol<write_no_multiple<Keep, wrapped<void, 0, X>...>>()>(
        say_call<to_symbol<write_segmented<Name, Keep>>(), wrapped<void, 0, X>...>()));
    return invalid_expression{};
  } else {
    auto const states = as_states<Site>(state);
    constexpr auto count = static_cast<int>(std::tuple_size_v<std::remove_cvref_t<decltype(states)>>);
    return write_scan<Name, Last, Keep, is_tuple<State>>(
        std::make_integer_sequence<int, count>{}, std::make_integer_sequence<int, static_cast<int>(sizeof...(X))>{}, f,
        states, wrap<void, 0>(x)...);
  }
}

/// An initial state: an expression, a number, a tuple of expressions.
template <class S>
concept States = Operand<S> || is_tuple<std::remove_cvref_t<S>>;

}  // namespace detail

/// Several states: `states(h, c)` is a tuple that refers to leaves and holds expressions. For scan's first state and
/// for what its f returns.
template <Expression... S>
constexpr auto states(S&&... s) {
  static_assert((detail::lasts<S> && ...), "ctg: states: a leaf is a temporary; make it a variable and use that");
  return std::tuple<detail::wrapped<void, 0, S>...>(detail::wrap<void, 0>(s)...);
}

/// How many states a derivative of a scan finds stored: one of every K, from which the K − 1 behind it are computed
/// again. K divides the number of steps; keep<1> stores all. Without it cost decides (docs/recurrences.md).
template <int K>
  requires(K > 0)
struct keep {
  static constexpr int every = K;
};

namespace detail {
struct keep_by_cost {
  static constexpr int every = 0;
};
}  // namespace detail

/// The states s_1 … s_T of the recurrence s_t = f(s_(t−1), x_t, …) over the first axis of the inputs, whose extent T is
/// a number or a name. f is called once, with expressions: the step x_t of a T×I matrix is the row 1×I, of T×B×I it is
/// B×I, of a vector a number. It may read anything else; what depends on neither state nor input is computed once.
/// Shape of the result: T×H for a state that is a row 1×H; else T in front of the state's shape. State and s_t have one
/// shape. With `states(h, c)` for the state f takes and returns a tuple of states, and so does scan.
/// Differentiated by backpropagation through time, to any order: the states before each step are stored, or one of
/// several where that costs less, and all else of a step is computed again. `scan<keep<100>>(f, …)` stores the state of
/// every 100th step only, `scan<keep<1>>` all. One kernel, whose code does not depend on T.
template <class Stored = detail::keep_by_cost, class F, class S, Expression... X,
          class Site = detail::site_of<decltype([] {}), S>>
  requires(detail::States<S> && sizeof...(X) > 0)
constexpr auto scan(F const& f, S&& state, X&&... x) {
  return detail::make_scan<"scan", false, Stored::every, Site>(f, std::forward<S>(state), std::forward<X>(x)...);
}

/// The last state s_T alone (the first one where there are no steps), in its own shape: no state is stored unless a
/// derivative wants it.
template <class Stored = detail::keep_by_cost, class F, class S, Expression... X,
          class Site = detail::site_of<decltype([] {}), S>>
  requires(detail::States<S> && sizeof...(X) > 0)
constexpr auto fold(F const& f, S&& state, X&&... x) {
  return detail::make_scan<"fold", true, Stored::every, Site>(f, std::forward<S>(state), std::forward<X>(x)...);
}

}  // namespace ctg::inline v0
