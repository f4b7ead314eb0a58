// SPDX-License-Identifier: MIT
// GEMM against Eigen, in one process, at square sizes and at the shapes of a classifier's training step. Counter:
// GFLOP/s. Run: taskset -c 1 <binary>
#include <ctg/kernel/gemm.hpp>

#include "ratios.hpp"

#include <benchmark/benchmark.h>

#if __has_include(<Eigen/Core>)
#include <Eigen/Core>
#endif

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

namespace gemm_bench {

using ctg::kernel::index;

struct shape {
  index m, k, n;
  bool transposed_a, transposed_b;

  std::string name() const {
    return std::to_string(m) + "x" + std::to_string(k) + (transposed_a ? "^T" : "") + "x" + std::to_string(n) +
           (transposed_b ? "^T" : "");
  }
};

constexpr shape shapes[] = {
    {8, 8, 8, false, false},       {12, 12, 12, false, false},    {16, 16, 16, false, false},
    {24, 24, 24, false, false},    {32, 32, 32, false, false},    {48, 48, 48, false, false},
    {64, 64, 64, false, false},    {100, 100, 100, false, false}, {128, 128, 128, false, false},
    {200, 200, 200, false, false}, {256, 256, 256, false, false}, {384, 384, 384, false, false},
    {512, 512, 512, false, false}, {768, 768, 768, false, false}, {1024, 1024, 1024, false, false},
    {64, 784, 128, false, false},  {64, 128, 10, false, false},   {784, 64, 128, true, false},
    {64, 10, 128, false, true},    {1, 784, 128, false, false},   {32, 64, 32, false, false},
    {32, 32, 10, false, false},    {64, 32, 32, true, false},     {32, 10, 32, false, true}};

template <class T>
using buffer = std::unique_ptr<T[], decltype(&std::free)>;

template <class T>
buffer<T> allocate(index n) {
  std::size_t const bytes = (static_cast<std::size_t>(n) * sizeof(T) + 63) / 64 * 64;
  return {static_cast<T*>(std::aligned_alloc(64, bytes + 64)), &std::free};
}

template <class T>
buffer<T> random(index n) {
  buffer<T> result = allocate<T>(n);
  std::uint32_t seed = 1;
  for (index i = 0; i < n; ++i) {
    seed = seed * 1664525u + 1013904223u;
    result[static_cast<std::size_t>(i)] = static_cast<T>(seed >> 8) / static_cast<T>(1 << 23) - T{1};
  }
  return result;
}

void count(benchmark::State& state, shape const& s) {
  double const work = 2.0 * static_cast<double>(s.m) * static_cast<double>(s.n) * static_cast<double>(s.k) * 1e-9;
  state.counters["GFLOP/s"] = benchmark::Counter(work, benchmark::Counter::kIsIterationInvariantRate);
}

template <class T>
void cotangent(benchmark::State& state, shape s) {
  auto const a = random<T>(s.m * s.k), b = random<T>(s.k * s.n);
  auto const c = allocate<T>(s.m * s.n), scratch = allocate<T>(ctg::kernel::gemm_scratch<T>(s.m, s.n, s.k));
  ctg::kernel::gemm_arguments<T> const arguments{s.m,
                                                 s.n,
                                                 s.k,
                                                 {a.get(), s.transposed_a ? 1 : s.k, s.transposed_a ? s.m : 1},
                                                 {b.get(), s.transposed_b ? 1 : s.n, s.transposed_b ? s.k : 1},
                                                 c.get(),
                                                 s.n,
                                                 scratch.get(),
                                                 false,
                                                 {}};
  for (auto _ : state) {
    ctg::kernel::gemm(arguments);
    benchmark::ClobberMemory();
  }
  count(state, s);
}

template <class T, index N>
void cotangent_static(benchmark::State& state) {
  auto const a_data = random<T>(N * N), b_data = random<T>(N * N);
  auto const c_data = allocate<T>(N * N);
  T const *const a = a_data.get(), *const b = b_data.get();
  T* const c = c_data.get();
  for (auto _ : state) {
    ctg::kernel::gemm_static<N, N, N, T>({a, N, 1}, {b, N, 1}, c, N);
    benchmark::ClobberMemory();
  }
  count(state, {N, N, N, false, false});
}

#if __has_include(<Eigen/Core>)
template <class T>
void eigen(benchmark::State& state, shape s) {
  using matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  auto const a_data = random<T>(s.m * s.k), b_data = random<T>(s.k * s.n);
  auto const c_data = allocate<T>(s.m * s.n);
  Eigen::Map<matrix const> const a(a_data.get(), s.transposed_a ? s.k : s.m, s.transposed_a ? s.m : s.k);
  Eigen::Map<matrix const> const b(b_data.get(), s.transposed_b ? s.n : s.k, s.transposed_b ? s.k : s.n);
  Eigen::Map<matrix> c(c_data.get(), s.m, s.n);
  for (auto _ : state) {
    if (s.transposed_a)
      c.noalias() = a.transpose() * b;
    else if (s.transposed_b)
      c.noalias() = a * b.transpose();
    else if (s.m == 1)  // Eigen chooses its matrix-vector product by the type
      c.row(0).noalias() = a.row(0) * b;
    else
      c.noalias() = a * b;
    benchmark::ClobberMemory();
  }
  count(state, s);
}

template <class T, int N>
void eigen_static(benchmark::State& state) {
  using matrix = Eigen::Matrix<T, N, N, Eigen::RowMajor>;
  auto const a_data = random<T>(N * N), b_data = random<T>(N * N);
  auto const c_data = allocate<T>(N * N);
  Eigen::Map<matrix const> const a(a_data.get()), b(b_data.get());
  Eigen::Map<matrix> c(c_data.get());
  for (auto _ : state) {
    c.noalias() = a * b;
    benchmark::ClobberMemory();
  }
  count(state, {N, N, N, false, false});
}
#endif

template <class T, int N>
void enter_static(std::string const& type) {
  std::string const name = type + "/" + std::to_string(N) + "_static";
  benchmark::RegisterBenchmark((name + "/cotangent").c_str(), cotangent_static<T, N>);
#if __has_include(<Eigen/Core>)
  benchmark::RegisterBenchmark((name + "/eigen").c_str(), eigen_static<T, N>);
#endif
}

template <class T>
void enter(std::string const& type) {
  for (shape const& s : shapes) {
    std::string const name = type + "/" + s.name();
    benchmark::RegisterBenchmark((name + "/cotangent").c_str(), cotangent<T>, s);
#if __has_include(<Eigen/Core>)
    benchmark::RegisterBenchmark((name + "/eigen").c_str(), eigen<T>, s);
#endif
  }
  enter_static<T, 4>(type);
  enter_static<T, 8>(type);
  enter_static<T, 16>(type);
  enter_static<T, 32>(type);
}

}  // namespace gemm_bench

int main(int argc, char** argv) {
  gemm_bench::enter<float>("float");
  gemm_bench::enter<double>("double");
  return ctg_bench::run(argc, argv);
}
