// SPDX-License-Identifier: MIT
// A main() for competitors that do the same work on one thread: repetitions in random order, so that a disturbance of
// the machine meets all of them; then the medians of the processor time and their ratios to that of cotangent, as a
// table and, with --json FILE, as a file for bench/report.
#pragma once

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#ifndef CTG_BENCH_OPTIONS
#define CTG_BENCH_OPTIONS ""
#endif

namespace ctg_bench {

/// One row of a suite's file. Benchmarks fill it (quantity "time", unit "ns"); what is measured in another way comes by
/// record().
struct measurement {
  std::string workload, contestant;
  std::string quantity = "time", unit = "ns";
  double median = 0;
  double low = 0, high = 0;  ///< quartiles
  int repetitions = 1;
  std::map<std::string, double> counters = {};  ///< medians
  std::int64_t order = 0;                       ///< of registration; repetitions come at random

  bool is_own() const { return contestant.starts_with("cotangent"); }
};

inline std::vector<measurement>& measurements() {
  static std::vector<measurement> all;
  return all;
}

/// A figure that is no time of Google Benchmark: record("W1", "cotangent", "allocations", "per step", 0).
inline void record(std::string workload, std::string contestant, std::string quantity, std::string unit, double value) {
  measurement m{workload, contestant, quantity, unit, value, value, value};
  m.order = (std::int64_t{1} << 32) + static_cast<std::int64_t>(measurements().size());  // behind the benchmarks
  measurements().push_back(m);
}

/// The median's share of the fastest (smallest) cotangent that does the same; 0 where there is none.
inline double ratio(measurement const& m) {
  double best = 0;
  for (measurement const& other : measurements())
    if (other.is_own() && other.workload == m.workload && other.quantity == m.quantity)
      if (best == 0 || other.median < best) best = other.median;
  return best > 0 ? m.median / best : 0;
}

inline double quantile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  double const at = share * static_cast<double>(values.size() - 1);
  auto const below = static_cast<std::size_t>(at), above = std::min(below + 1, values.size() - 1);
  return std::lerp(values[below], values[above], at - static_cast<double>(below));
}

/// Benchmarks are named workload/competitor; those whose competitor begins with "cotangent" are the library's. Their
/// time is that of the processor, or the wall's where they ask for it by UseRealTime() (threads). A benchmark that
/// takes time by itself (UseManualTime()) enters by itself what it found.
class ratio_reporter : public benchmark::ConsoleReporter {
 public:
  ratio_reporter() : benchmark::ConsoleReporter(OO_Tabular) {}

  void ReportRuns(std::vector<Run> const& runs) override {
    // the repetitions of one benchmark come in one call, their aggregates, which say as much, in the next
    bool aggregates = false;
    std::vector<double> times;
    std::map<std::string, std::vector<double>> counters;
    for (Run const& run : runs)
      if (run.run_type == Run::RT_Aggregate) {
        aggregates = true;
      } else if (!run.error_occurred) {
        bool const threads = run.run_name.time_type.find("real_time") != std::string::npos;
        double const seconds = threads ? run.real_accumulated_time : run.cpu_accumulated_time;
        times.push_back(seconds / static_cast<double>(std::max<benchmark::IterationCount>(run.iterations, 1)) * 1e9);
        for (auto const& [name, counter] : run.counters) counters[name].push_back(counter.value);
      }
    if (aggregates || runs.size() == 1) benchmark::ConsoleReporter::ReportRuns(runs);
    if (times.empty() || runs.front().run_name.time_type == "manual_time") return;
    std::string const& name = runs.front().run_name.function_name;
    std::size_t const slash = name.rfind('/');
    measurement m{name.substr(0, slash), name.substr(slash + 1)};
    m.median = quantile(times, 0.5), m.low = quantile(times, 0.25), m.high = quantile(times, 0.75);
    m.repetitions = static_cast<int>(times.size());
    for (auto const& [counter, values] : counters) m.counters[counter] = quantile(values, 0.5);
    m.order = runs.front().family_index;
    measurements().push_back(m);
  }

  void Finalize() override {
    if (measurements().empty()) return;
    std::sort(measurements().begin(), measurements().end(),
              [](measurement const& a, measurement const& b) { return a.order < b.order; });
    std::printf("\n%-44s%14s%32s\n", "median", "cpu time, µs", "ratio to the fastest cotangent");
    for (measurement const& m : measurements())
      if (m.unit == "ns" && ratio(m) > 0)
        std::printf("%-44s%14.3f%32.2f\n", (m.workload + "/" + m.contestant).c_str(), m.median * 1e-3, ratio(m));
      else if (m.unit == "ns")
        std::printf("%-44s%14.3f\n", (m.workload + "/" + m.contestant).c_str(), m.median * 1e-3);
      else
        std::printf("%-44s%14g %s\n", (m.workload + "/" + m.contestant).c_str(), m.median, m.unit.c_str());
  }
};

inline std::string json(std::string_view text) {
  std::string result = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  }
  return result + '"';
}

inline std::string json(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value);
  return std::isfinite(value) ? text : "null";
}

/// Writes the measurements so far; false where that fails. bench/README.md says what the fields mean.
inline bool write_json(std::string const& path, std::string_view program) {
  std::FILE* const file = std::fopen(path.c_str(), "w");
  if (file == nullptr) return false;
#if defined(__clang__)
  std::string const compiler = "clang++ " __clang_version__;
#elif defined(__GNUC__)
  std::string const compiler = "g++ " __VERSION__;
#else
  std::string const compiler = "unknown";
#endif
  double load = 0;
  if (getloadavg(&load, 1) != 1) load = 0;
  std::fprintf(file, "{\"program\": %s,\n \"compiler\": %s,\n \"options\": %s,\n \"load\": %s,\n \"measurements\": [",
               json(program.substr(program.rfind('/') + 1)).c_str(), json(compiler).c_str(),
               json(CTG_BENCH_OPTIONS).c_str(), json(load).c_str());
  char const* separator = "\n  ";
  for (measurement const& m : measurements()) {
    std::fprintf(file, "%s{\"workload\": %s, \"contestant\": %s, \"quantity\": %s, \"unit\": %s, ", separator,
                 json(m.workload).c_str(), json(m.contestant).c_str(), json(m.quantity).c_str(), json(m.unit).c_str());
    std::fprintf(file, "\"median\": %s, \"low\": %s, \"high\": %s, \"repetitions\": %d, \"ratio\": %s",
                 json(m.median).c_str(), json(m.low).c_str(), json(m.high).c_str(), m.repetitions,
                 ratio(m) > 0 ? json(ratio(m)).c_str() : "null");
    for (auto const& [name, value] : m.counters)
      std::fprintf(file, ", %s: %s", json(name).c_str(), json(value).c_str());
    std::fputs("}", file);
    separator = ",\n  ";
  }
  std::fputs("\n]}\n", file);
  return std::fclose(file) == 0;
}

/// Takes --json FILE out of the arguments; empty where it is not there.
inline std::string take_json(int& argc, char** argv) {
  std::string file;
  int kept = 1;
  for (int i = 1; i < argc; ++i)
    if (std::string_view(argv[i]) == "--json" && i + 1 < argc)
      file = argv[++i];
    else
      argv[kept++] = argv[i];
  argc = kept;
  return file;
}

/// Runs what is registered, with `defaults` as options of Google Benchmark; those of the command line win. Writes the
/// measurements with --json FILE. A program that takes time by itself pushes to measurements() and calls this likewise.
inline int run(int argc, char** argv,
               std::vector<std::string> defaults = {"--benchmark_enable_random_interleaving=true",
                                                    "--benchmark_repetitions=9", "--benchmark_min_time=0.1"}) {
  std::string const file = take_json(argc, argv);
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
  if (!file.empty() && !write_json(file, argv[0])) {
    std::fprintf(stderr, "cannot write %s\n", file.c_str());
    return 1;
  }
  return 0;
}

}  // namespace ctg_bench
