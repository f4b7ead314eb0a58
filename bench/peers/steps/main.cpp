// SPDX-License-Identifier: MIT
// Whole training steps (forward, loss, all gradients, update) by cotangent and by hand with Eigen, OpenBLAS and oneDNN.
// Every contestant is compared with a double-precision step before it is timed; the program ends with 1 if one is
// wrong.
// bench_steps W1 W4 enters these workloads only, --json FILE writes what was measured.
#include "experts.hpp"
#include "ratios.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>

#ifdef __linux__
#include <sched.h>
#include <unistd.h>

#include <cstdlib>
#endif

namespace {

/// On one processor and with one thread in libraries that would start more. They read the environment before main, so
/// the program starts again.
void run_alone([[maybe_unused]] char** argv) {
#ifdef __linux__
  if (std::getenv("OMP_NUM_THREADS") && std::getenv("OPENBLAS_NUM_THREADS")) return;
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(static_cast<unsigned>(sched_getcpu()), &one);
  sched_setaffinity(0, sizeof one, &one);
  setenv("OMP_NUM_THREADS", "1", 1);
  setenv("OPENBLAS_NUM_THREADS", "1", 1);
  execv("/proc/self/exe", argv);
#endif
}

struct workload {
  std::string_view name;
  bool (*enter)();
};

constexpr workload workloads[] = {{"W1", peers::enter_w1}, {"W2", peers::enter_w2}, {"W3", peers::enter_w3},
                                  {"W4", peers::enter_w4}, {"W5", peers::enter_w5}, {"W6", peers::enter_w6},
                                  {"W7", peers::enter_w7}, {"W8", peers::enter_w8}};

}  // namespace

int main(int argc, char** argv) {
  run_alone(argv);
  bool good = true, all = true;
  int kept = 1;
  for (int i = 1; i < argc; ++i) {
    auto const named =
        std::find_if(std::begin(workloads), std::end(workloads), [&](workload const& w) { return w.name == argv[i]; });
    if (named == std::end(workloads)) {
      argv[kept++] = argv[i];
    } else {
      all = false;
      good = named->enter() && good;
    }
  }
  if (all)
    for (workload const& w : workloads) good = w.enter() && good;
  return good ? ctg_bench::run(kept, argv) : 1;
}
