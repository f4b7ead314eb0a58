// SPDX-License-Identifier: MIT
// Recurrences of a length known to the compiler, written out step by step.
#pragma once

#include <ctg/expr/pieces.hpp>

#include <tuple>

namespace ctg::inline v0 {

namespace detail {

// Entry Index of the first axis, which goes.
template <std::int64_t Index>
struct entry_of : composite {
  static constexpr std::string_view name = "entry";
  static constexpr bool only_moves = true;
  static constexpr shape_result result(shape const* s, parameters) {
    shape tail;
    for (int i = 1; i < s->rank; ++i) tail.push((*s)[i]);
    return tail;
  }
  static constexpr handle lower(handle x) {
    shape const tail = result(&x.shape(), {}).value;
    return reshape(slice(x, 0, Index, Index + 1), tail);
  }
};

// Tensors of one shape along a new first axis.
struct stack_of : composite {
  static constexpr std::string_view name = "stack";
  template <class... H>
  static constexpr handle lower(H... h) {
    return concat_of<0>::lower(reshape(h, with_unit_axis(shape(h.shape())))...);
  }

 private:
  static constexpr shape with_unit_axis(shape const& s) {
    shape r(extent{1});
    for (int i = 0; i < s.rank; ++i) r.push(s[i]);
    return r;
  }
};

// The number of steps, or -1 where the inputs do not agree on one.
template <class... X>
constexpr std::int64_t steps_of() {
  std::int64_t steps = -2;
  auto take = [&](shape const& s) {
    std::int64_t const n = s.rank > 0 && s[0].is_static() && s[0].factor > 0 ? s[0].factor : -1;
    steps = steps == -2 || steps == n ? n : -1;
  };
  (take(wrapped<void, 0, X>::shape), ...);
  return steps;
}

template <std::int64_t Step, std::int64_t Steps, class F, class S, class... X>
constexpr auto unroll_from(F const& f, S const& state, X const&... x) {
  auto const next = f(state, form<"entry", entry_of<Step>, void>(x)...);
  using Next = std::remove_cvref_t<decltype(next)>;
  if constexpr (any_invalid<Next>) {
    return std::tuple(next);
  } else if constexpr (!(wrapped<void, 0, Next>::shape == wrapped<void, 0, S>::shape)) {
    explain<wrapped<void, 0, Next>::shape == wrapped<void, 0, S>::shape ? fault::none : fault::state_shape>(
        say_call<"unroll", wrapped<void, 0, S>, wrapped<void, 0, Next>>());
    return std::tuple(invalid_expression{});
  } else if constexpr (Step + 1 == Steps) {
    return std::tuple(next);
  } else {
    return std::tuple_cat(std::tuple(next), unroll_from<Step + 1, Steps>(f, next, x...));
  }
}

}  // namespace detail

/// The states s_1 … s_n of the recurrence s_t = f(s_(t−1), x_t, …), stacked along a first axis; x_t is entry t of the
/// first axis of each input, whose extent n is a number. State and s_t have one shape. Differentiated through all
/// steps. Each step is written out: what the compiler does and the kernels that run grow with n, so this is for short
/// sequences.
template <class F, Expression S, Expression... X>
  requires(sizeof...(X) > 0)
constexpr auto unroll(F const& f, S&& state, X&&... x) {
  constexpr std::int64_t steps = detail::steps_of<X...>();
  if constexpr (detail::any_invalid<S, X...>) {
    return detail::invalid_expression{};
  } else if constexpr (!(detail::lasts<S> && ... && detail::lasts<X>)) {
    detail::explain<detail::fault::temporary>(
        detail::say_call<"unroll", detail::wrapped<void, 0, S>, detail::wrapped<void, 0, X>...>());
    return detail::invalid_expression{};
  } else if constexpr (steps < 0) {
    detail::explain < steps<0 ? detail::fault::unroll_length : detail::fault::none>(
                          detail::say_call<"unroll", detail::wrapped<void, 0, X>...>());
    return detail::invalid_expression{};
  } else {
    return std::apply([](auto const&... s) { return detail::form<"stack", detail::stack_of, void>(s...); },
                      detail::unroll_from<0, steps>(f, state, x...));
  }
}

}  // namespace ctg::inline v0
