// SPDX-License-Identifier: MIT
// The formulas of a graph. A value that occurs more than once, and a long one, gets a name and a line of its own, so
// that the gradient of a deep network reads like the lecture notes and its text grows no faster than the graph.
#pragma once

#include <ctg/graph/formula_names.hpp>

#include <algorithm>

namespace ctg::inline v0::detail {

template <class X>
class formula_writer_of : public formula_names_of<X> {
  using names = formula_names_of<X>;
  using string = late<X, std::string>;
  using extents = extent_writer_of<X>;
  using names::as_, names::latex, names::pick, names::identifier, names::enclosed, names::index, names::call,
      names::function_name, names::relation;
  using names::at, names::size, names::n, names::shape_of, names::name_slots, names::find_uses, names::may_have_name,
      names::choose_names, names::primal_of;
  using names::g_, names::roots_, names::named_, names::uses_, names::names_;

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
  static constexpr int closed = 100, negative = 15, scaled = 18, factor = 20, chained = 25, raised = 40;
  static constexpr std::size_t short_text = 8, long_text = 56;
  struct piece {
    string text;
    int precedence = closed;
  };

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
  string at_least(piece const& p, int precedence) const {
    return p.precedence < precedence ? enclosed(p.text) : p.text;
  }
  piece number(double v) const {
    string s = number_text<string>(v);
    if (latex() && v < 0) s = "-" + number_text<string>(-v);
    if (double const below = v > 0 && v < 1 ? static_cast<double>(static_cast<std::int64_t>(1 / v + 0.5)) : 0;
        latex() && s.size() > 6 && below > 0 && 1 / below == v)
      return {"\\frac{1}{" + number_text<string>(below) + "}", raised};
    return {s, v < 0 ? negative : closed};
  }

  // Operand k of an element-wise node without the stretching that NumPy's rules imply.
  int unstretched(node const& x, int k) const {
    int a = x.args[at(k)];
    bool const stretches = n(a).is(opcode::broadcast) || (n(a).is(opcode::constant) && shape_of(a).rank > 0);
    if (!stretches || x.op->kind != family::elementwise) return a;
    shape joined = n(a).is(opcode::broadcast) ? shape_of(n(a).args[0]) : shape{};
    for (int j = 0; j < x.arity(); ++j)
      if (j < k)
        joined = broadcast_shapes(joined, shape_of(unstretched(x, j))).value;
      else if (j > k)
        joined = broadcast_shapes(joined, shape_of(x.args[at(j)])).value;
    if (!(joined == g_.shapes[at(x.shape)])) return a;
    return n(a).is(opcode::broadcast) ? n(a).args[0] : a;
  }
  bool is_number(int i) const { return n(i).is(opcode::constant) || n(i).is(opcode::number); }
  bool is_scalar(int i) const { return shape_of(i).one_entry() || n(i).is(opcode::constant); }

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
    if (from[0].is_one() && !to[0].is_one()) return {"\\mathbf{1} \\, " + at_least(p, chained + 1), chained};
    return {at_least(p, chained) + " \\, \\mathbf{1}^{\\top}", chained};
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
        return {function_name("log") + pick(" |", "\\left|") + call(function_name("det"), operand(x, 0).text) +
                    pick("|", "\\right|"),
                factor};
      case opcode::reciprocal:
        return quotient({"1", closed}, operand(x, 0));
      case opcode::one_minus_square:
        return {pick("1 − ", "1 - ") + at_least(operand(x, 0), raised + 1) + exponent(2, s), 10};
      case opcode::square:
        return {at_least(operand(x, 0), raised + 1) + exponent(2, s), raised};
      case opcode::integer_power:
        return {at_least(operand(x, 0), raised + 1) + exponent(x.with.p, s), raised};
      case opcode::sum:
        if (!latex() || x.with.q || shape_of(x.args[0]).rank != 2) break;
        if (x.with.p == 1) return {"\\mathbf{1}^{\\top} \\, " + at_least(operand(x, 0), chained), chained};
        if (x.with.p == 2) return {at_least(operand(x, 0), chained) + " \\, \\mathbf{1}", chained};
        break;
      case opcode::abs:
        return {pick("|", "\\left|") + operand(x, 0).text + pick("|", "\\right|")};
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
        return {pick("−", "-") + at_least(operand(x, 0), factor), negative};
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
    bool const along =
        x.is(opcode::concat) || x.is(opcode::flip) || x.is(opcode::cumsum) || (x.is(opcode::gather) && x.with.p > 0);
    string const where = has_axes ? axes(x) : along ? index(std::to_string(x.with.p)) : string();
    return {call(function_name(x.op->name) + where, arguments)};
  }

  piece constant(double v, shape const& s) const {
    if (s.rank == 0) return number(v);
    if (latex() && (v == 0 || v == 1)) return {ones(static_cast<int>(v), s)};
    if (latex()) return {at_least(number(v), negative) + " \\, " + ones(1, s), scaled};
    if (v == 0 || v == 1) return {call(function_name(v == 0 ? "zeros" : "ones"), extents{g_.leaves, as_}(s))};
    return {call(function_name("full"), extents{g_.leaves, as_}(s) + ", " + number(v).text)};
  }

  // Element-wise: in LaTeX A² would be A A.
  string exponent(std::int64_t k, shape const& s) const {
    if (!latex()) return small_digits<string>(k, true);
    return (s.one_entry() ? "^{" : "^{\\odot ") + std::to_string(k) + "}";
  }

  piece transposed(node const& x, shape const& s) const {
    if (x.with.p == last_two_exchanged(s.rank)) return transpose_of(x.args[0]);
    string axes;
    for (int i = 0; i < s.rank; ++i) axes += std::to_string(permuted(x.with.p, i));
    return {call(function_name("transpose") + index(axes), operand(x, 0).text)};
  }

  // (A · B)⊤ is B⊤ · A⊤, and A⊤⊤ is A.
  piece transpose_of(int i) const {
    node const& x = n(i);
    if (!named_.contains(i)) {
      if (x.is(opcode::transpose) && x.with.p == last_two_exchanged(shape_of(i).rank)) return value_of(x.args[0]);
      if (x.is(opcode::product))
        return multiplied(x.args[1], x.args[0], transpose_of(x.args[1]), transpose_of(x.args[0]));
    }
    return {at_least(value_of(i), closed) + pick("⊤", "^{\\top}"), raised};
  }

  // The matrix product of nodes i and j, which are written as a and b; LaTeX, like the notes, leaves its order open.
  piece multiplied(int i, int j, piece const& a, piece const& b) const {
    if (is_unit(i)) return b;
    if (is_unit(j)) return a;
    return {at_least(a, chained) + pick(" · ", " \\, ") + at_least(b, latex() ? chained : chained + 1), chained};
  }
  // The 1×1 matrix of a one: the adjoint that a product of one entry begins with.
  bool is_unit(int i) const {
    if (!shape_of(i).one_entry()) return false;
    while (n(i).is(opcode::broadcast) || n(i).is(opcode::reshape) || n(i).is(opcode::transpose)) i = n(i).args[0];
    return n(i).is(opcode::constant) && constant_value(n(i)) == 1;
  }

  // A⁻¹ · B; A⁻¹ alone where B is the identity
  piece solved(node const& x) const {
    bool const transposed = x.with.p != 0;
    string const inverse =
        at_least(operand(x, 0), closed) + (transposed ? pick("⁻⊤", "^{-\\top}") : pick("⁻¹", "^{-1}"));
    int b = x.args[1];
    while (g_.planned && n(b).is(opcode::stop_gradient)) b = n(b).args[0];
    if (is_identity({g_.nodes, g_.shapes}, b)) return {inverse, raised};
    return {inverse + pick(" · ", " \\, ") + at_least(operand(x, 1), chained + 1), chained};
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
    scan_parts const of = parts_of_scan(g_.nodes, result.args[0]);
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

  piece quotient(piece const& a, piece const& b) const {
    if (latex()) return {"\\frac{" + a.text + "}{" + b.text + "}", raised};
    return {at_least(a, a.precedence == chained ? closed : negative) + " / " + at_least(b, chained + 1), factor};
  }

  // The axis of x along which operand k counts 0, 1, 2, …; -1 where it does not. Two of them compared are a Kronecker
  // delta.
  int counted_axis(node const& x, int k) const {
    int a = x.args[at(k)];
    if (n(a).is(opcode::broadcast)) a = n(a).args[0];
    shape const& s = shape_of(a);
    if (!n(n(a).is(opcode::reshape) ? n(a).args[0] : a).is(opcode::iota)) return -1;
    int axis = 0;
    while (axis + 1 < s.rank && s[axis].is_one()) ++axis;
    return axis + g_.shapes[at(x.shape)].rank - s.rank;
  }

  piece infix(node const& x) const {
    piece const a = operand(x, 0), b = operand(x, 1);
    switch (x.op->code) {
      case opcode::add:
        if (g_.planned && is_number(unstretched(x, 1))) return {at_least(b, negative) + " + " + at_least(a, 10), 10};
        return {at_least(a, x.op->precedence) + " + " + (b.precedence == negative ? enclosed(b.text) : b.text), 10};
      case opcode::subtract:
        return {at_least(a, x.op->precedence) + pick(" − ", " - ") + at_least(b, negative + 1), 10};
      case opcode::multiply:
      case opcode::masked_product: {
        int const one = unstretched(x, 0), other = unstretched(x, 1);
        // lr · X⊤ · dZ; but (A · B) ⊙ C, whose order few know by heart
        if (is_scalar(one) || is_scalar(other)) {  // in front: simplification sorts operands by other criteria
          bool const turn = !is_scalar(one) || (is_number(other) && !is_number(one));
          piece const &first = turn ? b : a, &second = turn ? a : b;
          return {at_least(first, negative) + pick(" · ", " \\, ") + at_least(second, factor), scaled};
        }
        auto side = [&](piece const& p, int least) { return at_least(p, p.precedence == chained ? closed : least); };
        return {side(a, negative) + pick(" ⊙ ", " \\odot ") + side(b, factor), factor};
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
