// SPDX-License-Identifier: MIT
// Inverse, determinant and linear systems of square matrices, and of batches of them over the leading axes.
#pragma once

#include <ctg/expr/functions.hpp>
#include <ctg/op/linear_algebra.hpp>

namespace ctg::inline v0 {

namespace detail {

struct inverse_of : composite {
  static constexpr std::string_view name = "inverse";
  static constexpr shape_result result(shape const* s, parameters) {
    if (s->rank < 2 || !((*s)[s->rank - 1] == (*s)[s->rank - 2])) return misfit::square;
    return *s;
  }
  static constexpr handle lower(auto a) { return inverse(a); }
};

template <opcode O>
struct of_factors : composite {
  static constexpr std::string_view name = O == opcode::determinant ? "determinant" : "log_determinant";
  static constexpr shape_result result(shape const* s, parameters) {
    if (shape_result const square = inverse_of::result(s, {}); square.problem != misfit::none) return square;
    return batch_of(*s);
  }
  static constexpr handle lower(auto a) { return make<O>(a, make<opcode::lu>(a)); }
};

struct solve_of : composite {
  static constexpr std::string_view name = "solve";
  static constexpr bool takes_vector(shape const& a, shape const& b) { return b.rank == 1 && a.rank == 2; }
  static constexpr shape_result result(shape const* s, parameters) {
    shape const &a = s[0], &b = s[1];
    if (shape_result const square = inverse_of::result(s, {}); square.problem != misfit::none) return square;
    bool const vector = takes_vector(a, b);
    if (b.rank < 2 && !vector) return misfit::rank;
    if (!(a[a.rank - 1] == b[vector ? 0 : b.rank - 2])) return misfit::rows;
    if (vector) return b;
    shape_result const lead = broadcast_shapes(batch_of(a), batch_of(b));
    if (lead.problem != misfit::none) return misfit::batch;
    return joined_axes(lead.value, b[b.rank - 2], b[b.rank - 1]);
  }
  static constexpr handle lower(auto a, auto b) {
    shape const s = b.shape();
    if (!takes_vector(a.shape(), s)) return solve(a, b);
    return reshape(solve(a, reshape(b, shape(s[0], extent{1}))), s);
  }
};

}  // namespace detail

/// X with A X = B, by LU factors with partial pivoting (n³·2/3 flops, n²·2 for each column of B). B: matrices n×m or,
/// where A is one matrix, a vector of rank 1; leading axes are batches and broadcast. Better than inverse(A) * B, and
/// cheaper.
///   dB = A⁻ᵀ dX, dA = −dB Xᵀ, with the factors of A that the value used
/// Backward stable but for pivot growth: |A X − B| of the size n ε |A| |X|. A singular A (a pivot is exactly 0) gives
/// ±∞ and NaN.
template <Expression A, Expression B>
constexpr auto solve(A&& a, B&& b) {
  return detail::form<"solve", detail::solve_of, void, A, B>(a, b);
}

/// A⁻¹: solve(A, I); see there. A singular A (a pivot is exactly 0) gives ±∞ and NaN.
///   dA = −A⁻ᵀ dY Yᵀ
template <Expression A>
constexpr auto inverse(A&& a) {
  return detail::form<"inverse", detail::inverse_of, void, A>(a);
}

/// det A: rank 0, or one for each of a batch; the product of the pivots, which may overflow where log_determinant does
/// not.
///   dA = dd d A⁻ᵀ
/// 0 for a singular A (a pivot is exactly 0); the derivative there, which is the matrix of cofactors, comes out as NaN.
/// Of a 0×0 matrix: 1.
template <Expression A>
constexpr auto determinant(A&& a) {
  return detail::form<"determinant", detail::of_factors<opcode::determinant>, void, A>(a);
}

/// log |det A|: rank 0, or one for each of a batch.  dA = dl A⁻ᵀ
/// −∞ for a singular A, with ±∞ and NaN in the derivative.
template <Expression A>
constexpr auto log_determinant(A&& a) {
  return detail::form<"log_determinant", detail::of_factors<opcode::log_determinant>, void, A>(a);
}

}  // namespace ctg::inline v0
