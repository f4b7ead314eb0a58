// SPDX-License-Identifier: MIT
// W6 in plain loops: extents known to the compiler, everything in one object. W2 is kept transposed and so are all
// loops eight wide.
#pragma once

#include "network.hpp"

#include <algorithm>
#include <vector>

namespace peers {

/// Tanh(float const*, float*) of eight numbers.
template <class Tanh>
struct by_loops {
  alignas(64) float W1[4][8], b1[8], W2[3][8], b2[3], X[4], T[3];
  float rate;

  by_loops(network<float> const& n, float r) : rate(r) {
    std::copy_n(n.W[0].data(), 32, &W1[0][0]);
    std::copy_n(n.b[0].data(), 8, b1);
    for (int k = 0; k < 8; ++k)
      for (int j = 0; j < 3; ++j) W2[j][k] = n.W[1][static_cast<std::size_t>(3 * k + j)];
    std::copy_n(n.b[1].data(), 3, b2);
    std::copy_n(n.X.data(), 4, X);
    std::copy_n(n.T.data(), 3, T);
  }

  float step() {
    alignas(32) float z[8], y[8], dz[8];
    for (int k = 0; k < 8; ++k) z[k] = b1[k];
    for (int i = 0; i < 4; ++i)
      for (int k = 0; k < 8; ++k) z[k] += X[i] * W1[i][k];
    Tanh()(z, y);
    float loss = 0, d[3];
    for (int j = 0; j < 3; ++j) {
      float p = 0;
#pragma omp simd reduction(+ : p)
      for (int k = 0; k < 8; ++k) p += y[k] * W2[j][k];
      float const difference = p + b2[j] - T[j];
      loss += difference * difference;
      d[j] = 2.f / 3 * difference;
    }
    for (int k = 0; k < 8; ++k) dz[k] = (d[0] * W2[0][k] + d[1] * W2[1][k] + d[2] * W2[2][k]) * (1 - y[k] * y[k]);
    for (int j = 0; j < 3; ++j) {
      d[j] *= rate;
      b2[j] -= d[j];
      for (int k = 0; k < 8; ++k) W2[j][k] -= d[j] * y[k];
    }
    for (int k = 0; k < 8; ++k) dz[k] *= rate;
    for (int k = 0; k < 8; ++k) b1[k] -= dz[k];
    for (int i = 0; i < 4; ++i)
      for (int k = 0; k < 8; ++k) W1[i][k] -= X[i] * dz[k];
    return loss / 3;
  }

  static void train(network<float> const& n, float rate, auto const& body) {
    by_loops loops(n, rate);
    std::vector<float> untransposed(24);
    body([&] { return loops.step(); },
         [&] {
           for (std::size_t i = 0; i < 24; ++i) untransposed[i] = loops.W2[i % 3][i / 3];
           return parameters{{&loops.W1[0][0], 32}, loops.b1, untransposed, loops.b2};
         });
  }
};

}  // namespace peers
