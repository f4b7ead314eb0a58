// SPDX-License-Identifier: MIT
// What the compiler says when operands do not fit: the operands with their names and extents, and the remedy.
// g++ and clang print the template arguments of a failed condition, so the text is made one (ASCII: clang prints other
// characters as integers).
#pragma once

#include <ctg/expr/expression.hpp>

namespace ctg::inline v0::detail {

/// Text that grows in a constant expression.
struct writer {
  char text[160]{};
  std::size_t size = 0;
  constexpr writer& operator<<(std::string_view s) {
    for (char c : s)
      if (size < sizeof(text)) text[size++] = c;
    return *this;
  }
  constexpr writer& operator<<(std::int64_t n) {
    if (n < 0) return *this << "-" << -n;
    char digits[20]{};
    std::size_t k = 0;
    do digits[k++] = static_cast<char>('0' + n % 10);
    while (n /= 10);
    while (k) *this << std::string_view(&digits[--k], 1);
    return *this;
  }
};

constexpr std::string_view extent_name(std::uint64_t hash, leaf_info const* const* leaves, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i)
    for (auto const& name : leaves[i]->extent_names)
      if (!name.empty() && hash_text(name) == hash) return name;
  return "?";
}

constexpr void write_extent(writer& w, extent const& e, leaf_info const* const* leaves, std::size_t count) {
  if (e.factor != 1 || e.is_static()) w << e.factor;
  bool first = e.factor == 1;
  for (std::uint64_t n : e.names) {
    if (n == 0) break;
    if (!first) w << "*";
    first = false;
    w << extent_name(n, leaves, count);
  }
}

constexpr void write_shape(writer& w, shape const& s, leaf_info const* const* leaves, std::size_t count) {
  w << "(";
  for (int i = 0; i < s.rank; ++i) {
    if (i) w << " x ";
    write_extent(w, s[i], leaves, count);
  }
  w << (s.rank ? ")" : "scalar)");
}

/// A leaf by its name, anything else as "expression", each with its extents.
template <class E>
constexpr void write_operand(writer& w) {
  if constexpr (requires { E::operation_type::name; })
    w << "expression";
  else if constexpr (E::leaves.size() == 1)
    w << E::leaves[0]->name;
  else
    w << (E::numbers.size() ? "number" : "expression");
  write_shape(w, E::shape, E::leaves.data(), E::leaves.size());
}

/// The text "X(N x 784) * W(128 x 10)".
template <symbol Sign, class A, class... B>
constexpr writer describe_operands() {
  writer w;
  std::string_view const sign = Sign.view();
  bool const call = sizeof...(B) == 0 || (sign[0] >= 'a' && sign[0] <= 'z');
  if (call) w << sign << "(";
  write_operand<A>(w);
  ((w << (call ? ", " : " "), call ? w : w << sign << " ", write_operand<B>(w)), ...);
  if (call) w << ")";
  return w;
}

template <symbol Sign, class... E>
constexpr auto operands_text() {
  constexpr writer w = describe_operands<Sign, E...>();
  symbol<w.size + 1> s;
  for (std::size_t i = 0; i < w.size; ++i) s.text[i] = w.text[i];
  return s;
}

// Named conditions: their name and argument are what the compiler prints.
template <symbol Text, bool Fits>
struct operands_fit {
  static constexpr bool value = Fits;  // a member of its own: an inherited one would be printed under the base's name
};

/// Fails to compile with the text where the operands do not fit the operation.
template <symbol Sign, class Op, class... E>
constexpr void require_fit() {
  constexpr misfit problem = result_shape<Op>::of(std::array<shape, sizeof...(E)>{E::shape...}).problem;
  if constexpr (problem != misfit::none) {
    constexpr auto text = operands_text<Sign, E...>();
    static_assert(operands_fit<text, problem != misfit::inner>::value,
                  "ctg: matrix product: the columns of the left operand are not the rows of the right one; did you mean transpose(...) of one of them, or % for the element-wise product?");
    static_assert(operands_fit<text, problem != misfit::broadcast>::value,
                  "ctg: element-wise operation: the extents differ and neither is 1; use transpose, reshape, or * for the matrix product");
    static_assert(operands_fit<text, problem != misfit::unequal>::value,
                  "ctg: these operands must have one and the same shape; a loss does not broadcast: use transpose, reshape or broadcast_to");
    static_assert(operands_fit<text, problem != misfit::batch>::value,
                  "ctg: matrix product: the leading (batch) extents differ and neither is 1");
    static_assert(operands_fit<text, problem != misfit::rank>::value,
                  "ctg: an operand has the wrong number of axes; * wants matrices (rank 2 or more): use reshape, or dot and outer for vectors");
    static_assert(operands_fit<text, problem != misfit::axis>::value,
                  "ctg: there is no such axis; axes count from 0");
    static_assert(operands_fit<text, problem != misfit::size>::value,
                  "ctg: reshape keeps the number of entries; these differ");
  }
  constexpr bool mixed = [] {
    element t = element::none;
    bool mix = false;
    ((mix = mix || elements_mix(t, E::type), t = join_elements(t, E::type)), ...);
    return mix;
  }();
  if constexpr (mixed)
    static_assert(operands_fit<operands_text<Sign, E...>(), !mixed>::value,
                  "ctg: float and double leaves meet in one expression; convert one side with cast<double>(X) or cast<float>(X)");
  constexpr int clash = find_name_clash(inputs<E...>::leaves);
  if constexpr (clash >= 0)
    static_assert(operands_fit<operands_text<Sign, E...>(), (clash < 0)>::value,
                  "ctg: one name stands for two different leaves here (other extents, element type or kind); rename one of them");
}

template <class L>
struct leaf_outlives_the_expression {
  static constexpr bool value = std::is_lvalue_reference_v<L> || !Leaf<L>;
};

}  // namespace ctg::inline v0::detail
