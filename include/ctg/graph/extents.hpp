// SPDX-License-Identifier: MIT
// The numbers behind named extents, given by a user at compile time (`extents<"N">(64)`) or read from the leaves at
// binding; and what they count for where costs are compared before either is known.
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
    std::size_t const i = index_of(name);
    return i < size_ ? &numbers_[i] : nullptr;
  }
  constexpr bool operator==(extent_table const&) const = default;
  /// False where the name has another number already.
  constexpr bool set(std::uint64_t name, std::int64_t number) {
    if (std::size_t const i = index_of(name); i < size_) return numbers_[i] == number;
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
      std::size_t const i = index_of(name);
      if (i == size_) return -1;
      n *= numbers_[i];
    }
    return n;
  }
  // axis by axis: the product of all extents may have more names than one extent holds
  constexpr std::int64_t operator()(shape const& s) const {
    std::int64_t n = 1;
    for (int i = 0; i < s.rank; ++i) {
      std::int64_t const e = (*this)(s[i]);
      if (e < 0) return -1;
      n *= e;
    }
    return n;
  }

 private:
  // an index, for g++ 12 does not compare the address of a temporary's element with null in a constant expression
  constexpr std::size_t index_of(std::uint64_t name) const {
    std::size_t i = 0;
    while (i < size_ && names_[i] != name) ++i;
    return i;
  }

  std::uint64_t names_[capacity]{};
  std::int64_t numbers_[capacity]{};
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

namespace ctg::inline v0::detail {

constexpr int count_names(extent const& e) {
  int count = 0;
  for (std::uint64_t name : e.names) count += name != 0;
  return count;
}

/// What a named extent counts for where costs are compared: a usual size of a batch.
inline constexpr std::int64_t nominal_extent = 64;

constexpr std::int64_t nominal_count(extent const& e) {
  std::int64_t count = e.factor;
  for (std::uint64_t name : e.names)
    if (name != 0) count *= nominal_extent;
  return count;
}
/// All entries of a tensor: a double, which products of many extents do not overflow.
constexpr double nominal_size(shape const& s) {
  double n = 1;
  for (int i = 0; i < s.rank; ++i) n *= static_cast<double>(nominal_count(s[i]));
  return n;
}

}  // namespace ctg::inline v0::detail
