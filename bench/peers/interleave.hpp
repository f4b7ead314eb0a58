// SPDX-License-Identifier: MIT
// Interleaved timing of competitors at one task, on one thread: in every round each runs for a while, so that a
// disturbance of the machine meets all of them. Closer together than the repetitions of ratios.hpp, for ratios good to
// one or two percent.
#pragma once

#include <algorithm>
#include <cstddef>
#include <ctime>
#include <functional>
#include <string>
#include <vector>

namespace ctg_bench {

struct competitor {
  std::string name;
  std::function<void()> run;
  std::vector<double> seconds = {};  // of one run, in each round
};

/// Processor time of this thread: what others do to the machine between two readings does not count.
inline double thread_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// Fills in `seconds`, sorted. A turn takes about `turn` seconds, but at least one run, after another that is not timed
/// and brings back into the caches what the competitor keeps to itself. The order is turned around from round to round.
inline void interleave(std::vector<competitor>& competitors, int rounds, double turn) {
  auto const time = [](competitor const& c, std::size_t runs) {
    double const start = thread_seconds();
    for (std::size_t i = 0; i < runs; ++i) c.run();
    return (thread_seconds() - start) / static_cast<double>(runs);
  };
  std::vector<std::size_t> runs;
  for (competitor const& c : competitors) {
    std::size_t n = 1;
    c.run();
    for (double t = time(c, n); t * static_cast<double>(n) < turn / 2; t = time(c, n)) n *= 2;
    runs.push_back(n);
  }
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < competitors.size(); ++i) {
      std::size_t const at = round % 2 == 0 ? i : competitors.size() - 1 - i;
      competitors[at].run();
      competitors[at].seconds.push_back(time(competitors[at], runs[at]));
    }
  }
  for (competitor& c : competitors) std::sort(c.seconds.begin(), c.seconds.end());
}

}  // namespace ctg_bench
