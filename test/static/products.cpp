// SPDX-License-Identifier: MIT
// Products of vectors, Kronecker's product and diagonals: what they stand for, their values and derivatives.
#include <ctg/ctg.hpp>

namespace {

using namespace ctg;

constexpr matrix<"A", double, 3, 3> A{{1, 2, 3}, {4, 5, 6}, {7, 8, 10}};
constexpr matrix<"B", double, 3, 3> B{{1, 0, 2}, {0, 1, 0}, {1, 1, 1}};
constexpr matrix<"C", double, 1, 2> C{{10, 100}};
constexpr tensor<"x", double, 3> x{1, 2, 3};
constexpr tensor<"y", double, 3> y{1, 10, 100};
constexpr column<"c", double, 3> c{1, 2, 3};
constexpr row<"r", double, 2> r{5, 7};
constexpr tensor<"S", double, 2, 2, 2> S{{{1, 2}, {3, 4}}, {{5, 6}, {7, 8}}};

static_assert(equivalent(dot(x, y), einsum<"i,i->">(x, y)));
static_assert(equivalent(gradient(dot(x, y), x), y));
static_assert(evaluate(dot(x, c)) == 14);
static_assert(equivalent(outer(x, y), einsum<"i,j->ij">(x, y)));
static_assert(evaluate(outer(c, r))(2, 1) == 21);
static_assert(evaluate(vjp(outer(x, r), outer(y, r), x))(1) == 10 * 74);

static_assert([] {
  auto const k = evaluate(kron(B, C));  // 3×6
  return k.extent(0) == 3 && k.extent(1) == 6 && k(0, 4) == 20 && k(2, 3) == 100 && k(1, 0) == 0;
}());
static_assert(evaluate(trace(kron(A, B))) == 48);  // trace A · trace B
static_assert(evaluate(kron(identity<2>, C))(1, 2) == 10 && evaluate(kron(identity<2>, C))(0, 2) == 0);

static_assert(evaluate(trace(A)) == 16);
static_assert(equivalent(gradient(trace(A), A), identity<3>));
static_assert(equivalent(trace(A * B), sum(A % transpose(B))));
static_assert(equivalent(gradient(trace(A * B), A), transpose(B)));
static_assert(evaluate(trace(S))(1) == 13);
static_assert(evaluate(diagonal(A))(2, 0) == 10);
static_assert(evaluate(diagonal_matrix(c))(1, 1) == 2 && evaluate(diagonal_matrix(x))(1, 0) == 0);
static_assert(evaluate(vjp(diagonal(A), c, A))(2, 2) == 3 && evaluate(vjp(diagonal(A), c, A))(2, 1) == 0);
static_assert(evaluate(vjp(diagonal_matrix(x), A, x))(1) == 5);

static_assert(equivalent(A * identity<3>, A) && equivalent(identity<3> * A, A) && equivalent(S * identity<2>, S));
static_assert(evaluate(A - 2 * identity<3>)(1, 1) == 3 && evaluate(A - 2 * identity<3>)(1, 0) == 4);
static_assert(equivalent(gradient(sum(square(A - identity<3>)), A), 2 * (A - identity<3>)));
static_assert(evaluate(identity<2>)(0, 1) == 0);
static_assert(decltype(identity<3>)::shape == decltype(identity<3u>)::shape);

}  // namespace

int main() {}
