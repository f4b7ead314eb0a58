// SPDX-License-Identifier: MIT
// A fully connected network, and what every contestant of W1 to W4 and W6 is checked against.
#pragma once

#include "numbers.hpp"

#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace peers {

enum class activation { none, sigmoid, relu, tanh };

/// What stands behind the last affine layer: softmax with cross-entropy (mean over the rows), or the mean of the
/// squared differences over all entries, of the layer itself or of its sigmoid.
enum class head { softmax_cross_entropy, mse, sigmoid_mse };

/// Layer l: W[l] sizes[l]×sizes[l + 1], b[l] 1×sizes[l + 1]. Rows of X and T are samples.
template <class R>
struct network {
  int batch;
  std::vector<int> sizes;
  activation hidden;
  head loss;
  std::vector<R> X, T;
  std::vector<std::vector<R>> W, b;

  int layers() const { return static_cast<int>(sizes.size()) - 1; }

  template <class S>
  network<S> as() const {
    auto const to = [](std::vector<R> const& v) { return std::vector<S>(v.begin(), v.end()); };
    network<S> n{batch, sizes, hidden, loss, to(X), to(T), {}, {}};
    for (auto const& w : W) n.W.push_back(to(w));
    for (auto const& c : b) n.b.push_back(to(c));
    return n;
  }
};

/// Weights as Glorot and Bengio draw them, targets one-hot or uniform in [0, 1].
network<float> random_network(int batch, std::vector<int> sizes, activation hidden, head loss);

/// Updates the parameters and returns the loss before the update.
double reference_step(network<double>& n, double rate);

/// A contestant's train(network, rate, body) calls body(step, parameters): step() trains once and returns the loss,
/// parameters() shows where that led, in the order W[0], b[0], W[1], …
using parameters = std::vector<std::span<float const>>;

/// What a workload is checked against: the right outcome of one step.
class trained {
 public:
  trained(network<float> const& start, float rate) : start_(start), rate_(rate), right_(start.as<double>()) {
    loss_ = reference_step(right_, static_cast<double>(rate));
  }

  /// What is wrong with a contestant, or nothing.
  template <class Contestant>
  std::string fault() const {
    std::string found;
    Contestant::train(start_, rate_, [&](auto const& step, auto const& after) {
      double const error = std::abs(static_cast<double>(step()) / loss_ - 1), update = worst(after());
      // float sums of up to 4096 products in any order: a few dozen roundings of 6e-8, measured against changes of 1 %
      if (!(update <= 2e-4 && error <= 1e-5))
        found = "error of the update " + std::to_string(update) + ", of the loss " + std::to_string(error);
    });
    return found;
  }

  /// At a rate so small that hours of steps on one batch do not end in numbers of another kind (zeros, denormals).
  template <class Contestant>
  static void run(network<float> const& start, auto const& body) {
    Contestant::train(start, 1e-4f, body);
  }

 private:
  double worst(parameters const& after) const {
    double error = 0;
    for (int l = 0; l < start_.layers(); ++l) {
      error = std::max(error, distance(start_.W[l], after[2 * l], right_.W[l]));
      error = std::max(error, distance(start_.b[l], after[2 * l + 1], right_.b[l]));
    }
    return error;
  }

  network<float> const& start_;
  float rate_;
  network<double> right_;
  double loss_;
};

}  // namespace peers
