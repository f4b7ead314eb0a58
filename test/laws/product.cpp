// SPDX-License-Identifier: MIT
// Laws of the matrix product: plain, of transposes, batched, with a broadcast batch; sizes around the tiles of the
// kernel.
#include "laws.hpp"

using namespace laws;

namespace {

template <bool Left, bool Right>
struct product_of : row {
  static constexpr bool linear = true;
  template <class T>
  using leaves = std::tuple<std::conditional_t<Left, ctg::matrix_view<"X", T, K, R>, ctg::matrix_view<"X", T, R, K>>,
                            std::conditional_t<Right, ctg::matrix_view<"Y", T, C, K>, ctg::matrix_view<"Y", T, K, C>>>;
  template <class T>
  using result = mat<"D", T>;
  using domains = std::tuple<within<-1, 1>, within<-1, 1>>;
};

struct batched : row {
  static constexpr bool linear = true;
  template <class T>
  using leaves = std::tuple<ctg::tensor_view<"X", T, B, R, K>, ctg::tensor_view<"Y", T, B, K, C>>;
  template <class T>
  using result = ctg::tensor_view<"D", T, B, R, C>;
  using domains = std::tuple<within<-1, 1>, within<-1, 1>>;
};

struct shared_batch : batched {
  template <class T>
  using leaves = std::tuple<ctg::tensor_view<"X", T, B, R, K>, ctg::matrix_view<"Y", T, K, C>>;
};

struct affine_row : row {
  template <class T>
  using leaves = std::tuple<ctg::matrix_view<"X", T, R, K>, ctg::matrix_view<"Y", T, K, C>, ctg::row_view<"b", T, C>>;
  template <class T>
  using result = mat<"D", T>;
  using domains = std::tuple<within<-1, 1>, within<-1, 1>, any>;
};

std::vector<sizes> around_tiles() {
  std::vector<sizes> all{{0, 3, 2}, {3, 0, 2}, {3, 2, 0}, {1, 1, 1}, {2, 3, 4}};
  for (std::int64_t r : {1, 3, 4, 5, 6, 7, 8, 12, 13})
    for (std::int64_t c : {1, 4, 7, 8, 9, 15, 16, 17, 24, 33}) all.push_back({r, c, (r + c) % 9 + 1});
  for (std::int64_t k : {31, 32, 33, 255, 256, 257, 400}) all.push_back({9, 18, k});
  all.push_back({130, 35, 20});
  all.push_back({20, 260, 70});
  return all;
}
std::vector<sizes> few() { return {{2, 3, 4, 2}, {5, 17, 9, 3}, {13, 8, 33, 1}, {3, 3, 3, 0}, {1, 9, 2, 2}}; }

// k products of numbers below 1, k <= 400; an adjoint sums as many as the other axis is long
constexpr bounds sums{32, 64, 4, 8};

}  // namespace

TEST_CASE("laws: matrix product", "[laws]") {
  check<product_of<false, false>>(
      "X Y", [](auto const& x, auto const& y) { return x * y; }, sums, around_tiles());
  check<product_of<true, false>>(
      "X' Y", [](auto const& x, auto const& y) { return transpose(x) * y; }, sums, around_tiles());
  check<product_of<false, true>>(
      "X Y'", [](auto const& x, auto const& y) { return x * transpose(y); }, sums, around_tiles());
  check<product_of<true, true>>(
      "X' Y'", [](auto const& x, auto const& y) { return transpose(x) * transpose(y); }, sums, around_tiles());
}

TEST_CASE("laws: batched product, affine", "[laws]") {
  check<batched>(
      "batch of X Y", [](auto const& x, auto const& y) { return x * y; }, sums, few());
  check<shared_batch>(
      "batch of X, one Y", [](auto const& x, auto const& y) { return x * y; }, sums, few());
  check<affine_row>(
      "affine", [](auto const& x, auto const& y, auto const& b) { return affine(x, y, b); }, sums, around_tiles());
}
