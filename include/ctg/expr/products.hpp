// SPDX-License-Identifier: MIT
// Products of vectors, Kronecker's product, and what lives on diagonals. All are written in other operations, and so
// are their derivatives.
#pragma once

#include <ctg/expr/functions.hpp>
#include <ctg/op/diagonal.hpp>

namespace ctg::inline v0 {

namespace detail {

/// Rank 1, a row or a column: all axes but one have extent 1.
constexpr bool is_vector(shape const& s) {
  int longer = 0;
  for (int i = 0; i < s.rank; ++i) longer += !s[i].is_one();
  return s.rank > 0 && longer <= 1;
}
constexpr bool is_square(shape const& s) { return s.rank >= 2 && s[s.rank - 1] == s[s.rank - 2]; }
constexpr handle as_vector(Handle auto x) {
  shape const s = x.shape();
  return reshape(x, shape(s.size()));
}

struct dot_of : composite {
  static constexpr std::string_view name = "dot";
  static constexpr shape_result result(shape const* s, parameters) {
    if (!is_vector(s[0]) || !is_vector(s[1])) return misfit::vector;
    if (!(s[0].size() == s[1].size())) return misfit::length;
    return shape{};
  }
  static constexpr handle lower(auto x, auto y) { return sum_all(as_vector(x) % as_vector(y)); }
};

struct outer_of : composite {
  static constexpr std::string_view name = "outer";
  static constexpr shape_result result(shape const* s, parameters) {
    if (!is_vector(s[0]) || !is_vector(s[1])) return misfit::vector;
    return shape(s[0].size(), s[1].size());
  }
  static constexpr handle lower(auto x, auto y) {
    shape const s = x.shape();
    return reshape(x, shape(s.size(), extent{1})) % as_vector(y);
  }
};

// axis by axis: (a₁, 1, a₂, 1, …) ⊙ (1, b₁, 1, b₂, …), then each pair is one axis
struct kron_of : composite {
  static constexpr std::string_view name = "kron";
  static constexpr shape_result result(shape const* s, parameters) {
    if (s[0].rank != s[1].rank || 2 * s[0].rank > max_rank) return misfit::rank;
    shape r;
    for (int i = 0; i < s[0].rank; ++i) r.push(s[0][i] * s[1][i]);
    return r;
  }
  static constexpr handle lower(auto a, auto b) {
    shape const s[] = {a.shape(), b.shape()};
    shape left, right;
    for (int i = 0; i < s[0].rank; ++i) {
      left.push(s[0][i]), left.push(extent{1});
      right.push(extent{1}), right.push(s[1][i]);
    }
    return reshape(reshape(a, left) % reshape(b, right), result(s, {}).value);
  }
};

struct trace_of : composite {
  static constexpr std::string_view name = "trace";
  static constexpr shape_result result(shape const* s, parameters) {
    if (!is_square(*s)) return misfit::square;
    shape r = *s;
    r.rank -= 2;
    return r;
  }
  static constexpr handle lower(auto a) {
    shape const s = a.shape();
    auto const kept = make<opcode::masked_product>(diagonal_mask(*a.g, s, s.rank - 2, s.rank - 1), a);
    if (s.rank == 2) return sum_all(kept);
    return reshape(sum_axes(kept, std::int64_t{3} << (s.rank - 2)), result(&s, {}).value);
  }
};

struct diagonal_of : composite {
  static constexpr std::string_view name = "diagonal";
  static constexpr shape_result result(shape const* s, parameters) {
    if (!is_square(*s)) return misfit::square;
    shape r = *s;
    r[r.rank - 1] = extent{1};
    return r;
  }
  static constexpr handle lower(auto a) {
    shape const s = a.shape();
    return reshape(take_diagonal(a, s.rank - 2, s.rank - 1), result(&s, {}).value);
  }
};

struct diagonal_matrix_of : composite {
  static constexpr std::string_view name = "diagonal_matrix";
  static constexpr shape_result result(shape const* s, parameters) {
    if (!is_vector(*s)) return misfit::vector;
    return shape(s->size(), s->size());
  }
  static constexpr handle lower(auto v) {
    shape const s = v.shape(), square = result(&s, {}).value;
    return make<opcode::masked_product>(diagonal_mask(*v.g, square, 0, 1), broadcast(as_vector(v), square));
  }
};

}  // namespace detail

/// I, n×n; see identity.
template <auto N>
struct identity_expression : formula_base {
  static_assert(detail::is_extent<N>, "ctg: identity<N> wants a number of rows from 0 on, or a name: dim<\"N\">");
  static constexpr char identity = 0;
  static constexpr ctg::shape shape{detail::to_extent(N), detail::to_extent(N)};
  static constexpr std::uint64_t id = detail::mix(0x6964656e74697479u, detail::hash_shape(shape));
  static constexpr element type = element::none;
  static constexpr detail::leaf_list<0> leaves{};
  static constexpr detail::number_list<0> numbers{};
  detail::bindings<0, 0> bound{};
  static constexpr int lower_into(Builder auto& g) { return detail::diagonal_mask(g, shape, 0, 1).id; }
};

namespace detail {
template <auto N>
struct term<identity_expression<N>> {
  static constexpr void write(writer& w, int, int) { write_name<"identity", N>(w); }
};
}  // namespace detail

/// The identity matrix of N rows (a number or a name, as identity<dim<"N">>); never stored where a loop reads it, and
/// dropped from products. It has the element type of what it meets.
template <auto N>
inline constexpr identity_expression<detail::normal_extent<N>()> identity{};

/// Σ x_i y_i of two vectors (rank 1, a row or a column each) of one length: rank 0.  dx = dz y, dy = dz x
template <Expression X, Expression Y>
constexpr auto dot(X&& x, Y&& y) {
  return detail::form<"dot", detail::dot_of, void, X, Y>(x, y);
}

/// x yᵀ of two vectors (rank 1, a row or a column each).  dx = dZ y, dy = dZᵀ x
template <Expression X, Expression Y>
constexpr auto outer(X&& x, Y&& y) {
  return detail::form<"outer", detail::outer_of, void, X, Y>(x, y);
}

/// Kronecker's product: each entry of A times all of B; for matrices m×n and p×q an mp×nq. The ranks are equal, at
/// most 4.
///   dA_ij = Σ of dZ ⊙ B over block i, j; dB = Σ_ij A_ij times block i, j of dZ
template <Expression A, Expression B>
constexpr auto kron(A&& a, B&& b) {
  return detail::form<"kron", detail::kron_of, void, A, B>(a, b);
}

/// Σ A_ii of a square matrix (rank 0), or of each of a batch over the leading axes. What lies beside the diagonal
/// counts as 0, even an infinity. dA = dz I
template <Expression A>
constexpr auto trace(A&& a) {
  return detail::form<"trace", detail::trace_of, void, A>(a);
}

/// The diagonal of a square matrix as a column, of a batch as columns.  dA = diagonal_matrix(dy)
template <Expression A>
constexpr auto diagonal(A&& a) {
  return detail::form<"diagonal", detail::diagonal_of, void, A>(a);
}

/// The matrix with vector v (rank 1, a row or a column) on its diagonal, zeros elsewhere.  dv = diagonal of dY
template <Expression V>
constexpr auto diagonal_matrix(V&& v) {
  return detail::form<"diagonal_matrix", detail::diagonal_matrix_of, void, V>(v);
}

}  // namespace ctg::inline v0
