// SPDX-License-Identifier: MIT
// Slices, joined pieces, turned order, rows by number, running values and products of an axis: what they simplify to,
// their derivatives as formulas, their values at the edges.
#include <ctg/ctg.hpp>

#include <limits>

namespace {

using namespace ctg;
using namespace ctg::literals;

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr bool is_nan(double x) { return x != x; }

constexpr matrix<"X", double, 3, 4> X;
constexpr matrix<"Y", double, 3, 4> Y;
constexpr matrix<"D", double, 3, 2> D;
constexpr matrix<"E", double, 6, 4> E;
constexpr column<"y", std::int32_t, 5> y{2, 0, 5, 2, -1};
constexpr matrix<"G", double, 5, 4> G;

// what is whole, twice turned, or cut out of what was joined
static_assert(equivalent(slice<0, 0, 3>(X), X) && equivalent(slice<1, -4, 4>(X), X) &&
              equivalent(flip<1>(flip<1>(X)), X));
static_assert(equivalent(slice<1, 1, 3>(X), slice<1, -3, -1>(X)) && equivalent(slice<-1, 1, 3>(X), slice<1, 1, 3>(X)));
static_assert(equivalent(slice<1, 1, 2>(slice<1, 1, 4>(X)), slice<1, 2, 3>(X)));
static_assert(equivalent(slice<0, 3, 6>(concat<0>(X, Y)), Y) &&
              equivalent(slice<0, 1, 2>(concat<0>(X, Y)), slice<0, 1, 2>(X)));
static_assert(equivalent(concat<1>(slice<1, 0, 1>(X), slice<1, 1, 4>(X)), X));
static_assert(equivalent(flip<0>(broadcast_to<3, 4>(2_c)), broadcast_to<3, 4>(2_c)));
static_assert(equivalent(slice<0, 1, 3>(broadcast_to<3, 4>(sum<0>(X))), broadcast_to<2, 4>(sum<0>(X))));
static_assert(shape(extent{3}, extent{8}) == decltype(concat<1>(X, Y))::shape);
constexpr matrix<"N", double, dim<"N">, 4> const* n = nullptr;
static_assert(decltype(concat<0>(*n, *n, *n))::shape[0] == extent{3} * named(detail::hash_text("N")));

// linear: the derivative is the transpose
static_assert(equivalent(vjp(flip<0>(X), Y, X), flip<0>(Y)));
static_assert(equivalent(vjp(concat<0>(X, Y), E, X), slice<0, 0, 3>(E)) &&
              equivalent(vjp(concat<0>(X, Y), E, Y), slice<0, 3, 6>(E)));
static_assert(equivalent(slice<1, 1, 3>(vjp(slice<1, 1, 3>(X), D, X)), D));
static_assert(equivalent(slice<1, 3, 4>(vjp(slice<1, 1, 3>(X), D, X)), broadcast_to<3, 1>(0_c)));
// the adjoints of slices that make a whole are joined to a whole, in whatever order they come
static_assert(
    equivalent(gradient(sum(square(slice<1, 0, 1>(X))) + sum(slice<1, 3, 4>(X)) + sum(exp(slice<1, 1, 3>(X))), X),
               concat<1>(concat<1>(2 * slice<1, 0, 1>(X), exp(slice<1, 1, 3>(X))), broadcast_to<3, 1>(1_c))) ||
    equivalent(gradient(sum(square(slice<1, 0, 1>(X))) + sum(slice<1, 3, 4>(X)) + sum(exp(slice<1, 1, 3>(X))), X),
               concat<1>(2 * slice<1, 0, 1>(X), concat<1>(exp(slice<1, 1, 3>(X)), broadcast_to<3, 1>(1_c)))));
static_assert(equivalent(vjp(cumsum<0>(X), Y, X), flip<0>(cumsum<0>(flip<0>(Y)))) == false);  // one pass, no turning

// values
constexpr matrix<"A", double, 2, 3> A{{1, 2, 3}, {4, 0, 6}};
constexpr auto same = [](auto const& got, std::initializer_list<double> want) {
  if (static_cast<std::size_t>(got.size()) != want.size()) return false;
  std::int64_t i = 0;
  for (double w : want)
    if (double const g = static_cast<double>(got.data()[i++]); g != w && !(is_nan(g) && is_nan(w))) return false;
  return true;
};
static_assert(same(evaluate(slice<1, 1, 3>(A)), {2, 3, 0, 6}) && same(evaluate(flip<1>(A)), {3, 2, 1, 6, 0, 4}));
static_assert(same(evaluate(concat<0>(A, flip<0>(A))), {1, 2, 3, 4, 0, 6, 4, 0, 6, 1, 2, 3}));
static_assert(same(evaluate(cumsum<1>(A)), {1, 3, 6, 4, 4, 10}) && same(evaluate(cumsum<0>(A)), {1, 2, 3, 5, 2, 9}));
static_assert(same(evaluate(cumprod<1>(A)), {1, 2, 6, 4, 0, 0}) && same(evaluate(prod<0>(A)), {4, 0, 18}));
static_assert(evaluate(prod(A)) == 0 && evaluate(prod(A + 1)) == 2 * 3 * 4 * 5 * 1 * 7);
// a row number out of range makes its row NaN and gets no gradient
static_assert(same(evaluate(gather(X, y)),
                   {0, 0, 0, 0, 0, 0, 0, 0, nan, nan, nan, nan, 0, 0, 0, 0, nan, nan, nan, nan}));
static_assert(same(evaluate(vjp(gather(X, y), G + 1, X)), {1, 1, 1, 1, 0, 0, 0, 0, 2, 2, 2, 2}));

// the derivative of a product where one entry is zero, and where two are; twice
static_assert(same(evaluate(gradient(prod(A), A)), {0, 0, 0, 0, 144, 0}));
constexpr row<"Z", double, 3> Z{0, 5, 0};
static_assert(same(evaluate(gradient(prod(Z), Z)), {0, 0, 0}));
static_assert(same(evaluate(hvp(prod(Z), Z, broadcast_to<1, 3>(1_c))), {5, 0, 5}));
static_assert(same(evaluate(gradient(sum(cumprod<1>(Z)), Z)), {6, 0, 0}));

// ties, NaN and nothing
constexpr matrix<"T", double, 3, 3> T{{1, 7, 7}, {nan, 9, nan}, {-inf, -inf, -inf}};
static_assert(same(evaluate(argmax<1>(T)), {1, 0, 0}) &&
              std::is_same_v<decltype(evaluate(argmax<1>(T)))::value_type, std::int64_t>);
static_assert(is_nan(evaluate(prod(T))) && is_nan(evaluate(cumsum<1>(T))(1, 2)));
constexpr tensor<"O", double, 0, 2> O;
static_assert(evaluate(prod(O)) == 1 && same(evaluate(prod<0>(O)), {1, 1}) && evaluate(cumsum<0>(O)).size() == 0);

// beside a slice the gradient is 0, even where the derivative is infinite
constexpr row<"R", double, 3> R{0, 1, 4};
static_assert(same(evaluate(gradient(sum(slice<1, 1, 3>(sqrt(R))), R)), {0, 0.5, 0.25}));

}  // namespace
