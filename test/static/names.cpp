// SPDX-License-Identifier: MIT
// An expression's type is a hash of what it stands for: alike where that is alike, and another where it is not, also
// where the compiler's text for it is the same (numbers at two places, local types of one name).
#include <ctg/ctg.hpp>

#include <type_traits>

namespace {

constexpr ctg::matrix<"X", float, 2, 3> X{};
constexpr ctg::matrix<"T", float, 2, 3> T{};
constexpr ctg::matrix<"W", float, 3, 3> W{};
constexpr ctg::row<"b", float, 3> b{};

using Layer = decltype(sigmoid(X * W + b));
static_assert(std::is_same_v<Layer, decltype(sigmoid(X * W + b))>);
static_assert(!std::is_same_v<Layer, decltype(tanh(X * W + b))>);
static_assert(!std::is_same_v<Layer, decltype(sigmoid(T * W + b))>);
static_assert(!std::is_same_v<decltype(X - T), decltype(T - X)>);
static_assert(!std::is_same_v<decltype(sum<0>(X)), decltype(sum<1>(X))>);

// what the library's own operations make of leaves is told by its hash alone
template <class E>
constexpr bool is_short(E const&) {
  return std::is_same_v<E, ctg::expression<E::id>>;
}
static_assert(is_short(gradient(mse(sigmoid(X * W + b), T), W)));
static_assert(is_short(cross_entropy(transpose(X * W), transpose(T))));

// two numbers at two places; one of them twice
constexpr auto half = X * 0.5f;
static_assert(!is_short(half));
static_assert(!std::is_same_v<decltype(X * 0.5f), decltype(X * 0.5f)>);
static_assert(!std::is_same_v<decltype(half + half), decltype(X * 0.5f + half)>);
static_assert(std::is_same_v<decltype(half + half), decltype(half + half)>);

// a view of the same name is another leaf, also where only const tells it apart
using Read = ctg::matrix_view<"V", float const, 2, 3>;
using Written = ctg::matrix_view<"V", float, 2, 3>;
static_assert(!std::is_same_v<decltype(exp(std::declval<Read&>())), decltype(exp(std::declval<Written&>()))>);

// operations of one name in two functions
constexpr auto twice() {
  struct local : ctg::detail::composite {
    static constexpr ctg::handle lower(ctg::handle x) { return x + x; }
  };
  return local{};
}
constexpr auto negative() {
  struct local : ctg::detail::composite {
    static constexpr ctg::handle lower(ctg::handle x) { return -x; }
  };
  return local{};
}
template <class Op>
constexpr auto apply_to_x(Op) {
  return ctg::detail::make_expression<Op>(ctg::ref(X));
}
static_assert(!std::is_same_v<decltype(apply_to_x(twice())), decltype(apply_to_x(negative()))>);
static_assert(ctg::equivalent(apply_to_x(twice()), X + X));
static_assert(ctg::equivalent(apply_to_x(negative()), -X));

}  // namespace
