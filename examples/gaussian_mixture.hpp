// SPDX-License-Identifier: MIT
// A mixture of Gaussians as ADBench states it: component k has the weight softmax(alphas)ₖ and the precision Qₖᵀ Qₖ
// with Qₖ lower triangular; a Wishart prior keeps the precisions in bounds. The formula is in F. Srajer, Z. Kukelova,
// A. Fitzgibbon, A Benchmark of Selected Algorithmic Differentiation Tools (Optimization Methods and Software 33,
// 2018).
#pragma once

#include <ctg/ctg.hpp>

#include <cmath>
#include <cstdint>
#include <utility>

template <int D, int K>
struct gaussian_mixture {
  static constexpr int entries = D * (D + 1) / 2;
  ctg::tensor<"alphas", double, K> alphas;
  ctg::matrix<"means", double, K, D> means;
  ctg::matrix<"icf", double, K, entries> icf;  // of each Q: the logarithms of its diagonal, then its columns below that
  ctg::matrix<"x", double, ctg::dim<"N">, D> x;
  ctg::scalar<"gamma", double> gamma{1};  // the prior's scale, and its degrees of freedom beyond D + 1
  ctg::scalar<"m", double> m{0};
  ctg::tensor<"place", std::int32_t, D * D> place;  // of Q's entries, row by row, among those of icf and a zero

  explicit gaussian_mixture(int points) : x(points) {
    for (int j = 0, next = D; j < D; ++j)
      for (int i = 0; i < D; ++i) place(i * D + j) = i == j ? j : i > j ? next++ : entries;
  }

  auto log_likelihood() const {
    using namespace ctg;
    auto const Q = reshape<K, D, D>(gather<1>(concat<1>(diagonal(), below(), broadcast_to<K, 1>(constant<0>)), place));
    auto const z = einsum<"kij,nkj->nki">(Q, reshape<dim<"N">, 1, D>(x) - means);
    auto const log_joint = alphas + log_determinants() - 0.5 * reshape<dim<"N">, K>(sum<2>(square(z)));
    return sum(logsumexp<1>(log_joint) - logsumexp(alphas) - 0.5 * D * std::log(2 * pi));
  }
  auto log_prior() const {
    auto const n = m + (D + 1);
    auto const normaliser = n * D * (log(gamma) - 0.5 * std::log(2.0)) - log_gamma(0.5 * n);
    auto const squares = sum(square(diagonal())) + sum(square(below()));
    return 0.5 * square(gamma) * squares - m * sum(log_determinants()) - K * normaliser;
  }

 private:
  static constexpr double pi = 3.14159265358979323846;
  auto diagonal() const { return exp(ctg::slice<1, 0, D>(icf)); }
  auto below() const { return ctg::slice<1, D, entries>(icf); }
  auto log_determinants() const { return ctg::reshape<K>(ctg::sum<1>(ctg::slice<1, 0, D>(icf))); }
  // the gamma function of D dimensions
  static auto log_gamma(auto const& a) {
    return [&]<int... J>(std::integer_sequence<int, J...>) {
      return 0.25 * D * (D - 1) * std::log(pi) + (lgamma(a - ctg::constant<J, 2>) + ...);
    }
    (std::make_integer_sequence<int, D>{});
  }
};
