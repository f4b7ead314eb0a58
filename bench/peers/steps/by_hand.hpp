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
using whole_array = Eigen::Map<Eigen::ArrayXf, Eigen::Aligned64>;

/// C = beta·C + alpha·op(A)·op(B), row-major, op(A) m×k, op(B) k×n, rows without gaps; beta is 0 or 1.
struct eigen_products {
  template <bool TransposedA, bool TransposedB>
  static void multiply(int m, int n, int k, float alpha, float const* a, float const* b, float beta, float* c) {
    using matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
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
    std::vector<float> sums(static_cast<std::size_t>(*std::max_element(n.sizes.begin(), n.sizes.end())));

    auto const step = [&] {
      for (int l = 0; l < layers; ++l) {
        int const in = n.sizes[l], columns = n.sizes[l + 1];
        float const* const from = l == 0 ? X.data() : A[l - 1].data();
        if (l + 1 == layers && softmax) {
          Products::template multiply<true, true>(columns, batch, in, 1, W[l].data(), from, 0, A[l].data());
        } else {
          Products::template multiply<false, false>(batch, columns, in, 1, from, W[l].data(), 0, A[l].data());
          if (l + 1 < layers) activate(n.hidden, batch, columns, b[l].data(), A[l].data());
        }
      }
      // The last layer's buffer becomes its adjoint.
      float* const last = A[layers - 1].data();
      float loss;
      if (softmax)
        loss = cross_entropy(batch, out, b.back().data(), T.data(), last, row.data(), scale);
      else
        loss = squares(n.loss == head::sigmoid_mse, batch, out, b.back().data(), T.data(), last, scale);

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
          row_array total(sums.data(), columns);
          total.setZero();
          for (int i = 0; i < batch; ++i) total += row_array(const_cast<float*>(d) + i * columns, columns);
          row_array(b[l].data(), columns) -= lr * total;
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

  static void activate(activation f, int rows, int columns, float const* bias, float* z) {
    row_array const b(const_cast<float*>(bias), columns);
    for (int i = 0; i < rows; ++i) {
      row_array Z(z + i * columns, columns);
      if (f == activation::sigmoid)
        Z = (Z + b).logistic();
      else if (f == activation::relu)
        Z = (Z + b).max(0.f);
      else
        Z = (Z + b).tanh();
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

  /// z: the last layer without bias, becomes its adjoint.
  static float squares(bool sigmoid, int rows, int columns, float const* bias, float const* t, float* z, float scale) {
    float total = 0;
    row_array const b(const_cast<float*>(bias), columns);
    for (int i = 0; i < rows; ++i) {
      row_array Z(z + i * columns, columns);
      row_array const T(const_cast<float*>(t) + i * columns, columns);
      if (sigmoid)
        Z = (Z + b).logistic();
      else
        Z += b;
      total += (Z - T).square().sum();
      if (sigmoid)
        Z = scale * (Z - T) * Z * (1 - Z);
      else
        Z = scale * (Z - T);
    }
    return total * scale / 2;
  }
};

}  // namespace peers
