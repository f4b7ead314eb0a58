// SPDX-License-Identifier: MIT
// Parts of formulas with their precedence: numbers, products, quotients, powers, and the parentheses that these need.
#pragma once

#include <ctg/graph/notation.hpp>

namespace ctg::inline v0::detail {

template <class X>
struct pieces_of : tokens_of<X> {
  using string = late<X, std::string>;
  using tokens_of<X>::latex, tokens_of<X>::pick, tokens_of<X>::enclosed;

  static constexpr int closed = 100, negative = 15, scaled = 18, factor = 20, chained = 25, raised = 40;
  struct piece {
    string text;
    int precedence = closed;
  };

  string at_least(piece const& p, int precedence) const {
    return p.precedence < precedence ? enclosed(p.text) : p.text;
  }
  // The right operand of an infix: 2 − (−A), not 2 − −A.
  string at_right(piece const& p, int precedence) const {
    bool const minus = p.text.starts_with("−") || p.text.starts_with("-");
    return minus && p.precedence < closed ? enclosed(p.text) : at_least(p, precedence);
  }
  piece number(double v) const {
    if (!latex() || v != v) return {number_text<string>(v), v < 0 ? negative : closed};
    if (v < 0) {
      piece const p = number(-v);
      return {"-" + p.text, negative};
    }
    string s = number_text<string>(v);
    if (s == "∞") return {"\\infty"};
    if (s.size() > 6)  // a ratio of small numbers
      for (std::int64_t above = 1; above < 10; ++above)
        if (double const below = static_cast<double>(above) / v + 0.5; below < 1e9)
          if (auto const n = static_cast<std::int64_t>(below);
              n > 1 && static_cast<double>(above) / static_cast<double>(n) == v)
            return {"\\frac{" + std::to_string(above) + "}{" + std::to_string(n) + "}", raised};
    auto const e = s.find('e');
    if (e == string::npos) return {s};
    string const power = "10^{" + s.substr(e + 1) + "}";
    if (s.substr(0, e) == "1") return {power, raised};
    return {s.substr(0, e) + " \\cdot " + power, scaled};
  }
  // Factors side by side; LaTeX needs a dot between numbers: 2 · 3, and 2 · 1/3, which is not 2 1/3.
  string beside(string const& a, string const& b) const {
    auto const is_digit = [](char c) { return c >= '0' && c <= '9'; };
    bool const dot = !latex() || is_digit(b[0]) || (is_digit(a.back()) && b.starts_with("\\frac"));
    return a + pick(" · ", dot ? " \\cdot " : " \\, ") + b;
  }
  piece quotient(piece const& a, piece const& b) const {
    if (latex()) return {"\\frac{" + a.text + "}{" + b.text + "}", raised};
    return {at_least(a, a.precedence == chained ? closed : negative) + " / " + at_right(b, chained + 1), factor};
  }
  // Element-wise: in LaTeX A² would be A A.
  string exponent(std::int64_t k, bool of_number) const {
    if (!latex()) return small_digits<string>(k, true);
    return (of_number ? "^{" : "^{\\odot ") + std::to_string(k) + "}";
  }
};

}  // namespace ctg::inline v0::detail
