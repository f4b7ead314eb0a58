// SPDX-License-Identifier: MIT
// W5 by hand: X·A_j for one j after the other, in L1, or for all at once with A kept as m×l×n.
#pragma once

#include "form.hpp"

#include <Eigen/Core>

#include <cstddef>
#include <vector>

namespace peers {

template <class Products, bool AtOnce>
struct form_by_hand {
  using array = Eigen::Map<Eigen::Array<float, 1, Eigen::Dynamic>, Eigen::Aligned64>;

  static void train(form<float> const& f, float rate, auto const& body) {
    int const batch = static_cast<int>(f.batch), m = static_cast<int>(f.m), n = static_cast<int>(f.n);
    int const l = static_cast<int>(f.l), together = AtOnce ? l : 1, width = together * n;
    buffer const X(f.X), Y(f.Y), T(f.T), A(AtOnce ? rearranged(f.A, l, m, n) : f.A), b(f.b),
        P(f.batch * f.n * together), Z(f.batch * f.l);
    float const scale = 2 / static_cast<float>(batch * l);
    std::vector<float> shown;

    body(
        [&] {
          float total = 0;
          for (int i = 0; i < batch; ++i) std::copy_n(b.data(), l, Z.data() + i * l);
          for (int j = 0; j < l; j += together) {
            Products::template multiply<false, false>(batch, width, m, 1, X.data(), A.data() + j * m * n, 0, P.data());
            for (int i = 0; i < batch; ++i) {
              array const y(Y.data() + i * n, n);
              for (int k = 0; k < together; ++k)
                Z.data()[i * l + j + k] += (array(P.data() + i * width + k * n, n) * y).sum();
            }
          }
          array z(Z.data(), batch * l);
          z -= array(T.data(), batch * l);
          total = z.square().sum();
          z *= scale;
          for (int i = 0; i < batch; ++i) array(b.data(), l) -= rate * array(Z.data() + i * l, l);
          for (int j = 0; j < l; j += together) {
            for (int i = 0; i < batch; ++i) {
              array const y(Y.data() + i * n, n);
              for (int k = 0; k < together; ++k) array(P.data() + i * width + k * n, n) = Z.data()[i * l + j + k] * y;
            }
            Products::template multiply<true, false>(m, width, batch, -rate, X.data(), P.data(), 1,
                                                     A.data() + j * m * n);
          }
          return total * scale / 2;
        },
        [&] {
          if (AtOnce) shown = rearranged({A.data(), A.data() + l * m * n}, m, l, n);
          return parameters{AtOnce ? std::span<float const>(shown) : A.view(), b.view()};
        });
  }

 private:
  /// a×b×c to b×a×c
  static std::vector<float> rearranged(std::vector<float> const& v, int a, int b, int c) {
    std::vector<float> r(v.size());
    for (int i = 0; i < a; ++i)
      for (int j = 0; j < b; ++j) std::copy_n(v.data() + (i * b + j) * c, c, r.data() + (j * a + i) * c);
    return r;
  }
};

}  // namespace peers
