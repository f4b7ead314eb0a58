// SPDX-License-Identifier: MIT
// Values of a constant evaluation that outlive it: arrays of a capacity that grows until they fit. They are static
// members, never template arguments.
#pragma once

#include <ctg/graph/sequence.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <type_traits>

namespace ctg::inline v0::detail {

/// A vector frozen into an array: `Capacity` elements in the first evaluation, exactly as many as there are in the
/// second.
template <class V, std::size_t Capacity>
struct frozen {
  std::array<V, Capacity> items{};
  std::size_t size = 0;
  constexpr void assign(detail::sequence<V> const& from) {
    size = from.size();
    if (size <= Capacity)
      for (std::size_t i = 0; i < size; ++i) items[i] = from[i];
  }
  constexpr bool fits() const { return size <= Capacity; }
  constexpr detail::sequence<V> thawed() const { return {items.data(), items.data() + size}; }
};

// A span, made where all types have short names: within a class whose name is a whole program clang would spell that
// name for each constraint of the span's constructors (minutes for a residual network of 30 blocks with std::span).
template <class V, std::size_t N>
constexpr detail::span<V const> spanned(std::array<V, N> const& a) {
  return {a.data(), N};
}
template <class V, std::size_t N>
constexpr detail::span<V const> spanned(frozen<V, N> const& f) {
  return {f.items.data(), f.size};
}

template <class V>
constexpr detail::span<V> spanned(V* first, std::size_t size) {
  return {first, size};
}

template <std::size_t N, class V, std::size_t Capacity>
constexpr std::array<V, N> exact(frozen<V, Capacity> const& from) {
  std::array<V, N> r{};
  for (std::size_t i = 0; i < N; ++i) r[i] = from.items[i];
  return r;
}

/// The first of Stage<C>, Stage<4 C>, … whose arrays hold what it makes. (A type is handed on, not the value: clang
/// would evaluate a local constexpr variable again for every caller.)
template <template <std::size_t> class Stage, std::size_t C>
constexpr auto fitting() {
  constexpr bool fits = Stage<C>::buffer.fits();
  static_assert(fits || C < 16384, "ctg: this program is too large for one plan; split it");
  if constexpr (fits || C >= 16384)
    return std::type_identity<Stage<C>>{};
  else
    return fitting<Stage, 4 * C>();
}
template <template <std::size_t> class Stage, std::size_t Guess>
using fit = typename decltype(fitting<Stage, (Guess < 32 ? 32 : std::bit_ceil(Guess))>())::type;

}  // namespace ctg::inline v0::detail
