// SPDX-License-Identifier: MIT
// The README's first program: from the formula of a network to its training, forward to update, in twenty lines.
#include <ctg/ctg.hpp>
#include <ctg/random.hpp>
#include <iostream>

int main() {
  ctg::matrix<"X", double, 4, 2> X{{0, 0}, {0, 1}, {1, 0}, {1, 1}};  // exclusive or
  ctg::column<"T", double, 4> T{0, 1, 1, 0};
  ctg::matrix<"W1", double, 2, 8> W1;
  ctg::matrix<"W2", double, 8, 1> W2;
  ctg::row<"b1", double, 8> b1;
  ctg::scalar<"b2", double> b2;
  glorot(W1, 1);
  glorot(W2, 2);

  auto J = mse(sigmoid(tanh(X * W1 + b1) * W2 + b2), T);  // what is computed: only a type so far
  auto descend = [&](auto& W) { return ctg::assign(W, W - 2 * gradient(J, W)); };
  auto step = ctg::program(J, descend(W1), descend(b1), descend(W2), descend(b2));
  for (int i = 0; i < 1000; ++i) step();

  std::cout << to_string(gradient(J, W1)) << "\n\n" << explain(step) << "\nloss " << step[J] << "\n";
  return step[J] < 0.01 ? 0 : 1;
}
