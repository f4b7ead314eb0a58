// SPDX-License-Identifier: MIT
// The tokens of formulas, as Unicode text or as LaTeX: numbers, indices, extents, names.
#pragma once

#include <ctg/graph/node.hpp>
#include <ctg/graph/sequence.hpp>

#include <algorithm>
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

// The shortest digits that read back as v; as a float's where v is one, since 0.1f is meant to be 0.1. 100000 is
// written out, 1e20 is not.
template <class String>
String number_text(double v) {
  if (v != v) return "NaN";
  if (v - v != 0) return v < 0 ? "−∞" : "∞";
  char buffer[40];
  auto const f = static_cast<float>(v);
  double const size = v < 0 ? -v : v;
  auto const format = size == 0 || (size >= 1e-4 && size < 1e7) ? std::chars_format::fixed : std::chars_format::general;
  auto const end = static_cast<double>(f) == v ? std::to_chars(buffer, buffer + sizeof(buffer), f, format).ptr
                                               : std::to_chars(buffer, buffer + sizeof(buffer), v, format).ptr;
  String s(buffer, end);
  if (auto const e = s.find('e'); e != String::npos)  // e-09 is e-9
    while (s[e + 1] == '+' || (s[e + 1] == '-' && s[e + 2] == '0') || s[e + 1] == '0')
      s.erase(e + 1 + (s[e + 1] == '-'), 1);
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

/// How the tokens of a formula are set.
template <class X>
struct tokens_of {
  using string = late<X, std::string>;

  script as_ = script::text;

  bool latex() const { return as_ == script::latex; }
  string pick(char const* text, char const* tex) const { return latex() ? tex : text; }

  // A name as LaTeX sets it: W1 and W_in are W with an index, lr is upright, beta is β, dW has an upright d.
  string identifier(string const& s) const {
    if (!latex() || s.empty()) return s;
    if (s.ends_with("′")) return identifier(s.substr(0, s.size() - std::string_view("′").size())) + "'";
    if (is_differential(s)) return "\\mathrm{d}" + identifier(s.substr(1));
    std::size_t const bar = std::min(s.find('_', 1), s.size());
    bool const has_suffix = bar + 1 < s.size();
    std::size_t end = has_suffix ? bar : s.size();
    string const suffix = has_suffix ? word(s.substr(bar + 1)) : "";
    std::size_t first = end;
    while (first > 1 && is_digit(s[first - 1])) --first;
    if (first == 1 && is_digit(s[0])) first = end;
    string const digits = s.substr(first, end - first);
    string const lowered = digits + (digits.empty() || suffix.empty() ? "" : ",") + suffix;
    while (first < end && first > 1 && s[first - 1] == ' ') --first;
    return letters(s.substr(0, first)) + (lowered.empty() ? "" : "_{" + lowered + "}");
  }

  string enclosed(string const& s) const { return latex() ? "\\left(" + s + "\\right)" : "(" + s + ")"; }
  string absolute(string const& s) const { return pick("|", "\\left|") + s + pick("|", "\\right|"); }
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
    if (latex() && name == "−") return "-";
    return string(name);
  }
  string call(string const& function, string const& arguments) const { return function + enclosed(arguments); }
  string function_name(std::string_view name) const {
    if (!latex()) return string(name);
    if (name == "σ") return "\\sigma";
    for (std::string_view known : {"exp", "log", "tanh", "sin", "cos", "tan", "sinh", "cosh", "max", "min", "det"})
      if (name == known) return "\\" + string(name);
    return "\\operatorname{" + (is_word(name) ? escaped(name) : letters(string(name))) + "}";
  }

 private:
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
  // sigma is not among them: σ is the logistic function.
  static bool is_greek(std::string_view s) {
    for (std::string_view letter :
         {"alpha", "beta",  "gamma",  "delta", "epsilon", "zeta",  "eta", "theta", "iota", "kappa", "lambda",
          "mu",    "nu",    "xi",     "pi",    "rho",     "tau",   "phi", "chi",   "psi",  "omega", "Gamma",
          "Delta", "Theta", "Lambda", "Xi",    "Pi",      "Sigma", "Phi", "Psi",   "Omega"})
      if (s == letter) return true;
    return false;
  }
  // dX, db, ddX, dbeta: the d of an adjoint before a name
  static bool is_differential(std::string_view s) {
    if (s.size() < 2 || s[0] != 'd') return false;
    s.remove_prefix(1);
    std::size_t const head = std::min(s.find_first_of("_0123456789"), s.size());
    return (s[0] >= 'A' && s[0] <= 'Z') || (letters_of(s.substr(0, head)) == 1 && s[0] != '_') ||
           is_greek(s.substr(0, head)) || is_differential(s);
  }

  static bool is_word(std::string_view s) {
    bool plain = true;
    for (char c : s) plain = plain && (is_letter(c) || is_digit(c) || c == '_');
    return plain;
  }
  static string escaped(std::string_view s) {
    string t;
    for (char c : s)
      if (c == '\\' || c == '^' || c == '~')
        t += c == '\\' ? "\\textbackslash{}" : c == '^' ? "\\textasciicircum{}" : "\\textasciitilde{}";
      else
        t += (std::string_view("_%#&${}").find(c) != std::string_view::npos ? "\\" : "") + string(1, c);
    return t;
  }
  // A letter, also a Greek one or ℓ; a word, upright; what has other characters is text, in which a space is a space.
  static string letters(string const& s) {
    if (is_greek(s)) return "\\" + s;
    if (letters_of(s) == 1 && (is_letter(s[0]) || (s >= "Α" && s <= "ω") || (s >= "℀" && s <= "⅏"))) return s;
    return (is_word(s) ? "\\mathrm{" : "\\text{") + escaped(s) + "}";
  }
  string word(string const& s) const {
    bool number = true;
    for (char c : s) number = number && is_digit(c);
    return number ? s : letters(s);
  }
};

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
      s += (s.empty() ? "" : dot()) + tokens_of<X>{as}.identifier(string(name_of(hash)));
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

}  // namespace ctg::inline v0::detail
