// SPDX-License-Identifier: MIT
// Jacobians: their shapes and sizes, the chain rule, structure against vjp and jvp, by `equivalent`; Johnson's example,
// which is never formed.
#include <ctg/ctg.hpp>

namespace {

using namespace ctg;
using namespace ctg::literals;

// 2^36 entries, known without a byte
matrix<"x", float, 64, 4096> const x;
matrix<"w", float, 4096, 4096> const w;
static_assert(entries(jacobian(x * w, x)) == std::int64_t{1} << 36);
static_assert(shape_of(jacobian(x * w, x)) == shape(64, 4096, 64, 4096));
static_assert(shape_of(jacobian(x * w, w)) == shape(64, 4096, 4096, 4096));
// multiplied with a vector by its structure
static_assert(equivalent(chain(jacobian(x * w, x), x), jvp(x* w, x, x)));
static_assert(equivalent(chain(x, jacobian(x* w, x)), vjp(x* w, x, x)));
static_assert(equivalent(chain(jacobian(x * w, x), x), x* w));

// the generalised chain rule
matrix<"X", double, 2, 3> const X;
matrix<"W", double, 3, 4> const W;
constexpr auto Y = X * W;
constexpr auto Z = tanh(Y);
static_assert(equivalent(chain(jacobian(Z, Y), jacobian(Y, X)), jacobian(Z, X)));
static_assert(equivalent(chain(jacobian(Z, Y), jacobian(Y, W)), jacobian(Z, W)));
static_assert(equivalent(chain(chain(jacobian(sum(Z), Z), jacobian(Z, Y)), jacobian(Y, X)), gradient(sum(Z), X)));
static_assert(equivalent(jacobian(sum(Z), X), gradient(sum(Z), X)));
constexpr auto shortened = ctg::let([] { return jacobian(Z, W); });
matrix<"V", double, 3, 4> const V;
static_assert(equivalent(chain(shortened, V), jvp(Z, W, V)));
static_assert(equivalent(hessian(sum(Z), X), jacobian(gradient(sum(Z), X), X)));
static_assert(shape_of(hessian(sum(Z), X)) == shape(2, 3, 2, 3));

// named extents
matrix<"S", double, dim<"N">, 3> const S(2);
static_assert(entries(jacobian(tanh(S), S), extents<"N">(5)) == 225);
static_assert(equivalent(chain(jacobian(tanh(S), S), S), jvp(tanh(S), S, S)));

// entry by entry, in constant expressions
constexpr matrix<"A", double, 2, 2> A{{1, 2}, {3, 4}};
constexpr matrix<"B", double, 2, 2> B{{5, 6}, {7, 8}};
constexpr bool product_rows() {
  auto const J = evaluate_reference(jacobian(A * B, A));
  for (int i = 0; i < 2; ++i)
    for (int j = 0; j < 2; ++j)
      for (int k = 0; k < 2; ++k)
        for (int l = 0; l < 2; ++l)
          if (J(i, j, k, l) != (i == k ? B(l, j) : 0)) return false;
  return true;
}
static_assert(product_rows());
constexpr bool square_diagonal() {
  auto const J = evaluate_reference(jacobian(square(A), A));
  for (int i = 0; i < 2; ++i)
    for (int j = 0; j < 2; ++j)
      for (int k = 0; k < 2; ++k)
        for (int l = 0; l < 2; ++l)
          if (J(i, j, k, l) != (i == k && j == l ? 2 * A(i, j) : 0)) return false;
  return true;
}
static_assert(square_diagonal());
// x³ by nesting: a Jacobian of Jacobians
constexpr scalar<"a", double> a{2};
static_assert(evaluate(jacobian(jacobian(hessian(pow<4>(a), a), a), a)) == 24);

}  // namespace
