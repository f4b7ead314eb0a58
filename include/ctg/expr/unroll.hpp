// SPDX-License-Identifier: MIT
// Recurrences of a length known to the compiler, written out step by step.
#pragma once

#include <ctg/expr/pieces.hpp>
#include <ctg/graph/scopes.hpp>

#include <tuple>

namespace ctg::inline v0 {

namespace detail {

// Step Index of the first axis, as scan sees it.
template <std::int64_t Index>
struct entry_of : composite {
  static constexpr std::string_view name = "entry";
  static constexpr bool only_moves = true;
  static constexpr shape_result result(shape const* s, parameters) { return step_shape(*s); }
  static constexpr handle lower(auto x) {
    shape const s = step_shape(x.shape());
    return reshape(slice(x, 0, Index, Index + 1), s);
  }
};

// The states of all steps, as scan stacks them.
struct stack_of : composite {
  static constexpr std::string_view name = "stack";
  template <class... H>
  static constexpr handle lower(H... h) {
    return concat_of<0>::lower(reshape(h, stack_shape(extent{1}, shape(h.shape())))...);
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
  auto const next = [&](auto const&... entry) {
    if constexpr (constexpr fault wrong = called_back<fault::step_function, F, S const&, decltype(entry)...>;
                  wrong == fault::none) {
      return f(state, entry...);
    } else {
      explain<wrong>(and_also<to_symbol<write_count<1 + static_cast<int>(sizeof...(X))>>()>(
          say_call<"unroll", wrapped<void, 0, S>, wrapped<void, 0, X>...>()));
      return invalid_expression{};
    }
  }(form<"entry", entry_of<Step>, void, X const&>(x)...);
  using Next = std::remove_cvref_t<decltype(next)>;
  if constexpr (any_invalid<Next>) {
    return std::tuple(next);
  } else if constexpr (!(wrapped<void, 0, Next>::shape == wrapped<void, 0, S>::shape)) {
    explain<wrapped<void, 0, Next>::shape == wrapped<void, 0, S>::shape ? fault::none : fault::state_shape>(
        say_call<"unroll", wrapped<void, 0, S>, wrapped<void, 0, Next>>());
    return std::tuple(late<Next, invalid_expression>{});
  } else if constexpr (Step + 1 == Steps) {
    return std::tuple(next);
  } else {
    return std::tuple_cat(std::tuple(next), unroll_from<Step + 1, Steps>(f, next, x...));
  }
}

}  // namespace detail

/// What scan(f, state, x, …) gives, for a number of steps that the compiler knows, and each step written out: what the
/// compiler does and the kernels that run grow with the number of steps, so this is for a few steps, which fuse with
/// each other.
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
    return std::apply(
        [](auto const&... s) { return detail::form<"stack", detail::stack_of, void, decltype(s)...>(s...); },
        detail::unroll_from<0, steps>(f, state, x...));
  }
}

}  // namespace ctg::inline v0
