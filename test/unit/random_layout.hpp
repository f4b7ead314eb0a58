// SPDX-License-Identifier: MIT
// A random graph with its leaves, and random layout operations for it.
#pragma once

#include <ctg/plan/planner.hpp>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <optional>
#include <random>
#include <vector>

namespace test {

using ctg::builder;
using ctg::extent;
using ctg::handle;
using ctg::opcode;
using ctg::shape;

/// A leaf's memory: real ones in double, labels in int32; a view has rows that are further apart than they are long.
struct leaf_data {
  ctg::detail::leaf_info info;
  std::vector<double> reals;
  std::vector<std::int32_t> labels;
  ctg::detail::location place;
};

struct random_graph {
  builder written;
  std::deque<leaf_data> leaves;  // in the order of written.leaves
  std::vector<double> numbers;
  std::deque<ctg::detail::number_info> number_infos;
  ctg::extent_table extents;
  std::vector<ctg::plan::request> requests;  // nodes of `written`

  random_graph() = default;
  random_graph(random_graph const&) = delete;

  std::vector<int> roots() const {
    std::vector<int> r;
    for (auto const& q : requests) r.push_back(q.node);
    return r;
  }
  std::vector<ctg::detail::location> places() const {
    std::vector<ctg::detail::location> p;
    for (auto const& l : leaves) p.push_back(l.place);
    return p;
  }
};

struct options {
  bool smooth = false;  // only operations with a derivative everywhere, for difference quotients
  bool assigns = true;
  bool empties = false;  // a named extent may be 0
  int nodes = 20;
};

/// x permuted, stretched, with axes merged, added, dropped or split; nothing where the choice does not fit x.
inline std::optional<handle> random_layout(handle x, std::vector<extent> const& dims, std::mt19937& random) {
  auto const pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  auto const chance = [&](int one_in) { return pick(one_in) == 0; };
  auto const any_dim = [&] { return dims[static_cast<std::size_t>(pick(static_cast<int>(dims.size())))]; };
  shape const s = x.shape();
  switch (pick(6)) {
    case 0:
    case 1: {  // permute
      int axes[ctg::max_rank]{};
      for (int i = 0; i < s.rank; ++i) axes[i] = i;
      std::shuffle(axes, axes + s.rank, random);
      return ctg::permute(x, ctg::detail::pack_permutation(s.rank, axes));
    }
    case 2: {  // stretch
      shape t = s;
      for (int i = 0; i < t.rank; ++i)
        if (t[i].is_one() && chance(2)) t[i] = any_dim();
      shape r;
      if (t.rank < 4 && chance(2)) r.push(any_dim());
      for (int i = 0; i < t.rank; ++i) r.push(t[i]);
      return ctg::broadcast(x, r);
    }
    case 3: {  // merge two axes
      if (s.rank < 2) return std::nullopt;
      int const k = pick(s.rank - 1);
      shape r;
      for (int i = 0; i < s.rank; ++i)
        if (i == k) {
          r.push(s[i] * s[i + 1]);
          ++i;
        } else {
          r.push(s[i]);
        }
      return r[k].names[2] ? std::optional<handle>{} : ctg::reshape(x, r);
    }
    case 4: {  // a unit axis more, or none
      shape r;
      bool const drops = chance(2);
      int const where = pick(s.rank + 1);
      for (int i = 0; i <= s.rank; ++i) {
        if (!drops && i == where && s.rank < 4) r.push(extent{1});
        if (i < s.rank && !(drops && s[i].is_one())) r.push(s[i]);
      }
      return ctg::reshape(x, r);
    }
    default: {  // split an axis
      for (int k = 0; k < s.rank; ++k) {
        if (s[k].factor % 2 || s[k].factor == 0 || s[k].factor == 2 || s.rank > 3) continue;
        shape r;
        for (int i = 0; i < s.rank; ++i) {
          extent half = s[i];
          half.factor /= 2;
          if (i == k) r.push(extent{2});
          r.push(i == k ? half : s[i]);
        }
        return ctg::reshape(x, r);
      }
      return std::nullopt;
    }
  }
}

}  // namespace test
