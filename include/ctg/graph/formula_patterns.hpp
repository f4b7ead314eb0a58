// SPDX-License-Identifier: MIT
// What formulas write otherwise than the graph has it: stretching that NumPy's rules imply, identity matrices and
// diagonals made of them, inverses, products by the number one.
#pragma once

#include <ctg/graph/formula_names.hpp>

namespace ctg::inline v0::detail {

template <class X>
class formula_patterns_of : public formula_names_of<X> {
  using names = formula_names_of<X>;

 public:
  using names::names;

 protected:
  using names::at, names::n, names::shape_of, names::g_, names::named_;

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
  bool is_unit_matrix(int i) const {
    if (named_.contains(i) || shape_of(i).rank != 2 || !n(i).is(opcode::equal)) return false;
    return counted_axis(n(i), 0) >= 0 && counted_axis(n(i), 1) >= 0;
  }
  // A of the sum of I ⊙ A, over all entries or over rows; else -1.
  int diagonal_of(node const& sum) const {
    node const& x = n(sum.args[0]);
    bool const masked = x.is(opcode::multiply) || x.is(opcode::masked_product);
    if (!masked || named_.contains(sum.args[0]) || (!sum.with.q && sum.with.p != 2)) return -1;
    for (int k = 0; k < 2; ++k)
      if (is_unit_matrix(x.args[at(k)]) && shape_of(x.args[at(1 - k)]) == shape_of(sum.args[0]))
        return x.args[at(1 - k)];
    return -1;
  }
  // A row that becomes a column, or a column a row.
  static bool is_turned_vector(shape const& from, shape const& to) {
    return from.rank == 2 && to.rank == 2 && from[0] == to[1] && from[1] == to[0] &&
           (from[0].is_one() || from[1].is_one());
  }
  // The 1×1 matrix of a one: the adjoint that a product of one entry begins with.
  bool is_unit(int i) const {
    if (!shape_of(i).one_entry()) return false;
    while (n(i).is(opcode::broadcast) || n(i).is(opcode::reshape) || n(i).is(opcode::transpose)) i = n(i).args[0];
    return n(i).is(opcode::constant) && constant_value(n(i)) == 1;
  }
  bool is_inverse(node const& x) const {
    int b = x.args[1];
    while (g_.planned && n(b).is(opcode::stop_gradient)) b = n(b).args[0];
    return is_identity({g_.nodes, g_.shapes}, b);
  }
};

}  // namespace ctg::inline v0::detail
