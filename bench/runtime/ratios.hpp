// SPDX-License-Identifier: MIT
// A main() for competitors that do the same work on one thread: repetitions in random order, so that a disturbance of
// the machine meets all of them; then the medians of the processor time and their ratios to that of cotangent.
#pragma once

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

namespace ctg_bench {

/// Benchmarks are named group/competitor; those whose competitor begins with "cotangent" are the library's.
class ratio_reporter : public benchmark::ConsoleReporter {
 public:
  ratio_reporter() : benchmark::ConsoleReporter(OO_Tabular) {}

  void ReportRuns(std::vector<Run> const& runs) override {
    benchmark::ConsoleReporter::ReportRuns(runs);
    for (Run const& run : runs)
      if (run.aggregate_name == "median") medians_.push_back({run.run_name.function_name, run.GetAdjustedCPUTime()});
  }

  void Finalize() override {
    if (medians_.empty()) return;
    std::sort(medians_.begin(), medians_.end(), [](entry const& a, entry const& b) { return a.name < b.name; });
    std::printf("\n%-40s%14s%32s\n", "median", "cpu time", "ratio to the fastest cotangent");
    for (entry const& e : medians_) {
      double best = 0;
      for (entry const& other : medians_)
        if (group(other) == group(e) && is_own(other) && (best == 0 || other.time < best)) best = other.time;
      std::printf("%-40s%14.2f%32.2f\n", e.name.c_str(), e.time, best > 0 ? e.time / best : 0.0);
    }
  }

 private:
  struct entry {
    std::string name;
    double time;
  };
  static std::string group(entry const& e) { return e.name.substr(0, e.name.rfind('/')); }
  static bool is_own(entry const& e) { return e.name.compare(e.name.rfind('/') + 1, 9, "cotangent") == 0; }

  std::vector<entry> medians_;
};

/// What the user gives on the command line comes behind these and wins.
inline int run(int argc, char** argv) {
  std::string defaults[] = {"--benchmark_enable_random_interleaving=true", "--benchmark_repetitions=9",
                            "--benchmark_display_aggregates_only=true"};
  std::vector<char*> arguments{argv[0]};
  for (std::string& d : defaults) arguments.push_back(d.data());
  arguments.insert(arguments.end(), argv + 1, argv + argc);
  int count = static_cast<int>(arguments.size());
  arguments.push_back(nullptr);
  benchmark::Initialize(&count, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 1;
  ratio_reporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  benchmark::Shutdown();
  return 0;
}

}  // namespace ctg_bench
