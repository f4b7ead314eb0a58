// SPDX-License-Identifier: MIT
// What one core of this machine can do at best, as the frame of the other figures: multiply-adds without memory
// (counter GFLOP/s), and bytes read, and copied, from each level of memory (counter GB/s). Run: taskset -c 1 <binary>
#include <ctg/kernel/simd.hpp>

#include "ratios.hpp"

#include <benchmark/benchmark.h>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace {

namespace kernel = ctg::kernel;
using kernel::batch;
using kernel::index;

// more chains than latency times units of any core of today (4 × 2), fewer than its registers
constexpr std::size_t chains = 12;

template <class T>
void multiply_add(benchmark::State& state) {
  constexpr int rounds = 256;
  batch<T> const factor(T(0.5)), term(T(0.25));
  batch<T> sums[chains];
  for (std::size_t c = 0; c < chains; ++c) sums[c] = batch<T>(static_cast<T>(c));
  [&]<std::size_t... C>(std::index_sequence<C...>) {
    for (auto _ : state) {
      for (int i = 0; i < rounds; ++i) ((sums[C] = kernel::fma(sums[C], factor, term)), ...);
      (benchmark::DoNotOptimize(sums[C]), ...);
    }
  }
  (std::make_index_sequence<chains>{});
  double const work = 2e-9 * rounds * chains * static_cast<double>(kernel::lanes<T>);
  state.counters["GFLOP/s"] = benchmark::Counter(work, benchmark::Counter::kIsIterationInvariantRate);
}

/// Bytes that the loop touches in all; a copy reads half of them and writes the other half.
void stream(benchmark::State& state, std::size_t bytes, bool copy) {
  index const count = static_cast<index>(bytes / sizeof(float) / (copy ? 2 : 1));
  std::vector<float> from(static_cast<std::size_t>(count), 1), to(copy ? from.size() : 0);
  for (auto _ : state) {
    constexpr index step = kernel::lanes<float>;
    if (copy) {
      for (index i = 0; i < count; i += step) kernel::store(to.data() + i, kernel::load(from.data() + i));
    } else {
      batch<float> sums[8];
      for (auto& s : sums) s = batch<float>(0.f);
      for (index i = 0; i < count; i += 8 * step)
        for (index j = 0; j < 8; ++j) sums[j] += kernel::load(from.data() + i + j * step);
      benchmark::DoNotOptimize(sums);
    }
    benchmark::ClobberMemory();
  }
  double const touched = static_cast<double>(bytes) * 1e-9;
  state.counters["GB/s"] = benchmark::Counter(touched, benchmark::Counter::kIsIterationInvariantRate);
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::RegisterBenchmark("float/multiply-add/machine", multiply_add<float>);
  benchmark::RegisterBenchmark("double/multiply-add/machine", multiply_add<double>);
  for (auto const& [name, bytes] : {std::pair{"16 KiB", 16 << 10}, {"256 KiB", 256 << 10}, {"256 MiB", 256 << 20}})
    for (bool copy : {false, true})
      benchmark::RegisterBenchmark((std::string(copy ? "copy " : "read ") + name + "/machine").c_str(), stream,
                                   static_cast<std::size_t>(bytes), copy);
  return ctg_bench::run(argc, argv);
}
