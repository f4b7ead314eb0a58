// SPDX-License-Identifier: MIT
// The exercise of the TUM notes, exactly, and what else holds at compile time: shapes, facts of programs, element
// types.
#include <ctg/ctg.hpp>

namespace {

using namespace ctg;

constexpr matrix<"X", double, 2, 2> X{{0, 1}, {2, 3}};
constexpr matrix<"W", double, 2, 2> W{{1, 1}, {1, 1}};
constexpr auto Y = X * W;
constexpr auto J = sum(square(Y));

constexpr bool holds(auto const& a, double p, double q, double r, double s) {
  return a(0, 0) == p && a(0, 1) == q && a(1, 0) == r && a(1, 1) == s;
}
static_assert(evaluate(J) == 52);
static_assert(holds(evaluate(Y), 1, 1, 5, 5));
static_assert(holds(evaluate_reference(square(Y)), 1, 1, 25, 25));
static_assert(holds(evaluate_reference(gradient(J, Y)), 2, 2, 10, 10));
static_assert(holds(evaluate(gradient(J, X)), 4, 4, 20, 20));
static_assert(holds(evaluate_reference(gradient(J, W)), 20, 20, 32, 32));
// ones cannot tell W from its transpose
constexpr matrix<"V", double, 2, 2> V{{1, 2}, {3, 4}};
static_assert(holds(evaluate_reference(gradient(sum(X * V), X)), 3, 7, 3, 7));
static_assert(holds(evaluate_reference(gradient(sum(X * V), V)), 2, 2, 4, 4));

// shapes
matrix<"A", float, dim<"N">, 784> const A(3);
matrix<"B", float, 784, 10> const B;
tensor<"T", float, dim<"N">, 8, 16> const T(3);
template <class E>
constexpr auto shape_of_type = detail::wrapped<void, 0, E>::shape;
constexpr extent N = named(detail::hash_text("N"));
static_assert(shape_of_type<decltype(A * B)> == shape(N, extent{10}));
static_assert(shape_of_type<decltype(sum(A))>.rank == 0);
static_assert(shape_of_type<decltype(sum<0>(A))> == shape(extent{1}, extent{784}));
static_assert(shape_of_type<decltype(sum<-1>(A))> == shape(N, extent{1}));
static_assert(shape_of_type<decltype(transpose(A))> == shape(extent{784}, N));
static_assert(shape_of_type<decltype(transpose<2, 0, 1>(T))> == shape(extent{16}, N, extent{8}));
static_assert(shape_of_type<decltype(flatten(T))> == shape(N, extent{128}));
static_assert(shape_of_type<decltype(reshape<8, dim<"N">, 16u>(T))> == shape(extent{8}, N, extent{16}));
static_assert(shape_of_type<decltype(gradient(sum(A * B), B))> == shape(extent{784}, extent{10}));
static_assert(shape_of_type<decltype(softmax(A * B))> == shape(N, extent{10}));
static_assert(shape_of_type<decltype(T + sum<1>(T))> == shape(N, extent{8}, extent{16}));

// element types: plain numbers do not widen, float stays float
static_assert(std::is_same_v<decltype(evaluate_reference(sum(2.5 * A))), float>);
static_assert(std::is_same_v<decltype(evaluate_reference(sum(X))), double>);
constexpr matrix<"H", float, 1, 2> H{0.1f, 0.2f};
static_assert(evaluate_reference(sum(H)) == 0.1f + 0.2f);
constexpr row<"Q", long double, 2> Q{0.5L, 2};
static_assert(evaluate_reference(sum(square(Q))) == 4.25L);

// what a program says of itself
using step = decltype(program(sum(square(A * B)), gradient(sum(square(A* B)), B)));
static_assert(step::kernels() == 2, "two products; squares and their sum ride on the first");
static_assert(step::flops(extents<"N">(64)) >= 2 * 2 * 64 * 784 * 10);
static_assert(step::workspace_bytes(extents<"N">(64)) >= 64 * 10 * 4);
static_assert(step::kernels() == decltype(program(sum(square(A * B)), gradient(sum(square(A* B)), B)))::kernels());

// an expression may be written in constant expressions, and a leaf assigned to
constexpr double trained = [] {
  scalar<"w", double> w{0};
  for (int i = 0; i < 3; ++i) w -= 0.25 * gradient(square(w - 1), w);
  return w();
}();
static_assert(trained == 1 - 0.125);

}  // namespace
