// SPDX-License-Identifier: MIT
// A training step in plain double-precision loops, the formulas entry by entry.
#include "network.hpp"

#include <cmath>
#include <utility>

namespace peers {

network<float> random_network(int batch, std::vector<int> sizes, activation hidden, head loss) {
  numbers uniform;
  network<float> n{batch, std::move(sizes), hidden, loss, {}, {}, {}, {}};
  int const out = n.sizes.back();
  n.X = uniform(batch * n.sizes.front(), -1, 1);
  if (loss == head::softmax_cross_entropy) {
    n.T.assign(static_cast<std::size_t>(batch * out), 0);
    for (int i = 0; i < batch; ++i) n.T[static_cast<std::size_t>(i * out + i * 7 % out)] = 1;
  } else {
    n.T = uniform(batch * out, 0, 1);
  }
  for (int l = 0; l < n.layers(); ++l) {
    int const rows = n.sizes[l], columns = n.sizes[l + 1];
    double const limit = std::sqrt(6.0 / (rows + columns));
    n.W.push_back(uniform(rows * columns, -limit, limit));
    n.b.push_back(uniform(columns, -0.1, 0.1));
  }
  return n;
}

double reference_step(network<double>& n, double rate) {
  auto const batch = static_cast<std::size_t>(n.batch);
  auto const size = [&](int l) { return static_cast<std::size_t>(n.sizes[l]); };
  int const layers = n.layers();
  std::vector<std::vector<double>> A{n.X};
  for (int l = 0; l < layers; ++l) {
    std::size_t const in = size(l), out = size(l + 1);
    std::vector<double> Z(batch * out);
    for (std::size_t i = 0; i < batch; ++i) {
      for (std::size_t j = 0; j < out; ++j) Z[i * out + j] = n.b[l][j];
      for (std::size_t k = 0; k < in; ++k)
        for (std::size_t j = 0; j < out; ++j) Z[i * out + j] += A[l][i * in + k] * n.W[l][k * out + j];
    }
    bool const last = l + 1 == layers;
    for (double& z : Z) {
      if (last ? n.loss == head::sigmoid_mse : n.hidden == activation::sigmoid)
        z = 1 / (1 + std::exp(-z));
      else if (!last && n.hidden == activation::relu)
        z = z > 0 ? z : 0;
      else if (!last && n.hidden == activation::tanh)
        z = std::tanh(z);
    }
    A.push_back(std::move(Z));
  }

  std::size_t const classes = size(layers), entries = batch * classes;
  std::vector<double> const& Y = A.back();
  std::vector<double> dZ(entries);
  double loss = 0;
  if (n.loss == head::softmax_cross_entropy) {
    for (std::size_t i = 0; i < batch; ++i) {
      double total = 0;
      for (std::size_t j = 0; j < classes; ++j) total += std::exp(Y[i * classes + j]);
      for (std::size_t j = i * classes; j < (i + 1) * classes; ++j) {
        loss -= n.T[j] * (Y[j] - std::log(total)) / n.batch;
        dZ[j] = (std::exp(Y[j]) / total - n.T[j]) / n.batch;
      }
    }
  } else {
    for (std::size_t j = 0; j < entries; ++j) {
      double const d = Y[j] - n.T[j];
      loss += d * d / static_cast<double>(entries);
      dZ[j] = 2 * d / static_cast<double>(entries) * (n.loss == head::sigmoid_mse ? Y[j] * (1 - Y[j]) : 1);
    }
  }

  for (int l = layers - 1; l >= 0; --l) {
    std::size_t const in = size(l), out = size(l + 1);
    std::vector<double> before(l > 0 ? batch * in : 0);
    for (std::size_t j = 0; j < before.size(); ++j) {
      double dy = 0;
      for (std::size_t c = 0; c < out; ++c) dy += dZ[j / in * out + c] * n.W[l][j % in * out + c];
      double const y = A[l][j];
      before[j] = dy * (n.hidden == activation::sigmoid ? y * (1 - y)
                        : n.hidden == activation::tanh  ? 1 - y * y
                                                        : (y > 0 ? 1 : 0));
    }
    for (std::size_t i = 0; i < batch; ++i) {
      for (std::size_t j = 0; j < out; ++j) n.b[l][j] -= rate * dZ[i * out + j];
      for (std::size_t k = 0; k < in; ++k)
        for (std::size_t j = 0; j < out; ++j) n.W[l][k * out + j] -= rate * A[l][i * in + k] * dZ[i * out + j];
    }
    dZ = std::move(before);
  }
  return loss;
}

}  // namespace peers
