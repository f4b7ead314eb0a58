// SPDX-License-Identifier: MIT
// Axes by letter, as einsum writes them: a…z, A…Z, their sets and their extents.
#pragma once

#include <ctg/graph/extents.hpp>

#include <concepts>
#include <cstdint>

namespace ctg::inline v0::detail {

/// Letters as bits: what is asked of a set of axes.
using letter_set = std::uint64_t;
constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr int letter_number(char c) { return c >= 'a' ? c - 'a' : 26 + (c - 'A'); }
constexpr letter_set set_of(char c) { return letter_set{1} << letter_number(c); }

/// The axes of a tensor, by letter and in order.
struct axis_letters {
  char at[2 * max_rank]{};
  int size = 0;

  constexpr void push(char c) {
    if (size < 2 * max_rank) at[size++] = c;
  }
  constexpr char operator[](int i) const { return at[i]; }
  constexpr int find(char c) const {
    int i = 0;
    while (i < size && (*this)[i] != c) ++i;
    return i;
  }
  constexpr letter_set set() const {
    letter_set s = 0;
    for (int i = 0; i < size; ++i) s |= set_of((*this)[i]);
    return s;
  }
  constexpr axis_letters only(letter_set s) const {
    axis_letters r;
    for (int i = 0; i < size; ++i)
      if (s & set_of((*this)[i])) r.push((*this)[i]);
    return r;
  }
  constexpr axis_letters& append(axis_letters const& o) {
    for (int i = 0; i < o.size; ++i) push(o[i]);
    return *this;
  }
  /// Whether the letters of s stand side by side.
  constexpr bool has_run(letter_set s) const {
    int first = 0;
    while (first < size && !(s & set_of((*this)[first]))) ++first;
    int last = size;
    while (last > first && !(s & set_of((*this)[last - 1]))) --last;
    for (int i = first; i < last; ++i)
      if (!(s & set_of((*this)[i]))) return false;
    return true;
  }
  constexpr bool operator==(axis_letters const&) const = default;
};

// Parameters of functions that an include does not compile (see Handle).
template <class L>
concept Letters = std::same_as<L, axis_letters>;

/// The extent of each letter.
struct letter_extents {
  extent of[52]{};
  letter_set known = 0;

  constexpr extent const& operator()(char c) const { return of[letter_number(c)]; }
  constexpr void set(char c, extent const& e) {
    of[letter_number(c)] = e;
    known |= set_of(c);
  }
  constexpr bool knows(char c) const { return known & set_of(c); }
  constexpr int names(char c) const { return count_names((*this)(c)); }
  constexpr double size(axis_letters const& l) const {
    double n = 1;
    for (int i = 0; i < l.size; ++i) n *= static_cast<double>(nominal_count((*this)(l[i])));
    return n;
  }
  constexpr extent joined(axis_letters const& l) const {
    extent e{1};
    for (int i = 0; i < l.size; ++i) e = e * (*this)(l[i]);
    return e;
  }
  constexpr shape shape_of(axis_letters const& l) const {
    shape s;
    for (int i = 0; i < l.size; ++i) s.push((*this)(l[i]));
    return s;
  }
};

}  // namespace ctg::inline v0::detail
