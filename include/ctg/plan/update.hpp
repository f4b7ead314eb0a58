// SPDX-License-Identifier: MIT
// Updates: W − s · A B assigned to W, where s is a product of scalars, is a product that adds to W as it ends each
// tile. It needs no window and no loop behind it.
#pragma once

#include <ctg/plan/views.hpp>

namespace ctg::inline v0::plan {

/// An update: a leaf, a product, and what is between them and the sum that is assigned.
struct update_match {
  sum_into to;  // its factors name nodes where the plan's name storages
  int leaf = -1, product = -1;
  detail::sequence<int> chain;  // the nodes from the product's reader up to the sum
};

template <class>
class update_reader_of {
 public:
  constexpr update_reader_of(builder const& g, detail::sequence<view> const& views,
                             detail::sequence<level> const& levels)
      : g_(g), views_(views), levels_(levels) {}

  /// Whether `sum` is a leaf ± scalars · a product, element for element, and nothing else.
  constexpr bool read(int sum) {
    node const& s = n(sum);
    if (!(s.is(opcode::add) || s.is(opcode::subtract))) return false;
    bool const leaf_first = n(s.args[0]).is(opcode::leaf);
    int const leaf = s.args[leaf_first ? 0 : 1], step = s.args[leaf_first ? 1 : 0];
    if (!n(leaf).is(opcode::leaf) || n(leaf).shape != s.shape || (!leaf_first && s.is(opcode::subtract))) return false;
    found_.to.node = sum;
    found_.to.negative = s.is(opcode::subtract);
    found_.leaf = static_cast<int>(n(leaf).with.p);
    found_.chain.push_back(sum);
    return read_step(step, s.shape);
  }
  constexpr update_match const& found() const { return found_; }

 private:
  constexpr node const& n(int i) const { return g_.nodes[i]; }
  constexpr int base(int i) const { return views_[i].base; }
  constexpr bool is_scalar(int a) const { return g_.shapes[n(base(a)).shape].one_entry(); }

  constexpr bool read_step(int x, int shape) {
    while (true) {
      node const& step = n(x);
      if (step.shape != shape) return false;
      if (step.is(opcode::product)) break;
      found_.chain.push_back(x);
      if (step.is(opcode::negate)) {
        found_.to.negative = !found_.to.negative;
        x = step.args[0];
      } else if (step.is(opcode::multiply) || step.is(opcode::divide)) {
        bool const first = step.is(opcode::multiply) && is_scalar(step.args[0]);
        int const scalar = step.args[first ? 0 : 1];
        if (!is_scalar(scalar) || !take(scalar, step.is(opcode::divide))) return false;
        x = step.args[first ? 1 : 0];
      } else {
        return false;
      }
    }
    found_.product = x;
    return true;
  }

  // A scalar as factors: sources, what is in memory, and products and quotients of these.
  constexpr bool take(int a, bool divides) {
    int const b = base(a);
    node const& x = n(b);
    if (levels_[b] == level::inlined) {
      if (x.is(opcode::negate)) found_.to.negative = !found_.to.negative;
      if (x.is(opcode::negate)) return take(x.args[0], divides);
      if (x.is(opcode::multiply)) return take(x.args[0], divides) && take(x.args[1], divides);
      return x.is(opcode::divide) && take(x.args[0], divides) && take(x.args[1], !divides);
    }
    scale_factor f;
    f.divides = divides;
    f.with = x.with.p;
    if (x.is(opcode::constant)) {
      f.what = action::constant;
    } else if (x.is(opcode::number)) {
      f.what = action::number;
    } else if (x.is(opcode::size)) {
      f.what = action::size;
    } else {
      bool const is_leaf = x.is(opcode::leaf);
      if ((is_source(x) && !is_leaf) || !views_[a].from_the_start()) return false;
      if (is_leaf && type_of(static_cast<int>(x.with.p)) != type_of(found_.leaf)) return false;
      f.what = action::load;
      f.memory = b;
    }
    if (found_.to.count == max_factors) return false;
    found_.to.factors[found_.to.count++] = f;
    return true;
  }
  constexpr element type_of(int leaf) const { return g_.leaves[leaf]->type; }

  builder const& g_;
  detail::sequence<view> const& views_;
  detail::sequence<level> const& levels_;
  update_match found_;
};

}  // namespace ctg::inline v0::plan
