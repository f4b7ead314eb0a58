// SPDX-License-Identifier: MIT
// Laws of slices, joined pieces, turned order, running values and products over an axis.
#include "laws.hpp"

using namespace laws;

namespace {

template <template <class> class X, template <class> class D, bool Linear, class Domain = any>
struct moved : row {
  static constexpr bool linear = Linear;
  template <class T>
  using leaves = std::tuple<X<T>>;
  template <class T>
  using result = D<T>;
  using domains = std::tuple<Domain>;
};
template <class T>
using matrix_x = mat<"X", T>;
template <class T>
using matrix_d = mat<"D", T>;
template <class T>
using column_d = ctg::column_view<"D", T, R>;
template <class T>
using cube_x = ctg::tensor_view<"X", T, B, R, C>;
template <class T>
using cube_d = ctg::tensor_view<"D", T, B, R, C>;
template <class T>
using wide_x = ctg::matrix_view<"X", T, R, 9>;
template <class T>
using wide_d = ctg::matrix_view<"D", T, R, 5>;
template <class T>
using tall_x = ctg::matrix_view<"X", T, 9, C>;
template <class T>
using tall_d = ctg::matrix_view<"D", T, 5, C>;
template <class T>
using joined_d = ctg::matrix_view<"D", T, R, 27>;

constexpr bounds exact{0, 0, 0, 0};
constexpr bounds sums{64, 64, 16, 16};

std::vector<sizes> lengths() {
  std::vector<sizes> all = every_length();
  for (sizes& n : all) n.B = n.C % 2 ? 2 : 3;
  return all;
}
std::vector<sizes> short_lengths() {
  std::vector<sizes> all;
  for (std::int64_t c = 0; c <= 20; ++c) all.push_back({c % 3 == 0 ? 3 : 4, c, 1, 1});
  return all;
}

using about_one = within<33, 47, 40>;

}  // namespace

TEST_CASE("laws: parts", "[laws]") {
  check<moved<wide_x, wide_d, true>>(
      "slice of columns", [](auto const& x) { return ctg::slice<1, 3, 8>(x); }, exact, lengths());
  check<moved<tall_x, tall_d, true>>(
      "slice of rows", [](auto const& x) { return ctg::slice<0, -7, -2>(x); }, exact, lengths());
  check<moved<cube_x, cube_d, true>>(
      "flip of a cube", [](auto const& x) { return ctg::flip<1>(x); }, exact, lengths());
  check<moved<matrix_x, matrix_d, true>>(
      "flip", [](auto const& x) { return ctg::flip<1>(x); }, exact, lengths());
  check<moved<wide_x, joined_d, true>>(
      "concat", [](auto const& x) { return ctg::concat<1>(x, ctg::flip<0>(x), 2 * x); }, {0, 4, 0, 4}, lengths());
}

TEST_CASE("laws: running values", "[laws]") {
  check<moved<matrix_x, matrix_d, true>>(
      "cumsum", [](auto const& x) { return ctg::cumsum<1>(x); }, sums, short_lengths());
  check<moved<cube_x, cube_d, true>>(
      "cumsum of a cube", [](auto const& x) { return ctg::cumsum<1>(x); }, sums, lengths());
  check<moved<matrix_x, matrix_d, false, about_one>>(
      "cumprod", [](auto const& x) { return ctg::cumprod<1>(x); }, sums, short_lengths());
  check<moved<matrix_x, column_d, false, about_one>>(
      "prod", [](auto const& x) { return ctg::prod<1>(x); }, sums, short_lengths());
}
