// SPDX-License-Identifier: MIT
// W6: 4→8→3, one sample, tanh, mean squared error: latency.
#include "by_cotangent.hpp"
#include "experts.hpp"
#include "loops.hpp"

#ifdef PEERS_EIGEN
#include <Eigen/Core>
#endif

#include <span>

namespace peers {

void vector_tanh(float const* z, float* y);

namespace {

struct library_tanh {
  void operator()(float const* z, float* y) const { vector_tanh(z, y); }
};

#ifdef PEERS_EIGEN
struct eigen_tanh {
  void operator()(float const* z, float* y) const {
    using array = Eigen::Array<float, 8, 1>;
    Eigen::Map<array>{y} = Eigen::Map<array const>(z).tanh();
  }
};

/// Matrices of fixed extents.
struct by_fixed_eigen {
  static void train(network<float> const& n, float rate, auto const& body) {
    Eigen::Matrix<float, 4, 8, Eigen::RowMajor> W1;
    Eigen::Matrix<float, 8, 3, Eigen::RowMajor> W2;
    Eigen::Matrix<float, 1, 8> b1, y, dz;
    Eigen::Matrix<float, 1, 3> b2, T, d;
    Eigen::Matrix<float, 1, 4> X;
    auto const fill = [](auto& m, std::vector<float> const& v) { std::copy(v.begin(), v.end(), m.data()); };
    fill(W1, n.W[0]);
    fill(b1, n.b[0]);
    fill(W2, n.W[1]);
    fill(b2, n.b[1]);
    fill(X, n.X);
    fill(T, n.T);
    auto const view = [](auto const& m) {
      return std::span<float const>(m.data(), static_cast<std::size_t>(m.size()));
    };
    body(
        [&] {
          y = (b1 + X.lazyProduct(W1)).array().tanh();
          d = b2 + y.lazyProduct(W2) - T;
          float const loss = d.squaredNorm() / 3;
          d *= 2.f / 3;
          dz = d.lazyProduct(W2.transpose()).array() * (1 - y.array().square());
          d *= rate;
          dz *= rate;
          W2 -= y.transpose().lazyProduct(d);
          b2 -= d;
          W1 -= X.transpose().lazyProduct(dz);
          b1 -= dz;
          return loss;
        },
        [&] {
          return parameters{view(W1), view(b1), view(W2), view(b2)};
        });
  }
};
#endif

}  // namespace

bool enter_w6() {
  static network<float> const start = random_network(1, {4, 8, 3}, activation::tanh, head::mse);
  trained const right(start, 0.5f);
  bool good = enter<cotangent_two_layers<1, 4, 8, 3, by_tanh, by_squares>>("W6/cotangent", start, right);
  good = enter<by_loops<library_tanh>>("W6/loops", start, right) && good;
#ifdef PEERS_EIGEN
  good = enter<by_loops<eigen_tanh>>("W6/loops_eigen_tanh", start, right) && good;
  good = enter<by_fixed_eigen>("W6/eigen_fixed", start, right) && good;
#endif
  return enter_experts("W6", start, right) && good;
}

}  // namespace peers
