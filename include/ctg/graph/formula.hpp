// SPDX-License-Identifier: MIT
// The formulas of a graph. A value that occurs more than once, and a long one, gets a name and a line of its own, so
// that the gradient of a deep network reads like the lecture notes and its text grows no faster than the graph.
#pragma once

#include <ctg/graph/formula_patterns.hpp>

#include <algorithm>

namespace ctg::inline v0::detail {

template <class X>
class formula_writer_of : public formula_patterns_of<X> {
  using names = formula_patterns_of<X>;
  using string = late<X, std::string>;
  using extents = extent_writer_of<X>;
  using names::as_, names::latex, names::pick, names::identifier, names::enclosed, names::absolute, names::index,
      names::call, names::function_name, names::relation;
  using names::at, names::size, names::n, names::shape_of, names::name_slots, names::find_uses, names::may_have_name,
      names::choose_names, names::primal_of;
  using names::at_least, names::at_right, names::number, names::beside, names::quotient, names::exponent;
  using names::closed, names::negative, names::scaled, names::factor, names::chained, names::raised;
  using names::g_, names::roots_, names::named_, names::uses_, names::names_;
  using names::unstretched, names::is_number, names::is_scalar, names::counted_axis, names::is_unit,
      names::is_unit_matrix, names::is_turned_vector, names::diagonal_of, names::is_inverse;

 public:
  formula_writer_of(formula_graph const& g, script as) : names(g, as), written_(g.nodes.size()) {}

  void run() {
    name_slots();
    find_uses();
    // first as text with names of two letters, to see which are needed: LaTeX breaks its lines at the same places
    script const wanted = std::exchange(as_, script::text);
    for (int i = 0; i < size(); ++i) {
      if (!uses_[at(i)]) continue;
      written_[at(i)] = write(i);
      if (deserves_name(i)) named_.insert(i);
    }
    // where dZ has a line, Z has one too, if it occurs
    for (int i : late<X, sorted_set<int>>(named_))
      for (int of = primal_of(i); of >= 0; of = primal_of(of))
        if (uses_[at(of)] && may_have_name(of)) named_.insert(of);
    choose_names();
    as_ = wanted;
    for (int i = 0; i < size(); ++i)
      if (uses_[at(i)]) written_[at(i)] = write(i);
  }

  string const& formula(int i) const { return written_[at(i)].text; }

 private:
  using piece = typename names::piece;
  static constexpr std::size_t short_text = 8, long_text = 56;
  bool deserves_name(int i) const {
    node const& x = n(i);
    if (!may_have_name(i)) return false;
    std::size_t const length = letters_of(written_[at(i)].text);
    bool const is_root = std::find(roots_.begin(), roots_.end(), i) != roots_.end();
    if (uses_[at(i)] > 1 && length > short_text) return true;
    // a line that is too long breaks at an adjoint or a layer, not inside a sum
    bool const layer =
        g_.primal[at(i)] >= 0 || x.op->kind == family::product || (x.op->arity == 1 && x.op->kind != family::reduction);
    return !is_root && layer && length > long_text;
  }

  // ── formulas ──

  piece value_of(int i) const {
    if (!named_.contains(i)) return written_[at(i)];
    return {names_[at(i)].empty() ? "Y1" : identifier(names_[at(i)]), closed};
  }
  piece operand(node const& x, int k) const {
    int const a = unstretched(x, k);
    if (n(a).is(opcode::constant) && x.op->kind == family::elementwise && x.arity() > 1)
      return number(constant_value(n(a)));
    bool const stretches = x.op->kind == family::elementwise && !is_scalar(a);
    return stretches ? stretched(value_of(a), shape_of(a), g_.shapes[at(x.shape)]) : value_of(a);
  }
  // A row or a column as LaTeX stretches it to a matrix: times a vector of ones.
  piece stretched(piece const& p, shape const& from, shape const& to) const {
    if (!latex() || from.rank != 2 || to.rank != 2 || from == to) return p;
    if (from[0].is_one() && !to[0].is_one()) return {"\\mathbf{1} \\, " + at_least(p, chained), chained};
    return {at_least(p, scaled == p.precedence ? scaled : chained) + " \\, \\mathbf{1}^{\\top}", chained};
  }
  string ones(int digit, shape const& s) const {
    return "\\mathbf{" + std::to_string(digit) + "}_{" + extents{g_.leaves, as_}(s) + "}";
  }

  string axes(node const& x) const {
    if (x.op->kind == family::reduction) {
      string digits;
      for (int i = 0; i < max_rank; ++i)
        if (!x.with.q && (x.with.p >> i & 1)) digits += std::to_string(i);
      return digits.empty() ? "" : index(digits);
    }
    bool const last = x.with.p == shape_of(x.args[0]).rank - 1 && !x.is(opcode::logsumexp);
    return last ? "" : index(std::to_string(x.with.p));
  }

  piece write(int i) const {
    node const& x = n(i);
    shape const& s = shape_of(i);
    switch (x.op->code) {
      case opcode::leaf:
        return {identifier(string(g_.leaves[at(static_cast<int>(x.with.p))]->name))};
      case opcode::number:
        return number(g_.numbers[at(static_cast<int>(x.with.p))]);
      case opcode::constant:
        return constant(constant_value(x), s);
      case opcode::size: {
        extent const e = g_.shapes[at(static_cast<int>(x.with.p))].size();
        return {extents{g_.leaves, as_}(e), e.factor == 1 && !e.names[1] ? closed : chained};
      }
      case opcode::one_hot:
        return {call(function_name("one_hot") + index(std::to_string(x.with.p)), operand(x, 0).text)};
      case opcode::broadcast:
      case opcode::reshape:
        if (x.is(opcode::reshape) && s.one_entry()) return value_of(x.args[0]);
        if (x.is(opcode::reshape) && is_turned_vector(shape_of(x.args[0]), s)) return transpose_of(x.args[0]);
        if (x.is(opcode::broadcast) && latex()) {
          shape const& from = shape_of(x.args[0]);
          if (from.one_entry()) return {at_least(value_of(x.args[0]), factor) + " \\, " + ones(1, s), scaled};
          if (from.rank == 2 && s.rank == 2) return stretched(value_of(x.args[0]), from, s);
        }
        return {call(function_name(x.op->name), operand(x, 0).text + ", " + extents{g_.leaves, as_}(s))};
      case opcode::transpose:
        return transposed(x, s);
      case opcode::equal:
        if (int const p = counted_axis(x, 0), q = counted_axis(x, 1); p >= 0 && q >= 0) {
          if (s.rank == 2) return {"I"};
          return {pick("δ", "\\delta") + index(std::to_string(p) + std::to_string(q))};
        }
        break;
      case opcode::solve:
        return solved(x);
      case opcode::slot:
        return {identifier(names_[at(i)])};
      case opcode::operands:
      case opcode::scan:
        return {};
      case opcode::scan_result:
        return scanned(x);
      case opcode::determinant:
        return {call(function_name("det"), operand(x, 0).text)};
      case opcode::log_determinant:
        return {call(function_name("log"), absolute(call(function_name("det"), operand(x, 0).text)))};
      case opcode::reciprocal:
        return quotient({"1", closed}, operand(x, 0));
      case opcode::one_minus_square:
        return {pick("1 − ", "1 - ") + at_least(operand(x, 0), raised + 1) + exponent(2, s.one_entry()), 10};
      case opcode::square:
        return {at_least(operand(x, 0), raised + 1) + exponent(2, s.one_entry()), raised};
      case opcode::integer_power:
        if (x.with.p == -1) return quotient({"1", closed}, operand(x, 0));  // A⁻¹ is the inverse
        return {at_least(operand(x, 0), raised + 1) + exponent(x.with.p, s.one_entry()), raised};
      case opcode::iota:
        return {call(function_name(x.op->name), extents{g_.leaves, as_}(s))};
      case opcode::pad:  // where X begins, and the length of all
        return {call(along(x), operand(x, 0).text + ", " + std::to_string(x.with.q) + ", " +
                                   extents{g_.leaves, as_}(s[static_cast<int>(x.with.p)]))};
      case opcode::scatter:
        return {call(x.with.p ? along(x) : function_name(x.op->name),
                     operand(x, 0).text + ", " + operand(x, 1).text + ", " +
                         extents{g_.leaves, as_}(s[static_cast<int>(x.with.p)]))};
      case opcode::concat:
        return {call(along(x), pieces(i))};
      case opcode::cumsum:
      case opcode::recurrence:
      case opcode::products_before:
      case opcode::products_of_others:
        return {call(along(x, x.with.q ? "_back" : ""),
                     operand(x, 0).text + (x.arity() > 1 ? ", " + operand(x, 1).text : string()))};
      case opcode::polygamma:  // of which order
        return {call(along(x), operand(x, 0).text)};
      case opcode::sum:
        if (int const of = diagonal_of(x); of >= 0)
          return {call(function_name(x.with.q ? "tr" : "diag"), value_of(of).text)};
        if (piece const p = dot_product(x); !p.text.empty()) return p;
        if (!latex() || x.with.q || shape_of(x.args[0]).rank != 2) break;
        if (x.with.p == 1) return {"\\mathbf{1}^{\\top} \\, " + at_least(operand(x, 0), chained), chained};
        if (x.with.p == 2) return {at_least(operand(x, 0), chained) + " \\, \\mathbf{1}", chained};
        break;
      case opcode::abs:
        return {absolute(operand(x, 0).text)};
      case opcode::sqrt:
      case opcode::root:
        return {latex() ? "\\sqrt{" + operand(x, 0).text + "}" : call("√", operand(x, 0).text)};
      case opcode::cbrt:
        return {latex() ? "\\sqrt[3]{" + operand(x, 0).text + "}" : call("∛", operand(x, 0).text)};
      case opcode::slice:
        return {call(
            function_name("slice") + index(std::to_string(x.with.p)),
            operand(x, 0).text + ", " + std::to_string(x.with.q & 0xffffffff) + ", " + std::to_string(x.with.q >> 32))};
      case opcode::step:
        return {"[" + operand(x, 0).text + pick(" ≥ 0]", " \\ge 0]")};
      case opcode::stop_gradient:
        if (g_.planned) return operand(x, 0);
        break;
      case opcode::negate:
        return {pick("−", "-") + at_right(operand(x, 0), factor), negative};
      case opcode::divide:
        return quotient(operand(x, 0), operand(x, 1));
      default:
        break;
    }
    if (x.op->style == notation::infix) return infix(x);
    if (x.is(opcode::logsumexp) && s.one_entry() && n(x.args[0]).is(opcode::reshape))  // of all entries
      return {call(function_name(x.op->name), value_of(n(x.args[0]).args[0]).text)};
    string arguments;
    for (int k = 0; k < x.arity(); ++k) arguments += (k ? ", " : "") + operand(x, k).text;
    bool const has_axes = x.op->kind == family::reduction || x.op->kind == family::rowwise;
    if (x.is(opcode::flip) || (x.is(opcode::gather) && x.with.p > 0)) return {call(along(x), arguments)};
    return {call(function_name(x.op->name) + (has_axes ? axes(x) : ""), arguments)};
  }

  piece constant(double v, shape const& s) const {
    if (s.rank == 0) return number(v);
    if (latex() && (v == 0 || v == 1)) return {ones(static_cast<int>(v), s)};
    if (latex()) return {at_least(number(v), negative) + " \\, " + ones(1, s), scaled};
    if (v == 0 || v == 1) return {call(function_name(v == 0 ? "zeros" : "ones"), extents{g_.leaves, as_}(s))};
    return {call(function_name("full"), extents{g_.leaves, as_}(s) + ", " + number(v).text)};
  }

  piece transposed(node const& x, shape const& s) const {
    if (x.with.p == last_two_exchanged(s.rank)) return transpose_of(x.args[0]);
    string axes;
    for (int i = 0; i < s.rank; ++i) axes += std::to_string(permuted(x.with.p, i));
    return {call(function_name("transpose") + index(axes), operand(x, 0).text)};
  }

  // (A · B)⊤ is B⊤ · A⊤, A⊤⊤ is A, and A⁻¹⊤ is A⁻⊤.
  piece transpose_of(int i) const {
    node const& x = n(i);
    if (!named_.contains(i)) {
      if (x.is(opcode::transpose) && x.with.p == last_two_exchanged(shape_of(i).rank)) return value_of(x.args[0]);
      if (x.is(opcode::product))
        return multiplied(x.args[1], x.args[0], transpose_of(x.args[1]), transpose_of(x.args[0]));
      if (x.is(opcode::solve) && is_inverse(x)) return {inverse_of(x, x.with.p == 0), raised};
    }
    return {at_least(value_of(i), closed) + pick("⊤", "^{\\top}"), raised};
  }

  // The matrix product of nodes i and j, which are written as a and b; LaTeX, like the notes, leaves its order open.
  piece multiplied(int i, int j, piece const& a, piece const& b) const {
    if (is_unit(i)) return b;
    if (is_unit(j)) return a;
    return {beside(at_least(a, chained), at_right(b, latex() ? chained : chained + 1)), chained};
  }
  string inverse_of(node const& x, bool transposed) const {
    return at_least(operand(x, 0), closed) + (transposed ? pick("⁻⊤", "^{-\\top}") : pick("⁻¹", "^{-1}"));
  }
  // A⁻¹ · B; A⁻¹ alone where B is the identity
  piece solved(node const& x) const {
    string const inverse = inverse_of(x, x.with.p != 0);
    if (is_inverse(x)) return {inverse, raised};
    return {beside(inverse, at_least(operand(x, 1), latex() ? chained : chained + 1)), chained};
  }

  // scan(s ← f(s, x); s = s₀, x = X): what is collected, unless it is a state, then how the states go on, from where,
  // and what the inputs are. In a plan, where bodies are programs of their own, what is read.
  piece scanned(node const& result) const {
    node const& x = n(result.args[0]);
    auto const which = static_cast<int>(result.with.p);
    if (x.args[1] < 0) {
      string read;
      for (int i : unlisted(g_.nodes, x.args[0], static_cast<int>(x.with.p)))
        read += (read.empty() ? "" : ", ") + value_of(i).text;
      return {call(function_name("scan") + index(std::to_string(which)), read)};
    }
    late<X, scan_parts> const of = parts_of_scan(g_.nodes, result.args[0]);
    scan_layout const l = of.layout;
    bool const sums = which >= l.summed_result(0), before = !sums && which >= l.state_before(0);
    string name = which < l.states ? "fold" : sums ? "sum_scan" : before ? "scan_before" : "scan";
    if (x.with.q) name += "_back";
    auto const text = [&](int i) { return value_of(i).text; };
    string s = "";
    int const root = before ? of.slots[at(which - l.state_before(0))] : of.roots[at(sums ? which - l.states : which)];
    bool const is_state = std::find(of.roots.begin(), of.roots.begin() + l.states, root) < of.roots.begin() + l.states;
    if (!is_state || l.states > 1) s = text(root) + "; ";
    for (int i = 0; i < l.states; ++i)
      s += (i ? ", " : "") + text(of.slots[at(i)]) + pick(" ← ", " \\leftarrow ") + text(of.roots[at(i)]);
    for (int k = 0; k < l.operands(); ++k)
      s += (k ? ", " : "; ") + text(of.slots[at(k)]) + " = " + text(of.operands[at(k)]);
    return {call(function_name(name), s)};
  }

  // The name of an operation with the axis that is its parameter.
  string along(node const& x, char const* more = "") const {
    return function_name(string(x.op->name) + more) + index(std::to_string(x.with.p));
  }
  // concat(A, concat(B, C)) is concat(A, B, C).
  string pieces(int i) const {
    node const& x = n(i);
    string all;
    for (int a : {x.args[0], x.args[1]}) {
      bool const more = n(a).is(opcode::concat) && n(a).with.p == x.with.p && !named_.contains(a);
      all += (all.empty() ? "" : ", ") + (more ? pieces(a) : value_of(a).text);
    }
    return all;
  }

  // A vector less its axis of extent 1, as a row or a column: x⊤ for reshape(x, 3). Empty for anything else.
  piece squeezed(int i, bool as_row) const {
    while (n(i).is(opcode::broadcast)) i = n(i).args[0];
    if (named_.contains(i) || !n(i).is(opcode::reshape)) return {};
    int const v = n(i).args[0];
    shape const &from = shape_of(v), &to = shape_of(i);
    if (from.rank != 2 || from.one_entry() || !(from[0].is_one() || from[1].is_one())) return {};
    if (to.rank != 1 && !(to.rank == 2 && to[as_row ? 0 : 1].is_one())) return {};
    return from[0].is_one() == as_row ? value_of(v) : transpose_of(v);
  }
  piece product_of(piece const& row, piece const& column) const {
    return {beside(at_least(row, chained), at_least(column, chained + 1)), chained};
  }
  // The sum of entries of x ⊙ y, for vectors: x⊤ · y. Empty for anything else.
  piece dot_product(node const& x) const {
    int const a = x.args[0];
    if (named_.contains(a) || !n(a).is(opcode::multiply) || shape_of(a).rank != 1) return {};
    piece const left = squeezed(n(a).args[0], true), right = squeezed(n(a).args[1], false);
    return left.text.empty() || right.text.empty() ? piece{} : product_of(left, right);
  }
  // A column ⊙ a row: x · y⊤. As text, only where NumPy's rules would want a reshape.
  piece outer_product(node const& x) const {
    shape const& s = g_.shapes[at(x.shape)];
    if (s.rank != 2 || s[0].is_one() || s[1].is_one()) return {};
    for (int k = 0; k < 2; ++k) {
      int const c = unstretched(x, k), r = unstretched(x, 1 - k);
      shape const &column = shape_of(c), &row = shape_of(r);
      if (column.rank != 2 || !column[1].is_one() || row.rank == 0 || !(row[row.rank - 1] == s[1])) continue;
      if (row.rank == 2 && !row[0].is_one()) continue;
      piece left = squeezed(c, false), right = squeezed(r, true);
      if (right.text.empty() && (row.rank == 1 || !latex())) continue;
      if (left.text.empty()) left = value_of(c);
      return product_of(left, right.text.empty() ? value_of(r) : right);
    }
    return {};
  }

  piece infix(node const& x) const {
    piece const a = operand(x, 0), b = operand(x, 1);
    switch (x.op->code) {
      case opcode::add:
        if (g_.planned && is_number(unstretched(x, 1))) return {at_least(b, negative) + " + " + at_right(a, 10), 10};
        return {at_least(a, 10) + " + " + at_right(b, 10), 10};
      case opcode::subtract:
      case opcode::gap:
        return {at_least(a, 10) + pick(" − ", " - ") + at_right(b, negative + 1), 10};
      case opcode::multiply:
      case opcode::masked_product: {
        int const one = unstretched(x, 0), other = unstretched(x, 1);
        if (piece const p = outer_product(x); !p.text.empty()) return p;
        for (int k = 0; k < 2; ++k)
          if (is_unit_matrix(x.args[at(k)]))
            if (piece const v = squeezed(x.args[at(1 - k)], false); !v.text.empty())
              return {call(function_name("diag"), v.text)};
        // lr · X⊤ · dZ; but (A · B) ⊙ C, whose order few know by heart
        if (is_scalar(one) || is_scalar(other)) {  // in front: simplification sorts operands by other criteria
          bool const turn = !is_scalar(one) || (is_number(other) && !is_number(one));
          piece const &first = turn ? b : a, &second = turn ? a : b;
          return {beside(at_least(first, negative), at_right(second, factor)), scaled};
        }
        auto side = [&](piece const& p) { return p.precedence == chained ? enclosed(p.text) : at_right(p, factor); };
        string const left = a.precedence == chained ? enclosed(a.text) : at_least(a, negative);
        return {left + pick(" ⊙ ", " \\odot ") + side(b), factor};
      }
      case opcode::product:
        return multiplied(x.args[0], x.args[1], a, b);
      default:
        break;
    }
    if (x.op->precedence < 10)  // a comparison: 1 where it holds, 0 elsewhere (Iverson's bracket)
      return {"[" + at_least(a, 10) + " " + relation(x.op->name) + " " + at_least(b, 10) + "]"};
    return {at_least(a, x.op->precedence) + " " + string(x.op->name) + " " + at_least(b, x.op->precedence + 1),
            x.op->precedence};
  }

  late<X, sequence<piece>> written_;
};
using formula_writer = formula_writer_of<void>;

}  // namespace ctg::inline v0::detail
