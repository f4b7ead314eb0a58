// SPDX-License-Identifier: MIT
// The tokens of formulas, as Unicode text or as LaTeX: numbers, indices, extents, names.
#pragma once

#include <ctg/graph/node.hpp>
#include <ctg/graph/sequence.hpp>

#include <charconv>
#include <string>

namespace ctg::inline v0::detail {

enum class script : std::uint8_t { text, latex };

template <class = void>
std::size_t letters_of(std::string_view s) {
  std::size_t n = 0;
  for (char c : s) n += (static_cast<unsigned char>(c) & 0xc0) != 0x80;  // UTF-8: all but continuation bytes
  return n;
}

// The shortest digits that read back as v; as a float's where v is one, since 0.1f is meant to be 0.1.
template <class String>
String number_text(double v) {
  char buffer[40];
  auto const f = static_cast<float>(v);
  auto const end = static_cast<double>(f) == v ? std::to_chars(buffer, buffer + sizeof(buffer), f).ptr
                                               : std::to_chars(buffer, buffer + sizeof(buffer), v).ptr;
  String s(buffer, end);
  return s[0] == '-' ? "−" + s.substr(1) : s;
}

// The digits of n as the characters that begin at zero, each three bytes long.
template <class String>
String small_digits(std::int64_t n, bool raised) {
  static constexpr std::string_view up[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  static constexpr std::string_view down[] = {"₀", "₁", "₂", "₃", "₄", "₅", "₆", "₇", "₈", "₉"};
  String s;
  for (char c : String(std::to_string(n))) s += c == '-' ? (raised ? "⁻" : "₋") : (raised ? up : down)[c - '0'];
  return s;
}

/// Extents with the names that the leaves gave them: N·784, N×10.
template <class X>
struct extent_writer_of {
  using string = late<X, std::string>;

  detail::span<leaf_info const* const> leaves;
  script as = script::text;

  string operator()(extent const& e) const {
    string s;
    for (std::uint64_t hash : e.names) {
      if (hash == 0) break;
      s += (s.empty() ? "" : dot()) + string(name_of(hash));
    }
    if (s.empty()) return string(std::to_string(e.factor));
    return e.factor == 1 ? s : s + dot() + std::to_string(e.factor);
  }
  string operator()(shape const& sh) const {
    if (sh.rank == 0) return "1";
    string s;
    for (int i = 0; i < sh.rank; ++i) s += (i ? (as == script::text ? "×" : "\\times ") : "") + (*this)(sh[i]);
    return s;
  }

 private:
  std::string_view name_of(std::uint64_t hash) const {
    for (auto const* leaf : leaves)
      for (auto const& name : leaf->extent_names)
        if (!name.empty() && hash_text(name) == hash) return name;
    return "?";
  }
  string dot() const { return as == script::text ? "·" : "\\cdot "; }
};

/// How the tokens of a formula are set.
template <class X>
struct tokens_of {
  using string = late<X, std::string>;

  script as_ = script::text;

  bool latex() const { return as_ == script::latex; }
  string pick(char const* text, char const* tex) const { return latex() ? tex : text; }

  // A name as LaTeX sets it: W1 is W with an index, lr is upright, dW has an upright d.
  string identifier(string const& s) const {
    if (!latex() || s.empty()) return s;
    std::size_t digits = s.size();
    while (digits > 1 && s[digits - 1] >= '0' && s[digits - 1] <= '9') --digits;
    if (digits > 1 && s[0] == 'd' && (digits == 2 || (s[1] >= 'A' && s[1] <= 'Z')))
      return "\\mathrm{d}" + identifier(s.substr(1));
    string head;
    for (char c : s.substr(0, digits)) head += (std::string_view("_%#&$").find(c) < 5 ? "\\" : "") + string(1, c);
    if (letters_of(head) > 1) head = "\\mathrm{" + head + "}";
    return digits < s.size() ? head + "_{" + s.substr(digits) + "}" : head;
  }

  string enclosed(string const& s) const { return latex() ? "\\left(" + s + "\\right)" : "(" + s + ")"; }
  /// Lowered digits.
  string index(string const& digits) const {
    if (latex()) return "_{" + digits + "}";
    string s;
    for (char c : digits) s += small_digits<string>(c - '0', false);
    return s;
  }
  string relation(std::string_view name) const {
    if (latex() && name == "≤") return "\\le";
    if (latex() && name == "≠") return "\\ne";
    return string(name);
  }
  string call(string const& function, string const& arguments) const { return function + enclosed(arguments); }
  string function_name(std::string_view name) const {
    if (!latex()) return string(name);
    if (name == "σ") return "\\sigma";
    for (std::string_view known : {"exp", "log", "tanh", "sin", "cos", "tan", "max", "min"})
      if (name == known) return "\\" + string(name);
    string s;
    for (char c : name) s += c == '_' ? string("\\_") : string(1, c);
    return "\\operatorname{" + s + "}";
  }
};

}  // namespace ctg::inline v0::detail
