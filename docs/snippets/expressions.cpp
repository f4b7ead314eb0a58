// SPDX-License-Identifier: MIT
// docs/index.md, operations.md and design.md: what an expression is, and what it may be used for.
#include <ctg/ctg.hpp>

#include <cmath>
#include <iostream>

namespace {

using namespace ctg::literals;

// [layer]
auto layer(auto const& X, auto const& W, auto const& b) { return tanh(X * W + b); }
// [/layer]

// [let]
auto residual(auto const& X, auto const& W) {
  return ctg::let([&] { return X + tanh(X * W); });
}
// [/let]

}  // namespace

int main() {
  // [first]
  ctg::matrix<"X", float, 3, 2> X{{1, 2}, {3, 4}, {5, 6}};
  ctg::matrix<"W", float, 2, 2> W{{1, 0}, {0, 1}};
  ctg::row<"b", float, 2> b{0.5f, -0.5f};

  auto J = mean(square(X * W + b));                // nothing is computed yet
  std::cout << to_string(gradient(J, W)) << '\n';  // the derivative is an expression like any other
  W -= 0.01f * gradient(J, W);                     // now it is: one program, run once
  std::cout << ctg::evaluate(J) << '\n';
  // [/first]

  // [leaves]
  ctg::tensor<"K", float, 8, 16, 16> K;              // owning, zero, any rank up to 8
  ctg::matrix<"B", float, ctg::dim<"N">, 64> B(32);  // N is a number of the run
  float memory[2 * 4] = {1, 2, 3, 0, 4, 5, 6, 0};
  ctg::matrix_view<"V", float const, 2, 3> V(memory, ctg::stride(4));  // rows padded to 4
  // [/leaves]

  // [shared]
  auto H = layer(layer(X, W, b), W, b);  // holds addresses of X, W and b, and no matrix
  auto energy = sum(H % H);
  auto g = ctg::value_and_gradient(energy, W, b);
  g();
  std::cout << g.value() << ' ' << g[W](0, 0) << '\n';
  // [/shared]

  // [numbers]
  auto twice = 2 * X;    // 2 is read when the program runs
  auto known = 2_c * X;  // 2 is known to the compiler and folds
  auto quarter = ctg::constant<1, 4> * X;
  // [/numbers]

  // [residual]
  auto deep = residual(residual(residual(X, W), W), W);
  // [/residual]

  // [swap]
  ctg::matrix<"P", float, 2, 2> P{{1, 2}, {3, 4}}, kept = P;
  ctg::matrix<"Q", float, 2, 2> Q{{5, 6}, {7, 8}};
  auto exchange = ctg::program(ctg::assign(P, Q), ctg::assign(Q, transpose(P)));
  exchange();  // all reads come before all assignments
  // [/swap]
  bool const good = P(0, 1) == 6 && Q(0, 1) == kept(1, 0) && V(1, 2) == 6 && K.size() == 2048 && B.rows() == 32 &&
                    ctg::evaluate(twice)(2, 1) == 12 && ctg::evaluate(known)(2, 1) == 12 &&
                    ctg::evaluate(sum(quarter)) == 5.25f && std::isfinite(ctg::evaluate(sum(deep)));
  return good ? 0 : 1;
}
