// SPDX-License-Identifier: MIT
// Linear algebra on whole matrices: LU factors with partial pivoting, and what is read off them. A value and its
// adjoint share the factors of one matrix, for these are a node of their own through which nothing flows back: what
// reads them states its derivative with respect to the matrix itself.
#pragma once

#include <ctg/math/lu.hpp>
#include <ctg/math/scalar.hpp>
#include <ctg/op/diagonal.hpp>

namespace ctg::inline v0 {

namespace detail {
// A call: runs as a step of its own on whole operands.
//   evaluate<Rows>(arguments): the work, on blocks by Rows;  call_flops(extents)
template <int Arity>
struct call_operation : layout {
  static constexpr family kind = family::call;
  static constexpr int arity = Arity;
  // matrices are the last two axes, wherever the batches in front of them come from
  static constexpr parameters shifted(parameters with, int) { return with; }
};

constexpr shape batch_of(shape const& s) {
  shape r = s;
  r.rank -= 2;
  return r;
}
constexpr shape joined_axes(shape const& batch, extent const& rows, extent const& columns) {
  shape r = batch;
  r.push(rows), r.push(columns);
  return r;
}
constexpr std::int64_t count_batches(call_extents const& e, int which) {
  std::int64_t count = 1;
  for (int i = 0; i < e.rank[static_cast<std::size_t>(which)] - 2; ++i)
    count *= e.n[static_cast<std::size_t>(which)][static_cast<std::size_t>(i)];
  return count;
}

// for the rules, below
constexpr handle solve_with(Handle auto a, handle b, handle lu, bool transposed);
constexpr handle inverse(Handle auto a);
constexpr handle over_matrices(Handle auto ds, shape const& of);

// sign and pivots of each of a batch of factors
template <class X, class F>
constexpr void for_factors(X const* lu, call_extents const& e, int which, F const& f) {
  std::int64_t const n = e.from_last(which, 0), size = e.from_last(which, 1) * n;
  for (std::int64_t b = 0; b < count_batches(e, which); ++b) f(b, n, lu + b * size, lu + b * size + n * n);
}
}  // namespace detail

// P A = L U of each matrix, one over the other; in the row below stand the exchanges of rows. (A sum of a name and a
// number is no extent: where n is named there are n rows below.) Nothing flows back.
template <>
struct operation<opcode::lu> : detail::call_operation<1> {
  static constexpr char const* name = "lu";
  static constexpr shape_result result(shape const* s, parameters) {
    if (s->rank < 2 || !((*s)[s->rank - 1] == (*s)[s->rank - 2])) return misfit::square;
    extent const n = (*s)[s->rank - 1];
    return detail::joined_axes(detail::batch_of(*s), n.is_static() ? extent{n.factor + 1} : n * extent{2}, n);
  }
  static constexpr std::int64_t call_flops(call_extents const& e) {
    std::int64_t const n = e.from_last(0, 0);
    return detail::count_batches(e, 0) * (2 * n * n * n / 3);
  }
  template <class Rows, class X>
  static constexpr void evaluate(call_arguments<X> const& c) {
    std::int64_t const n = c.extents.from_last(0, 0), rows = c.extents.from_last(3, 1);
    for (std::int64_t b = 0; b < detail::count_batches(c.extents, 0); ++b) {
      X* const to = c.result + b * rows * n;
      std::copy_n(c.operand[0] + b * n * n, n * n, to);
      std::fill_n(to + n * n, (rows - n) * n, X(0));
      math::factor_lu(Rows{c.scratch}, to, n, to + n * n, n, n);
    }
  }
};

// X = A⁻¹ B, or (with.p = 1) A⁻ᵀ B, from A, B and lu A.     dB = A⁻ᵀ dX, dA = −dB Xᵀ
template <>
struct operation<opcode::solve> : detail::call_operation<3> {
  static constexpr char const* name = "solve";
  static constexpr shape_result result(shape const* s, parameters) { return s[1]; }
  static constexpr std::int64_t call_flops(call_extents const& e) {
    return detail::count_batches(e, 3) * 2 * e.from_last(3, 1) * e.from_last(3, 1) * e.from_last(3, 0);
  }
  template <class Rows, class X>
  static constexpr void evaluate(call_arguments<X> const& c) {
    call_extents const& e = c.extents;
    std::int64_t const n = e.from_last(3, 1), m = e.from_last(3, 0), factors = e.from_last(2, 1) * n;
    int const lead = e.rank[3] - 2, missing = e.rank[3] - e.rank[2];
    for (std::int64_t b = 0; b < detail::count_batches(e, 3); ++b) {
      // one matrix may serve a whole batch of right sides
      std::int64_t which = 0, step = 1, rest = b;
      for (int a = lead - 1; a >= 0; --a) {
        std::int64_t const extent_of_b = e.n[3][static_cast<std::size_t>(a)];
        std::int64_t const own = a < missing ? 1 : e.n[2][static_cast<std::size_t>(a - missing)];
        if (own != 1) which += step * (rest % extent_of_b);
        step *= own;
        rest /= extent_of_b;
      }
      X* const to = c.result + b * n * m;
      std::copy_n(c.operand[1] + b * n * m, n * m, to);
      X const* const lu = c.operand[2] + which * factors;
      math::solve_lu(Rows{c.scratch}, lu, lu + n * n, c.with.p != 0, to, n, m);
    }
  }
  static constexpr void pull(auto& p) {
    bool const transposed = p.at().with.p != 0;
    auto const a = p.x(0), lu = p.x(2), y = p.y();
    auto const db = detail::solve_with(a, p.dy, lu, !transposed);
    p.give(1, db);
    p.give(0, transposed ? -product(y, transpose(db)) : -product(db, transpose(y)));
  }
};

// d = det A from A and lu A: the product of the pivots.     dA = dd d A⁻ᵀ
template <>
struct operation<opcode::determinant> : detail::call_operation<2> {
  static constexpr char const* name = "determinant";
  static constexpr shape_result result(shape const* s, parameters) { return detail::batch_of(s[0]); }
  static constexpr std::int64_t call_flops(call_extents const& e) {
    return detail::count_batches(e, 0) * e.from_last(0, 0);
  }
  template <class Rows, class X>
  static constexpr void evaluate(call_arguments<X> const& c) {
    detail::for_factors(c.operand[1], c.extents, 1, [&](std::int64_t b, std::int64_t n, X const* lu, X const* pivots) {
      X d = 1;
      for (std::int64_t k = 0; k < n; ++k) {
        d = math::multiply(d, lu[k * (n + 1)]);
        if (pivots[k] != static_cast<X>(k)) d = -d;
      }
      c.result[b] = d == 0 ? X(0) : d;
    });
  }
  static constexpr void pull(auto& p) {
    auto const a = p.x(0), y = p.y();
    shape const s = a.shape();
    p.give(0, detail::over_matrices(p.dy % y, s) % transpose(detail::inverse(a)));
  }
};

// l = log |det A| from A and lu A.                          dA = dl A⁻ᵀ
template <>
struct operation<opcode::log_determinant> : detail::call_operation<2> {
  static constexpr char const* name = "log_determinant";
  static constexpr shape_result result(shape const* s, parameters) { return detail::batch_of(s[0]); }
  static constexpr std::int64_t call_flops(call_extents const& e) {
    return detail::count_batches(e, 0) * e.from_last(0, 0) * 20;
  }
  template <class Rows, class X>
  static constexpr void evaluate(call_arguments<X> const& c) {
    detail::for_factors(c.operand[1], c.extents, 1, [&](std::int64_t b, std::int64_t n, X const* lu, X const*) {
      X sum = 0;
      for (std::int64_t k = 0; k < n; ++k) sum = math::add(sum, math::log(math::abs(lu[k * (n + 1)])));
      c.result[b] = sum;
    });
  }
  static constexpr void pull(auto& p) {
    auto const a = p.x(0);
    shape const s = a.shape();
    p.give(0, detail::over_matrices(p.dy, s) % transpose(detail::inverse(a)));
  }
};

namespace detail {

constexpr handle solve_with(Handle auto a, handle b, handle lu, bool transposed) {
  return apply<operation<opcode::solve>>({transposed ? 1 : 0, 0}, a, b, lu);
}

/// A⁻¹ B for matrices or batches of them, which broadcast.
constexpr handle solve(Handle auto a, Handle auto b) {
  bool transposed = false;
  if (a.is(opcode::transpose) && a.at().with.p == last_two_exchanged(a.shape().rank)) {
    a = a.arg(0);
    transposed = true;
  }
  shape const sa = a.shape(), sb = b.shape();
  shape const lead = broadcast_shapes(batch_of(sa), batch_of(sb)).value;
  b = broadcast(b, joined_axes(lead, sb[sb.rank - 2], sb[sb.rank - 1]));
  if (!batch_of(sa).one_entry()) a = broadcast(a, joined_axes(lead, sa[sa.rank - 2], sa[sa.rank - 1]));
  auto const lu = make<opcode::lu>(a);
  // all of one rank, so that axes which are put in front of all of them stay aligned
  auto const with_batch = [&](Handle auto h) {
    shape const s = h.shape();
    shape all;
    while (all.rank < lead.rank + 2 - s.rank) all.push(extent{1});
    for (int i = 0; i < s.rank; ++i) all.push(s[i]);
    return reshape(h, all);
  };
  return solve_with(with_batch(a), b, with_batch(lu), transposed);
}

/// A⁻¹.
constexpr handle inverse(Handle auto a) {
  shape const s = a.shape();
  return solve(a, diagonal_mask(*a.g, s, s.rank - 2, s.rank - 1));
}

// ds in the shape of A, which it scales matrix by matrix
constexpr handle over_matrices(Handle auto ds, shape const& of) {
  shape const s = ds.shape();
  if (s.rank == 0) return ds;
  return broadcast(reshape(ds, joined_axes(s, extent{1}, extent{1})), of);
}

}  // namespace detail

}  // namespace ctg::inline v0
