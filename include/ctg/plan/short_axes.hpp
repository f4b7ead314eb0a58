// SPDX-License-Identifier: MIT
// Reductions over a short axis that is not the last, as in the lengths of 3×N×N differences: written out, Σ over that
// axis is X₀ + X₁ + X₂, an element-wise value of the space without it, which fuses with all that reads it there. What
// is reduced over other axes and read it stretched (forces from distances) follows piece by piece. Forces of 128 bodies
// as 3×N×N take half the time, and no N×N buffer.
#pragma once

#include <ctg/plan/simplify.hpp>

namespace ctg::inline v0::plan {

/// Entries of the space without the axis from which on it pays.
inline constexpr double least_beside_short_axis = 64;

template <class Late>
class short_axes_of {
  using handle = detail::late<Late, ctg::handle>;

 public:
  /// The first `wanted` of the roots are those of the program, which decide.
  constexpr short_axes_of(graph_view from, detail::span<int const> roots, std::size_t wanted,
                          double least = least_beside_short_axis)
      : from_(from), roots_(roots), least_(least) {
    find_sums();
    if (reductions_.empty()) return;
    readers_.assign(from_.nodes.size(), {});
    for (int r : roots.first(wanted)) readers_[at(r)].push_back(-1);
    for (int i = size() - 1; i >= 0; --i)
      if (!readers_[at(i)].empty())
        for (int a : n(i).args)
          if (a >= 0) readers_[at(a)].push_back(i);
    settle(false);
    if (reductions_.empty()) return;
    find_followers();
    settle(true);
  }

  /// Whether any reduction is written out.
  constexpr bool applies() const { return !reductions_.empty(); }

  /// Builds the graph with these into `out`; returns the new roots.
  constexpr detail::sequence<int> run(builder& out) {
    out.sorts_operands = true;
    for (int i = 0; i < size(); ++i) {
      written_out const* const r = found(i);
      to_.push_back((r ? rebuild_pieces(*r, out) : rebuild(i, out)).id);
    }
    detail::sequence<int> result;
    for (int r : roots_) result.push_back(to_[at(r)]);
    detail::drop_unread<Late>(out, result);
    return result;
  }

 private:
  static constexpr std::int64_t longest = 4;
  static constexpr std::size_t longest_chain = 16;
  // What may be computed a second time, for who reads it with the axis: in cycles.
  static constexpr int cheap = 4;

  struct written_out {
    int node, axis;
    detail::sequence<int> chain;   // the element-wise nodes with the axis that it is computed from
    detail::sequence<int> memory;  // and what these read in memory
    bool follows = false;
  };

  static constexpr std::size_t at(int i) { return static_cast<std::size_t>(i); }
  constexpr int size() const { return static_cast<int>(from_.nodes.size()); }
  constexpr node const& n(int i) const { return from_[i]; }
  constexpr shape const& shape_of(int i) const { return from_.shape_of(i); }
  constexpr written_out const* found(int i) const {
    for (written_out const& r : reductions_)
      if (r.node == i) return &r;
    return nullptr;
  }

  static constexpr bool is_short(extent const& e) { return e.is_static() && e.factor >= 2 && e.factor <= longest; }
  // The axis of node a that is aligned with an axis of its reader; negative where it has none.
  constexpr int axis_of(int a, shape const& reader, int axis) const {
    int const own = axis - (reader.rank - shape_of(a).rank);
    return own >= 0 && shape_of(a)[own].is_one() ? -1 : own;
  }

  constexpr void find_sums() {
    for (int i = 0; i < size(); ++i) {
      node const& x = n(i);
      if (x.op->kind != family::reduction || x.with.q) continue;
      shape const& s = shape_of(x.args[0]);
      std::int64_t const axes = detail::longer_axes(s, x.with.p);
      int axis = 0;
      while (axes >> axis > 1) ++axis;
      if (axes != std::int64_t{1} << axis || !is_short(s[axis])) continue;
      bool last = true;
      double beside = 1;
      for (int k = 0; k < s.rank; ++k) {
        if (k > axis) last = last && s[k].is_one();
        if (k != axis) beside *= static_cast<double>(detail::nominal_count(s[k]));
      }
      if (last || beside < least_) continue;
      written_out r{i, axis, {}, {}};
      if (follow(x.args[0], axis, r)) reductions_.push_back(r);
    }
  }

  // Whether pieces along the axis of node i can be computed from pieces of what is in memory; notes what that takes.
  constexpr bool follow(int i, int axis, written_out& r) const {
    if (axis < 0 || n(i).is(opcode::constant) || contains(r.chain, i)) return true;
    node const& x = n(i);
    if (x.op->kind == family::elementwise) {
      if (r.chain.size() == longest_chain) return false;
      for (int a : x.args)
        if (a >= 0 && !follow(a, axis_of(a, shape_of(i), axis), r)) return false;
      r.chain.push_back(i);
      return true;
    }
    int base = i;
    while (n(base).op->kind == family::layout && !n(base).is(opcode::one_hot)) base = n(base).args[0];
    if (!n(base).is(opcode::leaf) && !n(base).is(opcode::slot)) return false;
    if (!contains(r.memory, i)) r.memory.push_back(i);
    return true;
  }

  // What is reduced, over other axes, of values that a reduction was written out for.
  constexpr void find_followers() {
    for (int i = 0; i < size(); ++i) {
      node const& x = n(i);
      if (x.op->kind != family::reduction || !depends_[at(i)] || readers_[at(i)].empty() || found(i)) continue;
      shape const& s = shape_of(x.args[0]);
      for (int axis = 0; axis < s.rank; ++axis) {
        written_out r{i, axis, {}, {}, true};
        bool const reduced = x.with.q || (x.with.p >> axis & 1);
        if (!is_short(s[axis]) || (reduced && !x.is(opcode::sum)) || !follow(x.args[0], axis, r)) continue;
        if (!reads_without(r)) continue;
        reductions_.push_back(r);
        break;
      }
    }
  }
  // Whether a chain reads a value without the axis that was computed from what is written out.
  constexpr bool reads_without(written_out const& r) const {
    for (int i : r.chain)
      for (int a : n(i).args)
        if (a >= 0 && depends_[at(a)] && !contains(r.chain, a) && n(a).op->kind == family::elementwise) return true;
    return false;
  }

  constexpr bool in_a_chain(int i) const {
    for (written_out const& r : reductions_)
      if (r.node == i || contains(r.chain, i)) return true;
    return false;
  }

  // Leaves out, one by one, what would cost more than it saves.
  constexpr void settle(bool followers) {
    for (bool changed = true; changed;) {
      changed = false;
      find_dependents();
      for (std::size_t k = 0; k < reductions_.size() && !changed; ++k)
        if (reductions_[k].follows == followers && !pays(reductions_[k])) {
          for (std::size_t j = k; j + 1 < reductions_.size(); ++j) reductions_[j] = reductions_[j + 1];
          reductions_.pop_back();
          changed = true;
        }
    }
  }
  constexpr void find_dependents() {
    depends_.assign(from_.nodes.size(), 0);
    for (int i = 0; i < size(); ++i) {
      bool any = found(i) && !found(i)->follows;
      for (int a : n(i).args) any = any || (a >= 0 && depends_[at(a)]);
      depends_[at(i)] = any;
    }
  }

  // What is read with the axis elsewhere must be cheap to compute again; and who reads it there, or reads the same
  // memory, must come behind anyway, or it would have shared the loop. An equality must meet the bits that were
  // gathered.
  constexpr bool pays(written_out const& r) const {
    int again = 0;
    for (int i : r.chain)
      for (int reader : readers_[at(i)]) {
        if (reader >= 0 && in_a_chain(reader)) continue;
        bool const exact = n(r.node).is(opcode::max) || n(r.node).is(opcode::min);
        if (reader < 0 || exact || !depends_[at(reader)] || (r.follows && depends_[at(i)])) return false;
        again += n(i).op->cycles;
        break;
      }
    double const whole = detail::nominal_size(shape_of(n(r.node).args[0]));
    for (int i : r.memory)
      for (int reader : readers_[at(i)])
        if (reader >= 0 && !in_a_chain(reader) && !depends_[at(reader)] && detail::nominal_size(shape_of(i)) == whole)
          return false;
    return again <= cheap;
  }

  // ── the graph anew ──

  constexpr handle rebuild(int i, builder& out) const {
    node const& x = n(i);
    std::array<handle, 3> y{};
    for (std::size_t k = 0; k < 3; ++k)
      if (x.args[k] >= 0) y[k] = {&out, to_[at(x.args[k])]};
    return detail::rebuild_node(out, from_, x, y, true, true);
  }

  constexpr handle rebuild_pieces(written_out const& r, builder& out) {
    node const& x = n(r.node);
    int const of = x.args[0];
    bool const reduced = x.with.q || (x.with.p >> r.axis & 1);
    detail::sequence<handle> pieces;
    for (std::int64_t k = 0; k < shape_of(of)[r.axis].factor; ++k) {
      made_.clear();
      handle const y = piece(of, r.axis, k, out);
      pieces.push_back(reduced ? y : detail::rebuild_reduction(x, y, true));
    }
    return reduced ? joined(x, pieces) : side_by_side(r, pieces, out);
  }
  static constexpr handle joined(node const& x, detail::sequence<handle> const& pieces) {
    handle y = pieces[0];
    for (std::size_t k = 1; k < pieces.size(); ++k) switch (x.op->code) {
        case opcode::max:
          y = make<opcode::maximum>(y, pieces[k]);
          break;
        case opcode::min:
          y = make<opcode::minimum>(y, pieces[k]);
          break;
        case opcode::prod:
          y = detail::product_of_factors(y, pieces[k]);
          break;
        default:
          y = detail::sum_of_terms(y, pieces[k], false);
      }
    return detail::rebuild_reduction(x, y, true);
  }
  // Piece k where the loop is at entry k along the axis: a loop over so few entries costs nothing, and fuses with what
  // reads them; joined pieces would be a step of their own.
  constexpr handle side_by_side(written_out const& r, detail::sequence<handle> const& pieces, builder& out) const {
    shape const& s = shape_of(r.node);
    shape along;
    for (int k = 0; k < s.rank; ++k) along.push(k == r.axis ? s[k] : extent{1});
    handle const place = broadcast(reshape(handle(iota_node(out, s[r.axis])), along), s);
    handle y = pieces.back();
    for (std::size_t k = pieces.size() - 1; k-- > 0;) {
      handle const here = make<opcode::equal>(place, constant_node(out, static_cast<double>(k)));
      y = make<opcode::where>(here, pieces[k], y);
    }
    return y;
  }

  struct made_piece {
    int node, id;
  };
  constexpr handle piece(int i, int axis, std::int64_t k, builder& out) {
    if (axis < 0) return {&out, to_[at(i)]};
    for (made_piece const& m : made_)
      if (m.node == i) return {&out, m.id};
    node const& x = n(i);
    handle y{};
    if (x.op->kind == family::elementwise) {
      std::array<handle, 3> z{};
      for (std::size_t j = 0; j < 3; ++j)
        if (x.args[j] >= 0) z[j] = piece(x.args[j], axis_of(x.args[j], shape_of(i), axis), k, out);
      y = detail::rebuild_node(out, from_, x, z, true, true);
    } else {
      y = slice(handle{&out, to_[at(i)]}, axis, k, k + 1);
    }
    made_.push_back({i, y.id});
    return y;
  }

  graph_view from_;
  detail::span<int const> roots_;
  double least_;
  detail::sequence<written_out> reductions_;
  detail::sequence<detail::sequence<int>> readers_;  // by node; -1 for a root
  detail::sequence<char> depends_;                   // on a reduction that is written out
  detail::sequence<int> to_;
  detail::sequence<made_piece> made_;
};

}  // namespace ctg::inline v0::plan
