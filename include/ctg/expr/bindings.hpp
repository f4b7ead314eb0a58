// SPDX-License-Identifier: MIT
// The leaves and plain numbers that an expression reads: the lists that its type has of them, and the addresses and
// values that an object of it holds in their order.
#pragma once

#include <ctg/expr/leaf.hpp>
#include <ctg/graph/node.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <initializer_list>

namespace ctg::inline v0::detail {

template <std::size_t L>
using leaf_list = std::array<leaf_info const*, L>;
template <std::size_t M>
using number_list = std::array<number_info const*, M>;

// Lists of leaves are sorted by name; of numbers, in order of appearance. `Capacity` is the sum of the lengths.
template <class Item, std::size_t Capacity>
struct collected {
  std::array<Item, Capacity> items{};
  std::size_t size = 0;
};

// Sums and loops over a pack as lists: clang's default limit is a nesting of 256, which a fold over the outputs and
// targets of 80 layers would pass.
constexpr std::size_t sum_of(std::initializer_list<std::size_t> list) {
  std::size_t total = 0;
  for (std::size_t n : list) total += n;
  return total;
}

// A linear merge: an expression is one of hundreds, and quadratic work in each would be felt.
template <class... E>
constexpr auto collect_leaves() {
  constexpr std::size_t capacity = sum_of({E::leaves.size()...});
  collected<leaf_info const*, capacity> r;
  // the outputs of a training step mostly read the same leaves: then there is nothing to merge, nor to copy
  auto is_known = [&r](auto const& list) {
    std::size_t i = 0;
    for (leaf_info const* leaf : list) {
      while (i < r.size && r.items[i]->name_hash < leaf->name_hash) ++i;
      std::size_t k = i;
      while (k < r.size && r.items[k]->name_hash == leaf->name_hash && !same_object(r.items[k], leaf)) ++k;
      if (k == r.size || !same_object(r.items[k], leaf)) return false;
    }
    return true;
  };
  auto merge = [&](auto const& list) {
    if (is_known(list)) return;
    collected<leaf_info const*, capacity> const before = r;
    std::size_t i = 0, j = 0;
    r.size = 0;
    while (i < before.size || j < list.size()) {
      if (j == list.size() || (i < before.size && before.items[i]->name_hash < list[j]->name_hash))
        r.items[r.size++] = before.items[i++];
      else if (i == before.size || list[j]->name_hash < before.items[i]->name_hash)
        r.items[r.size++] = list[j++];
      else if (same_object(before.items[i], list[j]))
        r.items[r.size++] = before.items[i++], ++j;
      else  // one name, two types: both stay, and the operator that joined them says so
        r.items[r.size++] = before.items[i++];
    }
  };
  [[maybe_unused]] char const done[] = {'\0', (merge(E::leaves), '\0')...};
  return r;
}

// Whether two neighbours share a name: one name with two types.
template <std::size_t L>
constexpr int find_name_clash(leaf_list<L> const& leaves) {
  for (std::size_t i = 1; i < L; ++i)
    if (leaves[i]->name_hash == leaves[i - 1]->name_hash) return static_cast<int>(i);
  return -1;
}

template <class... E>
constexpr auto collect_numbers() {
  collected<number_info const*, sum_of({E::numbers.size()...})> r;
  auto add = [&](auto const& list) {
    for (number_info const* number : list) {
      std::size_t i = 0;
      while (i < r.size && !same_object(r.items[i], number)) ++i;
      if (i == r.size) r.items[r.size++] = number;
    }
  };
  [[maybe_unused]] char const done[] = {'\0', (add(E::numbers), '\0')...};
  return r;
}

template <auto const& Collected>
constexpr auto exactly() {
  std::array<typename std::remove_cvref_t<decltype(Collected.items)>::value_type, Collected.size> r{};
  for (std::size_t i = 0; i < r.size(); ++i) r[i] = Collected.items[i];
  return r;
}

template <class... E>
struct inputs {
  static constexpr auto all_leaves = collect_leaves<E...>();
  static constexpr auto all_numbers = collect_numbers<E...>();
  static constexpr auto leaves = exactly<all_leaves>();
  static constexpr auto numbers = exactly<all_numbers>();
};
template <class E>
struct inputs<E> {
  static constexpr auto const& leaves = E::leaves;
  static constexpr auto const& numbers = E::numbers;
};

/// What an expression object holds: addresses and values in the order of the lists of its type.
template <std::size_t L, std::size_t M>
struct bindings {
  std::array<leaf_base const*, L> leaves{};
  std::array<double, M> numbers{};
  int leaf_clash = -1;    // one name, two objects
  int number_clash = -1;  // one place, two values

  // Joins what an operand holds; positions[i] is where its item i stands in this list.
  template <std::size_t OL, std::size_t OM>
  constexpr void take(bindings<OL, OM> const& o, std::array<std::size_t, OL> const& leaf_at,
                      std::array<std::size_t, OM> const& number_at, std::array<bool, M>& known) {
    for (std::size_t i = 0; i < OL; ++i) {
      auto& slot = leaves[leaf_at[i]];
      if (slot && slot != o.leaves[i]) leaf_clash = static_cast<int>(leaf_at[i]);
      slot = o.leaves[i];
    }
    for (std::size_t i = 0; i < OM; ++i) {
      std::size_t const at = number_at[i];
      if (known[at] && std::bit_cast<std::uint64_t>(numbers[at]) != std::bit_cast<std::uint64_t>(o.numbers[i]))
        number_clash = static_cast<int>(at);
      numbers[at] = o.numbers[i];
      known[at] = true;
    }
    if (o.leaf_clash >= 0) leaf_clash = static_cast<int>(leaf_at[static_cast<std::size_t>(o.leaf_clash)]);
    if (o.number_clash >= 0) number_clash = static_cast<int>(number_at[static_cast<std::size_t>(o.number_clash)]);
  }
};

template <std::size_t N, std::size_t K, class Item>
constexpr std::array<std::size_t, K> positions(std::array<Item, N> const& whole, std::array<Item, K> const& part) {
  std::array<std::size_t, K> at{};
  std::size_t k = 0;  // both lists mostly agree in order, so each search starts where the last one ended
  for (std::size_t i = 0; i < K; ++i) {
    while (!same_object(whole[k], part[i])) k = k + 1 == N ? 0 : k + 1;
    at[i] = k;
  }
  return at;
}

template <class Whole, class Part>
inline constexpr auto leaf_positions = positions(Whole::leaves, Part::leaves);
template <class Whole, class Part>
inline constexpr auto number_positions = positions(Whole::numbers, Part::numbers);

/// The bindings of several expressions as those of a type that lists all their leaves and numbers.
template <class Whole, class... E>
constexpr auto join_bindings(E const&... e) {
  bindings<Whole::leaves.size(), Whole::numbers.size()> b;
  std::array<bool, Whole::numbers.size()> known{};
  [[maybe_unused]] char const done[] = {
      '\0', (b.take(e.bound, leaf_positions<Whole, E>, number_positions<Whole, E>, known), '\0')...};
  return b;
}

}  // namespace ctg::inline v0::detail
