// SPDX-License-Identifier: MIT
// What the members of expr/members.hpp say: how it is written here.
#pragma once

#include <ctg/expr/fault.hpp>

namespace ctg::inline v0::detail {

/// What to write instead of a member; a condition whose text the compiler prints.
template <bool Is, symbol Here>
struct written_here_as {
  static constexpr bool value = Is;
};

template <symbol Here, class... A>
constexpr auto refuse_member() {
  static_assert(written_here_as<sizeof...(A) == sizeof...(A) + 1, Here>::value,
                "ctg: what is computed is a function here, no member: write it as the condition says");
  return invalid_expression{};
}
template <class... A>
constexpr auto refuse_subscript() {
  static_assert(written_here_as<sizeof...(A) == sizeof...(A) + 1, "W(i, j)">::value,
                "ctg: an entry of a leaf is W(i, j), one index for each axis, of an expression evaluate(e)(i, j); "
                "a row as an expression is slice<0, 2, 3>(W)");
  return invalid_expression{};
}

template <class Late>
constexpr no_iterator refuse_iteration() {
  static_assert(written_here_as<!std::is_void_v<Late>, "auto v = evaluate(e)">::value,
                "ctg: an expression has no entries to go over; evaluate it and go over the values: auto v = "
                "evaluate(e); for (auto x : v) ...");
  return {};
}

}  // namespace ctg::inline v0::detail
