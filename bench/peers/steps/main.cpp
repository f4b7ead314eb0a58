// SPDX-License-Identifier: MIT
// Whole training steps (forward, loss, all gradients, update) by cotangent and by hand with Eigen, OpenBLAS and oneDNN.
// Every contestant is compared with a double-precision step before it is timed; the program ends with 1 if one is
// wrong.
// --benchmark_filter=W1 picks a workload, --benchmark_out=FILE writes JSON.
#include "experts.hpp"
#include "ratios.hpp"

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

}  // namespace

int main(int argc, char** argv) {
  run_alone(argv);
  bool good = peers::enter_w1();
  good = peers::enter_w2() && good;
  good = peers::enter_w3() && good;
  good = peers::enter_w4() && good;
  good = peers::enter_w5() && good;
  good = peers::enter_w6() && good;
  good = peers::enter_w7() && good;
  good = peers::enter_w8() && good;
  return good ? ctg_bench::run(argc, argv) : 1;
}
