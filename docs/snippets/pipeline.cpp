// SPDX-License-Identifier: MIT
// docs/pipeline.md: one layer on its way from an expression to kernels. Prints what the page shows.
#include <ctg/ctg.hpp>
#include <ctg/random.hpp>

#include <iomanip>
#include <iostream>
#include <vector>

// [list]
// The nodes of a graph: number, operation, the numbers of its operands.
void list(ctg::builder const& g, std::vector<int> const& roots) {
  for (std::size_t i = 0; i < g.nodes.size(); ++i) {
    ctg::node const& n = g.nodes[i];
    std::cout << std::setw(4) << i << "  " << n.op->name;
    if (n.is(ctg::opcode::leaf)) std::cout << ' ' << g.leaves[static_cast<std::size_t>(n.with.p)]->name;
    if (n.is(ctg::opcode::constant)) std::cout << ' ' << ctg::detail::constant_value(n);
    for (int operand : n.args)
      if (operand >= 0) std::cout << ' ' << operand;
    for (int root : roots)
      if (root == static_cast<int>(i)) std::cout << "   <- wanted";
    std::cout << '\n';
  }
}
// [/list]

int main() {
  // [write]
  ctg::matrix<"X", float, ctg::dim<"N">, 784> X(64);
  ctg::matrix<"T", float, ctg::dim<"N">, 128> T(64);
  ctg::matrix<"W", float, 784, 128> W;
  ctg::row<"b", float, 128> b;
  ctg::scalar<"lr", float> lr{0.1f};

  auto J = mse(sigmoid(X * W + b), T);
  // [/write]
  glorot(W, 1);
  uniform(X, -1.f, 1.f, 2);
  uniform(T, 0.f, 1.f, 3);

  // [lower]
  ctg::builder g;
  int const j = ctg::lower<decltype(J)>(g);
  // [/lower]
  std::cout << "the graph of J\n";
  list(g, {j});

  // [derive]
  auto dW = gradient(J, W);
  auto db = gradient(J, b);
  int const w = ctg::lower<decltype(dW)>(g);
  // [/derive]
  std::cout << "\nthe graph with dW\n";
  list(g, {j, w});

  // [simplify]
  ctg::builder simple;
  auto const roots = ctg::simplify({g.nodes, g.shapes}, std::vector<int>{j, w}, simple, true);
  // [/simplify]
  simple.leaves = g.leaves;
  std::cout << "\nsimplified\n";
  list(simple, roots);

  std::cout << "\nformulas\n";
  // [formula]
  std::cout << to_string(J, dW, db) << '\n';
  // [/formula]

  // [program]
  auto step = ctg::program(J, ctg::assign(W, W - lr * dW), ctg::assign(b, b - lr * db));

  static_assert(decltype(step)::kernels() == 2);
  static_assert(!step.stores(dW) && !step.stores(X * W));
  // [/program]

  std::cout << "\nplan\n";
  // [explain]
  std::cout << explain(step);
  // [/explain]

  // [run]
  step();
  float const before = step[J];
  for (int i = 0; i < 100; ++i) step();
  float const after = step[J];
  // [/run]
  std::cout << "\nloss " << before << " -> " << after << '\n';
  return after < before ? 0 : 1;
}
