// SPDX-License-Identifier: MIT
// Factors at their cheapest place: scalars meet before they meet a tensor, (2 ⊙ X) / s = (2 / s) ⊙ X; what is constant
// along the axes of a sum stands outside it, and what scales an operand of a matrix product that lies in memory scales
// the product. Each of these rounds as often as what it replaces, or less, in another order. X / s stays a division,
// and no two divisors are multiplied: their product could leave the range.
#pragma once

#include <ctg/graph/extents.hpp>
#include <ctg/op/operations.hpp>

namespace ctg::inline v0::detail {

/// A tensor as a factor times or over the rest, which has its shape. No handle where it is none.
struct factored {
  handle factor{}, rest{};
  bool divides = false;
  constexpr explicit operator bool() const { return factor.g != nullptr; }
};

/// What the extents of a factor must be: one entry, or 1 along the axes of a mask (counted in the shape of the whole).
constexpr bool is_one_along(shape const& s, shape const& whole, std::int64_t mask) {
  for (int i = 0; i < s.rank; ++i)
    if ((mask >> (i + whole.rank - s.rank) & 1) && !s[i].is_one()) return false;
  return true;
}

template <class Fits>
constexpr factored split(handle x, Fits const& fits) {
  bool const divides = x.is(opcode::divide);
  if (!divides && !x.is(opcode::multiply)) return {};
  for (int k = divides ? 1 : 0; k < 2; ++k)
    if (fits(x.arg(k)) && !fits(x.arg(1 - k)) && x.arg(1 - k).shape() == x.shape())
      return {x.arg(k), x.arg(1 - k), divides};
  return {};
}
constexpr factored split_scalar(Handle auto x) {
  if (x.shape().one_entry()) return {};
  return split(x, [](handle f) { return f.shape().one_entry(); });
}

// Scalars: v ⊙ (u ⊙ s) = (v u) ⊙ s and v ⊙ (u / s) = (v u) / s for constants u and v.
template <class H>
constexpr H scaled_scalar(double v, H s) {
  if (s.is(opcode::multiply))
    for (int k : {0, 1})
      if (is_constant(s.arg(k))) return v * constant_value(s.arg(k)) * s.arg(1 - k);
  if (s.is(opcode::divide) && is_constant(s.arg(0))) return constant_node(*s.g, v) % s.arg(0) / s.arg(1);
  if (s.is(opcode::divide) && s.arg(0).is(opcode::multiply)) return scaled_scalar(v, s.arg(0)) / s.arg(1);
  return v * s;
}
constexpr handle scalar_product(Handle auto s, Handle auto t) {
  if (is_constant(t)) std::swap(s, t);
  if (is_constant(s) && !is_constant(t) && constant_value(s) != 0)
    return broadcast(scaled_scalar(constant_value(s), t), joined(s, t));
  return s % t;
}

constexpr factored split_multiple(Handle auto x) {
  auto const f = split_scalar(x);
  return f.divides ? factored{} : f;
}

// s ⊙ X for a scalar s, which keeps its sign.
constexpr handle scaled_by(Handle auto s, Handle auto x) {
  return s.is(opcode::negate) ? join<opcode::multiply>(s, x) : s % x;
}

/// −X, with the sign in a scalar factor where it has one.
constexpr handle negated(Handle auto x) {
  auto const f = split_scalar(x);
  if (!f) return -x;
  return broadcast(f.divides ? f.rest / -f.factor : scaled_by(-f.factor, f.rest), shape(x.shape()));
}

// c ⊙ (X ⊙ (u ⊙ Y)) = X ⊙ (c u ⊙ Y) for constants c and u; no handle where Y has none.
constexpr handle met_constant(Handle auto c, Handle auto product) {
  for (int k : {0, 1}) {
    auto const one = product.arg(k);
    if (!product.is(opcode::multiply) || !one.is(opcode::multiply)) continue;
    for (int j : {0, 1})
      if (is_constant(one.arg(j)))
        return broadcast(constant_value(c) * constant_value(one.arg(j)) % one.arg(1 - j) % product.arg(1 - k),
                         shape(product.shape()));
  }
  return {};
}

/// X ⊙ Y, scalar factors in front.
template <class H>
constexpr H product_of_factors(H x, H y) {
  shape const s = joined(x, y);
  x = unstretched(x, y, s);
  y = unstretched(y, x, s);
  if (x.shape().one_entry() && y.shape().one_entry()) return scalar_product(x, y);
  if (y.is(opcode::negate)) std::swap(x, y);
  if (x.is(opcode::negate) && !x.shape().one_entry())
    return y.shape().one_entry() ? product_of_factors(-y, x.arg(0)) : negated(product_of_factors(x.arg(0), y));
  if (y.shape().one_entry()) std::swap(x, y);
  if (x.shape().one_entry()) {
    auto const f = split_multiple(y);
    if (is_constant(x, 0)) return x % y;
    if (!f) {
      H const met = is_constant(x) && y.is(opcode::multiply) ? met_constant(x, y) : H{};
      return met.g ? met : scaled_by(x, y);
    }
    return broadcast(scaled_by(scalar_product(x, f.factor), f.rest), s);
  }
  if (x == y) return make<opcode::square>(x);
  // A ⊙ (A / s) = A² / s, (s ⊙ A) ⊙ A = s ⊙ A², (t ⊙ A) ⊙ (A / s) = (t / s) ⊙ A²,
  // (s ⊙ A) ⊙ (t ⊙ B) = (s ⊙ t) ⊙ (A ⊙ B)
  for (int k : {0, 1}) {
    H const one = k ? y : x, other = k ? x : y;
    auto const f = one.shape() == s ? split_scalar(one) : factored{};
    if (!f) continue;
    if (f.rest == other)
      return f.divides ? make<opcode::square>(other) / f.factor
                       : product_of_factors(f.factor, make<opcode::square>(other));
    auto const multiple = split_multiple(other);
    if (f.divides && multiple && multiple.rest == f.rest)
      return product_of_factors(H{multiple.factor / f.factor}, make<opcode::square>(f.rest));
    if (!f.divides && multiple) return product_of_factors(f.factor, product_of_factors(f.rest, other));
  }
  return x % y;
}

/// X / Y: (s ⊙ A) / t = (s / t) ⊙ A, s / (t ⊙ A) = (s / t) / A.
constexpr handle quotient_of_factors(Handle auto x, Handle auto y) {
  shape const s = joined(x, y);
  x = unstretched(x, y, s);
  y = unstretched(y, x, s);
  if (y.shape().one_entry() && x.shape().one_entry()) {
    if (y.is(opcode::negate)) return negated(quotient_of_factors(x, y.arg(0)));
    if (x.is(opcode::negate)) return negated(quotient_of_factors(x.arg(0), y));
  } else if (y.shape().one_entry()) {
    if (auto const f = split_multiple(x)) return broadcast(scaled_by(f.factor / y, f.rest), s);
    if (x.is(opcode::negate)) return broadcast(x.arg(0) / -y, s);
  } else if (x.shape().one_entry()) {
    if (auto const f = split_multiple(y)) return broadcast(x / f.factor / f.rest, s);
  }
  return x / y;
}

/// Whether x is 0 / n for a number n of entries that is not zero unless a tensor of this shape is empty.
constexpr bool vanishes(Handle auto x, shape const& whole) {
  while (x.is(opcode::negate) || x.is(opcode::broadcast) || x.is(opcode::reshape)) x = x.arg(0);
  if (!x.is(opcode::divide) || !is_constant(x.arg(0), 0) || !x.arg(1).is(opcode::size)) return false;
  for (std::uint64_t name : x.g->shapes[x.arg(1).at().with.p][0].names) {
    bool found = name == 0;
    for (int i = 0; i < whole.rank; ++i)
      for (std::uint64_t of : whole[i].names) found = found || of == name;
    if (!found) return false;
  }
  return true;
}
/// X + Y and X − Y without what vanishes.
template <class H>
constexpr H sum_of_terms(H x, H y, bool minus) {
  shape const s = joined(x, y);
  if (x.shape() == s && vanishes(y, s)) return x;
  if (y.shape() == s && vanishes(x, s)) return minus ? negated(y) : y;
  auto const is_negative = [](H h) {
    auto const f = split_scalar(h);
    return f && f.factor.is(opcode::negate);
  };
  if (is_negative(y)) return sum_of_terms(x, negated(y), !minus);  // X + (−s) ⊙ Y = X − s ⊙ Y
  if (!minus && is_negative(x)) return sum_of_terms(y, negated(x), true);
  return minus ? x - y : x + y;
}

template <class H>
constexpr H below_layout(H x) {
  while (x.is(opcode::transpose) || x.is(opcode::reshape) || x.is(opcode::slice) || x.is(opcode::flip)) x = x.arg(0);
  return x;
}
/// What lies in memory without being computed for its reader: leaves and products, in any layout.
constexpr bool lies_in_memory(Handle auto x) {
  auto const base = below_layout(x);
  return base.is(opcode::leaf) || base.is(opcode::product);
}

/// Whether a value is made of numbers, constants and leaves, and none of it is infinite because a tensor is empty: then
/// its product with the sum of no entries is 0.
template <class H>
constexpr bool is_given(H x, int depth = 8) {
  if (depth == 0) return false;
  if (x.is(opcode::constant) || x.is(opcode::number) || x.is(opcode::leaf)) return true;
  bool const scales = x.is(opcode::negate) || x.is(opcode::multiply) || x.is(opcode::divide);
  if (!scales && x.at().op->kind != family::elementwise && !x.is(opcode::reshape)) return false;
  for (int k = 0; k < x.at().arity(); ++k) {
    bool const count = x.arg(k).is(opcode::size) && scales && !(x.is(opcode::divide) && k == 1);
    if (!count && !is_given(x.arg(k), depth - 1)) return false;
  }
  return true;
}
constexpr bool has_entries_along(shape const& s, std::int64_t mask) {
  for (int i = 0; i < s.rank; ++i)
    if ((mask >> i & 1) && !(s[i].is_static() && s[i].factor > 0)) return false;
  return true;
}

// ── sums ──

/// Whether x sums to zero over the axes of a mask: A − mean A over these, times what is constant along them.
template <class H>
constexpr bool is_centred(H x, std::int64_t mask, int depth = 6) {
  if (depth == 0) return false;
  shape const s = x.shape();
  if (x.is(opcode::negate)) return is_centred(x.arg(0), mask, depth - 1);
  if (x.is(opcode::multiply) || x.is(opcode::divide)) {
    for (int k : {0, 1})
      if ((k == 1 || x.is(opcode::multiply)) && is_one_along(x.arg(k).shape(), s, mask) && x.arg(1 - k).shape() == s &&
          is_centred(x.arg(1 - k), mask, depth - 1))
        return true;
    return false;
  }
  if (!x.is(opcode::subtract) && !x.is(opcode::add)) return false;
  H const a = x.arg(0), b = x.arg(1);
  if (a.shape() == s && b.shape() == s && is_centred(a, mask, depth - 1) && is_centred(b, mask, depth - 1)) return true;
  if (!x.is(opcode::subtract) || !(a.shape() == s)) return false;
  // b = Σ a / n, or (1 / n) ⊙ Σ a
  auto& g = *x.g;
  H const n = size_of(g, s, mask);
  for (int k : {0, 1}) {
    if (b.is(opcode::multiply) ? !(is_constant(n) && is_constant(b.arg(1 - k), 1 / constant_value(n)))
                               : !(b.is(opcode::divide) && k == 0 && b.arg(1) == n))
      continue;
    H const sum = b.arg(k);
    if (sum.is(opcode::sum) && sum.arg(0) == a && longer_axes(s, sum.at().with.p) == longer_axes(s, mask)) return true;
  }
  return false;
}

/// Σ X over the axes of a mask, which stay with extent 1, or over all (`drops`): without terms that sum to zero and,
/// unless X is needed as it is (`kept`), without factors that are constant along the axes. A scalar leaves the sum of
/// all even then: X has its other readers in the loop that has X / s.
template <class H>
constexpr H sum_of_factors(H x, std::int64_t mask, bool drops, bool kept) {
  auto& g = *x.g;
  auto const plain = [&](H y) { return drops ? sum_all(y) : sum_axes(y, mask); };
  auto const scale = [&](H f) { return drops && f.shape().rank > 0 ? reshape(f, {}) : f; };
  shape const s = x.shape(), result = operation<opcode::sum>::result(&s, {mask, drops ? 1 : 0}).value;
  if (longer_axes(s, mask) == 0) return plain(x);
  if (is_centred(x, mask)) return constant_node(g, 0, result);
  if (x.is(opcode::add) || x.is(opcode::subtract)) {
    H const a = x.arg(0), b = x.arg(1);
    bool const minus = x.is(opcode::subtract);
    if (a.shape() == s && is_centred(b, mask)) return sum_of_factors(a, mask, drops, kept);
    if (b.shape() == s && is_centred(a, mask))
      return minus ? -sum_of_factors(b, mask, drops, kept) : sum_of_factors(b, mask, drops, kept);
  }
  if (kept) {
    auto const f = drops ? split_scalar(x) : factored{};
    if (!f || !is_given(f.factor)) return plain(x);
    H const sum = sum_of_factors(f.rest, mask, true, true), by = scale(f.factor);
    return f.divides ? quotient_of_factors(sum, by) : product_of_factors(by, sum);
  }
  if (x.is(opcode::negate)) return -sum_of_factors(x.arg(0), mask, drops, false);
  if (x.is(opcode::add))
    for (int k : {0, 1})
      if (H const c = x.arg(k); c.shape().one_entry() && is_given(c) && x.arg(1 - k).shape() == s)
        return sum_of_factors(x.arg(1 - k), mask, drops, false) + scale(product_of_factors(size_of(g, s, mask), c));
  auto const f = split(x, [&](H h) { return is_one_along(h.shape(), s, mask); });
  if (f && (is_given(f.factor) || has_entries_along(s, mask))) {
    H const sum = sum_of_factors(f.rest, mask, drops, false), by = scale(f.factor);
    return broadcast(f.divides ? quotient_of_factors(sum, by) : product_of_factors(by, sum), result);
  }
  if (x.is(opcode::sum)) return sum_of_factors(x.arg(0), mask | x.at().with.p, drops, true);
  return plain(x);
}

// ── matrix products ──

/// The factor of operand k of a product that may scale the product instead: a given scalar, or what is constant along
/// the inner axis, where this is less work.
constexpr factored split_operand(Handle auto x, int k, Handle auto other) {
  shape const s = x.shape(), o = other.shape();
  int const inner = s.rank - (k ? 2 : 1);
  if (auto const f = split_scalar(x); f && is_given(f.factor)) return lies_in_memory(f.rest) ? f : factored{};
  std::int64_t const mask = std::int64_t{1} << inner;
  auto const f = split(x, [&](handle h) { return is_one_along(h.shape(), s, mask); });
  if (!f || !below_layout(f.rest).is(opcode::leaf)) return {};
  bool const cheaper = nominal_count(o[o.rank - (k ? 2 : 1)]) <= 2 * nominal_count(s[inner]);
  return cheaper && (is_given(f.factor) || has_entries_along(s, mask)) ? f : factored{};
}

/// s ⊙ A in another layout is s times A in that layout, where A lies in memory and the layout is that of strides.
template <class Layout>
constexpr handle layout_of_factors(Handle auto x, Layout const& layout) {
  if (auto const f = split_scalar(x); f && below_layout(f.rest).is(opcode::leaf)) {
    auto const by = f.factor.shape().rank > 0 ? reshape(f.factor, {}) : f.factor;
    auto const rest = layout(f.rest);
    return f.divides ? rest / by : by % rest;
  }
  if (x.is(opcode::negate) && below_layout(x.arg(0)).is(opcode::leaf)) return -layout(x.arg(0));
  return layout(x);
}

}  // namespace ctg::inline v0::detail
