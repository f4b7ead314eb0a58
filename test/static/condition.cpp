// SPDX-License-Identifier: MIT
// Comparisons and where: values, gradients, and that the branch not taken makes no NaN, wherever the mask travels.
#include <ctg/ctg.hpp>

#include <limits>
#include <utility>

namespace {

using namespace ctg;

constexpr double infinity = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();

template <class Leaf, class E>
constexpr bool is(E const& e, Leaf const& expected) {
  auto const v = evaluate_reference(e);
  for (std::int64_t i = 0; i < expected.size(); ++i)
    if (v.data()[i] != expected.data()[i]) return false;
  return v.size() == expected.size();
}

constexpr bool compares() {
  row<"x", double, 4> x{1, 2, 3, nan};
  row<"y", double, 4> z{2, 2, 2, nan};
  using R = row<"r", double, 4>;
  return is(x < z, R{1, 0, 0, 0}) && is(x <= z, R{1, 1, 0, 0}) && is(x > z, R{0, 0, 1, 0}) &&
         is(x >= z, R{0, 1, 1, 0}) && is(x == z, R{0, 1, 0, 0}) && is(x != z, R{1, 0, 1, 1}) &&
         is(2 < x, R{0, 0, 1, 0}) && is(x >= 2, R{0, 1, 1, 0});
}
static_assert(compares());

constexpr bool chooses() {
  matrix<"X", double, 2, 3> X{{-1, 0, 1}, {2, -4, 4}};
  column<"c", double, 2> c{1, 0};
  row<"r", double, 3> r{7, 8, 9};
  using M = matrix<"M", double, 2, 3>;
  return is(where(c, r, X), M{{7, 8, 9}, {2, -4, 4}}) && is(where(X > 0, X, 0), M{{0, 0, 1}, {2, 0, 4}}) &&
         is(where(X > 0, infinity, X), M{{-1, 0, infinity}, {infinity, -4, infinity}}) &&
         is(gradient(sum(where(c, r, X)), X), M{{0, 0, 0}, {1, 1, 1}}) &&
         is(gradient(sum(where(c, r, X)), r), row<"g", double, 3>{1, 1, 1}) &&
         is(gradient(sum(X % (X < 2)), X), M{{1, 1, 1}, {0, 1, 0}});
}
static_assert(chooses());

// each f is infinite, or has an infinite slope, where it is not taken
constexpr bool masks() {
  matrix<"X", double, 2, 3> X{{-1, 0, 1}, {2, -4, 4}};
  row<"r", double, 3> r{0, 2, 4};
  using M = matrix<"M", double, 2, 3>;
  using R = row<"R", double, 3>;
  return is(gradient(sum(where(X > 0, log(X), 2 * X)), X), M{{2, 2, 1}, {0.5, 2, 0.25}}) &&
         is(gradient(sum(where(X > 0, 2 * X, reciprocal(X))), X), M{{-1, -infinity, 2}, {2, -0.0625, 2}}) &&
         // behind a transpose, a reshape, a broadcast, a sum, a fan-out
         is(gradient(sum(where(transpose(r) > 1, transpose(log(r)), 5.)), r), R{0, 0.5, 0.25}) &&
         is(gradient(sum(where(reshape<3, 1>(r) > 1, reshape<3, 1>(log(r)), 5.)), r), R{0, 0.5, 0.25}) &&
         is(gradient(sum(where(X > 100, log(r), X)), r), R{0, 0, 0}) &&
         is(gradient(sum(where(sum(r) > 100, sum(log(r)), 1)), r), R{0, 0, 0}) &&
         is(gradient(sum(where(r > 1, square(log(r)) - 3 * log(r) - square(log(r)), r)), r), R{1, -1.5, -0.75}) &&
         // the second derivative too
         is(gradient(sum(gradient(sum(where(r > 1, log(r), r)), r)), r), R{0, -0.25, -0.0625});
}
static_assert(masks());

}  // namespace
