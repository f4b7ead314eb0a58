// SPDX-License-Identifier: MIT
// Laws of element-wise operations on operands of different shapes: what is stretched is summed back.
#include "laws.hpp"

using namespace laws;

namespace {

// X and Y of shapes that stretch to R×C (or B×R×C).
template <template <class> class X, template <class> class Y, template <class> class D>
struct stretched : row {
  template <class T>
  using leaves = std::tuple<X<T>, Y<T>>;
  template <class T>
  using result = D<T>;
  using domains = std::tuple<any, positive>;
};
template <class T>
using matrix_x = mat<"X", T>;
template <class T>
using matrix_y = mat<"Y", T>;
template <class T>
using matrix_d = mat<"D", T>;
template <class T>
using row_y = ctg::row_view<"Y", T, C>;
template <class T>
using column_y = ctg::column_view<"Y", T, R>;
template <class T>
using column_x = ctg::column_view<"X", T, R>;
template <class T>
using vector_y = ctg::tensor_view<"Y", T, C>;
template <class T>
using scalar_y = ctg::scalar_view<"Y", T>;
template <class T>
using cube_x = ctg::tensor_view<"X", T, B, R, C>;
template <class T>
using cube_d = ctg::tensor_view<"D", T, B, R, C>;

// Sums over the stretched axes: their terms cancel.
constexpr bounds summed{4, 16, 0, 40};

std::vector<sizes> some_lengths() {
  std::vector<sizes> all;
  for (std::int64_t c : {0, 1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 31, 32, 33}) all.push_back({c % 2 ? 3 : 2, c, 1, 2});
  all.push_back({0, 3, 1, 2});
  all.push_back({1, 1, 1, 1});
  all.push_back({35, 3, 1, 3});
  return all;
}

}  // namespace

TEST_CASE("laws: broadcasting", "[laws]") {
  auto const divide = [](auto const& x, auto const& y) { return x / y; };
  check<stretched<matrix_x, row_y, matrix_d>>("matrix / row", divide, summed, some_lengths());
  check<stretched<matrix_x, column_y, matrix_d>>("matrix / column", divide, summed, some_lengths());
  check<stretched<matrix_x, vector_y, matrix_d>>("matrix / vector", divide, summed, some_lengths());
  check<stretched<matrix_x, scalar_y, matrix_d>>("matrix / scalar", divide, summed, some_lengths());
  check<stretched<column_x, row_y, matrix_d>>("column / row", divide, summed, some_lengths());
  check<stretched<cube_x, matrix_y, cube_d>>("cube / matrix", divide, summed, some_lengths());
  check<stretched<cube_x, column_y, cube_d>>("cube / column", divide, summed, some_lengths());
}
