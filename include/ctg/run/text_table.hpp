// SPDX-License-Identifier: MIT
// Figures and tables as text.
#pragma once

#include <ctg/graph/notation.hpp>

#include <algorithm>
#include <cstdio>
#include <string>

namespace ctg::inline v0::detail {

template <class String = std::string>
String grouped(std::int64_t n) {
  String s = std::to_string(n);
  for (int i = static_cast<int>(s.size()) - 3; i > 0; i -= 3) s.insert(i, 1, ',');
  return s;
}

template <class String = std::string>
String number_with_digits(double v, int digits) {
  char s[40];
  std::snprintf(s, sizeof(s), "%.*f", digits, v);
  return s;
}

/// Rows of text whose first column stands left, the others right, and the last behind them; a row without numbers runs
/// on below them, and where it is very long, beyond them.
template <class X>
class text_table_of {
 public:
  using string = late<X, std::string>;

  explicit text_table_of(late<X, sequence<string>> head) : rows_{std::move(head)} {}
  void add(late<X, sequence<string>> row) { rows_.push_back(std::move(row)); }
  void add_line(string text, string last) {
    late<X, sequence<string>> row(rows_[0].size());
    row.front() = std::move(text);
    row.back() = std::move(last);
    rows_.push_back(std::move(row));
  }

  string text() const {
    std::size_t const numbers = rows_[0].size() - 1;  // the columns before the last
    late<X, sequence<std::size_t>> width(numbers, 0);
    std::size_t longest = 0, all = 0;
    for (auto const& r : rows_)
      if (r[1].empty())
        longest = std::max(longest, std::min(letters_of(r[0]), widest));
      else
        for (std::size_t c = 0; c < numbers; ++c) width[c] = std::max(width[c], letters_of(r[c]));
    for (std::size_t c = 1; c < numbers; ++c) all += width[c] + 2;
    if (longest > width[0] + all) width[0] = longest - all;
    string s;
    for (auto const& r : rows_) {
      string line = r[0];
      auto pad = [&](std::size_t to) { line.append(to - std::min(to, letters_of(line)), ' '); };
      std::size_t end = width[0];
      for (std::size_t c = 1; c < numbers; ++c) {
        end += width[c] + 2;
        if (r[1].empty()) continue;
        pad(end - letters_of(r[c]));
        line += r[c];
      }
      if (!r.back().empty()) {
        pad(std::max(end, letters_of(line)) + 2);
        line += r.back();
      }
      s += line + "\n";
    }
    return s;
  }

 private:
  static constexpr std::size_t widest = 100;

  late<X, sequence<sequence<string>>> rows_;
};
using text_table = text_table_of<void>;

}  // namespace ctg::inline v0::detail
