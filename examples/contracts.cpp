// SPDX-License-Identifier: MIT
// Contracts on performance: what a program does is known to the compiler, so what it must not do can be a
// static_assert. A change of the expression, or of the library, that breaks one of these does not compile.
#include <ctg/ctg.hpp>

#include <iostream>

// [promise]
constexpr auto fits_in_64_KiB = []<class P>() { return P::workspace_bytes(ctg::extents<"N">(64)) <= 64 << 10; };
constexpr auto stores_one_value = []<class P>() { return P::stored() == 1; };

// Takes nothing else: another program is an error where this is called.
void run(ctg::contract<fits_in_64_KiB, stores_one_value> auto& step, int times) {
  for (int i = 0; i < times; ++i) step();
}
// [/promise]

int main() {
  // [layer]
  ctg::matrix<"X", float, ctg::dim<"N">, 64> X(64);
  ctg::column<"y", std::int32_t, ctg::dim<"N">> y(64);
  ctg::matrix<"W", float, 64, 10> W;

  auto Z = X * W;
  auto J = cross_entropy(Z, y);
  auto dZ = gradient(J, Z);
  auto dW = gradient(J, W);
  auto step = ctg::program(J, ctg::assign(W, W - 0.5f * dW));

  using Step = decltype(step);
  static_assert(Step::kernels() == 2 && Step::gemms() == 2);
  static_assert(step.stores_only(dZ) && !step.stores(Z) && !step.stores(dW));  // this step stores nothing but dZ
  static_assert(Step::exps(ctg::extents<"N">(64)) == 64 * 10);                 // each exponential once
  static_assert(Step::workspace_bytes(ctg::extents<"N">(64)) <= 64 << 10);     // it fits in 64 KiB
  static_assert(noexcept(step()));                                             // neither throws nor allocates
  // [/layer]
  X.fill(0.125f);
  run(step, 10);

  // [pass]
  auto moments = ctg::program(mean<0>(X), mean<0>(X % X), ctg::max(X));
  static_assert(moments.passes_over(X) == 1);  // one pass over X
  static_assert(moments.stored() == 0 && moments.gemms() == 0 && moments.exps(ctg::extents<"N">(64)) == 0);
  // [/pass]
  moments();

  std::cout << explain(step) << '\n' << explain(moments) << "\nloss " << step[J] << '\n';
  return step[J] < 2.3f ? 0 : 1;
}
