// SPDX-License-Identifier: MIT
// docs/inspecting.md: what a program says of itself, as a picture, as measured, and as a contract.
#include <ctg/ctg.hpp>
#include <ctg/profile.hpp>
#include <ctg/random.hpp>

#include <fstream>
#include <iostream>

int main(int count, char** words) {
  ctg::matrix<"X", float, ctg::dim<"N">, 784> X(64);
  ctg::matrix<"T", float, ctg::dim<"N">, 128> T(64);
  ctg::matrix<"W", float, 784, 128> W;
  ctg::row<"b", float, 128> b;
  ctg::scalar<"lr", float> lr{0.1f};
  glorot(W, 1);
  uniform(X, -1.f, 1.f, 2);
  uniform(T, 0.f, 1.f, 3);

  auto J = mse(sigmoid(X * W + b), T);
  auto step = ctg::program(J, ctg::assign(W, W - lr * gradient(J, W)), ctg::assign(b, b - lr * gradient(J, b)));

  std::string const folder = count > 1 ? words[1] : "";
  if (!folder.empty()) {
    // [pictures]
    std::ofstream(folder + "/program.dot") << to_dot(step);
    std::ofstream(folder + "/derivatives.tex") << to_latex(J, gradient(J, W), gradient(J, b));
    // [/pictures]
    return 0;
  }

  // [profile]
  std::cout << profile(step);
  // [/profile]
  return 0;
}
