// SPDX-License-Identifier: MIT
// An operation whose kernel is wrong: what a unit with CTG_REFERENCE notices, and one without it does not.
#pragma once

#include <ctg/ctg.hpp>

#include <type_traits>

struct wrong : ctg::custom<1> {
  static constexpr std::string_view name = "wrong";
  static constexpr bool constant = true;
  static constexpr auto value(auto x) { return std::is_arithmetic_v<decltype(x)> ? x : x + x; }
};

/// Whether reference.cpp, which has the macro, notices.
bool reference_mode_notices(ctg::row<"x", float, 3> const& x);
