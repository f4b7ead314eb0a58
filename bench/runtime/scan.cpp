// SPDX-License-Identifier: MIT
// Gradients of recurrences whose states are all stored ("stored") or one of K ("again", K = 25 or 100), from which the
// others are computed again: where each is cheaper, the constants of calculus/segments.hpp say.
#include <ctg/ctg.hpp>

#include "programs.hpp"

#include <string>

namespace {

using ctg_bench::enter;

void fill(auto& leaf) {
  int i = 0;
  for (auto& x : leaf) x = static_cast<float>(i++ * 7 % 17) / 16 - 0.5f;
}

template <int Keep>
void compare(std::string const& name, auto const& f, auto const& start, auto const& x, auto const& w) {
  auto gradient_of = [&](auto const& last) { return ctg::value_and_gradient(sum(square(last)), w); };
  enter(name + "/cotangent stored", gradient_of(ctg::fold<ctg::keep<1>>(f, start, x)));
  enter(name + "/cotangent again", gradient_of(ctg::fold<ctg::keep<Keep>>(f, start, x)));
}

// Element-wise steps of a wide state.
template <int T, int H>
void compare_elementwise() {
  static ctg::row<"h0", float, H> h0;
  static ctg::row<"v", float, H> v;
  static ctg::tensor<"x", float, T> x;
  static ctg::scalar<"a", float> a{0.9f};
  fill(h0), fill(v), fill(x);
  std::string const size = ", " + std::to_string(T) + " steps of " + std::to_string(H);
  compare<25>(
      "a h + x v - h^3 / 10" + size, [&](auto const& h, auto const& u) { return a * h + u * v - 0.1 * h % h % h; }, h0,
      x, a);
  compare<25>(
      "tanh(a h + x v)" + size, [&](auto const& h, auto const& u) { return tanh(a * h + u * v); }, h0, x, a);
}

// Products of a small one.
template <int T, int H>
void compare_layer() {
  static ctg::matrix<"X", float, T, 8> X;
  static ctg::row<"h0", float, H> h0;
  static ctg::matrix<"W", float, 8, H> W;
  static ctg::matrix<"U", float, H, H> U;
  fill(X), fill(h0), fill(W), fill(U);
  compare<100>(
      "tanh(x W + h U), " + std::to_string(T) + " steps of " + std::to_string(H),
      [&](auto const& h, auto const& x) { return tanh(x * W + h * U); }, h0, X, U);
}

}  // namespace

int main(int argc, char** argv) {
  compare_elementwise<1000, 1000>();
  compare_elementwise<1000, 10000>();
  compare_layer<10000, 64>();
  return ctg_bench::run(argc, argv);
}
