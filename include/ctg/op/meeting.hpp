// SPDX-License-Identifier: MIT
// Which two operands of a sum of products meet first, and how: as a (batched) matrix product or, where none fits, as an
// element-wise product and a sum.
#pragma once

#include <ctg/graph/sequence.hpp>
#include <ctg/op/letters.hpp>

#include <array>
#include <limits>

namespace ctg::inline v0::detail {

/// How two operands meet.
struct meeting {
  bool is_product = false, swapped = false;
  // a matrix product: C[batch, left, right, rows, columns] = Σ A[batch, left, rows, inner] B[batch, right, inner,
  // columns]
  axis_letters batch, left, right, rows, inner, columns;
  // element by element: the axes of the product, and those that are summed
  axis_letters whole;
  letter_set summed = 0;
  axis_letters result;
  double cost = std::numeric_limits<double>::infinity();
};

// Of the runs of these letters that can be one axis without moving numbers, the largest. (An extent holds few names.)
constexpr axis_letters largest_run(Letters auto const& l, letter_set of, letter_extents const& e) {
  axis_letters best, run;
  int names = 0;
  for (int i = 0; i <= l.size; ++i) {
    bool const in = i < l.size && (of & set_of(l[i]));
    if (in && names + e.names(l[i]) <= extent::max_names) {
      run.push(l[i]);
      names += e.names(l[i]);
      continue;
    }
    if (run.size && (best.size == 0 || e.size(run) > e.size(best))) best = run;
    run = {};
    names = 0;
    if (in) {
      run.push(l[i]);
      names = e.names(l[i]);
    }
  }
  return best;
}

constexpr meeting meet_elementwise(Letters auto const& a, Letters auto const& b, Letters auto const& output,
                                   letter_set keep, letter_extents const& e) {
  letter_set const sa = a.set(), sb = b.set();
  meeting m;
  m.summed = sa & sb & ~keep;
  if ((sa | sb) == sa) {  // the larger one is read as it lies
    m.whole = a;
  } else if ((sa | sb) == sb) {
    m.whole = b;
  } else {
    m.whole = output.only(sa | sb);
    axis_letters rest = a;
    rest.append(b.only(sb & ~sa));
    m.whole.append(rest.only(~output.set()));
  }
  m.result = m.whole.only(~m.summed);
  if (m.whole.size > max_rank) return m;
  // an operand whose rows run along another axis is gathered number by number
  auto gathered = [&](axis_letters const& l) {
    char const last = m.whole.size ? m.whole[m.whole.size - 1] : 0;
    return l.find(last) < l.size && l[l.size - 1] != last;
  };
  m.cost = (4 + (gathered(a) ? 4 : 0) + (gathered(b) ? 4 : 0)) * e.size(m.whole);
  return m;
}

// C = A B with A's free axes as rows and B's as columns. Besides its flops it costs what it reads and writes, what has
// to be copied or packed because it lies the other way round, and each further call.
constexpr meeting product_of(Letters auto const& a, Letters auto const& b, letter_set keep, letter_extents const& e) {
  letter_set const common = a.set() & b.set(), inner = common & ~keep;
  letter_set const free_a = a.set() & ~common, free_b = b.set() & ~common;
  meeting m;
  m.is_product = true;
  m.batch = a.only(common & keep);
  m.inner = a.has_run(inner) || !b.has_run(inner) ? a.only(inner) : b.only(inner);
  m.rows = largest_run(a, free_a, e);
  m.columns = largest_run(b, free_b, e);
  m.left = a.only(free_a & ~m.rows.set());
  m.right = b.only(free_b & ~m.columns.set());
  m.result.append(m.batch).append(m.left).append(m.right).append(m.rows).append(m.columns);
  int names = 0;
  for (int i = 0; i < m.inner.size; ++i) names += e.names(m.inner[i]);
  if (names > extent::max_names || m.batch.size + m.left.size + m.right.size + 2 > max_rank) return m;
  auto copied = [&](axis_letters const& l) {
    return l.has_run(inner) && l.only(inner) == m.inner ? 0.0 : 8 * e.size(l);
  };
  double const flops = e.size(a) * e.size(m.columns) * e.size(m.right);
  double const packed = (b[b.size - 1] == m.inner[m.inner.size - 1] ? 4 * e.size(b) : 0) +
                        (a[a.size - 1] != m.inner[m.inner.size - 1] ? e.size(a) : 0);
  double const calls = e.size(m.batch) * e.size(m.left) * e.size(m.right);
  m.cost = flops + 4 * (e.size(a) + e.size(b) + e.size(m.result)) + copied(a) + copied(b) + packed + 1000 * (calls - 1);
  return m;
}

constexpr meeting meet_as_product(Letters auto const& a, Letters auto const& b, Letters auto const& output,
                                  letter_set keep, letter_extents const& e) {
  letter_set const common = a.set() & b.set();
  letter_set const free_a = a.set() & ~common, free_b = b.set() & ~common;
  meeting const m = product_of(a, b, keep, e);
  if (!free_a || !free_b) return m;
  meeting turned = product_of(b, a, keep, e);
  turned.swapped = true;
  if (((free_a | free_b) & ~output.set()) == 0) {  // rows first as the result wants them
    int i = 0;
    while (!((free_a | free_b) & set_of(output[i]))) ++i;
    return free_a & set_of(output[i]) ? m : turned;
  }
  return m.cost <= turned.cost ? m : turned;
}

/// How a meets b where the letters of `keep` are needed later and the result will be read in the order of `output`.
constexpr meeting meet(Letters auto const& a, Letters auto const& b, Letters auto const& output, letter_set keep,
                       letter_extents const& e) {
  letter_set const common = a.set() & b.set();
  bool const free_a = a.set() & ~common, free_b = b.set() & ~common;
  // a batch of products with vectors reads each matrix once, as the loop does that can fuse with others
  bool const vectors = (!free_a && !free_b) || ((common & keep) && (!free_a || !free_b));
  if ((common & ~keep) && !vectors)
    if (meeting const m = meet_as_product(a, b, output, keep, e); m.cost < std::numeric_limits<double>::infinity())
      return m;
  return meet_elementwise(a, b, output, keep, e);
}

/// The order in which N operands meet, two at a time: numbers of operands, and N, N + 1, … for what has met before.
template <std::size_t N>
struct meeting_order {
  std::array<std::array<int, 2>, (N > 1 ? N - 1 : 1)> pairs{};
  bool possible = true;  // false where every way there leads through more than max_rank axes
};

/// Up to five operands: the cheapest of all orders; more: always the cheapest pair next.
template <std::size_t N>
constexpr meeting_order<N> find_order(std::array<axis_letters, N> const& operands, Letters auto const& output,
                                      letter_extents const& e) {
  meeting_order<N> order;
  detail::sequence<axis_letters> terms;
  for (std::size_t i = 0; i < N; ++i) {
    letter_set keep = output.set();
    for (std::size_t j = 0; j < N; ++j)
      if (j != i) keep |= operands[j].set();
    terms.push_back(operands[i].only(keep));
  }
  if constexpr (N > 1 && N <= 5) {
    struct best {
      axis_letters axes{};
      double cost = std::numeric_limits<double>::infinity();
      unsigned first = 0;
    };
    constexpr unsigned all = 1u << N;
    detail::sequence<best> known(all, best{});
    for (unsigned s = 1; s < all; ++s) {
      letter_set keep = output.set();
      for (std::size_t i = 0; i < N; ++i)
        if (!(s >> i & 1)) keep |= terms[i].set();
      if ((s & (s - 1)) == 0) {
        for (std::size_t i = 0; i < N; ++i)
          if (s == 1u << i) known[s] = {terms[i], 0, 0};
        continue;
      }
      for (unsigned first = (s - 1) & s; first; first = (first - 1) & s) {
        if (!(first & s & (~s + 1))) continue;  // the half with the first operand stands left
        best const &x = known[first], &y = known[s & ~first];
        meeting const m = meet(x.axes, y.axes, output, keep, e);
        double const cost = x.cost + y.cost + m.cost;
        if (cost < known[s].cost) known[s] = {m.result, cost, first};
      }
    }
    order.possible = known[all - 1].cost < std::numeric_limits<double>::infinity();
    // from the whole downwards, written from behind
    detail::sequence<unsigned> waiting{all - 1};
    detail::sequence<unsigned> sets;
    for (std::size_t k = 0; k < waiting.size(); ++k) {
      unsigned const s = waiting[k];
      if ((s & (s - 1)) == 0) continue;
      sets.push_back(s);
      waiting.push_back(known[s].first);
      waiting.push_back(s & ~known[s].first);
    }
    auto number = [&](unsigned s) {
      for (std::size_t i = 0; i < N; ++i)
        if (s == 1u << i) return static_cast<int>(i);
      for (std::size_t k = 0; k < sets.size(); ++k)
        if (sets[k] == s) return static_cast<int>(N + sets.size() - 1 - k);
      return -1;
    };
    for (std::size_t k = 0; k < sets.size(); ++k)
      order.pairs[sets.size() - 1 - k] = {number(known[sets[k]].first), number(sets[k] & ~known[sets[k]].first)};
  } else if constexpr (N > 1) {
    detail::sequence<char> met(2 * N, 0);
    for (std::size_t step = 0; step + 1 < N; ++step) {
      double least = std::numeric_limits<double>::infinity();
      axis_letters result;
      for (std::size_t i = 0; i < terms.size(); ++i)
        for (std::size_t j = i + 1; j < terms.size(); ++j) {
          if (met[i] || met[j]) continue;
          letter_set keep = output.set();
          for (std::size_t k = 0; k < terms.size(); ++k)
            if (!met[k] && k != i && k != j) keep |= terms[k].set();
          meeting const m = meet(terms[i], terms[j], output, keep, e);
          if (m.cost >= least) continue;
          least = m.cost;
          result = m.result;
          order.pairs[step] = {static_cast<int>(i), static_cast<int>(j)};
        }
      order.possible = order.possible && least < std::numeric_limits<double>::infinity();
      for (int k : order.pairs[step]) met[static_cast<std::size_t>(k)] = 1;
      terms.push_back(result);
    }
  }
  return order;
}

}  // namespace ctg::inline v0::detail
