// SPDX-License-Identifier: MIT
// Second derivatives at work on the diabetes data. Linear regression by one Newton step with the Hessian; then a
// Bayesian logistic regression (is the disease's progress above the median?) whose mode is found by Newton's method
// with conjugate gradients, which ask for products with the Hessian only (hvp), and whose Laplace approximation takes
// the Hessian itself.
#include "diabetes.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

namespace {

constexpr int features = diabetes::features;
using weights = ctg::column<"w", double, features>;
using matrix = std::vector<double>;  // features × features

// H = L Lᵀ in place; false where H is not positive definite.
bool factorize(matrix& H) {
  for (int i = 0; i < features; ++i)
    for (int j = 0; j <= i; ++j) {
      double s = H[static_cast<std::size_t>(i * features + j)];
      for (int k = 0; k < j; ++k)
        s -= H[static_cast<std::size_t>(i * features + k)] * H[static_cast<std::size_t>(j * features + k)];
      if (i == j && !(s > 0)) return false;
      H[static_cast<std::size_t>(i * features + j)] =
          i == j ? std::sqrt(s) : s / H[static_cast<std::size_t>(j * features + j)];
    }
  return true;
}
// L Lᵀ x = b
std::vector<double> substitute(matrix const& L, std::vector<double> b) {
  auto l = [&](int i, int j) { return L[static_cast<std::size_t>(i * features + j)]; };
  for (int i = 0; i < features; ++i) {
    auto& x = b[static_cast<std::size_t>(i)];
    for (int k = 0; k < i; ++k) x -= l(i, k) * b[static_cast<std::size_t>(k)];
    x /= l(i, i);
  }
  for (int i = features - 1; i >= 0; --i) {
    auto& x = b[static_cast<std::size_t>(i)];
    for (int k = i + 1; k < features; ++k) x -= l(k, i) * b[static_cast<std::size_t>(k)];
    x /= l(i, i);
  }
  return b;
}

double dot(auto const& a, auto const& b) {
  double s = 0;
  for (int i = 0; i < features; ++i) s += a.data()[i] * b.data()[i];
  return s;
}

}  // namespace

int main() {
  diabetes data;
  auto& [X, y] = data;
  weights w;

  // ── linear regression: a quadratic, so one Newton step from anywhere ends at its minimum ──
  auto const J = mse(X * w, y);
  auto linear = ctg::program(J, gradient(J, w), hessian(J, w));
  linear();
  double const variance_from_zero = linear[J];
  matrix H(linear.result<2>().data(), linear.result<2>().data() + features * features);
  std::vector<double> g(linear.result<1>().data(), linear.result<1>().data() + features);
  if (!factorize(H)) return 1;
  auto const step = substitute(H, g);
  for (int i = 0; i < features; ++i) w(i, 0) -= step[static_cast<std::size_t>(i)];
  linear();
  double mean = 0, variance = 0;
  for (double v : y) mean += v / 442;
  for (double v : y) variance += (v - mean) * (v - mean) / 442;
  double const r2 = 1 - linear[J] / variance;
  double const slope = std::sqrt(dot(linear.result<1>(), linear.result<1>()));
  std::printf("linear regression: loss %.1f -> %.4f in one Newton step, R2 = %.7f, |gradient| = %.1g\n",
              variance_from_zero, static_cast<double>(linear[J]), r2, slope);

  // ── logistic regression with a Gaussian prior on the weights ──
  std::vector<double> sorted(y.begin(), y.end());
  std::nth_element(sorted.begin(), sorted.begin() + 221, sorted.end());
  for (double& v : y) v = v > sorted[221] ? 1 : 0;
  w.fill(0);
  weights direction;
  ctg::column<"v", double, features> v;
  auto const Z = X * w;
  auto const energy = sum(softplus(Z) - y % Z) + 0.5 * sum(square(w));  // −log posterior, up to a constant
  auto posterior = ctg::program(energy, gradient(energy, w));
  auto curvature = ctg::program(hvp(energy, w, v));
  static_assert(decltype(curvature)::workspace_bytes(ctg::extents<"N">(442)) < 16 * 1024);  // no Hessian is stored

  int products = 0;
  double size = 1;
  for (int iteration = 0; iteration < 20 && size > 1e-9; ++iteration) {
    posterior();
    // H d = −gradient by conjugate gradients
    std::vector<double> r(features), p(features);
    direction.fill(0);
    for (int i = 0; i < features; ++i)
      r[static_cast<std::size_t>(i)] = p[static_cast<std::size_t>(i)] = -posterior.result<1>()(i, 0);
    double rr = dot(r, r);
    size = std::sqrt(rr);
    for (int k = 0; k < 2 * features && rr > 1e-24 * size * size; ++k) {
      std::copy(p.begin(), p.end(), v.begin());
      curvature();
      ++products;
      double const alpha = rr / dot(p, curvature.result<0>()), before = rr;
      for (std::size_t i = 0; i < features; ++i) {
        direction.data()[i] += alpha * p[i];
        r[i] -= alpha * curvature.result<0>().data()[i];
      }
      rr = dot(r, r);
      for (std::size_t i = 0; i < features; ++i) p[i] = r[i] + rr / before * p[i];
    }
    for (int i = 0; i < features; ++i) w(i, 0) += direction(i, 0);
  }
  std::printf("logistic regression: energy %.6f, |gradient| = %.1g after %d products with the Hessian\n",
              static_cast<double>(posterior[energy]), size, products);

  // Laplace: the posterior is nearly a Gaussian of covariance H⁻¹ around its mode
  auto const dense = ctg::evaluate(hessian(energy, w));
  matrix L(dense.data(), dense.data() + features * features);
  if (!factorize(L)) return 1;
  double log_determinant = 0;
  for (int i = 0; i < features; ++i) log_determinant += 2 * std::log(L[static_cast<std::size_t>(i * features + i)]);
  double const evidence =
      -posterior[energy] - 0.5 * log_determinant;  // the prior's (2π)^{−d/2} against the Gaussian's (2π)^{d/2}
  std::printf("log evidence about %.4f\n", evidence);
  for (int i = 0; i < features; ++i) {
    std::vector<double> unit(features, 0);
    unit[static_cast<std::size_t>(i)] = 1;
    std::printf("  %-4s %8.4f +- %.4f\n", diabetes::names[i], w(i, 0),
                std::sqrt(substitute(L, unit)[static_cast<std::size_t>(i)]));
  }
  return std::abs(r2 - 0.5177484) < 1e-6 && slope < 1e-9 && size < 1e-9 && std::isfinite(evidence) ? 0 : 1;
}
