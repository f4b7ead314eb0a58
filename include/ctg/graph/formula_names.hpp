// SPDX-License-Identifier: MIT
// The names of the values of a graph that get a line of their own: Y1, Y2, … and dY for the adjoint of Y.
#pragma once

#include <ctg/graph/builder.hpp>
#include <ctg/graph/formula_pieces.hpp>
#include <ctg/graph/scopes.hpp>
#include <ctg/op/operations.hpp>

#include <string>

namespace ctg::inline v0::detail {

/// A graph to be written. `primal`: by node, the node whose adjoint it is, or -1 (empty where nothing is known). In a
/// plan's graph every stop_gradient is a copy that the planner put in.
struct formula_graph {
  detail::span<node const> nodes;
  detail::span<shape const> shapes;
  detail::span<leaf_info const* const> leaves;
  sequence<double> numbers;
  sequence<int> primal;
  bool planned = false;
};

// By node, the node whose adjoint it is, or -1.
constexpr sequence<int> primals_of(Builder auto const& g) {
  sequence<int> primal(g.nodes.size(), -1);
  for (auto const& pass : g.passes)
    for (std::size_t n = 0; n < pass.adjoints.size(); ++n)  // of Z and its summands, which share an adjoint, Z stays
      if (int const a = pass.adjoints[n]; a > pass.root) primal[static_cast<std::size_t>(a)] = static_cast<int>(n);
  return primal;
}

template <class X>
class formula_names_of : protected pieces_of<X> {
 public:
  using string = late<X, std::string>;

  formula_names_of(formula_graph const& g, script as) : pieces_of<X>{{as}}, g_(g), names_(g.nodes.size()) {
    if (g_.primal.empty()) g_.primal.assign(g.nodes.size(), -1);
    for (auto const* leaf : g.leaves) taken_.insert(string(leaf->name));
  }

  /// A value that a formula is wanted of; it is never abbreviated in its own line.
  void want(int i) { roots_.push_back(i); }
  /// A value that gets a line of its own, under this name or (empty) one that is chosen.
  void name(int i, string const& as) {
    named_.insert(i);
    if (!as.empty()) names_[at(i)] = as;
  }

  bool is_named(int i) const { return named_.contains(i); }
  sorted_set<int> const& named() const { return named_; }
  string name_of(int i) const { return this->identifier(names_[at(i)]); }

 protected:
  static std::size_t at(int i) { return static_cast<std::size_t>(i); }
  int size() const { return static_cast<int>(g_.nodes.size()); }
  node const& n(int i) const { return g_.nodes[at(i)]; }
  shape const& shape_of(int i) const { return g_.shapes[at(n(i).shape)]; }

  // State and input of a step are s and x, the adjoint of a state is ds.
  void name_slots() {
    for (int i = 0; i < size(); ++i) {
      if (!n(i).is(opcode::scan) || n(i).args[1] < 0) continue;
      late<X, scan_parts> const of = parts_of_scan(g_.nodes, i);
      for (std::size_t k = 0; k < of.slots.size(); ++k) {
        string& name = names_[at(of.slots[k])];
        if (!name.empty()) continue;
        bool const state = static_cast<int>(k) < of.layout.states, back = n(i).with.q != 0;
        string const letter = state ? (back ? "ds" : "s") : (back ? "dy" : "x");
        name = letter;
        for (int next = 1; taken_.contains(name); ++next) name = letter + std::to_string(next);
        taken_.insert(name);
      }
    }
  }

  void find_uses() {
    uses_.assign(g_.nodes.size(), 0);
    for (int r : roots_) ++uses_[at(r)];
    for (int i = size() - 1; i >= 0; --i) {
      if (!uses_[at(i)]) continue;
      bool const transparent = n(i).is(opcode::broadcast) || n(i).is(opcode::reshape);
      for (int a : n(i).args)
        if (a >= 0) uses_[at(a)] += transparent ? uses_[at(i)] : 1;
    }
  }

  bool may_have_name(int i) const {
    node const& x = n(i);
    return x.op->kind != family::source && !x.is(opcode::broadcast) && !x.is(opcode::reshape) &&
           !x.is(opcode::transpose) && !x.is(opcode::operands) && !x.is(opcode::scan);
  }
  string letter_of(int i) const {
    node const& x = n(i);
    bool sums_product = x.op->kind == family::product;
    if (x.is(opcode::add) || x.is(opcode::subtract))
      for (int a : x.args) sums_product = sums_product || (a >= 0 && n(a).op->kind == family::product);
    if (sums_product) return "Z";
    if (x.op->kind == family::rowwise) return "P";
    if (x.is(opcode::one_hot)) return "T";
    if (x.is(opcode::stop_gradient)) return "C";
    if (x.is(opcode::step)) return "M";
    if (x.op->kind == family::reduction) return shape_of(i).one_entry() ? "s" : "S";
    if (x.op->style == notation::function && x.op->arity == 1) return "Y";
    return shape_of(i).one_entry() ? "v" : "V";
  }

  // Y, or Y1, Y2, … where there are several; the adjoint of Y is dY.
  void choose_names() {
    late<X, sorted_set<int>> unnamed;
    late<X, sorted_set<string>> letters;
    for (int i : named_) {
      int of = i;
      while (primal_of(of) >= 0) of = primal_of(of);
      if (!n(of).is(opcode::leaf) && names_[at(of)].empty()) unnamed.insert(of);
    }
    for (int i : unnamed) letters.insert(letter_of(i));
    for (auto const& letter : letters) {
      int members = 0, next = 1;
      for (int i : unnamed) members += letter_of(i) == letter;
      for (int i : unnamed) {
        if (letter_of(i) != letter) continue;
        string s = letter;
        if (members > 1 || taken_.contains(s)) do
            s = letter + std::to_string(next++);
          while (taken_.contains(s));
        names_[at(i)] = s;
        taken_.insert(s);
      }
    }
    for (int i : named_) names_[at(i)] = adjoint_name(i);
    for (int i : unnamed)
      if (!named_.contains(i)) names_[at(i)].clear();
  }

  // A product and what adds a bias to it have one adjoint: it is named after the one that has a name.
  int primal_of(int i) const {
    int const of = g_.primal[at(i)];
    if (of >= 0 && n(of).is(opcode::add) && !named_.contains(of))
      for (int a : n(of).args)
        if (a >= 0 && n(a).op->kind == family::product && named_.contains(a)) return a;
    return of;
  }

  string adjoint_name(int i) {
    if (!names_[at(i)].empty()) return names_[at(i)];
    if (n(i).is(opcode::leaf)) return string(g_.leaves[at(static_cast<int>(n(i).with.p))]->name);
    string s = "d" + adjoint_name(primal_of(i));
    while (taken_.contains(s)) s += "′";
    taken_.insert(s);
    return s;
  }

  late<X, formula_graph> g_;
  late<X, sequence<int>> roots_;
  late<X, sorted_set<int>> named_;
  late<X, sorted_set<string>> taken_;
  late<X, sequence<int>> uses_;
  late<X, sequence<string>> names_;
};

}  // namespace ctg::inline v0::detail
