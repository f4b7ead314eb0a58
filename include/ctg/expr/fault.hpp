// SPDX-License-Identifier: MIT
// What may be wrong with operands, and the sentence for each of it. g++ and clang print the template arguments of a
// failed condition, so the operands are made arguments. What failed becomes an `invalid_expression`, on which
// everything is silent: one mistake, one error.
#pragma once

#include <ctg/expr/spell.hpp>

namespace ctg::inline v0::detail {

/// What an operation gives when its operands do not fit.
struct invalid_expression : formula_base {
  static constexpr char identity = 0;
  static constexpr std::uint64_t id = 0;
  static constexpr ctg::shape shape{};
  static constexpr element type = element::none;
  static constexpr leaf_list<0> leaves{};
  static constexpr number_list<0> numbers{};
  bindings<0, 0> bound{};

  static constexpr int lower_into(Builder auto& g) { return constant_node(g, 0).id; }
  constexpr explicit operator bool() const { return false; }
  constexpr operator double() const { return 0; }  // NOLINT: silent by purpose
  constexpr invalid_expression operator()(auto const&...) const { return {}; }
  constexpr invalid_expression operator[](auto const&) const { return {}; }
};

struct invalid_program {
  constexpr void operator()(auto const&...) const {}
  constexpr void bind(auto const&...) const {}
  constexpr invalid_expression operator[](auto const&) const { return {}; }
  constexpr invalid_expression value() const { return {}; }
};

template <class... E>
inline constexpr bool any_invalid = (std::is_same_v<std::remove_cvref_t<E>, invalid_expression> || ...);

// The first of them are the misfits, in their order.
enum class fault {
  none,
  broadcast,
  unequal,
  inner,
  batch,
  rank,
  axis,
  size,
  scalar,
  vector,
  length,
  square,
  rows,
  bounds,
  pieces,
  joined_length,
  index,
  stretch,
  float_index,
  empty,
  no_batch,
  no_batch_rule,
  unroll_length,
  state_shape,
  step_function,
  sample_function,
  scan_length,
  segment_length,
  name_clash,
  mixed,
  temporary,
  permutation,
  transpose_rank,
  label_shape,
  target_shape,
  float_labels,
  several_entries,
  does_not_occur,
  integer_variable,
  seed_shape,
  tangent_shape,
  jacobian_rank,
  jacobian_size,
  jacobian_way,
  chain_operands,
  chain_shapes,
  const_view,
  const_leaf,
  integer_target,
  no_outputs,
  not_an_output,
  printed,
  of_two,
  wants_axis,
  one_axis,
  run_time_argument,
  operand_count,
  value_wanted,
  no_leaves_to_check,
  logical,
  caret,
  listed_values,
  gradient_of_function,
  no_output,
  printed_program,
  figure_of_extents,
  scaled_target,
  element_of_formula,
  cast_to_integer,
  one_row,
  value_operand,
  stranger,
  not_bound,
  assigned_twice,
  not_asked_for,
  truth_value,
  number_value,
  initial_value,
  expression_target,
  one_variable,
  let_leaf,
  einsum_form,
  einsum_count,
  einsum_rank,
  einsum_extent,
  einsum_unknown,
  einsum_twice,
  einsum_axes,
  compound_extent
};

/// A named condition: its name and its arguments are what the compiler prints.
template <bool Fits, symbol... Operands>
struct operands_fit {
  static constexpr bool value = Fits;  // a member of its own: an inherited one would be printed under the base's name
};

template <fault F, symbol... Text>
constexpr void explain(said<Text...>) {
  using enum fault;
  static_assert(operands_fit<F != inner, Text...>::value,
                "ctg: matrix product: the columns of the left operand are not the rows of the right one; did you mean "
                "transpose(...) of one of them, or % for the element-wise product?");
  static_assert(operands_fit<F != broadcast, Text...>::value,
                "ctg: element-wise operation: the extents differ and neither is 1; use transpose or reshape, or * for "
                "the matrix product");
  static_assert(operands_fit<F != unequal, Text...>::value,
                "ctg: these operands must have one and the same shape, a loss does not broadcast; use transpose, "
                "reshape or broadcast_to");
  static_assert(
      operands_fit<F != batch, Text...>::value,
      "ctg: matrix product: the leading (batch) extents differ and neither is 1; use reshape or transpose<...>");
  static_assert(operands_fit<F != rank, Text...>::value,
                "ctg: an operand has the wrong number of axes; use reshape<...> to give it others; * wants matrices "
                "(rank 2 or more): use dot and outer for vectors");
  static_assert(operands_fit<F != axis, Text...>::value,
                "ctg: there is no such axis; axes count from 0 to rank - 1, or from -1 backwards");
  static_assert(operands_fit<F != size, Text...>::value,
                "ctg: reshape keeps the number of entries, these differ; use broadcast_to<...> to repeat entries, "
                "slice to drop some");
  static_assert(operands_fit<F != stretch, Text...>::value,
                "ctg: broadcast_to stretches only extents of 1 (axes align from the right); use reshape<...> to insert "
                "one, or transpose");
  static_assert(operands_fit<F != scalar, Text...>::value,
                "ctg: the last operand must be one number for all entries; use a plain number or a scalar leaf");
  static_assert(
      operands_fit<F != bounds, Text...>::value,
      "ctg: slice<axis, begin, end> wants 0 <= begin <= end <= extent; negative bounds count from the end, where "
      "the extent is a number");
  static_assert(operands_fit<F != pieces, Text...>::value,
                "ctg: concat: the extents beside the joined axis differ; use another axis, transpose or reshape");
  static_assert(
      operands_fit<F != joined_length, Text...>::value,
      "ctg: concat: the joined extents have no sum that can be written; they are all numbers, or multiples of "
      "one name");
  static_assert(operands_fit<F != index, Text...>::value,
                "ctg: gather(A, y) wants rows of a tensor A and a vector or a column y of their numbers; use reshape");
  static_assert(operands_fit<F != float_index, Text...>::value,
                "ctg: gather wants integer row numbers; make them a std::int32_t or std::int64_t leaf");
  static_assert(
      operands_fit<F != empty, Text...>::value,
      "ctg: there is no largest or smallest of no entries: an extent is 0; use logsumexp, or join an entry to "
      "fall back on with concat");
  static_assert(
      operands_fit<F != no_batch, Text...>::value,
      "ctg: batched<\"N\">(f)(X, ...) wants tensors whose first extent is dim<\"N\">, one row for each sample");
  static_assert(
      operands_fit<F != no_batch_rule, Text...>::value,
      "ctg: batched: an operation of f has no form for many samples at once (linear algebra, rows by a number of "
      "the sample); write it for all rows, outside of f");
  static_assert(operands_fit<F != unroll_length, Text...>::value,
                "ctg: unroll(f, state, X, ...) wants inputs whose first extents are one number, the number of steps");
  static_assert(
      operands_fit<F != state_shape, Text...>::value,
      "ctg: recurrence: f gives another shape than the state has, or other states; reshape what f returns, or "
      "the first state");
  static_assert(
      operands_fit<F != step_function, Text...>::value,
      "ctg: recurrence: f is called with the state (one tuple for states(h, c)) and one step of each input, and "
      "returns the next state: [&](auto const& h, auto const& x) { return tanh(x * W + h); }");
  static_assert(
      operands_fit<F != sample_function, Text...>::value,
      "ctg: batched: f is called with one sample of each operand and returns an expression: [&](auto const& x, "
      "auto const& t) { return sum(square(x * W - t)); }");
  static_assert(operands_fit<F != scan_length, Text...>::value,
                "ctg: scan(f, state, X, ...) wants inputs with one and the same first extent, the number of steps");
  static_assert(
      operands_fit<F != segment_length, Text...>::value,
      "ctg: keep<K> wants a number of steps that K divides; use a divisor, or an input S x K x ... and a fold of K "
      "steps within a scan of S");
  static_assert(operands_fit<F != name_clash, Text...>::value,
                "ctg: one name stands for two different leaves in one expression (other extents, element type or "
                "kind); rename one of them");
  static_assert(operands_fit<F != mixed, Text...>::value,
                "ctg: leaves of different floating-point types meet in one expression; convert one side, as with "
                "cast<double>(X)");
  static_assert(operands_fit<F != temporary, Text...>::value,
                "ctg: this leaf is a temporary and would be gone before the expression is evaluated; make it a "
                "variable and use that");
  static_assert(operands_fit<F != permutation, Text...>::value,
                "ctg: transpose<...> takes every axis of the operand exactly once, counted from 0");
  static_assert(operands_fit<F != transpose_rank, Text...>::value,
                "ctg: transpose wants a matrix (rank 2 or more); use reshape<1, n> or reshape<n, 1> to make a row or a "
                "column of a vector");
  static_assert(operands_fit<F != label_shape, Text...>::value,
                "ctg: cross_entropy with integer labels wants logits (rows x classes, classes a number) and one label "
                "for each row; use transpose or reshape");
  static_assert(operands_fit<F != target_shape, Text...>::value,
                "ctg: the value does not have the shape of the leaf it is assigned to and does not stretch to it; use "
                "transpose, reshape or a sum over an axis");
  static_assert(operands_fit<F != float_labels, Text...>::value,
                "ctg: one_hot wants integer labels; make them a std::int32_t or std::int64_t leaf");
  static_assert(operands_fit<F != several_entries, Text...>::value,
                "ctg: gradient wants a function of one entry; for several use vjp(Y, dY, X) or jacobian(Y, X), or "
                "reduce it: sum(Y)");
  static_assert(operands_fit<F != does_not_occur, Text...>::value,
                "ctg: the variable does not occur in the function, so there is no derivative to take; check which leaf "
                "was meant; a subexpression with a plain number in it is kept in a variable: auto Y = 2 * X");
  static_assert(operands_fit<F != integer_variable, Text...>::value,
                "ctg: integer leaves (labels, indices) are never differentiated; make the leaf float or double");
  static_assert(operands_fit<F != seed_shape, Text...>::value,
                "ctg: vjp(Y, dY, X) wants dY in the shape of Y; use transpose, reshape or broadcast_to");
  static_assert(
      operands_fit<F != tangent_shape, Text...>::value,
      "ctg: jvp(Y, X, dX) and hvp(J, X, V) want the direction dX or V in the shape of X; use transpose, reshape or "
      "broadcast_to");
  static_assert(
      operands_fit<F != jacobian_rank, Text...>::value,
      "ctg: a Jacobian has the axes of the function followed by those of the variable, at most 8 together; flatten or "
      "reshape them");
  static_assert(
      operands_fit<F != jacobian_size, Text...>::value,
      "ctg: this Jacobian has too many entries to be evaluated; multiply it as it is with chain(A, B), use vjp, jvp or "
      "hvp, or raise the limit: jacobian<entries>(Y, X)");
  static_assert(operands_fit<F != jacobian_way, Text...>::value,
                "ctg: a step on the way to this Jacobian would have more than 8 axes, or has no batched form; use vjp, "
                "jvp or hvp, or "
                "give what lies between fewer axes");
  static_assert(
      operands_fit<F != chain_operands, Text...>::value,
      "ctg: chain(A, B) wants a jacobian(Y, X), a hessian or a chain as one of its operands; for other tensors use "
      "einsum");
  static_assert(
      operands_fit<F != chain_shapes, Text...>::value,
      "ctg: chain(A, B) sums over the axes of what lies between: the last axes of A are not the first ones of B");
  static_assert(operands_fit<F != const_view, Text...>::value,
                "ctg: this leaf is a view of const data, an input only; assign to a view of T instead of T const");
  static_assert(operands_fit<F != const_leaf, Text...>::value,
                "ctg: this leaf is a const object, an input only; declare it without const to assign to it");
  static_assert(
      operands_fit<F != integer_target, Text...>::value,
      "ctg: integer leaves are inputs, expressions are not assigned to them; assign to a float or double leaf");
  static_assert(operands_fit<F != no_outputs, Text...>::value,
                "ctg: a program wants at least one output; write program(J) or program(assign(W, e))");
  static_assert(operands_fit<F != not_an_output, Text...>::value,
                "ctg: this expression is not an output of the program; name it among program's arguments, and where a "
                "plain number is in it, keep it in a variable (auto Y = 2 * X): each place has a number of its own");
  static_assert(
      operands_fit<F != value_operand, Text...>::value,
      "ctg: evaluate(e) and program[e] give values, which are no operands; evaluate<\"Y\">(e) gives a leaf, and "
      "e itself may stand in the formula");
  static_assert(
      operands_fit<F != stranger, Text...>::value,
      "ctg: operands are leaves, expressions and plain numbers; values from elsewhere are read through a "
      "view of them, matrix_view<\"V\", double, 3, 2> V(values.data()); follow a pointer, *p, call a function, "
      "f()");
  static_assert(operands_fit<F != of_two, Text...>::value,
                "ctg: max and min go over the entries of one operand; of two operands take maximum(X, Y) or "
                "minimum(X, Y), along one axis max<0>(X)");
  static_assert(operands_fit<F != wants_axis, Text...>::value,
                "ctg: this goes along one axis: name it, as in cumsum<0>(X) or argmax<-1>(X)");
  static_assert(operands_fit<F != one_axis, Text...>::value,
                "ctg: this goes along one axis at a time: sum<0>(sum<1>(X)); sum(X) goes over all entries");
  static_assert(operands_fit<F != run_time_argument, Text...>::value,
                "ctg: axes, bounds, extents and formulas are template arguments: sum<0>(X), slice<0, 2, 5>(X), "
                "reshape<3, 2>(X), concat<0>(X, Y), one_hot<10>(y), einsum<\"ij,jk->ik\">(X, Y)");
  static_assert(operands_fit<F != operand_count, Text...>::value,
                "ctg: this function has other operands: leaky_relu(X, 0.01), clamp(X, lo, hi), where(condition, X, Y), "
                "huber(Y, T, delta), vjp(Y, dY, X), jvp(Y, X, dX), hvp(J, X, V)");
  static_assert(operands_fit<F != value_wanted, Text...>::value,
                "ctg: assign(W, e) wants a leaf and an expression or a number: no value of "
                "evaluate, no function, program or container");
  static_assert(operands_fit<F != no_leaves_to_check, Text...>::value,
                "ctg: check_gradient(J, W, b) wants an expression J of one entry and the leaves whose gradients are "
                "checked");
  static_assert(
      operands_fit<F != logical, Text...>::value,
      "ctg: a condition is 1 or 0 for each entry: P and Q is P % Q, P or Q is maximum(P, Q), not P is 1 - P; for "
      "an if, evaluate(e) has the numbers");
  static_assert(operands_fit<F != caret, Text...>::value,
                "ctg: ^ is no power: use square(X), pow<3>(X) or pow(X, y); of a matrix A * A");
  static_assert(
      operands_fit<F != listed_values, Text...>::value,
      "ctg: the values of a leaf stand in nested braces, row by row: A = matrix<\"A\", float, 2, 2>{{1, 2}, {3, "
      "4}}; or write A(i, j) = x");
  static_assert(operands_fit<F != gradient_of_function, Text...>::value,
                "ctg: gradient(J, W) wants the expression J, not a function: call it first, gradient(f(W), W)");
  static_assert(operands_fit<F != no_output, Text...>::value,
                "ctg: a program is made of expressions and assignments: program(J, assign(W, e)); it is no operand of "
                "another one");
  static_assert(operands_fit<F != printed_program, Text...>::value,
                "ctg: write explain(step), profile(step), or a result, step[J], to the stream");
  static_assert(operands_fit<F != figure_of_extents, Text...>::value,
                "ctg: this figure depends on named extents: ask for it with their numbers, as in "
                "step.flops(ctg::extents<\"N\">(64))");
  static_assert(operands_fit<F != scaled_target, Text...>::value,
                "ctg: leaves have =, += and -=; write the new value: W = 2 * W");
  static_assert(operands_fit<F != element_of_formula, Text...>::value,
                "ctg: an expression has no entries yet: evaluate(e)(i, j), or the part of it as an expression, "
                "slice<0, 0, 1>(e)");
  static_assert(
      operands_fit<F != cast_to_integer, Text...>::value,
      "ctg: expressions compute in float or double: cast<float>(X), cast<double>(X); round down with floor(X)");
  static_assert(operands_fit<F != one_row, Text...>::value,
                "ctg: gather wants a column or vector of integers; one row whose number is fixed is slice<0, 2, 3>(A)");
  static_assert(operands_fit<F != printed, Text...>::value,
                "ctg: an expression has values and a formula: write evaluate(e) or to_string(e) to the stream");
  static_assert(operands_fit<F != not_bound, Text...>::value,
                "ctg: bind: the program reads no such leaf; bind one of the same name, element type, extents and kind "
                "(owning or view) as a leaf of its expressions");
  static_assert(operands_fit<F != assigned_twice, Text...>::value,
                "ctg: a program assigns two values to one leaf; assign once, or make a second program that runs behind "
                "the first");
  static_assert(operands_fit<F != not_asked_for, Text...>::value,
                "ctg: no gradient with respect to this was asked for; name it among value_and_gradient's arguments");
  static_assert(operands_fit<F != truth_value, Text...>::value,
                "ctg: an expression is neither true nor false, it has a value for each entry; use where(X < Y, a, b), "
                "or evaluate(e) and compare the values");
  static_assert(
      operands_fit<F != number_value, Text...>::value,
      "ctg: an expression is not a number yet; use evaluate(e), a program's output program[e], or an element W(i, j); "
      "of an expression write exp(e), not std::exp(e), and where(c, a, b), not c ? a : b");
  static_assert(operands_fit<F != initial_value, Text...>::value,
                "ctg: a leaf is not initialised by an expression; declare the leaf, then assign: W = e; or use auto v "
                "= evaluate(e)");
  static_assert(
      operands_fit<F != expression_target, Text...>::value,
      "ctg: an expression is a formula, not a variable: there is no memory to assign to; assign to a leaf, or "
      "give the new formula a name of its own, as with auto L = J + e");
  static_assert(operands_fit<F != one_variable, Text...>::value,
                "ctg: gradient(J, W) wants one variable, a leaf or a subexpression of J; for several leaves use "
                "value_and_gradient(J, W, b)");
  static_assert(
      operands_fit<F != let_leaf, Text...>::value,
      "ctg: let wants a function that returns an expression, not a leaf (a copy that would be gone) or a number");
  static_assert(operands_fit<F != vector, Text...>::value,
                "ctg: this wants vectors (rank 1, a row or a column); for matrices use *, sum(A % B), kron or einsum");
  static_assert(operands_fit<F != length, Text...>::value,
                "ctg: dot: the two vectors have different lengths; check them, or use slice to take a part of one");
  static_assert(operands_fit<F != square, Text...>::value,
                "ctg: this wants a square matrix (leading axes are batches); use transpose(A) * A, or slice to take a "
                "square part");
  static_assert(operands_fit<F != rows, Text...>::value,
                "ctg: solve: the right side has other rows than the matrix; use transpose(...) of one of them");
  static_assert(operands_fit<F != einsum_form, Text...>::value,
                "ctg: einsum wants a letter for each axis, commas between operands and the output written out, as in "
                "einsum<\"ij,jk->ik\">(A, B)");
  static_assert(operands_fit<F != einsum_count, Text...>::value,
                "ctg: einsum: the text names another number of operands than were given");
  static_assert(operands_fit<F != einsum_rank, Text...>::value,
                "ctg: einsum wants one letter for each axis of an operand; use reshape<...>, or add or drop letters");
  static_assert(
      operands_fit<F != einsum_extent, Text...>::value,
      "ctg: einsum: a letter stands for axes of different extents, it does not broadcast; use another letter, "
      "transpose or broadcast_to");
  static_assert(
      operands_fit<F != einsum_unknown, Text...>::value,
      "ctg: einsum: a letter of the output is in no operand; use broadcast_to<...> on the result to add an axis");
  static_assert(operands_fit<F != einsum_twice, Text...>::value,
                "ctg: einsum: a letter stands twice in the output; for a diagonal matrix use diagonal_matrix(...)");
  static_assert(operands_fit<F != einsum_axes, Text...>::value,
                "ctg: einsum: some operands have more than 8 axes together; sum or merge some first");
  static_assert(operands_fit<F != compound_extent, Text...>::value,
                "ctg: a leaf has numbers and plain names as extents, this one is a multiple or a product of names; use "
                "auto v = evaluate(e), or reshape<...>");
}

constexpr fault to_fault(misfit m) { return static_cast<fault>(m); }
static_assert(to_fault(misfit::scalar) == fault::scalar && to_fault(misfit::index) == fault::index);

}  // namespace ctg::inline v0::detail
