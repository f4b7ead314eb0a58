// SPDX-License-Identifier: MIT
// How the compiler's messages write an operand: X(N x 784), sigmoid(X * W)(N x 128). In ASCII, for clang prints other
// characters as integers, and in pieces of at most 36 characters, for it cuts longer ones short.
#pragma once

#include <ctg/expr/expression.hpp>

namespace ctg::inline v0::detail {

/// What clang 16 to 19 print of a character array as a template argument before they cut it.
inline constexpr std::size_t longest_piece = 36;

/// Text that grows in a constant expression.
struct writer {
  char text[240]{};
  std::size_t size = 0;
  constexpr void put(char c) {
    if (size < sizeof(text)) text[size++] = c;
  }
  constexpr writer& operator<<(std::string_view s) {
    for (char c : s) put(c);
    return *this;
  }
  constexpr writer& operator<<(std::int64_t n) {
    if (n < 0) return *this << "-" << -n;
    char digits[20]{};
    std::size_t k = 0;
    do digits[k++] = static_cast<char>('0' + n % 10);
    while (n /= 10);
    while (k) put(digits[--k]);
    return *this;
  }
};

template <auto Write>
constexpr writer written() {
  writer w;
  Write(w);
  return w;
}

/// The text that Write writes, as a template argument. (Functions and not lambdas: for a lambda in a template, g++ 12
/// warns where its names shadow globals of the user's.)
template <auto Write>
constexpr auto to_symbol() {
  constexpr writer w = written<Write>();
  symbol<w.size + 1> s;
  // the end too: clang prints an array whose last element was never written as integers
  for (std::size_t i = 0; i <= w.size; ++i) s.text[i] = i < w.size ? w.text[i] : '\0';
  return s;
}

// ── extents ──

template <class E>
constexpr std::string_view extent_name(std::uint64_t hash) {
  for (leaf_info const* leaf : E::leaves)
    for (auto const& name : leaf->extent_names)
      if (!name.empty() && hash_text(name) == hash) return name;
  return "?";
}

template <class E>
constexpr void write_extent(writer& w, extent const& e) {
  bool first = e.factor == 1 && !e.is_static();
  if (!first) w << e.factor;
  for (std::uint64_t n : e.names) {
    if (n == 0) break;
    if (!first) w << "*";
    first = false;
    w << extent_name<E>(n);
  }
}

template <class E>
constexpr void write_shape(writer& w) {
  w << "(";
  for (int i = 0; i < E::shape.rank; ++i) {
    if (i) w << " x ";
    write_extent<E>(w, E::shape[i]);
  }
  w << (E::shape.rank ? ")" : "scalar)");
}

template <class E>
constexpr void write_argument(writer& w, std::string_view before, E e) {
  w << before;
  if constexpr (requires { E::name; })
    w << E::name.view();
  else
    w << static_cast<std::int64_t>(e);
}

/// reshape<4, N>: the name of a function with its arguments.
template <symbol Name, auto... Arguments>
constexpr void write_name(writer& w) {
  std::string_view before = "<";
  w << Name.view();
  ((write_argument(w, before, Arguments), before = ", "), ...);
  w << ">";
}

constexpr bool is_ascii(std::string_view s) {
  for (char c : s)
    if (static_cast<unsigned char>(c) > 126) return false;
  return true;
}

template <class Op>
constexpr void write_name_of(writer& w) {
  w << (is_ascii(Op::name) ? Op::name : "custom");
}

// ── operations ──

/// precedence 0: a function
struct spelling {
  std::string_view name;
  int precedence = 0;
};

template <class Op>
struct unadjusted {
  using type = Op;
};
template <class Op, std::int64_t P, std::int64_t Q>
struct unadjusted<with<Op, P, Q>> {
  using type = Op;
};

/// `scales`: an operand is a scalar, so that the product was written *.
template <class Adjusted>
constexpr spelling spell(bool scales) {
  using Op = typename unadjusted<Adjusted>::type;
  switch (code_of<Op>) {
    case opcode::add:
      return {"+", 10};
    case opcode::subtract:
    case opcode::negate:
      return {"-", 10};
    case opcode::multiply:
      return {scales ? "*" : "%", 20};
    case opcode::product:
      return {"*", 20};
    case opcode::divide:
      return {"/", 20};
    case opcode::less:
      return {"<", 5};
    case opcode::less_equal:
      return {"<=", 5};
    case opcode::equal:
      return {"==", 5};
    case opcode::not_equal:
      return {"!=", 5};
    case opcode::square:
      return {"square"};
    case opcode::sqrt:
      return {"sqrt"};
    case opcode::cbrt:
      return {"cbrt"};
    case opcode::sigmoid:
      return {"sigmoid"};
    case opcode::integer_power:
      return {"pow"};
    case opcode::transpose:
      return {"transpose"};
    default:
      break;
  }
  if constexpr (requires { Op::infix_precedence; }) return {Op::name, Op::infix_precedence};
  if constexpr (requires { Op::name; }) return {is_ascii(Op::name) ? Op::name : "expression"};
  return {"expression"};
}

/// Writes an operand without its extents; operations deeper than `depth` become "...".
template <class E>
struct term {
  static constexpr void write(writer& w, int, int) { w << "expression"; }
};
template <class L>
struct term<ref<L>> {
  static constexpr void write(writer& w, int, int) { w << info_of<L>.name; }
};
template <class Site, int Position>
struct term<number<Site, Position>> {
  static constexpr void write(writer& w, int, int) { w << "number"; }
};
template <std::int64_t Numerator, std::int64_t Denominator>
struct term<constant_expression<Numerator, Denominator>> {
  static constexpr void write(writer& w, int, int) {
    w << Numerator;
    if (Denominator != 1) w << "/" << Denominator;
  }
};
template <std::uint64_t Id, class... Witness>
struct term<expression<Id, Witness...>> : term<typename expression<Id, Witness...>::made_of> {};

template <class Op, class... Operands>
struct term<made_of<Op, Operands...>> {
  static constexpr spelling spelled = spell<Op>(((Operands::shape.rank == 0) || ...));

  static constexpr void write(writer& w, int depth, int outer) {
    if (depth == 0) {
      w << "...";
      return;
    }
    constexpr bool infix = spelled.precedence > 0 && sizeof...(Operands) == 2;
    constexpr bool prefix = spelled.precedence > 0 && sizeof...(Operands) == 1;
    bool const parentheses = spelled.precedence == 0 || spelled.precedence <= outer;
    if (!infix && !(prefix && parentheses)) w << spelled.name;
    if (parentheses) w << "(";
    if (prefix && parentheses) w << spelled.name;
    int i = 0;
    (write_part<Operands>(w, depth, i++, infix ? spelled.precedence : prefix ? spelled.precedence + 1 : 1), ...);
    if (parentheses) w << ")";
  }

 private:
  template <class E>
  static constexpr void write_part(writer& w, int depth, int i, int outer) {
    if (i > 0 && sizeof...(Operands) == 2 && spelled.precedence > 0)
      w << " " << spelled.name << " ";
    else if (i > 0)
      w << ", ";
    term<E>::write(w, depth - 1, outer - (i == 0));
  }
};

/// X(N x 784): as much of the operand as fits.
template <class E>
constexpr void write_operand(writer& w) {
  if constexpr (requires { E::word; }) {
    w << E::word;
  } else {
    for (int depth = 4; depth > 0; --depth) {
      writer v;
      term<E>::write(v, depth, 100);
      write_shape<E>(v);
      if (v.size <= longest_piece - 3 || depth == 1) {
        for (std::size_t i = 0; i < v.size; ++i) w.put(v.text[i]);
        return;
      }
    }
  }
}

// ── what was asked for ──

/// Pieces of text, as a value.
template <symbol... Text>
struct said {};

template <symbol More, symbol... Text>
constexpr said<Text..., More> and_also(said<Text...>) {
  return {};
}

constexpr bool is_function_name(std::string_view sign) { return sign[0] >= 'a' && sign[0] <= 'z'; }

// Too long for a piece together with an operand.
constexpr bool is_long_name(std::string_view sign) { return sign.size() > 20; }

template <symbol Sign>
constexpr void write_long_name(writer& w) {
  if (is_long_name(Sign.view())) w << Sign.view() << "(";
}

// Operand I of a call with what stands between it and the next; a long name is a piece of its own before them.
template <symbol Sign, std::size_t I, class... E>
constexpr void write_call_piece(writer& w) {
  constexpr std::string_view sign = Sign.view();
  constexpr bool call = sizeof...(E) == 1 || is_function_name(sign);
  if (call && I == 0 && !is_long_name(sign)) w << sign << "(";
  write_operand<std::tuple_element_t<I, std::tuple<E...>>>(w);
  if constexpr (I + 1 < sizeof...(E)) {
    if (call)
      w << ",";
    else
      w << " " << sign;
  } else if (call) {
    w << ")";
  }
}

template <symbol Sign, class... E>
constexpr void write_call(writer& w) {
  write_long_name<Sign>(w);
  [&w]<std::size_t... I>(std::index_sequence<I...>) {
    ((I ? void(w << " ") : void(), write_call_piece<Sign, I, E...>(w)), ...);
  }
  (std::index_sequence_for<E...>{});
}

/// "X(N x 784) * W(128 x 10)", in one piece where it fits.
template <symbol Sign, class... E>
constexpr auto say_call() {
  constexpr auto whole = to_symbol<write_call<Sign, E...>>();
  if constexpr (whole.view().size() <= longest_piece)
    return said<whole>{};
  else
    return []<std::size_t... I>(std::index_sequence<I...>) {
      if constexpr (is_long_name(Sign.view()))
        return said<to_symbol<write_long_name<Sign>>(), to_symbol<write_call_piece<Sign, I, E...>>()...>{};
      else
        return said<to_symbol<write_call_piece<Sign, I, E...>>()...>{};
    }
  (std::index_sequence_for<E...>{});
}

/// "X(N x 784)".
template <class E>
constexpr auto say_operand() {
  return said<to_symbol<write_operand<E>>()>{};
}

/// The name of a function with arguments: "sum<2>".
template <symbol Name, auto... Arguments>
constexpr auto called_with() {
  return to_symbol<write_name<Name, Arguments...>>();
}

}  // namespace ctg::inline v0::detail
