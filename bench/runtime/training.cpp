// SPDX-License-Identifier: MIT
// Whole training steps: loss, all four gradients and the update W -= lr·dW of a network with one hidden layer (sigmoid,
// softmax cross-entropy, float), by cotangent and by hand in Eigen. Each runs a few steps against a plain
// double-precision step first, and the program ends with 1 where one is wrong. Counter: GFLOP/s of the five products.
// Run: taskset -c 1 <binary>
#include <ctg/ctg.hpp>

#include "ratios.hpp"

#include <benchmark/benchmark.h>

#if __has_include(<Eigen/Core>)
#include <Eigen/Core>
#endif

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

namespace training_bench {

/// X batch×in, T batch×out (one-hot), W1 in×hidden, b1, W2 hidden×out, b2: rows are samples.
template <class R>
struct network {
  int batch, in, hidden, out;
  std::vector<R> X, T, W1, b1, W2, b2;
  R lr;

  template <class S>
  network<S> as() const {
    auto to = [](std::vector<R> const& v) { return std::vector<S>(v.begin(), v.end()); };
    return {batch, in, hidden, out, to(X), to(T), to(W1), to(b1), to(W2), to(b2), static_cast<S>(lr)};
  }
};

network<float> random_network(int batch, int in, int hidden, int out, float lr) {
  std::uint32_t seed = 1;
  auto uniform = [&](int n, double limit) {
    std::vector<float> v(static_cast<std::size_t>(n));
    for (float& x : v) {
      seed = seed * 1664525u + 1013904223u;
      x = static_cast<float>(limit * (static_cast<double>(seed >> 8) / (1 << 23) - 1));
    }
    return v;
  };
  network<float> n{batch, in, hidden, out, uniform(batch * in, 1), {}, {}, {}, {}, {}, lr};
  n.T.assign(static_cast<std::size_t>(batch * out), 0);
  for (int i = 0; i < batch; ++i) n.T[static_cast<std::size_t>(i * out + i * 7 % out)] = 1;
  n.W1 = uniform(in * hidden, std::sqrt(6.0 / (in + hidden)));
  n.b1 = uniform(hidden, 0.1);
  n.W2 = uniform(hidden * out, std::sqrt(6.0 / (hidden + out)));
  n.b2 = uniform(out, 0.1);
  return n;
}

// ── the reference: the formulas entry by entry ──

double reference_step(network<double>& n) {
  auto const batch = static_cast<std::size_t>(n.batch), in = static_cast<std::size_t>(n.in);
  auto const hidden = static_cast<std::size_t>(n.hidden), out = static_cast<std::size_t>(n.out);
  std::vector<double> Y(batch * hidden), dZ(batch * hidden), dP(batch * out);
  double loss = 0;
  for (std::size_t i = 0; i < batch; ++i) {
    for (std::size_t j = 0; j < hidden; ++j) {
      double z = n.b1[j];
      for (std::size_t k = 0; k < in; ++k) z += n.X[i * in + k] * n.W1[k * hidden + j];
      Y[i * hidden + j] = 1 / (1 + std::exp(-z));
    }
    std::vector<double> z(n.b2);
    for (std::size_t j = 0; j < out; ++j)
      for (std::size_t k = 0; k < hidden; ++k) z[j] += Y[i * hidden + k] * n.W2[k * out + j];
    double total = 0;
    for (double x : z) total += std::exp(x);
    for (std::size_t j = 0; j < out; ++j) {
      double const t = n.T[i * out + j];
      loss -= t * (z[j] - std::log(total)) / static_cast<double>(batch);
      dP[i * out + j] = (std::exp(z[j]) / total - t) / static_cast<double>(batch);
    }
    for (std::size_t k = 0; k < hidden; ++k) {
      double dy = 0;
      for (std::size_t j = 0; j < out; ++j) dy += dP[i * out + j] * n.W2[k * out + j];
      dZ[i * hidden + k] = dy * Y[i * hidden + k] * (1 - Y[i * hidden + k]);
    }
  }
  for (std::size_t i = 0; i < batch; ++i) {
    for (std::size_t j = 0; j < hidden; ++j) n.b1[j] -= n.lr * dZ[i * hidden + j];
    for (std::size_t j = 0; j < out; ++j) n.b2[j] -= n.lr * dP[i * out + j];
    for (std::size_t k = 0; k < in; ++k)
      for (std::size_t j = 0; j < hidden; ++j) n.W1[k * hidden + j] -= n.lr * n.X[i * in + k] * dZ[i * hidden + j];
    for (std::size_t k = 0; k < hidden; ++k)
      for (std::size_t j = 0; j < out; ++j) n.W2[k * out + j] -= n.lr * Y[i * hidden + k] * dP[i * out + j];
  }
  return loss;
}

// ── the competitors: each calls body(step), where step() runs one step and returns the loss, and leaves the parameters
// in n ──

template <class Leaf>
Leaf leaf_of(std::vector<float> const& values, auto... extents) {
  Leaf leaf(extents...);
  std::copy(values.begin(), values.end(), leaf.begin());
  return leaf;
}

/// Batch: a number, or dim<"N"> for a batch that only the run knows.
template <auto Batch, int In, int Hidden, int Out>
struct by_cotangent {
  static void train(network<float>& n, auto const& body) {
    if constexpr (std::integral<decltype(Batch)>)
      train_with(n, body);
    else
      train_with(n, body, n.batch);
  }

  static void train_with(network<float>& n, auto const& body, auto... batch) {
    auto const X = leaf_of<ctg::matrix<"X", float, Batch, In>>(n.X, batch...);
    auto const T = leaf_of<ctg::matrix<"T", float, Batch, Out>>(n.T, batch...);
    auto W1 = leaf_of<ctg::matrix<"W1", float, In, Hidden>>(n.W1);
    auto b1 = leaf_of<ctg::row<"b1", float, Hidden>>(n.b1);
    auto W2 = leaf_of<ctg::matrix<"W2", float, Hidden, Out>>(n.W2);
    auto b2 = leaf_of<ctg::row<"b2", float, Out>>(n.b2);
    ctg::scalar<"lr", float> const lr{n.lr};

    auto const J = cross_entropy(sigmoid(X * W1 + b1) * W2 + b2, T);
    auto const descend = [&](auto& p) { return ctg::assign(p, p - lr * gradient(J, p)); };
    auto step = ctg::program(J, descend(W1), descend(b1), descend(W2), descend(b2));

    body([&] {
      step();
      return static_cast<double>(step[J]);
    });
    n.W1.assign(W1.begin(), W1.end());
    n.b1.assign(b1.begin(), b1.end());
    n.W2.assign(W2.begin(), W2.end());
    n.b2.assign(b2.begin(), b2.end());
  }
};

#if __has_include(<Eigen/Core>)
/// Buffers that stay, no temporaries, the update inside the product (W -= lr·XᵀdZ is one call), the scale of the mean
/// inside dZ. Extents may be Eigen::Dynamic.
template <int Batch, int In, int Hidden, int Out>
struct by_eigen {
  template <int Rows, int Columns>
  using matrix = Eigen::Matrix<float, Rows, Columns, Eigen::RowMajor>;
  // one column after the other, so that the softmax of ten classes goes over samples by vectors
  template <int Rows, int Columns>
  using columns = Eigen::Matrix<float, Rows, Columns, Eigen::ColMajor>;
  template <class Matrix>
  using map = Eigen::Map<Matrix, Eigen::Aligned64>;

  // Eigen does not take matrices of fixed extents above 128 KiB, but maps to them
  template <class Matrix>
  struct owned {
    std::vector<float, Eigen::aligned_allocator<float>> memory;
    map<Matrix> view;
    owned(int rows, int columns_)
        : memory(static_cast<std::size_t>(rows * columns_ + 16)), view(aligned(memory.data()), rows, columns_) {}
    owned(int rows, int columns_, std::vector<float> const& values) : owned(rows, columns_) {
      std::copy(values.begin(), values.end(), view.data());
    }
    owned(owned const&) = delete;
    void copy_to(std::vector<float>& values) const { values.assign(view.data(), view.data() + view.size()); }
    static float* aligned(float* p) {
      void* at = p;
      std::size_t space = 128;
      return static_cast<float*>(std::align(64, 64, at, space));
    }
  };

  static void train(network<float>& n, auto const& body) {
    owned<matrix<Batch, In>> own_X(n.batch, n.in, n.X);
    owned<matrix<In, Hidden>> own_W1(n.in, n.hidden, n.W1);
    owned<matrix<1, Hidden>> own_b1(1, n.hidden, n.b1);
    owned<matrix<Hidden, Out>> own_W2(n.hidden, n.out, n.W2);
    owned<matrix<1, Out>> own_b2(1, n.out, n.b2);
    owned<matrix<Batch, Hidden>> own_Y(n.batch, n.hidden), own_dZ(n.batch, n.hidden);
    owned<columns<Batch, Out>> own_T(n.batch, n.out), own_Z(n.batch, n.out);
    owned<columns<Batch, 1>> own_largest(n.batch, 1), own_total(n.batch, 1), own_score(n.batch, 1);
    auto &X = own_X.view, &Y = own_Y.view, &dZ = own_dZ.view;
    auto &W1 = own_W1.view, &W2 = own_W2.view;
    auto &b1 = own_b1.view, &b2 = own_b2.view;
    auto &T = own_T.view, &Z = own_Z.view;
    auto &largest = own_largest.view, &total = own_total.view, &score = own_score.view;
    T = Eigen::Map<matrix<Batch, Out> const>(n.T.data(), n.batch, n.out);
    float const lr = n.lr, mean = 1 / static_cast<float>(n.batch);

    // Tried and slower (W1, EPYC, AVX-512): Y.rowwise() + b1 in one expression with logistic() 9.1 µs instead of 7.1;
    // then colwise() broadcasts and rowwise() reductions of Z instead of loops over its ten columns 7.1 instead of 6.1;
    // Z by rows, exp() instead of logistic(), lazyProduct for dZ.
    body([&] {
      Y.rowwise() = b1.row(0);
      Y.noalias() += X * W1;
      Y.array() = Y.array().logistic();
      for (int j = 0; j < n.out; ++j) Z.col(j).setConstant(b2(0, j));
      Z.noalias() += Y * W2;
      largest = Z.col(0);
      for (int j = 1; j < n.out; ++j) largest = largest.cwiseMax(Z.col(j));
      score = -largest;
      for (int j = 0; j < n.out; ++j) score += Z.col(j).cwiseProduct(T.col(j));
      for (int j = 0; j < n.out; ++j) Z.col(j) = (Z.col(j) - largest).array().exp();
      total = Z.col(0);
      for (int j = 1; j < n.out; ++j) total += Z.col(j);
      double const loss = static_cast<double>((total.array().log() - score.array()).sum() * mean);
      total.array() = mean / total.array();
      for (int j = 0; j < n.out; ++j) Z.col(j).array() = Z.col(j).array() * total.array() - mean * T.col(j).array();
      dZ.noalias() = Z * W2.transpose();
      dZ.array() *= Y.array() * (1 - Y.array());
      W2.noalias() -= lr * (Y.transpose() * Z);
      b2.noalias() -= lr * Z.colwise().sum();
      W1.noalias() -= lr * (X.transpose() * dZ);
      b1.noalias() -= lr * dZ.colwise().sum();
      return loss;
    });
    own_W1.copy_to(n.W1);
    own_b1.copy_to(n.b1);
    own_W2.copy_to(n.W2);
    own_b2.copy_to(n.b2);
  }
};
#endif

// ── verification ──

// How far the change from `before` to `after` is from the right one, relative to the largest change.
double distance(std::vector<float> const& before, std::vector<float> const& after, std::vector<double> const& right) {
  double worst = 0, largest = 0;
  for (std::size_t i = 0; i < right.size(); ++i) {
    worst = std::max(worst, std::abs(static_cast<double>(after[i]) - right[i]));
    largest = std::max(largest, std::abs(right[i] - static_cast<double>(before[i])));
    if (!std::isfinite(after[i])) return INFINITY;
  }
  return worst / largest;
}

/// Three steps at a rate that moves the parameters far, against the reference.
template <class Competitor>
bool verify(std::string const& name, network<float> const& start) {
  network<float> n = start;
  n.lr = 0.5f;
  network<double> right = n.as<double>();
  double worst_loss = 0;
  Competitor::train(n, [&](auto const& step) {
    for (int i = 0; i < 3; ++i) {
      double const expected = reference_step(right);
      worst_loss = std::max(worst_loss, std::abs(step() / expected - 1));
    }
  });
  double const worst = std::max({distance(start.W1, n.W1, right.W1), distance(start.b1, n.b1, right.b1),
                                 distance(start.W2, n.W2, right.W2), distance(start.b2, n.b2, right.b2)});
  // float sums of up to 784 products in another order: a few dozen roundings of 6e-8, measured against changes of 1 %
  bool const good = worst <= 2e-4 && worst_loss <= 1e-5;
  if (!good)
    std::fprintf(stderr, "%s is wrong: error of the update %.1e, of the loss %.1e\n", name.c_str(), worst, worst_loss);
  return good;
}

template <class Competitor>
bool enter(std::string const& name, network<float> const& start) {
  if (!verify<Competitor>(name, start)) return false;
  benchmark::RegisterBenchmark(name.c_str(), [start](benchmark::State& state) {
    network<float> n = start;
    Competitor::train(n, [&](auto const& step) {
      for (auto _ : state) benchmark::DoNotOptimize(step());
    });
    double const products = 2.0 * n.batch * n.hidden * (2.0 * n.in + 3.0 * n.out);
    state.counters["GFLOP/s"] = benchmark::Counter(products * 1e-9, benchmark::Counter::kIsIterationInvariantRate);
  })->Unit(benchmark::kMicrosecond);
  return true;
}

template <int Batch, int In, int Hidden, int Out>
bool enter_all(std::string const& workload) {
  // a rate so small that hours of steps on one batch do not end in numbers of another kind (zeros, denormals)
  network<float> const start = random_network(Batch, In, Hidden, Out, 1e-4f);
  bool good = enter<by_cotangent<Batch, In, Hidden, Out>>(workload + "/cotangent_static", start);
  good = enter<by_cotangent<ctg::dim<"N">, In, Hidden, Out>>(workload + "/cotangent", start) && good;
#if __has_include(<Eigen/Core>)
  good = enter<by_eigen<Batch, In, Hidden, Out>>(workload + "/eigen_static", start) && good;
  constexpr int dynamic = Eigen::Dynamic;
  good = enter<by_eigen<dynamic, dynamic, dynamic, dynamic>>(workload + "/eigen", start) && good;
#endif
  return good;
}

}  // namespace training_bench

int main(int argc, char** argv) {
  bool const w1 = training_bench::enter_all<32, 64, 32, 10>("W1_64-32-10_batch32");
  bool const w2 = training_bench::enter_all<64, 784, 128, 10>("W2_784-128-10_batch64");
  return w1 && w2 ? ctg_bench::run(argc, argv) : 1;
}
