// SPDX-License-Identifier: MIT
// Laws of einsum: the bilinear layer, a batch with a permuted result, diagonals.
#include "laws.hpp"

using namespace laws;

namespace {

struct bilinear_layer : row {
  template <class T>
  using leaves =
      std::tuple<ctg::matrix_view<"X", T, B, R>, ctg::tensor_view<"A", T, C, R, K>, ctg::matrix_view<"Y", T, B, K>>;
  template <class T>
  using result = ctg::matrix_view<"D", T, B, C>;
  using domains = std::tuple<within<-1, 1>, within<-1, 1>, within<-1, 1>>;
};

struct permuted_batch : row {
  static constexpr bool linear = true;
  template <class T>
  using leaves = std::tuple<ctg::tensor_view<"X", T, B, R, K>, ctg::tensor_view<"Y", T, K, C, B>>;
  template <class T>
  using result = ctg::tensor_view<"D", T, C, B, R>;
  using domains = std::tuple<within<-1, 1>, within<-1, 1>>;
};

struct diagonals : row {
  static constexpr bool linear = true;
  template <class T>
  using leaves = std::tuple<ctg::tensor_view<"X", T, R, C, R>>;
  template <class T>
  using result = ctg::matrix_view<"D", T, C, R>;
  using domains = std::tuple<any>;
};

std::vector<sizes> few() {
  return {{2, 3, 4, 2}, {5, 17, 9, 3},   {3, 2, 33, 1}, {3, 3, 3, 0},
          {1, 9, 2, 2}, {16, 8, 16, 20}, {0, 2, 2, 2},  {2, 2, 0, 2}};
}
constexpr bounds sums{32, 64, 8, 16};

}  // namespace

TEST_CASE("laws: einsum", "[laws]") {
  check<bilinear_layer>(
      "bilinear", [](auto const& x, auto const& a, auto const& y) { return bilinear(x, a, y); }, sums, few());
  check<permuted_batch>(
      "brk,kcb->cbr", [](auto const& x, auto const& y) { return ctg::einsum<"brk,kcb->cbr">(x, y); }, sums, few());
  check<diagonals>(
      "rcr->cr", [](auto const& x) { return ctg::einsum<"rcr->cr">(x); }, {0, 0, 0, 0}, few());
}
