// SPDX-License-Identifier: MIT
// Recompute or store, by cost: an element-wise value that a loop computes and others read is written to a buffer, or
// those others compute it again from what is in memory. Each of them then has nodes of its own for the chain.
#pragma once

#include <ctg/plan/factors.hpp>
#include <ctg/plan/placement.hpp>

#include <limits>

namespace ctg::inline v0::plan {

/// Cycles to write, and to read, 64 bytes of a buffer of so many bytes at most.
struct memory_cost {
  std::int64_t bytes;
  std::int64_t write, read;
};
using memory_costs = std::array<memory_cost, 3>;

/// L1 and L2, L3, memory (bench_recompute: where both ways of it take equally long). A buffer shares its level with
/// what else its loops touch: half of an L2 of 1 MiB counts, a quarter of an L3 of 32 MiB. The same for all machines,
/// as are the facts of a program.
inline constexpr memory_costs measured_memory{
    {{std::int64_t{512} << 10, 3, 1}, {std::int64_t{8} << 20, 5, 2}, {std::numeric_limits<std::int64_t>::max(), 7, 5}}};

/// Node `node` once more, for the loop `group`.
struct copied_node {
  int node, group;
};

/// Which values are computed again in which loops of a fusion.
template <class Late>
class recomputation_of {
 public:
  constexpr recomputation_of(builder const& g, fusion_of<Late> const& f, detail::sequence<request> const& requests,
                             detail::sequence<int> const& apart, memory_costs const& costs, std::int64_t entry_bytes)
      : g_(g), f_(f), requests_(requests), apart_(apart), costs_(costs), entry_bytes_(entry_bytes) {}

  constexpr detail::sequence<copied_node> run() {
    if (f_.read_outside.empty()) return {};
    find_reads();
    if (reads_.empty()) return {};
    for (outside_read const& r : reads_)
      if (int const v = r.value; v > last_) {
        last_ = v;
        decide(v);
      }
    return std::move(copies_);
  }

  /// Whether a reader's result hangs on every bit of its operands: computed again, the compiler might contract another
  /// multiply-add, and no entry would equal the maximum of all.
  static constexpr bool is_exact(node const& x) {
    switch (x.op->code) {
      case opcode::equal:
      case opcode::not_equal:
      case opcode::less:
      case opcode::less_equal:
      case opcode::within:
      case opcode::maximum_share:
        return true;
      default:
        return false;
    }
  }

 private:
  struct outside_read {
    int value, group;
  };
  struct trial {  // of one value in one loop
    int group;
    std::int64_t gain;
    detail::sequence<int> chain, read, rows;
  };

  constexpr detail::late<Late, node> const& n(int i) const { return g_.nodes[i]; }
  constexpr int base(int i) const { return f_.views[i].base; }

  constexpr std::int64_t bytes_of(int i) const {
    shape const& s = g_.shapes[n(i).shape];
    std::int64_t bytes = entry_bytes_;
    for (int a = 0; a < s.rank; ++a) bytes *= detail::nominal_count(s[a]);
    return bytes;
  }
  constexpr memory_cost const& level_of(std::int64_t bytes) const {
    std::size_t k = 0;
    while (bytes > costs_[k].bytes) ++k;
    return costs_[k];
  }
  constexpr std::int64_t read_cost(int i) const { return level_of(bytes_of(i)).read * bytes_of(i); }
  constexpr std::int64_t write_cost(int i) const { return level_of(bytes_of(i)).write * bytes_of(i); }

  // Reads of candidates by loops that could compute them, in `reads_`; a candidate that somebody must find in memory
  // is `held_`.
  constexpr void find_reads() {
    auto const makes_for_two = [&](int group) {
      int products = 0;
      for (int m : f_.made) products += f_.group[base(n(m / 2).args[m % 2])] == group;
      return products > 1;
    };
    for (auto const& [value, reader] : f_.read_outside) {
      int const group = f_.group[reader];
      bool const in_loop = n(reader).op->kind == family::reduction || f_.levels[reader] == level::element;
      bool may = in_loop && group >= 0 && !makes_for_two(group) && !is_exact(n(reader)) && !contains(apart_, reader) &&
                 f_.group_space[group] == f_.group_space[f_.group[value]] &&
                 f_.group_depth[group] < placement_of<Late>::behind_everything;
      for (int a : n(reader).args) may = may && (a < 0 || a == value || base(a) != value);
      if (may)
        reads_.push_back({value, group});
      else
        held_.push_back(value);
    }
  }

  constexpr bool is_copied(int i, int group) const {
    for (copied_node const& c : copies_)
      if (c.node == i && c.group == group) return true;
    return false;
  }
  // Whether the loop reads node i from memory anyway.
  constexpr bool is_read(int i, int group) const {
    for (copied_node const& r : read_)
      if (r.node == i && r.group == group) return true;
    for (int member : f_.members[group])
      for (int a : n(member).args)
        if (a >= 0 && base(a) == i) return true;
    return false;
  }
  constexpr bool is_assigned(int leaf) const {
    for (auto const& r : requests_)
      if (r.leaf == leaf) return true;
    return false;
  }

  constexpr bool is_wanted(int i) const {
    for (auto const& r : requests_)
      if (r.node == i) return true;
    return false;
  }

  // Whether the loop can compute node i of v's chain again; notes the nodes, and what they read.
  constexpr bool follow(int i, int v, trial& t) const {
    if (contains(t.chain, i) || is_copied(i, t.group)) return true;
    if (t.chain.size() == longest_chain) return false;
    for (int a : n(i).args) {
      if (a < 0) continue;
      int const b = base(a);
      node const& x = n(b);
      level const l = f_.levels[b];
      if (l == level::inlined || (is_source(x) && !x.is(opcode::leaf))) continue;
      bool const in_memory = x.is(opcode::leaf) || (f_.stored[b] && !contains(gone_, b) && !is_made(b));
      if (in_memory || contains(stored_rows_, b)) {
        // a leaf that is overwritten meanwhile would have to wait
        if (x.is(opcode::leaf) ? is_assigned(static_cast<int>(x.with.p)) : f_.depth[b] >= f_.group_depth[t.group])
          return false;
        if (!contains(t.read, b)) t.read.push_back(b);
        continue;
      }
      if (f_.group[b] != f_.group[v]) return false;
      if (l == level::row) {
        if (!contains(t.rows, b)) t.rows.push_back(b);
        continue;
      }
      if (l != level::element || a != b || is_exact(n(i)) || !follow(b, v, t)) return false;
    }
    t.chain.push_back(i);
    return true;
  }
  constexpr bool is_made(int i) const {
    for (int m : f_.made)
      if (base(n(m / 2).args[m % 2]) == i) return true;
    return false;
  }

  // Cycles (times 64) that the loop gains where it computes v instead of reading it.
  constexpr std::int64_t gain_of(trial const& t, int v) const {
    std::int64_t gain = read_cost(v);
    for (int i : t.chain) gain -= n(i).op->cycles * bytes_of(i);
    for (int i : t.read)
      if (!is_read(i, t.group)) gain -= read_cost(i);
    for (int i : t.rows) gain -= read_cost(i) + write_cost(i);
    return gain;
  }

  constexpr void decide(int v) {
    detail::sequence<trial> trials;
    std::int64_t all = write_cost(v);
    bool possible = !contains(held_, v) && !is_wanted(v);
    for (outside_read const& r : reads_) {
      if (r.value != v) continue;
      bool known = false;
      for (trial const& t : trials) known = known || t.group == r.group;
      if (known) continue;
      trial t{r.group, 0, {}, {}, {}};
      if (is_copied(v, r.group) || !follow(v, v, t)) {
        possible = false;
        continue;
      }
      t.gain = gain_of(t, v);
      all += t.gain;
      trials.push_back(std::move(t));
    }
    if (trials.empty()) return;
    if (possible) all += saved_where_it_was(v);
    bool const everywhere = possible && all > 0;
    for (trial const& t : trials)
      if (everywhere || t.gain > 0) take(t);
    if (everywhere) gone_.push_back(v);
  }
  // Where its own loop does not need the value, that does not compute it any more.
  constexpr std::int64_t saved_where_it_was(int v) const {
    for (int member : f_.members[f_.group[v]])
      for (int a : n(member).args)
        if (a >= 0 && base(a) == v) return 0;
    return n(v).op->cycles * bytes_of(v);
  }
  constexpr void take(trial const& t) {
    for (int i : t.chain) copies_.push_back({i, t.group});
    for (int i : t.read) read_.push_back({i, t.group});
    for (int i : t.rows) {
      read_.push_back({i, t.group});
      stored_rows_.push_back(i);
    }
  }

  static constexpr std::size_t longest_chain = 16;
  builder const& g_;
  fusion_of<Late> const& f_;
  detail::sequence<request> const& requests_;
  detail::sequence<int> const& apart_;
  memory_costs const& costs_;
  std::int64_t entry_bytes_;
  int last_ = -1;  // values are decided in the order of the graph
  detail::sequence<outside_read> reads_;
  detail::sequence<int> held_, gone_, stored_rows_;  // found in memory by somebody; stored no more; stored from here on
  detail::late<Late, detail::sequence<copied_node>> copies_, read_;
};

/// The graph with these copies, each before its first reader; `requests` follow.
template <class Late>
class copying_of {
 public:
  constexpr copying_of(graph_view g, fusion_of<Late> const& f, detail::sequence<copied_node> const& copies)
      : g_(g), f_(f), copies_(copies), made_(copies.size(), -1) {}

  constexpr void run(detail::sequence<request>& requests) {
    int const count = static_cast<int>(g_.nodes.size());
    for (int i = 0; i < count; ++i) {
      node x = g_[i];
      int const group = f_.group[i];
      level const l = f_.levels[i];
      bool const reads = group >= 0 && (l == level::element || x.op->kind == family::reduction) &&
                         !recomputation_of<Late>::is_exact(x);
      for (int& a : x.args)
        if (a >= 0) a = reads && f_.group[a] != group ? operand(a, group) : now(a);
      put(x, 0);
      now_.push_back(static_cast<int>(nodes.size()) - 1);
    }
    for (request& r : requests) r.node = now(r.node);
  }

  detail::sequence<node> nodes;
  detail::sequence<char> is_copy;  // by node

 private:
  constexpr int now(int i) const { return now_[i]; }
  constexpr int put(node const& x, char copy) {
    nodes.push_back(x);
    is_copy.push_back(copy);
    return static_cast<int>(nodes.size()) - 1;
  }
  constexpr int operand(int i, int group) {
    for (std::size_t k = 0; k < copies_.size(); ++k) {
      if (copies_[k].node != i || copies_[k].group != group) continue;
      if (made_[k] < 0) {
        node x = g_[i];
        bool const exact = recomputation_of<Late>::is_exact(x);
        for (int& a : x.args)
          if (a >= 0) a = exact ? now(a) : operand(a, group);
        made_[k] = put(x, 1);
      }
      return made_[k];
    }
    return now(i);
  }

  graph_view g_;
  fusion_of<Late> const& f_;
  detail::sequence<copied_node> const& copies_;
  detail::sequence<int> made_, now_;
};

}  // namespace ctg::inline v0::plan
