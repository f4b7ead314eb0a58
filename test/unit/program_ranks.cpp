// SPDX-License-Identifier: MIT
// Ranks 3 and 4: batched products with broadcast batches, reductions over every set of axes; against the reference
// interpreter.
#include "against_reference.hpp"

using ctg::dim;
using test::check;
using test::fill;

TEST_CASE("batched products, batches broadcast") {
  ctg::tensor<"A", double, dim<"B">, 1, 4, 7> A(3);
  ctg::tensor<"B", double, 5, 7, 6> B;
  ctg::matrix<"C", double, 6, 4> C;
  fill(A), fill(B), fill(C);
  auto const Y = A * B;
  auto const J = sum(tanh(Y * C));
  check(1e-13, Y, transpose(Y) * A, J, gradient(J, A), gradient(J, B), gradient(J, C));
}

TEST_CASE("reductions over every set of axes") {
  ctg::tensor<"T", double, 3, dim<"N">, 1, 5> T(4);
  fill(T);
  check(1e-13, sum<0>(T), sum<1>(T), sum<2>(T), sum<3>(T));
  check(1e-13, sum<1>(sum<0>(T)), sum<3>(sum<0>(T)), sum<3>(sum<1>(T)), sum<3>(sum<1>(sum<0>(T))), sum(T));
  check(0, max<0>(T), max<1>(T), max<2>(T), max<3>(T), max<3>(max<1>(T)), max(T));
}

TEST_CASE("axes that all operands walk as one are one") {
  ctg::tensor<"I", double, dim<"N">, 6, 5, 4> I(3);
  ctg::tensor<"s", double, 6, 1, 1> s;
  ctg::tensor<"t", double, dim<"N">, 1, 1, 4> t(3);
  fill(I);
  fill(s);
  fill(t);
  // one loop over N×6×20 or N·6×20, one over N·30×4, and one where t keeps the axes apart
  check(1e-13, sum<3>(sum<2>(I)), (I - s) % s, max<3>(max<2>(I - s)));
  check(1e-13, mean<3>(mean<2>(mean<0>(I))), sum<1>(I % I), sum<2>(sum<1>(sum<0>(I % t))));
  // a part of the first axis is still walked in order, one of the others is not
  check(1e-13, sum<3>(sum<2>(slice<1, 2, 5>(I))), sum<3>(sum<2>(slice<2, 1, 4>(I))), sum<3>(sum<2>(flip<2>(I))));
  check(1e-13, prod<3>(prod<2>(I)), min<2>(min<1>(min<0>(I))), sum<2>(sum<1>(slice<3, 1, 3>(I))));

  ctg::tensor<"B", float, 8, 6, 40, 3> B;
  fill(B);
  auto const inner = sum<3>(sum<2>(B));
  auto const outer = mean<3>(mean<2>(mean<0>(B)));
  auto const p = ctg::program(inner);
  auto const q = ctg::program(outer);
  static_assert(decltype(p)::kernels() == 1 && decltype(p)::workspace_bytes() == 8 * 6 * 4);  // no sum between
  static_assert(decltype(q)::kernels() == 1 && decltype(q)::workspace_bytes() == 2 * 64);
  check(1e-4, inner, outer, sum<2>(sum<1>(sum<0>(B))), variance<2>(B));
  // the inner sum is read by itself too: it is kept, and summed on
  auto const kept = sum<3>(B);
  check(1e-4, kept, sum<2>(kept));
}

TEST_CASE("reductions over a short axis are written out") {
  ctg::tensor<"Q", double, 3, dim<"N">> Q(37);
  ctg::tensor<"V", double, 3, dim<"N">> V(37);
  ctg::row<"m", double, dim<"N">> m(37);
  ctg::tensor<"T", double, dim<"N">, 4, 23> T(37);
  fill(Q), fill(V), fill(m), fill(T);
  auto const across = reshape<3, 1, dim<"N">>(Q) - reshape<3, dim<"N">, 1>(Q);
  auto const r = sum<0>(square(across)) + 0.1;
  auto const forces = sum<2>(across % (m / (r % sqrt(r))));
  auto const p = ctg::program(forces);
  auto const q = ctg::program(ctg::assign(V, V + 0.01 * reshape<3, dim<"N">>(forces)), ctg::assign(Q, Q + 0.01 * V));
  // nothing of N×N is kept, three rows of sums are
  static_assert(decltype(p)::kernels() == 2 && decltype(p)::stored() == 3);
  static_assert(decltype(q)::kernels() <= 3 && decltype(q)::stored() <= 4);
  static_assert(!decltype(p)::stores(r) && !decltype(p)::stores(across));
  check(1e-10, forces, r);
  check(1e-10, forces);
  auto const energy = sum(m % log(r));
  check(1e-9, energy, gradient(energy, Q));
  check(1e-9, gradient(energy, Q), sum<1>(across), sum(across % r));
  // the lengths alone; in the middle; of values that are read besides
  check(1e-13, sqrt(sum<0>(square(Q))), sum<1>(T), max<1>(T), min<1>(exp(T)), prod<1>(T + 2));
  check(1e-13, Q / sqrt(sum<0>(square(Q))), softmax<1>(T), logsumexp<1>(T), variance<1>(T));
  check(1e-13, exp(T), sum<1>(exp(T)), sum<2>(T), sum<0>(T), sum<0>(Q), sum<1>(Q));
  check(1e-13, gradient(sum(max<1>(T)), T), gradient(sum(min<1>(exp(T))), T));
  Q(0, 5) = std::numeric_limits<double>::quiet_NaN();
  CHECK(std::isnan(ctg::evaluate(max<0>(Q))(0, 5)));
  CHECK_FALSE(std::isnan(ctg::evaluate(max<0>(Q))(0, 6)));
}
