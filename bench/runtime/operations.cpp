// SPDX-License-Identifier: MIT
// What each element-wise operation costs in a loop over operands in L1: counter "cycles", for a vector of floats
// (beside the reading of its operands), of the clock at which additions that wait for each other run. Source of
// op/cycles.hpp, by which the planner decides what is computed again rather than stored. Run: taskset -c 1 <binary>
#include <ctg/ctg.hpp>

#include "ratios.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <utility>

namespace {

namespace kernel = ctg::kernel;
using B = kernel::batch<float>;
using ctg::opcode;

constexpr std::ptrdiff_t count = 1024;

struct operands {
  alignas(4096) float at[3][count];
  alignas(4096) char gap[2048];
  alignas(64) float result[count];
  operands() {
    for (int k = 0; k < 3; ++k)
      for (std::ptrdiff_t i = 0; i < count; ++i)
        at[k][i] = static_cast<float>(0.05 + 0.9 * static_cast<double>((i + k) * 1597 % count) / count);
  }
};

template <class F>
double seconds(int repetitions, F const& work) {
  using clock = std::chrono::steady_clock;
  double best = 1;
  for (int i = 0; i < repetitions; ++i) {
    auto const start = clock::now();
    work();
    best = std::min(best, std::chrono::duration<double>(clock::now() - start).count());
  }
  return best;
}

// One cycle, from additions of integers of which each waits for the last.
double cycle() {
  constexpr int rounds = 1 << 16;
  return seconds(50,
                 [] {
                   std::uint64_t x = 1;
                   for (int i = 0; i < rounds; ++i) {
                     x += 3;
                     benchmark::DoNotOptimize(x);
                   }
                 }) /
         rounds;
}

// f(x, y, z) over the vectors, the last of them half a page behind the others (where both have the same offset in a
// page, each load waits for a store).
template <class F>
double pass(operands& x, F const& f) {
  return seconds(400, [&] {
    for (std::ptrdiff_t i = 0; i < count; i += kernel::lanes<float>)
      kernel::store(x.result + i, f(kernel::load(x.at[0] + i), kernel::load(x.at[1] + i), kernel::load(x.at[2] + i)));
    benchmark::ClobberMemory();
  });
}

template <opcode O>
B value(B x, B y, B z) {
  using Op = ctg::operation<O>;
  ctg::parameters const with{3, 0};
  auto const on = [&](auto... a) CTG_INLINE_LAMBDA {
    if constexpr (requires { Op::value(a..., with); })
      return B(Op::value(a..., with));
    else
      return B(Op::value(a...));
  };
  if constexpr (Op::arity == 1)
    return on(x);
  else if constexpr (Op::arity == 2)
    return on(x, y);
  else
    return on(x, y, z);
}

template <opcode O>
void measure() {
  using Op = ctg::operation<O>;
  if constexpr (Op::kind == ctg::family::elementwise) {
    static operands x;
    double const copy = pass(x, [](B a, B, B) CTG_INLINE_LAMBDA { return a; });
    double const with = pass(x, [](B a, B b, B c) CTG_INLINE_LAMBDA { return value<O>(a, b, c); });
    double const vectors = static_cast<double>(count / kernel::lanes<float>);
    double const cycles = (with - copy) / vectors / cycle();
    ctg_bench::record(std::string(Op::name), "cotangent", "cycles", "cycles", cycles);
    std::printf("%-40s%8.1f\n", std::string(Op::name).c_str(), cycles);
  }
}
template <int... O>
void measure_all(std::integer_sequence<int, O...>) {
  (measure<static_cast<opcode>(O + static_cast<int>(opcode::add))>(), ...);
}

}  // namespace

int main(int argc, char** argv) {
  constexpr int first = static_cast<int>(opcode::add), behind = static_cast<int>(opcode::stop_gradient);
  std::string const file = ctg_bench::take_json(argc, argv);
  measure_all(std::make_integer_sequence<int, behind - first>{});
  return file.empty() || ctg_bench::write_json(file, argv[0]) ? 0 : 1;
}
