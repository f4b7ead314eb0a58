// SPDX-License-Identifier: MIT
// Laws of the reductions and of the row operations that are built on them.
#include "laws.hpp"

using namespace laws;

namespace {

template <class T>
using cube = ctg::tensor_view<"X", T, B, R, C>;

// A reduction of a matrix (or cube) to D.
template <template <class> class X, template <class> class D, bool Linear, bool Scalar = false>
struct reduced : row {
  static constexpr bool linear = Linear, scalar_result = Scalar;
  template <class T>
  using leaves = std::tuple<X<T>>;
  template <class T>
  using result = D<T>;
  using domains = std::tuple<any>;
};
template <class T>
using matrix_x = mat<"X", T>;
template <class T>
using matrix_d = mat<"D", T>;
template <class T>
using cube_d = ctg::tensor_view<"D", T, B, R, C>;
template <class T>
using scalar_d = ctg::scalar_view<"D", T>;
template <class T>
using row_d = ctg::row_view<"D", T, C>;
template <class T>
using column_d = ctg::column_view<"D", T, R>;
template <class T>
using front_d = ctg::tensor_view<"D", T, 1, R, C>;
template <class T>
using middle_d = ctg::tensor_view<"D", T, B, 1, C>;
template <class T>
using last_d = ctg::tensor_view<"D", T, B, R, 1>;

std::vector<sizes> lengths() {
  std::vector<sizes> all = every_length();
  for (sizes& n : all) n.B = n.C % 2 ? 2 : 3;
  return all;
}
// an empty maximum is −∞, whose gradient reaches nobody
std::vector<sizes> lengths_from_one() {
  std::vector<sizes> all = lengths();
  std::erase_if(all, [](sizes const& n) { return n.R * n.C == 0; });
  return all;
}

// A sum of n terms below 4 in pieces of 4096 over 8 lanes or more: far fewer than 100 roundings of the largest partial
// sum.
constexpr bounds sums{64, 4, 16, 1};

}  // namespace

TEST_CASE("laws: sums and means", "[laws]") {
  check<reduced<matrix_x, scalar_d, true, true>>(
      "sum", [](auto const& x) { return sum(x); }, sums, lengths());
  check<reduced<matrix_x, row_d, true>>(
      "sum<0>", [](auto const& x) { return sum<0>(x); }, sums, lengths());
  check<reduced<matrix_x, column_d, true>>(
      "sum<1>", [](auto const& x) { return sum<1>(x); }, sums, lengths());
  check<reduced<cube, front_d, true>>(
      "sum<0> of a cube", [](auto const& x) { return sum<0>(x); }, sums, lengths());
  check<reduced<cube, middle_d, true>>(
      "sum<1> of a cube", [](auto const& x) { return sum<1>(x); }, sums, lengths());
  check<reduced<cube, last_d, true>>(
      "sum<2> of a cube", [](auto const& x) { return sum<-1>(x); }, sums, lengths());
  check<reduced<matrix_x, scalar_d, true, true>>(
      "mean", [](auto const& x) { return mean(x); }, sums, lengths());
  check<reduced<matrix_x, row_d, true>>(
      "mean<0>", [](auto const& x) { return mean<0>(x); }, sums, lengths());
}

TEST_CASE("laws: maxima", "[laws]") {
  check<reduced<matrix_x, scalar_d, false, true>>(
      "max", [](auto const& x) { return max(x); }, {}, lengths_from_one());
  check<reduced<matrix_x, row_d, false>>(
      "max<0>", [](auto const& x) { return max<0>(x); }, {}, lengths_from_one());
  check<reduced<matrix_x, column_d, false>>(
      "max<1>", [](auto const& x) { return max<1>(x); }, {}, lengths_from_one());
}

TEST_CASE("laws: minima", "[laws]") {
  check<reduced<matrix_x, scalar_d, false, true>>(
      "min", [](auto const& x) { return min(x); }, {}, lengths_from_one());
  check<reduced<matrix_x, row_d, false>>(
      "min<0>", [](auto const& x) { return min<0>(x); }, {}, lengths_from_one());
}

TEST_CASE("laws: norm and moments", "[laws]") {
  check<reduced<matrix_x, column_d, false>>(
      "norm<1>", [](auto const& x) { return norm<1>(x); }, sums, lengths_from_one());
  check<reduced<matrix_x, scalar_d, false, true>>(
      "variance", [](auto const& x) { return variance(x); }, sums, lengths_from_one());
  // of one entry the deviation is 0, where its derivative is a convention and no limit of differences
  std::vector<sizes> all = lengths_from_one();
  std::erase_if(all, [](sizes const& n) { return n.C < 2; });
  check<reduced<matrix_x, column_d, false>>(
      "stddev<1, 1>", [](auto const& x) { return ctg::stddev<1, 1>(x); }, sums, all);
}

TEST_CASE("laws: row operations", "[laws]") {
  constexpr bounds row_bounds{16, 32, 1, 1};
  check<reduced<matrix_x, matrix_d, false>>(
      "softmax", [](auto const& x) { return softmax(x); }, row_bounds, lengths_from_one());
  check<reduced<matrix_x, matrix_d, false>>(
      "softmax<0>", [](auto const& x) { return softmax<0>(x); }, row_bounds, lengths_from_one());
  // the adjoint sums the cotangents of a row
  constexpr bounds log_bounds{16, 32, 8, 16};
  check<reduced<matrix_x, matrix_d, false>>(
      "log_softmax", [](auto const& x) { return log_softmax(x); }, log_bounds, lengths_from_one());
  check<reduced<matrix_x, scalar_d, false, true>>(
      "logsumexp", [](auto const& x) { return logsumexp(x); }, log_bounds, lengths_from_one());
  check<reduced<matrix_x, column_d, false>>(
      "logsumexp<1>", [](auto const& x) { return logsumexp<1>(x); }, log_bounds, lengths_from_one());
}
