// SPDX-License-Identifier: MIT
// What a program of one training step (W1) takes beside its time: allocations for each step, resident memory, processor
// time to start (over that of an empty program), size of the executable. Each is a process of its own, from a program
// next to this one. Ends with 1 if cotangent allocates in a step.
#include "ratios.hpp"

#include <spawn.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <vector>

namespace {

/// Processor time of one run of a program without arguments, start and end included; negative if it fails.
double seconds_to_run(std::string const& path) {
  std::string name = path;
  char* const arguments[] = {name.data(), nullptr};
  pid_t child = 0;
  if (posix_spawn(&child, path.c_str(), nullptr, nullptr, arguments, environ) != 0) return -1;
  int status = 0;
  rusage used{};
  if (wait4(child, &status, 0, &used) != child || status != 0) return -1;
  auto const seconds = [](timeval t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6; };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

/// False if the program fails or, for cotangent, allocates.
bool measure(std::string const& folder, std::string const& contestant) {
  std::string const path = folder + "footprint_" + contestant;
  struct stat file {};
  if (stat(path.c_str(), &file) != 0) return true;  // a peer that is not installed

  double allocations = 0;
  long resident = 0;
  std::FILE* const output = popen((path + " report").c_str(), "r");
  bool good = output && std::fscanf(output, "%lf %ld", &allocations, &resident) == 2;
  if (output) good = pclose(output) == 0 && good;

  std::vector<double> over;
  for (int i = 0; i < (contestant == "libtorch" ? 5 : 51); ++i) {
    double const nothing = seconds_to_run(folder + "footprint_empty"), all = seconds_to_run(path);
    good = good && nothing >= 0 && all >= 0;
    over.push_back((all - nothing) * 1e3);
  }
  std::string const workload = "one step of W1";
  ctg_bench::record(workload, contestant, "allocations", "per step", allocations);
  ctg_bench::record(workload, contestant, "resident memory", "MiB", static_cast<double>(resident) / 1024);
  ctg_bench::record(workload, contestant, "start-up", "ms", ctg_bench::quantile(over, 0.5));
  ctg_bench::record(workload, contestant, "size of the executable", "KiB", static_cast<double>(file.st_size) / 1024);
  if (!good) std::fprintf(stderr, "%s fails\n", path.c_str());
  if (contestant == "cotangent" && allocations != 0) {
    std::fprintf(stderr, "cotangent allocates %.2f times in a step\n", allocations);
    good = false;
  }
  return good;
}

}  // namespace

int main(int argc, char** argv) {
  std::string const file = ctg_bench::take_json(argc, argv);
  std::string const program = argv[0], folder = program.substr(0, program.rfind('/') + 1);
  bool good = true;
  for (char const* contestant : {"empty", "cotangent", "libtorch"}) good = measure(folder, contestant) && good;
  for (ctg_bench::measurement const& m : ctg_bench::measurements())
    std::printf("%-12s%-26s%14g %s\n", m.contestant.c_str(), m.quantity.c_str(), m.median, m.unit.c_str());
  if (!file.empty() && !ctg_bench::write_json(file, program)) good = false;
  return good ? 0 : 1;
}
