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
