// SPDX-License-Identifier: MIT
// Training steps of bench_steps on one thread and on two, turn by turn, by the clock on the wall: it needs two
// processors that nobody else uses. --benchmark_filter=REGEX and --json FILE as elsewhere. Ends with 1 where the two
// disagree.
#include "ratios.hpp"
#include "steps/by_cotangent.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

namespace {

bool all_agree = true;
std::regex filter("");

template <class F>
double seconds(F const& run, int times) {
  auto const start = std::chrono::steady_clock::now();
  for (int i = 0; i < times; ++i) run();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() / times;
}

double enter_times(char const* workload, char const* contestant, std::vector<double> const& seconds) {
  ctg_bench::measurement m{workload, contestant};
  m.median = ctg_bench::quantile(seconds, 0.5) * 1e9;
  m.low = ctg_bench::quantile(seconds, 0.25) * 1e9, m.high = ctg_bench::quantile(seconds, 0.75) * 1e9;
  m.repetitions = static_cast<int>(seconds.size());
  ctg_bench::measurements().push_back(m);
  return m.median;
}

/// `step` alone and on two threads: the same object, so that both work on the same memory.
void compare(char const* name, auto const& step) {
  auto const alone = [&] { return static_cast<double>(step()); };
  auto const both = [&] { return static_cast<double>(step(ctg::parallel{2})); };
  double const expected = alone(), found = both();
  if (!(std::abs(found - expected) <= 1e-4 * std::abs(expected))) {
    std::printf("%s: two threads give %g, one gives %g\n", name, found, expected);
    all_agree = false;
    return;
  }
  int const times = std::max(1, static_cast<int>(0.02 / seconds(alone, 1)));
  std::vector<double> one, two;
  for (int round = 0; round < 41; ++round) {
    one.push_back(seconds(alone, times));
    two.push_back(seconds(both, times));
  }
  double const a = enter_times(name, "one thread", one), b = enter_times(name, "two threads", two);
  std::printf("%s  %12.2f us  %12.2f us  %6.2f times as fast\n", name, a * 1e-3, b * 1e-3, a / b);
}

/// The rest says which network, as for random_network. The rate is 0, so that all runs have the same loss.
template <class Contestant>
void enter(char const* name, int batch, std::vector<int> const& sizes, peers::activation hidden, peers::head loss) {
  if (!std::regex_search(name, filter)) return;
  Contestant::train(peers::random_network(batch, sizes, hidden, loss), 0.f,
                    [&](auto const& step, auto const&) { compare(name, step); });
}

}  // namespace

int main(int count, char** arguments) {
  std::string const file = ctg_bench::take_json(count, arguments);
  std::string_view const option = count > 1 ? arguments[1] : "";
  if (option.starts_with("--benchmark_filter=")) filter = std::string(option.substr(option.find('=') + 1));
  std::puts("           one thread      two threads");
  using namespace peers;
  enter<cotangent_two_layers<32, 64, 32, 10, by_sigmoid, by_cross_entropy>>("W1", 32, {64, 32, 10}, activation::sigmoid,
                                                                            head::softmax_cross_entropy);
  enter<cotangent_three_layers>("W3", 128, {784, 512, 512, 10}, activation::relu, head::softmax_cross_entropy);
  enter<cotangent_sigmoid_layer>("W4", 64, {4096, 4096}, activation::sigmoid, head::sigmoid_mse);
  enter<cotangent_two_layers<1, 4, 8, 3, by_tanh, by_squares>>("W6", 1, {4, 8, 3}, activation::tanh, head::mse);
  return (file.empty() || ctg_bench::write_json(file, arguments[0])) && all_agree ? 0 : 1;
}
