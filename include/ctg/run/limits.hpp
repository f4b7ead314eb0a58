// SPDX-License-Identifier: MIT
// What this machine can do on one core, as measured: operations of a matrix product that stays in cache, and bytes of
// loops that do nothing but read and write. `profile` holds kernels against these.
#pragma once

#include <ctg/kernel/gemm.hpp>

#include <chrono>
#include <span>
#include <vector>

namespace ctg::inline v0 {

/// Measured limits of one core.
struct machine_limits {
  double flops = 0;              // per second, of products
  double bytes = 0;              // per second, read and written
  std::int64_t working_set = 0;  // bytes among which these move
  double clock = 0;              // seconds that a look at the clock takes
};

namespace detail {

inline double seconds_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// The shortest of so many runs: what disturbs only ever adds.
template <class F>
double shortest(int runs, F const& f) {
  double best = 1e300;
  for (int i = 0; i < runs; ++i) {
    double const start = seconds_now();
    f();
    best = std::min(best, seconds_now() - start);
  }
  return best;
}

// y += x over n elements, a multiple of 4 vectors: two reads and a write.
template <class T>
CTG_NOINLINE void add_to(T* CTG_RESTRICT y, T const* CTG_RESTRICT x, kernel::index n) {
  constexpr kernel::index w = kernel::lanes<T>;
  for (kernel::index i = 0; i < n; i += 4 * w)
    for (kernel::index k = 0; k < 4; ++k)
      kernel::store(y + i + k * w, kernel::load(y + i + k * w) + kernel::load(x + i + k * w));
}
// The sum of x, in eight chains.
template <class T>
CTG_NOINLINE T sum_of(T const* x, kernel::index n) {
  constexpr kernel::index w = kernel::lanes<T>;
  std::array<kernel::batch<T>, 8> sums;
  sums.fill(kernel::batch<T>(T(0)));
  for (kernel::index i = 0; i < n; i += 8 * w)
    for (std::size_t k = 0; k < 8; ++k) sums[k] = sums[k] + kernel::load(x + i + static_cast<kernel::index>(k) * w);
  for (std::size_t k = 1; k < 8; ++k) sums[0] = sums[0] + sums[k];
  std::array<T, w> each;
  kernel::store(each.data(), sums[0]);
  T total = 0;
  for (T v : each) total += v;
  return total;
}

template <class T>
double product_flops() {
  constexpr kernel::index n = 384;
  std::vector<T> a(n * n, T(0.5)), b(n * n, T(0.25)), c(n * n, T(0)), scratch(kernel::gemm_scratch<T>(n, n, n) + 64);
  auto* aligned = reinterpret_cast<T*>((reinterpret_cast<std::uintptr_t>(scratch.data()) + 63) / 64 * 64);
  double const time = shortest(15, [&] {
    kernel::gemm<T>({n, n, n, {a.data(), n, 1}, {b.data(), n, 1}, c.data(), n, aligned, false, {}});
  });
  return 2.0 * n * n * n / time;
}

template <class T>
double stream_bytes(std::int64_t working_set) {
  constexpr std::int64_t whole = 8 * kernel::lanes<T>;
  auto const n = std::max(working_set / static_cast<std::int64_t>(2 * sizeof(T)) / whole, std::int64_t{1}) * whole;
  std::vector<T> x(n, T(1)), y(n, T(0));
  auto const bytes = static_cast<double>(n) * sizeof(T);
  int const times = static_cast<int>(std::max(1.0, 2e6 / bytes));
  T volatile keep = 0;
  T const* volatile px = x.data();  // read anew each time, or the compiler would add up once
  T const* volatile py = y.data();
  double const both = shortest(9, [&] {
    for (int i = 0; i < times; ++i) add_to(y.data(), x.data(), static_cast<kernel::index>(n));
  });
  double const reads = shortest(9, [&] {
    T total = 0;
    for (int i = 0; i < times; ++i)
      total += sum_of<T>(px, static_cast<kernel::index>(n)) + sum_of<T>(py, static_cast<kernel::index>(n));
    keep = total;
  });
  return std::max(3 * bytes * times / both, 2 * bytes * times / reads);
}

}  // namespace detail

/// Measures, for about 50 ms, what one core does with elements of type T: the operations per second of a product of 384
/// cubed, and the bytes per second of the quicker of y += x and Σx + Σy, with x and y `working_set` bytes together.
template <class T>
machine_limits measure_limits(std::int64_t working_set) {
  machine_limits m;
  m.working_set = std::clamp(working_set, std::int64_t{16} << 10, std::int64_t{256} << 20);
  m.flops = detail::product_flops<T>();
  m.bytes = detail::stream_bytes<T>(m.working_set);
  m.clock = detail::shortest(100, [] {});
  return m;
}

}  // namespace ctg::inline v0
