// SPDX-License-Identifier: MIT
// einsum: sums of products over axes named by letters, read by the compiler.
#pragma once

#include <ctg/expr/functions.hpp>
#include <ctg/op/contract.hpp>

namespace ctg::inline v0 {

namespace detail {

/// "bm,lmn,bn->bl" taken apart. N is the length of the text, and so no fewer than the operands.
template <std::size_t N>
struct einsum_text {
  std::array<axis_letters, N> operands{};
  std::size_t count = 1;
  axis_letters output;
  bool well_formed = false;

  constexpr explicit einsum_text(std::string_view text) {
    std::size_t arrow = 0;  // string_view::find is no constant expression with g++ -fsanitize=undefined
    while (arrow + 1 < text.size() && (text[arrow] != '-' || text[arrow + 1] != '>')) ++arrow;
    well_formed = arrow + 1 < text.size();
    for (std::size_t i = 0; i < text.size() && well_formed; ++i) {
      char const c = text[i];
      if (i == arrow) {
        ++i;
      } else if (c == ',' && i < arrow) {
        ++count;
      } else if (is_letter(c)) {
        (i < arrow ? operands[count - 1] : output).push(c);
      } else if (c != ' ') {
        well_formed = false;
      }
    }
  }
};

template <symbol Spec>
inline constexpr einsum_text<Spec.view().size() + 1> einsum_parsed{Spec.view()};

template <symbol Spec, std::size_t N>
constexpr std::array<axis_letters, N> einsum_operands() {
  std::array<axis_letters, N> r{};
  for (std::size_t i = 0; i < N; ++i) r[i] = einsum_parsed<Spec>.operands[i];
  return r;
}

constexpr letter_extents extents_of_letters(detail::span<axis_letters const> operands,
                                            detail::span<shape const> shapes) {
  letter_extents e;
  for (std::size_t i = 0; i < operands.size(); ++i)
    for (int a = 0; a < operands[i].size; ++a) e.set(operands[i][a], shapes[i][a]);
  return e;
}

/// The first thing that is wrong with an einsum, and the letter and the two operands (or the one) that show it.
struct einsum_verdict {
  fault what = fault::none;
  char letter = 0;
  int first = -1, first_axis = -1, second = -1, second_axis = -1;
};

template <symbol Spec, class... E>
constexpr einsum_verdict judge_einsum() {
  constexpr auto const& text = einsum_parsed<Spec>;
  if (!text.well_formed) return {fault::einsum_form};
  if (text.count != sizeof...(E)) return {fault::einsum_count};
  constexpr shape shapes[] = {E::shape...};
  std::array<std::array<int, 2>, 52> seen{};
  letter_set known = 0;
  for (int i = 0; i < static_cast<int>(text.count); ++i) {
    axis_letters const& l = text.operands[static_cast<std::size_t>(i)];
    if (l.size != shapes[i].rank) return {fault::einsum_rank, 0, i};
    for (int a = 0; a < l.size; ++a) {
      auto& at = seen[static_cast<std::size_t>(letter_number(l[a]))];
      if ((known & set_of(l[a])) && !(shapes[at[0]][at[1]] == shapes[i][a]))
        return {fault::einsum_extent, l[a], at[0], at[1], i, a};
      if (!(known & set_of(l[a]))) at = {i, a};
      known |= set_of(l[a]);
    }
  }
  letter_set written = 0;
  for (int a = 0; a < text.output.size; ++a) {
    char const c = text.output[a];
    if (!(known & set_of(c))) return {fault::einsum_unknown, c};
    if (written & set_of(c)) return {fault::einsum_twice, c};
    written |= set_of(c);
  }
  return {};
}

template <symbol Spec, class... E>
constexpr auto order_einsum() {
  constexpr shape shapes[] = {E::shape...};
  auto const operands = einsum_operands<Spec, sizeof...(E)>();
  return find_order(operands, einsum_parsed<Spec>.output, extents_of_letters(operands, shapes));
}

template <symbol Spec, auto Order>
struct einsum_of : composite {
  static constexpr std::string_view name = "einsum";
  static constexpr std::size_t count = einsum_parsed<Spec>.count;
  static constexpr std::array<axis_letters, count> operands = einsum_operands<Spec, count>();
  static constexpr axis_letters output = einsum_parsed<Spec>.output;

  static constexpr shape_result result(shape const* s, parameters) {
    return extents_of_letters(operands, {s, count}).shape_of(output);
  }

  template <class... H>
  static constexpr handle lower(H... h) {
    shape const shapes[] = {h.shape()...};
    return contract(std::array{h...}, operands, output, Order, extents_of_letters(operands, shapes));
  }
};

// ── what the compiler says ──

template <symbol Spec>
constexpr void write_einsum(writer& w) {
  w << "einsum<\"" << Spec.view() << "\">(";
}

// l: 4 is not 5
template <symbol Spec, class... E>
constexpr void write_einsum_reason(writer& w) {
  constexpr einsum_verdict v = judge_einsum<Spec, E...>();
  constexpr char letter[] = {v.letter, 0};
  if constexpr (v.what == fault::einsum_extent) {
    using A = std::tuple_element_t<static_cast<std::size_t>(v.first), std::tuple<E...>>;
    using B = std::tuple_element_t<static_cast<std::size_t>(v.second), std::tuple<E...>>;
    w << letter << ": ";
    write_difference<A, B>(w, A::shape[v.first_axis], B::shape[v.second_axis]);
  } else if constexpr (v.what == fault::einsum_rank) {
    constexpr std::size_t i = static_cast<std::size_t>(v.first);
    w << "operand " << v.first + 1 << ": " << einsum_parsed<Spec>.operands[i].size << " letters, "
      << std::tuple_element_t<i, std::tuple<E...>>::shape.rank << " axes";
  } else if constexpr (v.what == fault::einsum_count) {
    w << static_cast<std::int64_t>(einsum_parsed<Spec>.count) << " are named, "
      << static_cast<std::int64_t>(sizeof...(E)) << " given";
  } else if constexpr (v.letter != 0) {
    w << "letter " << letter;
  }
}

template <symbol Spec, class... E>
constexpr auto say_einsum() {
  constexpr auto call = said<to_symbol<write_einsum<Spec>>(), to_symbol<write_operand<E>>()...>{};
  constexpr auto reason = to_symbol<write_einsum_reason<Spec, E...>>();
  if constexpr (reason.view().empty())
    return call;
  else
    return and_also<reason>(call);
}

}  // namespace detail

/// The sum over all letters that the output does not name, of the products of the operands' entries: one letter for
/// each axis, z_bl = Σ_mn X_bm A_lmn Y_bn is einsum<"bm,lmn,bn->bl">(X, A, Y). Any number of operands; a letter twice
/// in one operand is its diagonal ("ii->" is the trace); the output is always written out. The compiler chooses which
/// operands meet first (extents that only the run knows count as 64) and makes matrix products of what can be one,
/// batched where a letter is in both operands and in the output. dX is an einsum too. Error as of a product: (k + 2) ε
/// Σ |a||b| for k summed entries of each pair that meets.
template <symbol Spec, Expression... E>
  requires(sizeof...(E) > 0)
constexpr auto einsum(E&&... e) {
  if constexpr (detail::any_invalid<E...>) {
    return detail::invalid_expression{};
  } else {
    constexpr auto verdict = detail::judge_einsum<Spec, detail::wrapped<void, 0, E>...>();
    if constexpr (verdict.what != detail::fault::none) {
      detail::explain<verdict.what>(detail::say_einsum<Spec, detail::wrapped<void, 0, E>...>());
      return detail::invalid_expression{};
    } else {
      constexpr auto order = detail::order_einsum<Spec, detail::wrapped<void, 0, E>...>();
      if constexpr (!order.possible) {
        detail::explain<detail::fault::einsum_axes>(detail::say_einsum<Spec, detail::wrapped<void, 0, E>...>());
        return detail::invalid_expression{};
      } else {
        return detail::form<"einsum", detail::einsum_of<Spec, order>, void, E...>(e...);
      }
    }
  }
}

/// Bilinear layer: z_bl = x_bᵀ A_l y_b for the rows of X (b×m) and Y (b×n) and A of l×m×n.
///   dX = Σ_l dZ_l ⊙ (Y A_lᵀ), dY = Σ_l dZ_l ⊙ (X A_l), dA_l = (dZ_l ⊙ X)ᵀ Y, where column l of dZ scales rows
template <Expression X, Expression A, Expression Y>
constexpr auto bilinear(X&& x, A&& a, Y&& y) {
  return einsum<"bm,lmn,bn->bl">(std::forward<X>(x), std::forward<A>(a), std::forward<Y>(y));
}

}  // namespace ctg::inline v0
