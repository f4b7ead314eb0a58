// SPDX-License-Identifier: MIT
// W5: z_ij = x_iᵀ A_j y_i + b_j with the mean squared error, and its step in plain double-precision loops.
#pragma once

#include "network.hpp"
#include "numbers.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

namespace peers {

/// X batch×m, Y batch×n, T batch×l, A l×m×n, b l.
template <class R>
struct form {
  std::size_t batch, m, n, l;
  std::vector<R> X, Y, T, A, b;
};

inline form<float> random_form(int batch, int m, int n, int l) {
  numbers uniform;
  auto const size = [](int i) { return static_cast<std::size_t>(i); };
  form<float> f{size(batch), size(m), size(n), size(l), {}, {}, {}, {}, {}};
  f.X = uniform(batch * m, -1, 1);
  f.Y = uniform(batch * n, -1, 1);
  f.T = uniform(batch * l, -1, 1);
  f.A = uniform(l * m * n, -0.1, 0.1);
  f.b = uniform(l, -0.1, 0.1);
  return f;
}

/// What W5 is checked against: the right outcome of one step.
class fitted {
 public:
  fitted(form<float> const& start, float rate) : start_(start), rate_(rate) {
    auto const wide = [](std::vector<float> const& v) { return std::vector<double>(v.begin(), v.end()); };
    std::size_t const batch = start.batch, m = start.m, n = start.n, l = start.l;
    std::vector<double> const X = wide(start.X), Y = wide(start.Y), T = wide(start.T);
    A_ = wide(start.A), b_ = wide(start.b);
    std::vector<double> dZ(batch * l);
    for (std::size_t i = 0; i < batch; ++i)
      for (std::size_t j = 0; j < l; ++j) {
        double z = b_[j];
        for (std::size_t p = 0; p < m; ++p)
          for (std::size_t q = 0; q < n; ++q) z += X[i * m + p] * A_[(j * m + p) * n + q] * Y[i * n + q];
        double const d = z - T[i * l + j], entries = static_cast<double>(batch * l);
        loss_ += d * d / entries;
        dZ[i * l + j] = 2 * d / entries;
      }
    for (std::size_t i = 0; i < batch; ++i)
      for (std::size_t j = 0; j < l; ++j) {
        double const d = static_cast<double>(rate) * dZ[i * l + j];
        b_[j] -= d;
        for (std::size_t p = 0; p < m; ++p)
          for (std::size_t q = 0; q < n; ++q) A_[(j * m + p) * n + q] -= d * X[i * m + p] * Y[i * n + q];
      }
  }

  /// Contestant::train(form, rate, body) calls body(step, parameters): A as l×m×n, and b.
  template <class Contestant>
  std::string fault() const {
    std::string found;
    Contestant::train(start_, rate_, [&](auto const& step, auto const& after) {
      double const error = std::abs(static_cast<double>(step()) / loss_ - 1);
      parameters const p = after();
      double const update = std::max(distance(start_.A, p[0], A_), distance(start_.b, p[1], b_));
      if (!(update <= 2e-4 && error <= 1e-5))
        found = "error of the update " + std::to_string(update) + ", of the loss " + std::to_string(error);
    });
    return found;
  }

  template <class Contestant>
  static void run(form<float> const& start, auto const& body) {
    Contestant::train(start, 1e-4f, body);
  }

 private:
  form<float> const& start_;
  float rate_;
  std::vector<double> A_, b_;
  double loss_ = 0;
};

}  // namespace peers
