// SPDX-License-Identifier: MIT
// Laws of linear systems, inverses and determinants, for matrices I + X/5 that are far from singular, below and above
// the block of columns that is eliminated at once.
#include "laws.hpp"

using namespace laws;

namespace {

struct systems : row {
  static constexpr double difference_tolerance = 1e-10;
  template <class T>
  using leaves = std::tuple<ctg::matrix_view<"X", T, R, R>, ctg::matrix_view<"Y", T, R, C>>;
  template <class T>
  using result = ctg::matrix_view<"D", T, R, C>;
  using domains = std::tuple<within<-1, 1>, within<-1, 1>>;
};
// one matrix, transposed, for a batch of right sides
struct shared_matrix : systems {
  template <class T>
  using leaves = std::tuple<ctg::matrix_view<"X", T, R, R>, ctg::tensor_view<"Y", T, B, R, C>>;
  template <class T>
  using result = ctg::tensor_view<"D", T, B, R, C>;
};
struct batch : systems {
  template <class T>
  using leaves = std::tuple<ctg::tensor_view<"X", T, B, R, R>>;
  using domains = std::tuple<within<-1, 1>>;
};
struct inverses : batch {
  template <class T>
  using result = ctg::tensor_view<"D", T, B, R, R>;
};
struct determinants : batch {
  template <class T>
  using result = ctg::tensor_view<"D", T, B>;
};

std::vector<sizes> orders() {
  return {{1, 1, 1, 1},  {2, 3, 1, 2},   {3, 1, 1, 1}, {4, 2, 1, 1}, {17, 9, 1, 2},
          {33, 5, 1, 1}, {40, 19, 1, 1}, {3, 0, 1, 1}, {3, 2, 1, 0}};
}
constexpr bounds conditioned{32, 128, 1, 2};

template <class X>
auto regular(X const& x) {
  return ctg::constant<1, 5> * x + ctg::identity<R>;
}

}  // namespace

TEST_CASE("laws: linear systems", "[laws]") {
  check<systems>(
      "solve", [](auto const& x, auto const& y) { return solve(regular(x), y); }, conditioned, orders());
  check<shared_matrix>(
      "solve, a batch", [](auto const& x, auto const& y) { return solve(transpose(regular(x)), y); }, conditioned,
      orders());
}

TEST_CASE("laws: inverses and determinants", "[laws]") {
  check<inverses>(
      "inverse", [](auto const& x) { return inverse(regular(x)); }, conditioned, orders());
  check<determinants>(
      "determinant", [](auto const& x) { return determinant(regular(x)); }, conditioned, orders());
  check<determinants>(
      "log_determinant", [](auto const& x) { return log_determinant(regular(x)); }, conditioned, orders());
}
