// SPDX-License-Identifier: MIT
// The reference interpreter's operations that work on whole operands: definitions, entry by entry, with no thought of
// speed.
#pragma once

#include <ctg/graph/index_space.hpp>
#include <ctg/graph/node.hpp>
#include <ctg/graph/sequence.hpp>
#include <ctg/math/arithmetic.hpp>

#include <limits>
#include <type_traits>

namespace ctg::inline v0::detail {

/// One operand: its values row by row, and their extents.
template <class X>
struct interpreted_operand {
  sequence<X> const* values = nullptr;
  index_space space{shape{}, {}};
  constexpr X at(std::array<std::int64_t, max_rank> const& i) const {
    return (*values)[static_cast<std::size_t>(space.offset_from(i, space.rank))];
  }
};

// e_0 = first, e_(i+1) = b_i + a_i e_i along an axis, from either end.
template <class X, class Step>
constexpr void run_along(sequence<X>& y, index_space const& space, parameters with, X first, bool inclusive,
                         Step const& step) {
  auto const axis = static_cast<std::size_t>(with.p);
  std::int64_t const length = space.n[axis], stride = space.strides()[axis];
  for (std::int64_t k = 0; k < space.size(); ++k) {
    if (space.at(k)[axis] != 0) continue;
    X e = first;
    for (std::int64_t i = 0; i < length; ++i) {
      auto const at = static_cast<std::size_t>(k + (with.q ? length - 1 - i : i) * stride);
      X const next = step(at, e);
      y[at] = inclusive ? next : e;
      e = next;
    }
  }
}

/// The value of a call; y has the extents of `space` and holds zeros.
template <class X>
constexpr void interpret_call(node const& n, std::array<interpreted_operand<X>, 3> const& x, index_space const& space,
                              sequence<X>& y) {
  auto const axis = static_cast<std::size_t>(n.with.p);
  auto const entry = [&](int k, std::size_t at) { return (*x[static_cast<std::size_t>(k)].values)[at]; };
  // row i of operand 1, a number; -1 where it is none of `rows`
  auto const row = [&](std::int64_t i, std::int64_t rows) {
    X const v = entry(1, static_cast<std::size_t>(i));
    return v >= 0 && v < static_cast<X>(rows) ? static_cast<std::int64_t>(v) : -1;
  };
  switch (n.op->code) {
    case opcode::pad:
      for (std::int64_t k = 0; k < x[0].space.size(); ++k) {
        auto i = x[0].space.at(k);
        i[axis] += n.with.q;
        y[static_cast<std::size_t>(space.offset_from(i, space.rank))] = entry(0, static_cast<std::size_t>(k));
      }
      break;
    case opcode::concat:
      for (std::int64_t k = 0; k < space.size(); ++k) {
        auto i = space.at(k);
        std::int64_t const first = x[0].space.n[axis];
        if (i[axis] < first) {
          y[static_cast<std::size_t>(k)] = x[0].at(i);
        } else {
          i[axis] -= first;
          y[static_cast<std::size_t>(k)] = x[1].at(i);
        }
      }
      break;
    case opcode::cumsum:
      run_along(y, space, n.with, X(0), true, [&](std::size_t at, X e) { return math::add(e, entry(0, at)); });
      break;
    case opcode::products_before:
      run_along(y, space, n.with, X(1), false, [&](std::size_t at, X e) { return math::multiply(e, entry(0, at)); });
      break;
    case opcode::products_of_others:  // the product before each entry, then times that behind it
      for (std::int64_t from_end : {0, 1}) {
        sequence<X> half(y.size(), X(1));
        run_along(half, space, {n.with.p, from_end}, X(1), false,
                  [&](std::size_t at, X e) { return math::multiply(e, entry(0, at)); });
        for (std::size_t k = 0; k < y.size(); ++k) y[k] = from_end ? math::multiply(y[k], half[k]) : half[k];
      }
      break;
    case opcode::recurrence:
      run_along(y, space, n.with, X(0), false,
                [&](std::size_t at, X e) { return math::add(entry(1, at), math::multiply(entry(0, at), e)); });
      break;
    case opcode::gather:
      for (std::int64_t k = 0; k < space.size(); ++k) {
        auto i = space.at(k);
        i[axis] = row(i[axis], x[0].space.n[axis]);
        y[static_cast<std::size_t>(k)] = i[axis] < 0 ? std::numeric_limits<X>::quiet_NaN() : x[0].at(i);
      }
      break;
    case opcode::scatter:
      for (std::int64_t k = 0; k < x[0].space.size(); ++k) {
        auto i = x[0].space.at(k);
        i[axis] = row(i[axis], space.n[axis]);
        if (i[axis] < 0) continue;
        X& to = y[static_cast<std::size_t>(space.offset_from(i, space.rank))];
        to = math::add(to, entry(0, static_cast<std::size_t>(k)));
      }
      break;
    default: {  // the operation's own algorithm
      call_arguments<X> c{{}, y.data(), {}, n.with};
      auto take = [&](std::size_t which, index_space const& s) {
        c.extents.rank[which] = s.rank;
        c.extents.n[which] = s.n;
      };
      for (std::size_t k = 0; k < 3; ++k) {
        if (!x[k].values) continue;
        take(k, x[k].space);
        c.operand[k] = x[k].values->data();
      }
      take(3, space);
      if constexpr (std::is_same_v<X, long double>)
        n.op->call_f80(c);
      else
        n.op->call_f64(c);
    }
  }
}

}  // namespace ctg::inline v0::detail
