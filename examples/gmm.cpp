// SPDX-License-Identifier: MIT
// A mixture of Gaussians: the objective and the gradient that ADBench publishes for its test, then a mixture fitted to
// two measurements of the diabetes data by gradient ascent, better than any single Gaussian.
#include "diabetes.hpp"
#include "gaussian_mixture.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace {

// ADBench's data/gmm/test.txt and GmmTests.cpp: two dimensions, three components, one point.
bool agrees_with_adbench() {
  gaussian_mixture<2, 3> g(1);
  std::ranges::copy(std::array{-0.649014, 1.181166, -0.758453}, g.alphas.begin());
  std::ranges::copy(std::array{0.092339, 0.18626, 0.345561, 0.396767, 0.538817, 0.419195}, g.means.begin());
  std::ranges::copy(std::array{0.586443, -0.851887, 0.800321, -1.509405, 0.875874, -0.24279,  //
                               0.166813, -1.965419, -1.270071},
                    g.icf.begin());
  std::ranges::copy(std::array{1.175171, 2.02916}, g.x.begin());
  std::array const published{0.10866285550865246,   -0.7412700395238985,   0.6326071840152461,   1.1169257653278701,
                             0.16333301355145527,   -0.021998982407119314, 0.2277782922542361,   1.2096302561283219,
                             -0.060637592073395634, 2.5852999405116224,    0.11263269452421379,  0.3857443098496118,
                             0.07351805731823055,   5.418363627155952,     -0.32149440967744647, 1.7189230977500494,
                             0.8600910907908669,    -0.9946409304663228};
  auto const f = g.log_likelihood() + g.log_prior();
  auto p = ctg::value_and_gradient(f, g.alphas, g.means, g.icf);
  p();
  double worst = std::abs(p.value() - 8.073804080049758);
  auto expected = published.begin();
  auto compare = [&](auto const& part) {
    for (std::int64_t i = 0; i < part.size(); ++i) worst = std::max(worst, std::abs(part.data()[i] - *expected++));
  };
  compare(p[g.alphas]), compare(p[g.means]), compare(p[g.icf]);
  std::printf("largest difference from ADBench's numbers: %.2g\n", worst);
  return worst < 1e-12 && expected == published.end();
}

}  // namespace

int main() {
  bool const published = agrees_with_adbench();

  diabetes data;
  gaussian_mixture<2, 3> g(442);
  g.x = ctg::concat<1>(ctg::slice<1, 2, 3>(data.X), ctg::slice<1, 8, 9>(data.X));  // body mass index, log triglycerides
  for (int k = 0; k < 3; ++k) g.means(k, 0) = k - 1, g.means(k, 1) = k - 1;

  auto const f = g.log_likelihood();
  ctg::scalar<"rate", double> const rate{5e-5};
  auto const climb = [&](auto& p) { return ctg::assign(p, p + rate * gradient(f, p)); };
  auto ascend = ctg::program(f, climb(g.alphas), climb(g.means), climb(g.icf));
  for (int i = 0; i <= 4000; ++i) {
    ascend();
    if (i % 1000 == 0) std::printf("step %4d: log-likelihood %.3f\n", i, static_cast<double>(ascend[f]));
  }
  double const correlation = ctg::evaluate(ctg::mean(ctg::slice<1, 0, 1>(g.x) % ctg::slice<1, 1, 2>(g.x)));
  double const single =
      -442 * (std::log(2 * 3.14159265358979323846) + 1 + 0.5 * std::log1p(-correlation * correlation));
  std::printf("the best single Gaussian: %.3f\n", single);
  auto const weights = ctg::evaluate(softmax(g.alphas));
  for (int k = 0; k < 3; ++k)
    std::printf("  %.2f of the patients around (%5.2f, %5.2f)\n", weights(k), g.means(k, 0), g.means(k, 1));
  return published && ascend[f] > single + 30 ? 0 : 1;
}
