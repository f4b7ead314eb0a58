// SPDX-License-Identifier: MIT
// What check.py looks at with gdb: leaves of each kind, an array, a program's result.
#include <ctg/expr/view.hpp>
#include <ctg/run/program.hpp>

namespace {
// where gdb stops
[[gnu::noinline]] void stop() { asm volatile(""); }

// what `finish` shows is in no memory of the program
[[gnu::noinline]] ctg::row<"F", double, 2> made() { return {2, 4}; }
}  // namespace

int main() {
  ctg::matrix<"X", float, ctg::dim<"N">, 3> X(2);
  X(1, 2) = 0.5f;
  ctg::matrix<"W 2", double, 2, 3> W{{1, 2, 3}, {4, 5, 6}};
  ctg::tensor<"T", std::int32_t, ctg::dim<"N">, 2, ctg::dim<"N">> T(2);
  T(1, 1, 1) = -7;
  ctg::scalar<"lr", float> lr{0.1f};
  ctg::matrix<"B", float, 100, 400> B;
  B(0, 1) = 1;
  ctg::matrix_view<"V", double const, ctg::dim<"M">, 2> V(W.data() + 1, 2, ctg::stride(3));
  ctg::matrix<"E", float, 0, 3> E;
  ctg::array<double, 2, ctg::detail::run_time> A({2, 2});
  A.data()[3] = 8;
  ctg::result_view<double, 2> R(W.data(), {3, 2}, {1, 3});  // W transposed
  auto const& L = W;
  ctg::row<"P", float, 2> P[2];
  P[1](0, 1) = 3;
  stop();
  auto const F = made();
  return static_cast<int>(X(0, 0) + W(0, 0) + T(0, 0, 0) + lr() + B(0, 0) + V(0, 0) + A.data()[0] + R(0, 0) + L(0, 0) +
                          P[0](0, 0) + F(0, 0)) > 1000 ||
         E.size() != 0;
}
