// SPDX-License-Identifier: MIT
// Sums of products over named axes, as einsum writes them, in the order of op/meeting.hpp: each meeting of two operands
// becomes nodes.
#pragma once

#include <ctg/op/diagonal.hpp>
#include <ctg/op/meeting.hpp>

#include <array>
#include <utility>

namespace ctg::inline v0::detail {

/// An operand on its way: a value and its axes.
template <Handle H>
struct labelled {
  H value;
  axis_letters axes;
};

// The value with its axes in this order, which has letters of its own where it has none: those get extent 1, but
// leading ones none.
template <class H>
constexpr H aligned(labelled<H> const& t, axis_letters const& order) {
  int axes[max_rank]{}, rank = 0;
  shape target;
  shape const s = t.value.shape();
  for (int i = 0; i < order.size; ++i) {
    int const at = t.axes.find(order[i]);
    if (at < t.axes.size) {
      axes[rank++] = at;
      target.push(s[at]);
    } else if (target.rank > 0) {
      target.push(extent{1});
    }
  }
  return reshape(permute(t.value, pack_permutation(rank, axes)), target);
}

// Groups of axes that become one axis each.
struct grouping {
  axis_letters groups[max_rank]{};
  int size = 0;
  constexpr grouping& push(axis_letters const& g) {
    groups[size++] = g;
    return *this;
  }
  constexpr grouping& each(axis_letters const& l) {
    for (int i = 0; i < l.size; ++i) {
      axis_letters one;
      one.push(l[i]);
      push(one);
    }
    return *this;
  }
};

// The value with one axis for each group; a group that it has not is an axis of extent 1. Merged first where they lie
// side by side, so that a permutation of strides is left and no number is moved.
template <class H>
constexpr H grouped(labelled<H> t, grouping const& g, letter_extents const& e) {
  bool together = true;
  for (axis_letters const& group : g.groups) {
    letter_set const s = group.set() & t.axes.set();
    together = together && t.axes.has_run(s) && t.axes.only(s) == group.only(s);
  }
  if (!together) {
    axis_letters order;
    for (axis_letters const& group : g.groups) order.append(group.only(t.axes.set()));
    t = {aligned(t, order), order};
  }
  shape merged;
  int place[max_rank]{}, axes[max_rank]{}, rank = 0;
  for (int i = 0; i < t.axes.size; ++i)
    for (int k = 0; k < g.size; ++k) {
      axis_letters const group = g.groups[k].only(t.axes.set());
      if (group.size == 0 || group[0] != t.axes[i]) continue;
      place[k] = merged.rank + 1;
      merged.push(e.joined(group));
    }
  shape target;
  for (int k = 0; k < g.size; ++k) {
    if (place[k]) {
      axes[rank++] = place[k] - 1;
      target.push(merged[place[k] - 1]);
    } else if (target.rank > 0 || k + 2 >= g.size) {  // leading batches may be missing, rows and columns may not
      target.push(extent{1});
    }
  }
  return reshape(permute(reshape(t.value, merged), pack_permutation(rank, axes)), target);
}

template <class H>
constexpr labelled<H> run_meeting(labelled<H> const& first, labelled<H> const& second, meeting const& m,
                                  letter_extents const& e) {
  labelled<H> const &a = m.swapped ? second : first, &b = m.swapped ? first : second;
  shape const result = e.shape_of(m.result);
  if (!m.is_product) {
    auto const whole = aligned(a, m.whole) % aligned(b, m.whole);
    if (m.result.size == 0) return {sum_all(whole), {}};
    std::int64_t mask = 0;
    for (int i = 0; i < m.whole.size; ++i)
      if (m.summed & set_of(m.whole[i])) mask |= std::int64_t{1} << i;
    return {reshape(sum_axes(whole, mask), result), m.result};
  }
  grouping left, right;
  left.each(m.batch).each(m.left).each(m.right).push(m.rows).push(m.inner);
  right.each(m.batch).each(m.left).each(m.right).push(m.inner).push(m.columns);
  return {reshape(product(grouped(a, left, e), grouped(b, right, e)), result), m.result};
}

// A letter twice is the diagonal: what lies beside it counts as 0, even an infinity.
template <class H>
constexpr labelled<H> diagonalised(labelled<H> t) {
  for (int i = 0; i < t.axes.size; ++i)
    for (int j = i + 1; j < t.axes.size; ++j) {
      if (t.axes[i] != t.axes[j]) continue;
      t.value = take_diagonal(t.value, i, j);
      axis_letters rest;
      for (int k = 0; k < t.axes.size; ++k)
        if (k != j) rest.push(t.axes[k]);
      t.axes = rest;
      --j;
    }
  return t;
}

// Without the letters that nobody needs.
template <class H>
constexpr labelled<H> summed_away(labelled<H> const& t, letter_set keep) {
  std::int64_t mask = 0;
  shape rest;
  shape const s = t.value.shape();
  for (int i = 0; i < t.axes.size; ++i) {
    if (keep & set_of(t.axes[i]))
      rest.push(s[i]);
    else
      mask |= std::int64_t{1} << i;
  }
  if (mask == 0) return t;
  axis_letters const axes = t.axes.only(keep);
  if (axes.size == 0) return {sum_all(t.value), axes};
  return {reshape(sum_axes(t.value, mask), rest), axes};
}

/// The sum over all letters that `output` does not name, of the products of the operands' entries.
template <Handle H, std::size_t N>
constexpr H contract(std::array<H, N> const& values, std::array<axis_letters, N> const& operands,
                     axis_letters const& output, meeting_order<N> const& order, letter_extents const& e) {
  detail::sequence<labelled<H>> terms;
  for (std::size_t i = 0; i < N; ++i) terms.push_back(diagonalised(labelled<H>{values[i], operands[i]}));
  detail::sequence<char> met(2 * N, 0);
  auto needed = [&] {
    letter_set keep = output.set();
    for (std::size_t i = 0; i < terms.size(); ++i)
      if (!met[i]) keep |= terms[i].axes.set();
    return keep;
  };
  for (std::size_t i = 0; i < N; ++i) {
    met[i] = 1;
    terms[i] = summed_away(terms[i], needed());
    met[i] = 0;
  }
  for (std::size_t k = 0; k + 1 < N; ++k) {
    auto const i = static_cast<std::size_t>(order.pairs[k][0]), j = static_cast<std::size_t>(order.pairs[k][1]);
    met[i] = met[j] = 1;
    labelled<H> const a = terms[i], b = terms[j];
    terms.push_back(run_meeting(a, b, meet(a.axes, b.axes, output, needed(), e), e));
  }
  return aligned(terms.back(), output);
}

}  // namespace ctg::inline v0::detail
