// SPDX-License-Identifier: MIT
// How a contestant enters: one step from the workload's start is compared with the reference, and only then is it
// timed, in turns with the others.
#pragma once

#include <benchmark/benchmark.h>

#include <cstdio>
#include <string>

namespace peers {

/// Right::fault<Contestant>() runs it once and says what is wrong; Right::run<Contestant>(start, body) calls body(step,
/// …) with the step to be timed. `start` outlives the contest, `right` need not. False if the contestant is wrong.
template <class Contestant, class Start, class Right>
bool enter(std::string const& name, Start const& start, Right const& right) {
  if (std::string const fault = right.template fault<Contestant>(); !fault.empty()) {
    std::fprintf(stderr, "%s is wrong: %s\n", name.c_str(), fault.c_str());
    return false;
  }
  benchmark::RegisterBenchmark(name.c_str(),
                               [&start](benchmark::State& state) {
                                 Right::template run<Contestant>(start, [&](auto const& step, auto const&) {
                                   for (auto _ : state) benchmark::DoNotOptimize(step());
                                 });
                               })
      ->Unit(benchmark::kMicrosecond)
      ->MeasureProcessCPUTime();
  return true;
}

}  // namespace peers
