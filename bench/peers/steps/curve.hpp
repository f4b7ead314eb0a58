// SPDX-License-Identifier: MIT
// W7 and W8: L = Σ tanh(a⊙x + b)⊙σ(x) with the gradients of x, a and b, for vectors of one length.
#pragma once

#include "numbers.hpp"

#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace peers {

struct curve {
  std::vector<float> x, a, b;
};

inline curve random_curve(int count) {
  numbers uniform;
  return {uniform(count, -3, 3), uniform(count, -1, 1), uniform(count, -1, 1)};
}

/// The gradients, in the order x, a, b.
struct curve_gradients {
  std::span<float const> x, a, b;
};

/// What is checked is computed as it is compared: entry by entry, in double precision.
class differentiated {
 public:
  explicit differentiated(curve const& start) : start_(start) {}

  /// Contestant::differentiate(curve, body) calls body(step, gradients).
  template <class Contestant>
  std::string fault() const {
    std::string found;
    Contestant::differentiate(start_, [&](auto const& step, auto const& gradients) {
      auto const value = static_cast<double>(step());
      curve_gradients const got = gradients();
      double loss = 0, magnitude = 0, error = 0;
      for (std::size_t i = 0; i < start_.x.size(); ++i) {
        double const x = start_.x[i], a = start_.a[i], b = start_.b[i];
        double const t = std::tanh(a * x + b), s = 1 / (1 + std::exp(-x)), db = s * (1 - t * t);
        loss += t * s;
        magnitude += std::abs(t * s);
        double const errors[] = {a * db + t * s * (1 - s) - static_cast<double>(got.x[i]),
                                 x * db - static_cast<double>(got.a[i]), db - static_cast<double>(got.b[i])};
        for (double e : errors) error = std::isnan(e) ? INFINITY : std::max(error, std::abs(e));
      }
      // the gradients are at most 3, the float sum has up to 2^24 terms
      if (!(error <= 2e-6 && std::abs(value - loss) <= 1e-6 * magnitude))
        found = "error of the gradients " + std::to_string(error) + ", of the sum " +
                std::to_string(std::abs(value - loss) / magnitude);
    });
    return found;
  }

  template <class Contestant>
  static void run(curve const& start, auto const& body) {
    Contestant::differentiate(start, body);
  }

 private:
  curve const& start_;
};

}  // namespace peers
