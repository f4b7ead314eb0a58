// SPDX-License-Identifier: MIT
// Normalisation along each axis, permuted, reshaped and stretched operands; against the reference interpreter.
#include "against_reference.hpp"

using ctg::dim;
using test::check;
using test::fill;

TEST_CASE("normalisation along each axis") {
  ctg::tensor<"T", double, 3, dim<"N">, 5> T(4);
  fill(T);
  check(1e-14, softmax<0>(T), softmax<1>(T), softmax<2>(T), log_softmax<1>(T), logsumexp<0>(T), logsumexp(T));
  auto const J = sum(softmax<1>(T) % T);
  check(1e-14, mean<1>(T), T - mean<0>(T), J, gradient(J, T));
}

TEST_CASE("permuted, reshaped and stretched operands") {
  ctg::tensor<"T", float, 2, dim<"N">, 5> T(4);
  ctg::tensor<"U", float, 5, 2, dim<"N">> U(4);
  fill(T), fill(U);
  auto const P = transpose<2, 0, 1>(T);
  check(1e-6, P % U, flatten(P) + flatten(U), sum<1>(exp(P) % U), sum(P - U));
  check(1e-6, broadcast_to<3, 2, dim<"N">, 5>(T) + 1, gradient(sum(square(flatten(P % U))), T));
}
