// SPDX-License-Identifier: MIT
// Training steps on one thread and on two, turn by turn, by the clock on the wall: it needs two processors that nobody
// else uses. bench_parallel W1 W3 enters these workloads only. Ends with 1 where the two disagree.
#include <ctg/ctg.hpp>
#include <ctg/random.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <string_view>
#include <vector>

namespace {

bool all_agree = true;
std::vector<std::string_view> entered;

template <class F>
double seconds(F const& run, int times) {
  auto const start = std::chrono::steady_clock::now();
  for (int i = 0; i < times; ++i) run();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() / times;
}

double median(std::vector<double> x) {
  std::nth_element(x.begin(), x.begin() + static_cast<std::ptrdiff_t>(x.size() / 2), x.end());
  return x[x.size() / 2];
}

/// `step` alone and on two threads: the same object, so that both work on the same memory.
template <class Step, class Loss>
void compare(char const* name, Step& step, Loss const& loss) {
  auto const alone = [&] { step(); };
  auto const both = [&] { step(ctg::parallel{2}); };
  alone();
  double const expected = static_cast<double>(step[loss]);
  both();
  double const found = static_cast<double>(step[loss]);
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
  double const a = median(one), b = median(two);
  std::printf("%s  %12.2f us  %12.2f us  %6.2f times as fast\n", name, a * 1e6, b * 1e6, a / b);
}

bool is_entered(std::string_view name) {
  return entered.empty() || std::find(entered.begin(), entered.end(), name) != entered.end();
}

template <class Loss, class... Parameter>
void enter(char const* name, Loss const& loss, Parameter&... p) {
  ctg::scalar<"lr", float> const lr{0};  // so that all runs have the same loss
  int seed = 1;
  (ctg::normal(p, 0.f, 0.05f, static_cast<unsigned>(seed++)), ...);
  auto step = ctg::program(loss, ctg::assign(p, p - lr * gradient(loss, p))...);
  compare(name, step, loss);
}

template <int N, int In, int Hidden>
void two_layers(char const* name) {
  if (!is_entered(name)) return;
  ctg::matrix<"X", float, N, In> X;
  ctg::matrix<"T", float, N, 10> T;
  ctg::matrix<"A", float, In, Hidden> A;
  ctg::row<"a", float, Hidden> a;
  ctg::matrix<"B", float, Hidden, 10> B;
  ctg::row<"b", float, 10> b;
  ctg::normal(X, 0.f, 1.f, 7);
  T.fill(0.1f);
  enter(name, cross_entropy(sigmoid(X * A + a) * B + b, T), A, a, B, b);
}

void three_layers(char const* name) {
  if (!is_entered(name)) return;
  ctg::matrix<"X", float, 128, 784> X;
  ctg::matrix<"T", float, 128, 10> T;
  ctg::matrix<"A", float, 784, 512> A;
  ctg::row<"a", float, 512> a;
  ctg::matrix<"B", float, 512, 512> B;
  ctg::row<"b", float, 512> b;
  ctg::matrix<"C", float, 512, 10> C;
  ctg::row<"c", float, 10> c;
  ctg::normal(X, 0.f, 1.f, 7);
  T.fill(0.1f);
  enter(name, cross_entropy(relu(relu(X * A + a) * B + b) * C + c, T), A, a, B, b, C, c);
}

void one_layer(char const* name) {
  if (!is_entered(name)) return;
  ctg::matrix<"X", float, 64, 4096> X;
  ctg::matrix<"T", float, 64, 4096> T;
  ctg::matrix<"W", float, 4096, 4096> W;
  ctg::row<"b", float, 4096> b;
  ctg::normal(X, 0.f, 1.f, 7);
  T.fill(0.5f);
  enter(name, mse(sigmoid(X * W + b), T), W, b);
}

void one_sample(char const* name) {
  if (!is_entered(name)) return;
  ctg::row<"x", float, 4> x;
  ctg::row<"t", float, 3> t;
  ctg::matrix<"A", float, 4, 8> A;
  ctg::row<"a", float, 8> a;
  ctg::matrix<"B", float, 8, 3> B;
  ctg::row<"b", float, 3> b;
  x.fill(1);
  t.fill(0.5f);
  enter(name, mse(tanh(x * A + a) * B + b, t), A, a, B, b);
}

}  // namespace

int main(int count, char** arguments) {
  entered.assign(arguments + 1, arguments + count);
  std::puts("           one thread      two threads");
  two_layers<32, 64, 32>("W1");
  three_layers("W3");
  one_layer("W4");
  one_sample("W6");
  return all_agree ? 0 : 1;
}
