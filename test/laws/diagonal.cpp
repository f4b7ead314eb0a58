// SPDX-License-Identifier: MIT
// Laws of Kronecker's product and of diagonals.
#include "laws.hpp"

using namespace laws;

namespace {

struct kronecker : row {
  static constexpr bool linear = true;
  template <class T>
  using leaves = std::tuple<mat<"X", T>, ctg::matrix_view<"Y", T, K, 3>>;
  template <class T>
  using result = ctg::tensor_view<"D", T, R, K, C, 3>;
  using domains = std::tuple<within<-1, 1>, within<-1, 1>>;
};

struct of_square : row {
  static constexpr bool linear = true;
  template <class T>
  using leaves = std::tuple<ctg::tensor_view<"X", T, B, R, R>>;
  using domains = std::tuple<any>;
};
struct traces : of_square {
  template <class T>
  using result = ctg::tensor_view<"D", T, B>;
};
struct diagonals : of_square {
  template <class T>
  using result = ctg::tensor_view<"D", T, B, R, 1>;
};
struct from_vector : row {
  static constexpr bool linear = true;
  template <class T>
  using leaves = std::tuple<ctg::column_view<"X", T, R>>;
  template <class T>
  using result = ctg::matrix_view<"D", T, R, R>;
  using domains = std::tuple<any>;
};

std::vector<sizes> few() {
  return {{2, 3, 4, 2}, {5, 7, 1, 3}, {1, 1, 2, 4}, {17, 1, 3, 2}, {33, 2, 1, 1}, {0, 2, 2, 2}, {3, 2, 2, 0}};
}
constexpr bounds exact{0, 0, 0, 0};
constexpr bounds sums{4, 16, 4, 8};

}  // namespace

TEST_CASE("laws: kron and diagonals", "[laws]") {
  check<kronecker>(
      "kron", [](auto const& x, auto const& y) { return ctg::reshape<R, K, C, 3>(kron(x, y)); }, sums, few());
  check<traces>(
      "trace", [](auto const& x) { return trace(x); }, sums, few());
  check<diagonals>(
      "diagonal", [](auto const& x) { return diagonal(x); }, exact, few());
  check<from_vector>(
      "diagonal_matrix", [](auto const& x) { return diagonal_matrix(x); }, exact, few());
}
