// SPDX-License-Identifier: MIT
// Multiplies with the GEMM of ctg::kernels, which this file must not compile itself.
#include <ctg/kernel/gemm.hpp>

#include <cstdio>
#include <vector>

#if !defined(CTG_KERNELS)
#error "ctg::kernels says that it is there"
#endif

template <class T>
bool multiplies() {
  using ctg::kernel::index;
  constexpr index n = 100;
  std::vector<T> a(n * n), b(n * n), c(n * n),
      scratch(static_cast<std::size_t>(ctg::kernel::gemm_scratch<T>(n, n, n)) + 64);
  for (std::size_t i = 0; i < a.size(); ++i) {
    a[i] = static_cast<T>(i % 7);
    b[i] = static_cast<T>(i % 5);
  }
  std::size_t const over = reinterpret_cast<std::uintptr_t>(scratch.data()) % 64;
  T* const aligned = scratch.data() + (over ? (64 - over) / sizeof(T) : 0);
  ctg::kernel::gemm<T>({n, n, n, {a.data(), n, 1}, {b.data(), n, 1}, c.data(), n, aligned, false, {}});
  for (std::size_t i = 0; i < 100; ++i)
    for (std::size_t j = 0; j < 100; ++j) {
      T sum = 0;
      for (std::size_t k = 0; k < 100; ++k) sum += a[i * 100 + k] * b[k * 100 + j];
      if (sum != c[i * 100 + j]) return false;  // whole numbers: exact
    }
  return true;
}

int main() {
  bool const right = multiplies<float>() && multiplies<double>();
  std::puts(right ? "the products are right" : "a product is wrong");
  return right ? 0 : 1;
}
