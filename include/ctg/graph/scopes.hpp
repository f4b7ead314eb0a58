// SPDX-License-Identifier: MIT
// Scans in a graph. The body of a scan is a part of the same graph: nodes that depend on its slots, which stand for the
// state and for the inputs of one step. What the body reads that depends on no slot is computed once, outside.
#pragma once

#include <ctg/graph/node.hpp>
#include <ctg/graph/sequence.hpp>

namespace ctg::inline v0::detail {

/// What one step sees of T×…: a row of a matrix, or what is behind the first axis.
constexpr shape step_shape(shape const& s) {
  shape r;
  if (s.rank == 2) r.push(extent{1});
  for (int i = 1; i < s.rank; ++i) r.push(s[i]);
  return r;
}
/// The values of all steps: rows become a matrix, all else stands behind a first axis of its own.
constexpr shape stack_shape(extent const& steps, shape const& s) {
  shape r(steps);
  for (int i = s.rank == 2 && s[0].is_one() ? 1 : 0; i < s.rank; ++i) r.push(s[i]);
  return r;
}

/// What a scan node lists, in this order. Operands: initial states, inputs, as in `slots`. Roots of the body: next
/// states, values to be stacked, values to be summed over the steps. Results: final states, stacked values, the states
/// before each step (stacked), sums.
struct scan_layout {
  int states = 0, inputs = 0, stacked = 0, summed = 0;

  constexpr scan_layout() = default;
  constexpr scan_layout(int m, int k, int n, int z) : states(m), inputs(k), stacked(n), summed(z) {}
  constexpr explicit scan_layout(parameters with)
      : states(part(with, 0)), inputs(part(with, 1)), stacked(part(with, 2)), summed(part(with, 3)) {}
  constexpr std::int64_t packed() const {
    return std::int64_t{states} | std::int64_t{inputs} << 12 | std::int64_t{stacked} << 24 | std::int64_t{summed} << 36;
  }
  constexpr int operands() const { return states + inputs; }
  constexpr int roots() const { return states + stacked + summed; }
  constexpr int results() const { return states + stacked + states + summed; }
  constexpr int stacked_result(int j) const { return states + j; }
  constexpr int state_before(int i) const { return states + stacked + i; }
  constexpr int summed_result(int k) const { return states + stacked + states + k; }

 private:
  static constexpr int part(parameters with, int i) { return static_cast<int>(with.p >> 12 * i & 0xfff); }
};

/// The nodes of a list: an `operands` node is the first one and the list of the others.
constexpr detail::sequence<int> unlisted(detail::span<node const> nodes, int list, int count) {
  detail::sequence<int> items;
  for (int i = 0; i + 1 < count; ++i) {
    node const& n = nodes[static_cast<std::size_t>(list)];
    items.push_back(n.args[0]);
    list = n.args[1];
  }
  if (count > 0) items.push_back(list);
  return items;
}

/// The lists of a scan node.
struct scan_parts {
  scan_layout layout;
  detail::sequence<int> operands, slots, roots;
};
constexpr scan_parts parts_of_scan(detail::span<node const> nodes, int scan) {
  node const& n = nodes[static_cast<std::size_t>(scan)];
  scan_layout const l(n.with);
  return {l, unlisted(nodes, n.args[0], l.operands()), unlisted(nodes, n.args[1], l.operands()),
          unlisted(nodes, n.args[2], l.roots())};
}

constexpr bool has_scans(detail::span<node const> nodes) {
  for (node const& n : nodes)
    if (n.is(opcode::scan)) return true;
  return false;
}

/// For each node the slots that it depends on, other than through the scans which own them. (In a plan scans own none.)
template <class>
class scopes_of {
 public:
  constexpr scopes_of() = default;
  constexpr explicit scopes_of(detail::span<node const> nodes) { extend(nodes); }

  /// For nodes that have grown in number.
  constexpr void extend(detail::span<node const> nodes) {
    std::size_t const known = number_.size();
    for (std::size_t i = known; i < nodes.size(); ++i) number_.push_back(nodes[i].is(opcode::slot) ? slots_++ : -1);
    widen(known, static_cast<std::size_t>(slots_ + 63) / 64);
    for (std::size_t k = known * words_; k < nodes.size() * words_; ++k) free_.push_back(0);
    for (std::size_t i = known; i < nodes.size() && words_ > 0; ++i) {
      node const& n = nodes[i];
      if (number_[i] >= 0) {
        free_[i * words_ + static_cast<std::size_t>(number_[i]) / 64] |= bit(number_[i]);
      } else if (n.is(opcode::scan) && n.args[1] >= 0) {
        join(i, n.args[2]);
        for (int s : unlisted(nodes, n.args[1], scan_layout(n.with).operands())) {
          int const k = number_[static_cast<std::size_t>(s)];
          free_[i * words_ + static_cast<std::size_t>(k) / 64] &= ~bit(k);
        }
        join(i, n.args[0]);
      } else {
        for (int a : n.args) join(i, a);
      }
    }
  }

  /// Whether node i depends on no slot.
  constexpr bool closed(int i) const {
    for (std::size_t w = 0; w < words_; ++w)
      if (free_[static_cast<std::size_t>(i) * words_ + w]) return false;
    return true;
  }
  /// Whether node i depends on one of the slots that are marked.
  constexpr bool meets(int i, detail::sequence<std::uint64_t> const& marked) const {
    for (std::size_t w = 0; w < words_; ++w)
      if (free_[static_cast<std::size_t>(i) * words_ + w] & marked[w]) return true;
    return false;
  }
  /// Whether all slots that node i depends on are among those marked.
  constexpr bool within(int i, detail::sequence<std::uint64_t> const& marked) const {
    for (std::size_t w = 0; w < words_; ++w)
      if (free_[static_cast<std::size_t>(i) * words_ + w] & ~marked[w]) return false;
    return true;
  }
  constexpr detail::sequence<std::uint64_t> none() const { return detail::sequence<std::uint64_t>(words_, 0); }
  constexpr void mark(detail::sequence<std::uint64_t>& marked, int slot) const {
    int const k = number_[static_cast<std::size_t>(slot)];
    marked[static_cast<std::size_t>(k) / 64] |= bit(k);
  }

 private:
  static constexpr std::uint64_t bit(int k) { return std::uint64_t{1} << (k % 64); }
  // Another number of words for the nodes that are known.
  constexpr void widen(std::size_t known, std::size_t words) {
    if (words == words_) return;
    detail::sequence<std::uint64_t> wide(known * words, 0);
    for (std::size_t i = 0; i < known; ++i)
      for (std::size_t w = 0; w < words_; ++w) wide[i * words + w] = free_[i * words_ + w];
    free_.swap(wide);
    words_ = words;
  }
  constexpr void join(std::size_t i, int a) {
    if (a < 0) return;
    for (std::size_t w = 0; w < words_; ++w) free_[i * words_ + w] |= free_[static_cast<std::size_t>(a) * words_ + w];
  }

  detail::sequence<int> number_;
  detail::sequence<std::uint64_t> free_;
  std::size_t words_ = 0;
  int slots_ = 0;
};
using scopes = scopes_of<void>;

}  // namespace ctg::inline v0::detail
