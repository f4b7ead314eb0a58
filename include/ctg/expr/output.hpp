// SPDX-License-Identifier: MIT
// Leaves, evaluated arrays and results as text: `std::cout << W`. Rows on lines of their own, columns aligned; what is
// larger than a screen is abbreviated in the middle.
#pragma once

#include <ctg/expr/diagnose.hpp>
#include <ctg/expr/leaf.hpp>

#include <algorithm>
#include <charconv>
#include <iosfwd>
#include <string>

namespace ctg::inline v0 {

namespace detail {

/// Whether T is printed: it has data(), rank, extent(axis) and stride(axis), as leaves, arrays and results have.
template <class T>
concept Printable = std::is_base_of_v<indexed<T>, T>;

// The shortest text that reads back as the value, or (digits > 0) so many digits.
template <class T>
std::string entry_text(T v, int digits) {
  if constexpr (std::is_integral_v<T>) {
    return std::to_string(v);
  } else {
    char text[64];
    auto const end = digits > 0 ? std::to_chars(text, text + sizeof text, v, std::chars_format::general, digits)
                                : std::to_chars(text, text + sizeof text, v);
    return {text, end.ptr};
  }
}

/// Of each axis so many entries are shown at the front and at the back, where there are more than twice as many and
/// one.
inline constexpr std::int64_t shown_at_each_end = 4;

template <class T>
class tensor_writer {
 public:
  tensor_writer(T const& t, int digits) : t_(t), digits_(digits) {}

  std::string write() {
    if (t_.size() == 0) return "[]";
    if constexpr (T::rank == 0) {
      return entry(0);
    } else {
      measure(0, 0);
      put(0, 0);
      return text_;
    }
  }

 private:
  std::string entry(std::int64_t at) const { return entry_text(t_.data()[at], digits_); }
  // f(index), f(-1) for what is left out
  void each(int axis, auto const& f) const {
    std::int64_t const n = t_.extent(axis);
    if (n <= 2 * shown_at_each_end + 1) {
      for (std::int64_t i = 0; i < n; ++i) f(i);
    } else {
      for (std::int64_t i = 0; i < shown_at_each_end; ++i) f(i);
      f(-1);
      for (std::int64_t i = n - shown_at_each_end; i < n; ++i) f(i);
    }
  }
  void measure(int axis, std::int64_t at) {
    each(axis, [&](std::int64_t i) {
      if (i < 0) return;
      if (axis + 1 < T::rank)
        measure(axis + 1, at + i * t_.stride(axis));
      else
        width_ = std::max(width_, entry(at + i * t_.stride(axis)).size());
    });
  }
  void put(int axis, std::int64_t at) {
    bool const last = axis + 1 == T::rank;
    std::string const between =
        last ? ", " : (T::rank - axis > 2 ? ",\n\n" : ",\n") + std::string(static_cast<std::size_t>(axis) + 1, ' ');
    bool first = true;
    text_ += '[';
    each(axis, [&](std::int64_t i) {
      if (!first) text_ += between;
      first = false;
      if (i < 0) {
        text_ += "...";
      } else if (last) {
        std::string const e = entry(at + i * t_.stride(axis));
        text_ += std::string(width_ - e.size(), ' ') + e;
      } else {
        put(axis + 1, at + i * t_.stride(axis));
      }
    });
    text_ += ']';
  }

  T const& t_;
  int digits_;
  std::string text_;
  std::size_t width_ = 0;
};

}  // namespace detail

/// The entries as text, nested brackets with one row a line: [[1, 2],\n [3, 4]]. Numbers are the shortest that read
/// back as the value, or have `digits` significant digits.
template <detail::Printable T>
std::string to_text(T const& t, int digits = 0) {
  return detail::tensor_writer(t, digits).write();
}

/// Writes a leaf, an array or a program's result with the stream's precision.
template <class Char, class Traits, detail::Printable T>
std::basic_ostream<Char, Traits>& operator<<(std::basic_ostream<Char, Traits>& out, T const& t) {
  return out << detail::tensor_writer(t, static_cast<int>(out.precision())).write().c_str();
}

/// An expression has values and a formula: the compiler asks which of them is meant.
template <class Char, class Traits, Expression E>
  requires(!Leaf<E>)
std::basic_ostream<Char, Traits>
&operator<<(std::basic_ostream<Char, Traits>& out, E const&) {
  if constexpr (!detail::any_invalid<E>) detail::explain<detail::fault::printed>(detail::say_operand<E>());
  return out;
}

}  // namespace ctg::inline v0
