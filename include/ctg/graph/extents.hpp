// SPDX-License-Identifier: MIT
// The numbers behind named extents, given by a user at compile time (`extents<"N">(64)`) or read from the leaves at binding.
#pragma once

#include <ctg/expr/shape.hpp>

#include <array>
#include <concepts>

namespace ctg::inline v0 {

/// A number for each name.
class extent_table {
 public:
  static constexpr std::size_t capacity = 16;

  constexpr std::int64_t const* find(std::uint64_t name) const {
    for (std::size_t i = 0; i < size_; ++i)
      if (names_[i] == name) return &numbers_[i];
    return nullptr;
  }
  /// False where the name has another number already.
  constexpr bool set(std::uint64_t name, std::int64_t number) {
    if (auto const* known = find(name)) return *known == number;
    if (size_ == capacity) return false;
    names_[size_] = name;
    numbers_[size_++] = number;
    return true;
  }
  /// -1 where a name has no number.
  constexpr std::int64_t operator()(extent const& e) const {
    std::int64_t n = e.factor;
    for (std::uint64_t name : e.names) {
      if (name == 0) break;
      auto const* known = find(name);
      if (!known) return -1;
      n *= *known;
    }
    return n;
  }
  constexpr std::int64_t operator()(shape const& s) const { return (*this)(s.size()); }

 private:
  std::array<std::uint64_t, capacity> names_{};
  std::array<std::int64_t, capacity> numbers_{};
  std::size_t size_ = 0;
};

/// `extents<"N", "M">(64, 32)`: the numbers with which a program's facts are asked.
template <symbol... Names>
constexpr extent_table extents(std::integral auto... numbers) {
  static_assert(sizeof...(Names) == sizeof...(numbers), "ctg: extents takes one number for each name");
  extent_table t;
  (t.set(detail::hash_text(Names.view()), static_cast<std::int64_t>(numbers)), ...);
  return t;
}

}  // namespace ctg::inline v0
