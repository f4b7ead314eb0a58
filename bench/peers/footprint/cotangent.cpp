// SPDX-License-Identifier: MIT
// One training step of W1 by cotangent; with an argument 110 of them, and what they took.
#include <ctg/ctg.hpp>

#include <ctg/random.hpp>

#include "count.hpp"

int main(int argc, char**) {
  ctg::matrix<"X", float, 32, 64> X;
  ctg::matrix<"T", float, 32, 10> T;
  ctg::matrix<"W1", float, 64, 32> W1;
  ctg::row<"b1", float, 32> b1;
  ctg::matrix<"W2", float, 32, 10> W2;
  ctg::row<"b2", float, 10> b2;
  ctg::scalar<"lr", float> const lr{0.01f};
  uniform(X, -1, 1, 1);
  for (int i = 0; i < 32; ++i) T(i, i % 10) = 1;
  glorot(W1, 2);
  glorot(W2, 3);
  auto const J = cross_entropy(sigmoid(X * W1 + b1) * W2 + b2, T);
  auto const descend = [&](auto& p) { return ctg::assign(p, p - lr * gradient(J, p)); };
  auto step = ctg::program(J, descend(W1), descend(b1), descend(W2), descend(b2));
  step();
  if (argc > 1) footprint::report(step);
  return step[J] > 0 ? 0 : 1;
}
