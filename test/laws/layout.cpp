// SPDX-License-Identifier: MIT
// Laws of the operations that move no number.
#include "laws.hpp"

using namespace laws;

namespace {

template <class T>
using cube = ctg::tensor_view<"X", T, B, R, C>;

template <template <class> class X, template <class> class D>
struct moved : row {
  static constexpr bool linear = true;
  template <class T>
  using leaves = std::tuple<X<T>>;
  template <class T>
  using result = D<T>;
  using domains = std::tuple<any>;
};
template <class T>
using matrix_x = mat<"X", T>;
template <class T>
using row_x = ctg::row_view<"X", T, C>;
template <class T>
using turned_d = ctg::matrix_view<"D", T, C, R>;
template <class T>
using cycled_d = ctg::tensor_view<"D", T, C, B, R>;
template <class T>
using swapped_d = ctg::tensor_view<"D", T, B, C, R>;
template <class T>
using square_d = ctg::matrix_view<"D", T, 7, C>;
template <class T>
using image_x = ctg::tensor_view<"X", T, R, 3, 5>;
template <class T>
using pixels_d = ctg::matrix_view<"D", T, R, 15>;
template <class T>
using folded_d = ctg::tensor_view<"D", T, R, 5, 3>;

std::vector<sizes> lengths() {
  std::vector<sizes> all = every_length();
  for (sizes& n : all) n.B = n.C % 2 ? 2 : 3;
  return all;
}

constexpr bounds exact{0, 0, 0, 0};
constexpr bounds sums{0, 8, 0, 8};

}  // namespace

TEST_CASE("laws: layout", "[laws]") {
  check<moved<matrix_x, turned_d>>(
      "transpose", [](auto const& x) { return transpose(x); }, exact, lengths());
  check<moved<cube, swapped_d>>(
      "transpose of a cube", [](auto const& x) { return transpose(x); }, exact, lengths());
  check<moved<cube, cycled_d>>(
      "transpose<2, 0, 1>", [](auto const& x) { return transpose<2, 0, 1>(x); }, exact, lengths());
  check<moved<image_x, pixels_d>>(
      "flatten", [](auto const& x) { return flatten(x); }, exact, lengths());
  check<moved<image_x, folded_d>>(
      "reshape", [](auto const& x) { return reshape<R, 5, 3>(x); }, exact, lengths());
  check<moved<row_x, square_d>>(
      "broadcast_to", [](auto const& x) { return broadcast_to<7, C>(x); }, sums, lengths());
}
