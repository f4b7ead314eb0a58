// SPDX-License-Identifier: MIT
// to_string and to_latex: the formula of an expression, as it was written and as it was derived.
#pragma once

#include <ctg/expr/operators.hpp>
#include <ctg/graph/formula.hpp>

namespace ctg::inline v0 {

namespace detail {

// The formulas of expressions: one bare, several each under its name where it has one; then what the names stand for.
template <script As, class... E>
std::string write_formulas(E const&... e) {
  using late_for = types<E...>;
  late<late_for, builder> g;
  std::array<int, sizeof...(E)> const roots{lower<E>(g)...};
  late<late_for, formula_graph> graph{g.nodes, g.shapes, g.leaves, sequence<double>(g.numbers.size()), primals_of(g)};
  [[maybe_unused]] auto read_numbers = [&](auto const& numbers, auto const& values) {
    for (std::size_t i = 0; i < numbers.size(); ++i)
      for (std::size_t k = 0; k < g.numbers.size(); ++k)
        if (g.numbers[k] == numbers[i]) graph.numbers[k] = values[i];
  };
  (read_numbers(E::numbers, e.bound.numbers), ...);
  late<late_for, formula_writer> w(graph, As);
  for (int r : roots) w.want(r);
  if (roots.size() > 1)
    for (int r : roots)
      if (graph.primal[static_cast<std::size_t>(r)] >= 0) w.name(r, "");
  w.run();
  late<late_for, sequence<std::string>> lines;
  late<late_for, sorted_set<int>> const done(roots.begin(), roots.end());
  constexpr bool several = sizeof...(E) > 1, tex = As == script::latex;
  for (int r : roots) lines.push_back((several && w.is_named(r) ? w.name_of(r) + " = " : "") + w.formula(r));
  char const* start = tex ? "\\text{where } " : "  where ";
  for (int i : w.named())
    if (!done.contains(i)) {
      lines.push_back(start + w.name_of(i) + " = " + w.formula(i));
      start = tex ? "\\phantom{\\text{where }} " : "        ";
    }
  std::string s;
  for (auto const& line : lines) {
    if (!s.empty()) s += tex ? " \\\\\n" : "\n";
    s += (tex && lines.size() > 1 ? "& " : "") + line;
  }
  return tex && lines.size() > 1 ? "\\begin{aligned}\n" + s + "\n\\end{aligned}" : s;
}

}  // namespace detail

/// The formula of e, as written and as derived: `X⊤ · (2 · (X · W − T))`. Matrix products and scalings are ·,
/// element-wise products ⊙; products and quotients are read from left to right, before sums. Powers are those of the
/// entries, A⁻¹ is the inverse. sum₀ sums over axis 0; [a ≥ b] is 1 where it holds; stretching by NumPy's rules is not
/// shown. Values that occur more than once have names, explained behind `where`; dY is the adjoint of Y. Several
/// expressions share them.
template <Expression... E>
  requires(sizeof...(E) > 0)
std::string to_string(E const&... e) {
  return detail::write_formulas<detail::script::text>(detail::wrap<void, 0>(e)...);
}

/// The same for LaTeX's mathematics mode (several lines are an `aligned`), as lecture notes write it: matrix products
/// side by side, a bias as \mathbf{1} b, sums over an axis as products with ones, element-wise powers as A^{\odot 2},
/// element-wise quotients as fractions. W_in and W1 have an index, beta is β, numbers are 10^{-9} and \frac{2}{9}.
template <Expression... E>
  requires(sizeof...(E) > 0)
std::string to_latex(E const&... e) {
  return detail::write_formulas<detail::script::latex>(detail::wrap<void, 0>(e)...);
}

}  // namespace ctg::inline v0
