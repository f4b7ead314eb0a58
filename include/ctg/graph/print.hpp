// SPDX-License-Identifier: MIT
// to_string and to_latex: the formula of an expression, as it was written and as it was derived.
#pragma once

#include <ctg/expr/operators.hpp>
#include <ctg/graph/described.hpp>
#include <ctg/graph/formula.hpp>

namespace ctg::inline v0 {

namespace detail {

/// The graph of expressions that are printed. It is made while the program compiles, where all rules are at hand: made
/// by the program that prints it, it would bring the rules of all operations into it (and 3 of 7 s of g++ for one
/// gradient).
template <class... E>
struct printed_graph {
  template <std::size_t C>
  struct stage {
    struct made {
      frozen<node, C> nodes;
      frozen<shape, C> shapes;
      frozen<leaf_info const*, C> leaves;
      frozen<number_info const*, C> numbers;
      frozen<int, C> primal;
      std::array<int, sizeof...(E)> roots{};
      constexpr bool fits() const { return nodes.fits() && shapes.fits() && leaves.fits() && numbers.fits(); }
    };
    static constexpr made buffer = [] {
      builder g;
      made m;
      m.roots = {lower<E>(g)...};
      m.nodes.assign(g.nodes);
      m.shapes.assign(g.shapes);
      m.leaves.assign(g.leaves);
      m.numbers.assign(g.numbers);
      m.primal.assign(primals_of(g));
      return m;
    }();
  };
  static constexpr auto const& buffer = fit<stage, 64>::buffer;
  static constexpr auto nodes = exact<buffer.nodes.size>(buffer.nodes);
  static constexpr auto shapes = exact<buffer.shapes.size>(buffer.shapes);
  static constexpr auto leaves = exact<buffer.leaves.size>(buffer.leaves);
  static constexpr auto numbers = exact<buffer.numbers.size>(buffer.numbers);
  static constexpr auto primal = exact<buffer.primal.size>(buffer.primal);
  static constexpr auto roots = buffer.roots;
};

// The formulas of these values: one bare, several each under its name where it has one; then what the names stand for.
template <class X = void>
std::string write_formulas(formula_graph const& graph, span<int const> roots, script as) {
  using string = late<X, std::string>;
  formula_writer_of<X> w(graph, as);
  for (int r : roots) w.want(r);
  bool const several = roots.size() > 1, tex = as == script::latex;
  if (several)
    for (int r : roots)
      if (graph.primal[static_cast<std::size_t>(r)] >= 0) w.name(r, "");
  w.run();
  late<X, sequence<string>> lines;
  late<X, sorted_set<int>> const done(roots.begin(), roots.end());
  for (int r : roots) lines.push_back((several && w.is_named(r) ? w.name_of(r) + " = " : "") + w.formula(r));
  char const* start = tex ? "\\text{where } " : "  where ";
  for (int i : w.named())
    if (!done.contains(i)) {
      lines.push_back(start + w.name_of(i) + " = " + w.formula(i));
      start = tex ? "\\phantom{\\text{where }} " : "        ";
    }
  string s;
  for (auto const& line : lines) {
    if (!s.empty()) s += tex ? " \\\\\n" : "\n";
    s += (tex && lines.size() > 1 ? "& " : "") + line;
  }
  return tex && lines.size() > 1 ? "\\begin{aligned}\n" + s + "\n\\end{aligned}" : s;
}

template <class... E>
std::string formulas_of(script as, E const&... e) {
  using graph = printed_graph<E...>;
  sequence<double> values(graph::numbers.size());
  [[maybe_unused]] auto const read_numbers = [&](auto const& numbers, auto const& given) {
    for (std::size_t i = 0; i < numbers.size(); ++i)
      for (std::size_t k = 0; k < values.size(); ++k)
        if (graph::numbers[k] == numbers[i]) values[k] = given[i];
  };
  (read_numbers(E::numbers, e.bound.numbers), ...);
  auto const primal = spanned(graph::primal);
  return write_formulas({spanned(described<graph::nodes>::items), spanned(graph::shapes), spanned(graph::leaves),
                         values, sequence<int>(primal.begin(), primal.end())},
                        spanned(graph::roots), as);
}

}  // namespace detail

/// The formula of e, as written and as derived: `X⊤ · (2 · (X · W − T))`. Matrix products and scalings are ·,
/// element-wise products ⊙; products and quotients are read from left to right, before sums. Powers are those of the
/// entries, A⁻¹ is the inverse. sum₀ sums over axis 0; [a ≥ b] is 1 where it holds; stretching by NumPy's rules is not
/// shown. Values that occur more than once have names, explained behind `where`; dY is the adjoint of Y. Several
/// expressions share them.
template <Expression... E>
  requires(sizeof...(E) > 0)
std::string to_string(E const&... e) { return detail::formulas_of(detail::script::text, detail::wrap<void, 0>(e)...); }

/// The same for LaTeX's mathematics mode (several lines are an `aligned`), as lecture notes write it: matrix products
/// side by side, a bias as \mathbf{1} b, sums over an axis as products with ones, element-wise powers as A^{\odot 2},
/// element-wise quotients as fractions. W_in and W1 have an index, beta is β, numbers are 10^{-9} and \frac{2}{9}.
template <Expression... E>
  requires(sizeof...(E) > 0)
std::string to_latex(E const&... e) { return detail::formulas_of(detail::script::latex, detail::wrap<void, 0>(e)...); }

}  // namespace ctg::inline v0
