// SPDX-License-Identifier: MIT
// Linear systems, inverses and determinants in constant expressions: values, derivative rules, singular matrices.
#include <ctg/ctg.hpp>

#include <limits>

namespace {

using namespace ctg;

constexpr matrix<"A", double, 3, 3> A{{0, 2, 1}, {1, 1, 0}, {2, 0, 4}};  // det −10; rows must be exchanged
constexpr matrix<"B", double, 3, 2> B{{1, 0}, {2, 2}, {0, 6}};
constexpr matrix<"D", double, 3, 2> D;
constexpr matrix<"E", double, 3, 3> E;
constexpr tensor<"v", double, 3> v{4, 3, 10};
constexpr tensor<"S", double, 2, 2, 2> S{{{1, 2}, {3, 4}}, {{2, 0}, {0, 3}}};
constexpr matrix<"N", double, 2, 2> N{{1, 2}, {2, 4}};  // singular
constexpr double infinity = std::numeric_limits<double>::infinity();

constexpr bool close(double x, double y) { return x - y < 1e-14 && y - x < 1e-14; }

// dB = A⁻ᵀ dX, dA = −dB Xᵀ
static_assert(equivalent(vjp(solve(A, B), D, B), solve(transpose(A), D)));
static_assert(equivalent(vjp(solve(A, B), D, A), -(solve(transpose(A), D) * transpose(solve(A, B)))));
static_assert(equivalent(vjp(solve(transpose(A), B), D, A), -(solve(transpose(A), B) * transpose(solve(A, D)))));
static_assert(equivalent(vjp(inverse(A), E, A), -(solve(transpose(A), E) * transpose(inverse(A)))));
static_assert(equivalent(gradient(determinant(A), A), determinant(A) * transpose(inverse(A))));
static_assert(equivalent(gradient(log_determinant(A), A), transpose(inverse(A))));
static_assert(equivalent(solve(A, identity<3>), inverse(A)));

static_assert(close(evaluate(determinant(A)), -10));
static_assert(close(evaluate(log_determinant(A)), 2.302585092994045684));
static_assert(evaluate(determinant(S))(0) == -2 && evaluate(determinant(S))(1) == 6);
static_assert([] {
  auto const R = evaluate(A * solve(A, B) - B);
  auto const x = evaluate(solve(A, v));
  auto const y = evaluate(inverse(S));
  auto const one = evaluate(A * inverse(A) - identity<3>);
  bool right = x.rank == 1 && close(x(0), 1.8) && close(x(1), 1.2) && close(x(2), 1.6);
  for (double r : R) right = right && close(r, 0);
  for (double r : one) right = right && close(r, 0);
  return right && close(y(0, 1, 0), 1.5) && close(y(1, 1, 1), 1.0 / 3);
}());

// a singular matrix: the documented values, and no error
static_assert(evaluate(determinant(N)) == 0);
static_assert(evaluate(log_determinant(N)) == -infinity);
static_assert([] {
  auto const x = evaluate(inverse(N));
  for (double e : x)
    if (e != e || e == infinity || e == -infinity) return true;
  return false;
}());

}  // namespace

int main() {}
