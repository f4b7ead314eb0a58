// SPDX-License-Identifier: MIT
// Programs as benchmarks.
#pragma once

#include "ratios.hpp"

#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <utility>

namespace ctg_bench {

/// Enters a program, which the benchmark keeps: one iteration is one call.
template <class Program>
void enter(std::string const& name, Program program) {
  benchmark::RegisterBenchmark(name.c_str(), [p = std::make_shared<Program>(std::move(program))](auto& state) {
    for (auto _ : state) {
      (*p)();
      benchmark::ClobberMemory();
    }
  });
}

}  // namespace ctg_bench
