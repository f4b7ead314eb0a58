// SPDX-License-Identifier: MIT
// What other libraries have as members of a matrix. Here computations are functions; who writes A.sum() is told so.
#pragma once

#include <ctg/expr/symbol.hpp>

namespace ctg::inline v0::detail {

/// Goes nowhere, and is no iterator for who asks.
struct no_iterator {
  double entry = 0;
  constexpr bool operator!=(no_iterator const&) const { return false; }
  constexpr no_iterator& operator++() { return *this; }
  constexpr double& operator*() { return entry; }
};

// Defined in expr/refused_members.hpp: say how it is written here. The arguments make the mistake one of the call.
template <symbol Here, class... A>
constexpr auto refuse_member();
template <class... A>
constexpr auto refuse_subscript();
template <class Late>
constexpr no_iterator refuse_iteration();

/// Templates that no object holds: a bare base, which costs the compiler nothing for each expression.
struct members_elsewhere {
  template <class... A>
  constexpr auto sum(A const&...) const {
    return refuse_member<"sum(A), sum<0>(A)", A...>();
  }
  template <class... A>
  constexpr auto mean(A const&...) const {
    return refuse_member<"mean(A), mean<0>(A)", A...>();
  }
  template <class... A>
  constexpr auto max(A const&...) const {
    return refuse_member<"max(A), max<0>(A)", A...>();
  }
  template <class... A>
  constexpr auto min(A const&...) const {
    return refuse_member<"min(A), min<0>(A)", A...>();
  }
  template <class... A>
  constexpr auto norm(A const&...) const {
    return refuse_member<"norm(A)", A...>();
  }
  template <class... A>
  constexpr auto trace(A const&...) const {
    return refuse_member<"trace(A)", A...>();
  }
  template <class... A>
  constexpr auto inverse(A const&...) const {
    return refuse_member<"inverse(A), solve(A, B)", A...>();
  }
  template <class... A>
  constexpr auto determinant(A const&...) const {
    return refuse_member<"determinant(A)", A...>();
  }
  template <class... A>
  constexpr auto transpose(A const&...) const {
    return refuse_member<"transpose(A)", A...>();
  }
  template <class... A>
  constexpr auto reshape(A const&...) const {
    return refuse_member<"reshape<3, 2>(A)", A...>();
  }
  template <class... A>
  constexpr auto dot(A const&...) const {
    return refuse_member<"A * B, of vectors dot(x, y)", A...>();
  }
  template <class... A>
  constexpr auto matmul(A const&...) const {
    return refuse_member<"A * B", A...>();
  }
  template <class... A>
  constexpr auto cwiseProduct(A const&...) const {
    return refuse_member<"A % B", A...>();
  }
  template <class... A>
  constexpr auto array(A const&...) const {
    return refuse_member<"A % B, A / B, A + 1, exp(A)", A...>();
  }
  template <class... A>
  constexpr auto exp(A const&...) const {
    return refuse_member<"exp(A)", A...>();
  }
  template <class... A>
  constexpr auto log(A const&...) const {
    return refuse_member<"log(A)", A...>();
  }
  template <class... A>
  constexpr auto pow(A const&...) const {
    return refuse_member<"pow<2>(A), pow(A, x)", A...>();
  }
  template <class... A>
  constexpr auto row(A const&...) const {
    return refuse_member<"slice<0, i, i + 1>(A)", A...>();
  }
  template <class... A>
  constexpr auto col(A const&...) const {
    return refuse_member<"slice<1, j, j + 1>(A)", A...>();
  }
  template <class... A>
  constexpr auto eval(A const&...) const {
    return refuse_member<"evaluate(e)", A...>();
  }
  template <class... A>
  constexpr auto item(A const&...) const {
    return refuse_member<"evaluate(e), W(i, j) of a leaf", A...>();
  }
  template <class... A>
  constexpr auto backward(A const&...) const {
    return refuse_member<"gradient(J, W)", A...>();
  }
  template <class... A>
  constexpr auto operator[](A const&...) const {
    return refuse_subscript<A...>();
  }
};

/// The same for what is no leaf: it has no entries to go over.
struct entries_elsewhere {
  template <class Late = void>
  constexpr no_iterator begin() const {
    return refuse_iteration<Late>();
  }
  template <class Late = void>
  constexpr no_iterator end() const {
    return refuse_iteration<Late>();
  }
  template <class... A>
  constexpr auto rows(A const&...) const {
    return refuse_member<"shape_of(e), evaluate(e).rows()", A...>();
  }
  template <class... A>
  constexpr auto size(A const&...) const {
    return refuse_member<"shape_of(e), evaluate(e).size()", A...>();
  }
};

}  // namespace ctg::inline v0::detail
