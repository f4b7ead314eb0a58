// SPDX-License-Identifier: MIT
// Short names for long types. A type that spells a whole network is kilobytes of mangled name in every symbol made from
// it: a g++ that compiled 20 layers spent nine tenths of its time on the names. So the type of an expression is a
// structural hash, and what the hash stands for is looked up by the compiler: `made_of` defines a friend function of
// the hash that returns it.
#pragma once

#include <ctg/config.hpp>
#include <ctg/op/describe.hpp>

#include <string_view>
#include <type_traits>

namespace ctg::inline v0::detail {

template <class... T>
struct types {};

/// What `Id` and the witnesses stand for: `decltype(meaning(short_name<Id, Witness...>{}))::type`. Two meanings of one
/// name, a collision of hashes, do not compile: the function would be defined twice.
CTG_FRIEND_OF_TEMPLATE_BEGIN
template <std::uint64_t Id, class... Witness>
struct short_name {
  friend constexpr auto meaning(short_name);
};
CTG_FRIEND_OF_TEMPLATE_END

// What the compiler calls a type says all of a type of this library, unless there is a lambda in it, or a type of a
// function or of a namespace without a name. All other types stay in the name, as its witnesses.
template <class T>
constexpr bool text_tells_all() {
  constexpr std::string_view text = type_text::of<T>(), plain = type_text::of<int>();
  auto calls = [](std::string_view s) {
    int n = 0;
    for (char c : s) n += c == '(';
    return n;
  };
  for (std::string_view unclear : {"lambda", "unnamed", "anonymous"})
    if (text.find(unclear) != text.npos) return false;
  return text.find("T = ctg::") != text.npos && calls(text) == calls(plain);
}
template <class T>
inline constexpr bool is_told_by_text = std::is_fundamental_v<T> || text_tells_all<T>();
template <template <class...> class Op, class... A>
inline constexpr bool is_told_by_text<Op<A...>> = (is_told_by_text<A> && ...) && text_tells_all<Op<A...>>();
template <opcode O>
inline constexpr bool is_told_by_text<operation<O>> = true;

// ── lists of witnesses ──

template <class T, class... U>
constexpr int position_of(types<U...>) {
  int i = 0, found = -1;
  ((std::is_same_v<T, U> && found < 0 ? void(found = i) : void(), ++i), ...);
  return found;
}

// All types of the lists, each once.
template <class... U>
constexpr types<U...> join_types(types<U...>) {
  return {};
}
template <class... U, class... More>
constexpr auto join_types(types<U...> a, types<>, More... more) {
  return join_types(a, more...);
}
template <class... U, class T, class... Rest, class... More>
constexpr auto join_types(types<U...> a, types<T, Rest...>, More... more) {
  if constexpr (position_of<T>(types<U...>{}) >= 0)
    return join_types(a, types<Rest...>{}, more...);
  else
    return join_types(types<U..., T>{}, types<Rest...>{}, more...);
}

template <class... U>
constexpr std::uint64_t hash_positions(std::uint64_t h, types<U...>, [[maybe_unused]] auto whole) {
  ((h = mix(h, static_cast<std::uint64_t>(position_of<U>(whole)) + 1)), ...);
  return h;
}

/// What an operand (or an operation) adds to the name of what is built on it.
template <class E>
struct name_part {
  using witnesses = std::conditional_t<is_told_by_text<E>, types<>, types<E>>;
  static constexpr std::uint64_t hash = is_told_by_text<E> ? type_hash<E>() : 0x5eed;
};

/// The name of Op on operands E….
template <class Op, class... E>
struct naming {
  using witnesses = decltype(join_types(typename name_part<Op>::witnesses{}, typename name_part<E>::witnesses{}...));
  static constexpr std::uint64_t id = [] {
    std::uint64_t h = name_part<Op>::hash;
    ((h = hash_positions(mix(h, name_part<E>::hash), typename name_part<E>::witnesses{}, witnesses{})), ...);
    return h;
  }();
  template <template <std::uint64_t, class...> class Name, class... W>
  static constexpr std::type_identity<Name<id, W...>> named(types<W...>) {
    return {};
  }
};
template <template <std::uint64_t, class...> class Name, class Op, class... E>
using named_by =
    typename decltype(naming<Op, E...>::template named<Name>(typename naming<Op, E...>::witnesses{}))::type;

template <class Name>
using meaning_of = typename decltype(meaning(Name{}))::type;

}  // namespace ctg::inline v0::detail
