// SPDX-License-Identifier: MIT
// A training step as an expert writes it by hand: buffers that stay, products by a library, element-wise work by Eigen
// in as few passes as it takes, the update inside the product (W -= lr·AᵀdZ is one call with beta = 1), the scale
// of the mean inside dZ.
#pragma once

#include "network.hpp"

#include <Eigen/Core>

#include <cstddef>
#include <vector>

namespace peers {

using row_array = Eigen::Map<Eigen::Array<float, 1, Eigen::Dynamic>>;
using matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using whole_array = Eigen::Map<Eigen::ArrayXf, Eigen::Aligned64>;

/// C = beta·C + alpha·op(A)·op(B), row-major, op(A) m×k, op(B) k×n, rows without gaps; beta is 0 or 1.
struct eigen_products {
  template <bool TransposedA, bool TransposedB>
  static void multiply(int m, int n, int k, float alpha, float const* a, float const* b, float beta, float* c) {
    Eigen::Map<matrix const, Eigen::Aligned64> const A(a, TransposedA ? k : m, TransposedA ? m : k);
    Eigen::Map<matrix const, Eigen::Aligned64> const B(b, TransposedB ? n : k, TransposedB ? k : n);
    Eigen::Map<matrix, Eigen::Aligned64> C(c, m, n);
    auto const run = [&](auto const& left, auto const& right) {
      if (beta == 0)
        C.noalias() = left * right;
      else
        C.noalias() += alpha * left * right;
    };
    if constexpr (TransposedA && TransposedB)
      run(A.transpose(), B.transpose());
    else if constexpr (TransposedA)
      run(A.transpose(), B);
    else if constexpr (TransposedB)
      run(A, B.transpose());
    else
      run(A, B);
  }
};

template <class Products>
struct by_hand {
  static void train(network<float> const& n, float lr, auto const& body) {
    int const batch = n.batch, layers = n.layers(), out = n.sizes.back();
    bool const softmax = n.loss == head::softmax_cross_entropy;
    float const scale = softmax ? 1 / static_cast<float>(batch) : 2 / static_cast<float>(batch * out);
    buffer const X(n.X);
    // The softmax of a few classes goes over samples by vectors: class by class, that is, transposed.
    buffer const T(softmax ? transposed(n.T, batch, out) : n.T);
    std::vector<buffer> W, b, A, dZ;
    for (int l = 0; l < layers; ++l) {
      W.emplace_back(n.W[l]);
      b.emplace_back(n.b[l]);
      auto const entries = static_cast<std::size_t>(batch * n.sizes[l + 1]);
      A.emplace_back(entries);
      dZ.emplace_back(l + 1 < layers ? entries : 0);
    }
    buffer const row(static_cast<std::size_t>(batch) * 2);

    auto const step = [&] {
      for (int l = 0; l < layers; ++l) {
        int const in = n.sizes[l], columns = n.sizes[l + 1];
        float const* const from = l == 0 ? X.data() : A[l - 1].data();
        if (l + 1 == layers && softmax) {
          Products::template multiply<true, true>(columns, batch, in, 1, W[l].data(), from, 0, A[l].data());
        } else {
          activation const f = l + 1 < layers                ? n.hidden
                               : n.loss == head::sigmoid_mse ? activation::sigmoid
                                                             : activation::none;
          float* const Z = A[l].data();
          // Measured: short rows cost less when the bias is there before the product (W1: 6.4 µs instead of 6.9), long
          // ones when it comes with the activation.
          if (columns <= 64) {
            for (int i = 0; i < batch; ++i) std::copy_n(b[l].data(), columns, Z + i * columns);
            Products::template multiply<false, false>(batch, columns, in, 1, from, W[l].data(), 1, Z);
            whole_array z(Z, batch * columns);
            activate(f, z, z);
          } else {
            Products::template multiply<false, false>(batch, columns, in, 1, from, W[l].data(), 0, Z);
            row_array const bias(b[l].data(), columns);
            for (int i = 0; i < batch; ++i) {
              row_array z(Z + i * columns, columns);
              activate(f, z + bias, z);
            }
          }
        }
      }
      // The last layer's buffer becomes its adjoint.
      float* const last = A[layers - 1].data();
      float loss;
      if (softmax)
        loss = cross_entropy(batch, out, b.back().data(), T.data(), last, row.data(), scale);
      else
        loss = squares(n.loss == head::sigmoid_mse, batch * out, T.data(), last, scale);

      for (int l = layers - 1; l >= 0; --l) {
        int const in = n.sizes[l], columns = n.sizes[l + 1];
        bool const across = l + 1 == layers && softmax;
        float const* const from = l == 0 ? X.data() : A[l - 1].data();
        float const* const d = l + 1 == layers ? last : dZ[l].data();
        if (l > 0) {
          float* const before = dZ[l - 1].data();
          if (across)
            Products::template multiply<true, true>(batch, in, columns, 1, d, W[l].data(), 0, before);
          else
            Products::template multiply<false, true>(batch, in, columns, 1, d, W[l].data(), 0, before);
          differentiate(n.hidden, batch * in, from, before);
        }
        if (across) {
          Products::template multiply<true, true>(in, columns, batch, -lr, from, d, 1, W[l].data());
          for (int j = 0; j < columns; ++j)
            b[l].data()[j] -= lr * row_array(const_cast<float*>(d) + j * batch, batch).sum();
        } else {
          Products::template multiply<true, false>(in, columns, batch, -lr, from, d, 1, W[l].data());
          Eigen::Map<matrix, Eigen::Aligned64> const D(const_cast<float*>(d), batch, columns);
          Eigen::Map<Eigen::RowVectorXf>(b[l].data(), columns).noalias() -= lr * D.colwise().sum();
        }
      }
      return loss;
    };
    body(step, [&] {
      parameters p;
      for (int l = 0; l < layers; ++l) {
        p.push_back(W[l].view());
        p.push_back(b[l].view());
      }
      return p;
    });
  }

 private:
  static std::vector<float> transposed(std::vector<float> const& v, int rows, int columns) {
    std::vector<float> t(v.size());
    for (int i = 0; i < rows; ++i)
      for (int j = 0; j < columns; ++j)
        t[static_cast<std::size_t>(j * rows + i)] = v[static_cast<std::size_t>(i * columns + j)];
    return t;
  }

  static void activate(activation f, auto const& z, auto& y) {
    switch (f) {
      case activation::none:
        y = z;
        break;
      case activation::sigmoid:
        y = z.logistic();
        break;
      case activation::relu:
        y = z.max(0.f);
        break;
      case activation::tanh:
        y = z.tanh();
        break;
    }
  }

  /// dz holds dY and becomes dZ.
  static void differentiate(activation f, int count, float const* y, float* dz) {
    whole_array const Y(const_cast<float*>(y), count);
    whole_array dZ(dz, count);
    if (f == activation::sigmoid)
      dZ *= Y * (1 - Y);
    else if (f == activation::relu)
      dZ = (Y > 0.f).select(dZ, 0.f);
    else
      dZ *= 1 - Y * Y;
  }

  /// z: classes×batch logits without bias, becomes their adjoint. T one-hot, likewise; room for two rows.
  static float cross_entropy(int batch, int classes, float const* bias, float const* t, float* z, float* room,
                             float mean) {
    auto const Z = [&](int j) { return row_array(z + j * batch, batch); };
    auto const T = [&](int j) { return row_array(const_cast<float*>(t) + j * batch, batch); };
    row_array largest(room, batch), total(room + batch, batch);
    Z(0) += bias[0];
    largest = Z(0);
    for (int j = 1; j < classes; ++j) {
      Z(j) += bias[j];
      largest = largest.max(Z(j));
    }
    total.setZero();
    float score = -largest.sum();
    for (int j = 0; j < classes; ++j) {
      score += (Z(j) * T(j)).sum();
      Z(j) = (Z(j) - largest).exp();
      total += Z(j);
    }
    float const loss = (total.log().sum() - score) * mean;
    total = mean / total;
    for (int j = 0; j < classes; ++j) Z(j) = Z(j) * total - mean * T(j);
    return loss;
  }

  /// y: the last layer or its sigmoid; becomes the adjoint of the layer.
  static float squares(bool sigmoid, int count, float const* t, float* y, float scale) {
    whole_array Y(y, count);
    whole_array const T(const_cast<float*>(t), count);
    float const total = (Y - T).square().sum();
    if (sigmoid)
      Y = scale * (Y - T) * Y * (1 - Y);
    else
      Y = scale * (Y - T);
    return total * scale / 2;
  }
};

}  // namespace peers
