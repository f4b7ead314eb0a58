// SPDX-License-Identifier: MIT
// What einsum stands for, and its derivatives as the notes on bilinear layers write them.
#include <ctg/ctg.hpp>

namespace {

using namespace ctg;

constexpr matrix<"X", double, 3, 4> X;
constexpr matrix<"W", double, 4, 5> W;
constexpr matrix<"V", double, 5, 2> V;
constexpr matrix<"E", double, 3, 5> E;
constexpr tensor<"x", double, 4> x;
constexpr tensor<"y", double, 5> y;
constexpr scalar<"s", double> s;
constexpr tensor<"A", double, 2, 4, 5> A;
constexpr tensor<"B", double, 2, 5, 3> B;

static_assert(equivalent(einsum<"ij,jk->ik">(X, W), X* W));
static_assert(equivalent(einsum<"ij, jk, kl -> il">(X, W, V), X*(W* V)));  // 40 + 24 is less than 60 + 30
static_assert(equivalent(einsum<"ij,kj->ik">(X, transpose(W)), X* W));
static_assert(equivalent(einsum<"lmn,lnk->lmk">(A, B), A* B));
static_assert(equivalent(einsum<"ij->ji">(X), transpose(X)));
static_assert(equivalent(einsum<"ij->">(X), sum(X)));
static_assert(equivalent(einsum<"ij->j">(X), reshape<4>(sum<0>(X))));
static_assert(equivalent(einsum<"ij,ij->ij">(X, X), X % X));
static_assert(equivalent(einsum<"ij,ij->">(X, X), sum(X % X)));
static_assert(equivalent(einsum<",ij->ij">(s, X), s* X));
static_assert(equivalent(einsum<"i,j->ij">(x, y), reshape<4, 1>(x) % y));

// z = xᵀ W y: dy = Wᵀ x
static_assert(equivalent(gradient(einsum<"i,ij,j->">(x, W, y), y), einsum<"i,ij->j">(x, W)));
static_assert(equivalent(vjp(einsum<"ij,jk->ik">(X, W), E, W), transpose(X) * E));
static_assert(equivalent(vjp(einsum<"ij,jk->ik">(X, W), E, X), E* transpose(W)));

// in constant expressions
constexpr matrix<"P", double, 2, 2> P{{1, 2}, {3, 4}};
static_assert(evaluate(einsum<"ii->">(P)) == 5);
static_assert(evaluate(einsum<"ii->i">(P))(1) == 4);
static_assert(evaluate(einsum<"ij,jk,ki->">(P, P, P)) == 155);  // the trace of P³
static_assert(evaluate(gradient(einsum<"ij,ji->">(P, P), P))(0, 1) == 6);

}  // namespace

int main() {}
