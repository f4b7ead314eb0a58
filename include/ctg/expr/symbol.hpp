// SPDX-License-Identifier: MIT
// Names as template arguments: the name of a leaf (`matrix<"W", …>`) and of an extent (`dim<"N">`).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ctg::inline v0 {

/// A string literal as a template argument.
template <std::size_t N>
struct symbol {
  char text[N]{};

  constexpr symbol() = default;
  constexpr symbol(char const (&literal)[N]) {  // NOLINT: implicit by purpose
    for (std::size_t i = 0; i < N; ++i) text[i] = literal[i];
  }
  constexpr std::string_view view() const { return {text, N - 1}; }
  constexpr bool operator==(symbol const&) const = default;
};

/// An extent that has a name instead of a number: `matrix<"X", float, dim<"N">, 784>`. Equal names are equal extents.
template <symbol Name>
struct named_extent {
  static constexpr symbol name = Name;
};

template <symbol Name>
inline constexpr named_extent<Name> dim{};

namespace detail {

// FNV-1a: cheap in constant expressions, the same on every compiler.
constexpr std::uint64_t hash_text(std::string_view text) {
  std::uint64_t h = 1469598103934665603ull;
  for (char c : text) h = (h ^ static_cast<std::uint8_t>(c)) * 1099511628211ull;
  return h;
}

constexpr std::uint64_t mix(std::uint64_t h, std::uint64_t v) {
  v *= 0x9e3779b97f4a7c15ull;
  v ^= v >> 29;
  h ^= v + 0x9e3779b97f4a7c15ull + (h << 6) + (h >> 2);
  return h;
}

}  // namespace detail

}  // namespace ctg::inline v0
