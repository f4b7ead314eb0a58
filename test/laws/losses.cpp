// SPDX-License-Identifier: MIT
// Laws of the losses.
#include "laws.hpp"

using namespace laws;

namespace {

template <class First, class Second>
struct loss : row {
  static constexpr bool scalar_result = true;
  template <class T>
  using leaves = std::tuple<mat<"X", T>, mat<"Y", T>>;
  template <class T>
  using result = ctg::scalar_view<"D", T>;
  using domains = std::tuple<First, Second>;
};

std::vector<sizes> nonempty() {
  std::vector<sizes> all = every_length();
  std::erase_if(all, [](sizes const& n) { return n.R * n.C == 0; });
  return all;
}

using probability = within<1, 19, 20>;

}  // namespace

TEST_CASE("laws: losses", "[laws]") {
  check<loss<any, any>>(
      "mse", [](auto const& x, auto const& y) { return mse(x, y); }, {16, 16, 0, 1}, nonempty());
  check<loss<any, any>>(
      "mae", [](auto const& x, auto const& y) { return mae(x, y); }, {16, 16, 0, 1}, nonempty());
  check<loss<any, any>>(
      "huber", [](auto const& x, auto const& y) { return huber(x, y, 1.25); }, {16, 16, 0, 1}, nonempty());
  check<loss<any, any>>(
      "cross_entropy", [](auto const& x, auto const& y) { return cross_entropy(x, y); }, {32, 32, 64, 16}, nonempty());
}

TEST_CASE("laws: binary losses", "[laws]") {
  check<loss<probability, probability>>(
      "binary_cross_entropy", [](auto const& x, auto const& y) { return binary_cross_entropy(x, y); }, {16, 32, 1, 4},
      nonempty());
  check<loss<any, probability>>(
      "binary_cross_entropy_with_logits",
      [](auto const& x, auto const& y) { return binary_cross_entropy_with_logits(x, y); }, {16, 16, 1, 4}, nonempty());
}
