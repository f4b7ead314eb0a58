// SPDX-License-Identifier: MIT
// A linear map applied to a batch of seeds at once, with its structure kept (`batched`).
#pragma once

#include <ctg/calculus/batched_scan.hpp>

namespace ctg::inline v0::detail {

/// What a root that is linear in an unknown becomes for a batch of values of that unknown.
template <Builder G>
class batch_map {
  using handle = late<G, ctg::handle>;
  using batched = late<G, detail::batched>;

 public:
  constexpr batch_map(G& g, handle unknown, batched const& seed)
      : g_(g), first_(unknown.id), lead_(seed.lead()), depends_(g, unknown.id) {
    values_.push_back(seed);
    depends_.mark(first_);
  }

  constexpr batched run(handle root) {
    for (int i = first_ + 1; i <= root.id; ++i) {
      depends_.visit(i);
      values_.push_back({});
    }
    // only what the root needs is mapped
    detail::sequence<char> needed(values_.size(), 0);
    if (!depends_(root.id)) return batched::of(zeros(root.shape()), lead_);
    needed.back() = 1;
    for (int i = root.id; i > first_; --i)
      if (needed[at(i)])
        for_reads(g_, i, [&](int a) {
          if (!depends_.stays(a)) needed[at(a)] = 1;
        });
    for (int i = first_ + 1; i <= root.id; ++i)
      if (needed[at(i)]) map_node(i);
    return values_.back();
  }
  /// An intermediate would have more axes than a tensor may have, or has no rule.
  constexpr bool failed() const { return failed_; }

  // for the bodies of scans
  constexpr dependence<G>& depends() { return depends_; }
  constexpr void bind(int slot, handle h) { values_[at(slot)] = batched::of(h, lead_); }
  constexpr void map_node(int i) {
    if (depends_.replaced(i)) {
      values_[at(i)].dense = copy_node(g_, *this, i, values_[0].batch);
    } else {
      failed_ = failed_ || lead_ + g_.at(i).shape().rank > max_rank;
      if (!failed_) values_[at(i)] = map(i);
    }
  }
  constexpr handle plain(int i) const { return depends_.stays(i) ? g_.at(i) : values_[at(i)].dense; }
  constexpr handle whole(int i) {
    if (depends_(i)) return values_[at(i)].resolved();
    auto const h = plain(i);
    return broadcast(h, joined_shapes(values_[0].batch, shape(h.shape())));
  }

 private:
  constexpr std::size_t at(int i) const { return static_cast<std::size_t>(i - first_); }
  constexpr node const& node_at(int i) const { return g_.nodes[static_cast<std::size_t>(i)]; }
  constexpr batched const& value(int a) const { return values_[at(a)]; }
  constexpr handle zeros(shape const& s) { return constant_node(g_, 0, joined_shapes(values_[0].batch, s)); }

  // What does not depend on the unknown, with unit axes in front.
  constexpr handle aligned(handle h, int rank) {
    shape const s = h.shape();
    return reshape(h, joined_shapes(ones(lead_ + rank - s.rank), s));
  }

  constexpr batched map(int i) {
    node const n = node_at(i);  // the list grows below
    shape const to = g_.at(i).shape();
    switch (n.op->code) {
      case opcode::sum:
        return sum(value(n.args[0]), n.with, to);
      case opcode::broadcast: {
        batched v = value(n.args[0]);
        v.lift(to.rank);
        v.own = to;
        return v;
      }
      case opcode::transpose: {
        batched v = value(n.args[0]);
        v.permute_own(n.with.p);
        return v;
      }
      case opcode::reshape:
        return reshaped(value(n.args[0]), to);
      case opcode::product: {
        if (depends_(n.args[0])) return times(value(n.args[0]), plain(n.args[1]), to);
        batched v = value(n.args[1]);
        v.permute_own(last_two_exchanged(v.own.rank));
        shape turned = to;
        std::swap(turned[to.rank - 1], turned[to.rank - 2]);
        v = times(v, transpose(plain(n.args[0])), turned);
        v.permute_own(last_two_exchanged(to.rank));
        return v;
      }
      case opcode::scan:
        return {map_scan(g_, *this, i, values_[0].batch)};
      case opcode::scan_result:
        return batched::of(map_scan_result(g_, i, value(n.args[0]).dense, values_[0].batch), lead_);
      default:
        return n.op->kind == family::elementwise ? elementwise(n, to) : any(n, to);
    }
  }

  static constexpr batched sum(batched v, parameters with, shape const& to) {
    std::int64_t mask = 0;
    for (int q = 0; q < v.own.rank; ++q) {
      if (!(with.q || (with.p >> q & 1)) || v.own[q].is_one()) continue;
      if (v.paired(q) >= 0)
        v.move_to_batch(q);
      else if (v.dense.shape()[v.lead() + q].is_one())
        v.dense = v.dense % size_of(v.graph(), shape(v.own[q]));
      else
        mask |= std::int64_t{1} << (v.lead() + q);
    }
    v.dense = sum_axes(v.dense, mask);
    if (to.rank < v.own.rank) v.dense = reshape(v.dense, part_of(shape(v.dense.shape()), 0, v.lead()));
    v.own = to;
    return v;
  }

  // Axes that a reshape leaves alone keep their pairs; the others are resolved and become one block.
  static constexpr batched reshaped(batched const& from, shape const& to) {
    batched v{from.dense, from.batch, to};
    shape const s = from.own;
    int i = 0, j = 0, lead = from.lead();
    shape dense = part_of(shape(from.dense.shape()), 0, lead);
    while (i < s.rank || j < to.rank) {
      if (i < s.rank && s[i].is_one()) {
        ++i;
      } else if (j < to.rank && to[j].is_one()) {
        dense.push(extent{1});
        ++j;
      } else if (i < s.rank && j < to.rank && s[i] == to[j]) {
        dense.push(shape(from.dense.shape())[lead + i]);
        v.paired(j++) = static_cast<std::int8_t>(from.paired(i++));
      } else {
        break;
      }
    }
    if (i < s.rank || j < to.rank) {  // the rest is one block
      batched whole = from;
      bool same = true;
      for (int q = i; q < s.rank; ++q) {
        whole.resolve(q);
        same = same && whole.dense.shape()[lead + q].is_one();
      }
      shape full = whole.dense.shape();
      dense = joined_shapes(part_of(full, 0, lead), part_of(dense, lead, dense.rank));
      for (int q = i; q < s.rank && !same; ++q) full[lead + q] = s[q];
      v.dense = broadcast(whole.dense, full);
      for (int q = j; q < to.rank; ++q) dense.push(same ? extent{1} : to[q]);
    }
    v.dense = reshape(v.dense, dense);
    return v;
  }

  // T · B over the last own axis.
  constexpr batched times(batched v, handle b, shape const& to) {
    v.lift(to.rank);
    auto const right = aligned(b, to.rank);
    int const inner = to.rank - 1, last = lead_ + inner, row = last - 1;
    if (v.paired(inner) >= 0) {
      // Σ_k D[k] [b_p = k] B[k, n] = D[b_p] ⊙ B[b_p, n]
      int const p = v.paired(inner);
      v.move_to_batch(inner);
      v.dense = v.dense % swapped(right, p, row);
    } else if (v.dense.shape()[last].is_one()) {
      v.dense = v.dense % sum_axes(right, std::int64_t{1} << row);
    } else {
      v.dense = matrix_product(v.dense, right, b.shape().rank == 2);
    }
    v.own = to;
    return v;
  }

  // With one matrix on the right, all axes of the left operand but the last are rows.
  static constexpr handle matrix_product(handle a, handle b, bool one_matrix) {
    shape const s = a.shape(), t = b.shape();
    shape const rows = part_of(s, 0, s.rank - 1);
    if (!one_matrix || count_names(rows) > extent::max_names) return product(a, b);
    auto const right = reshape(b, part_of(t, t.rank - 2, t.rank));
    shape to = rows;
    to.push(t[t.rank - 1]);
    return reshape(product(reshape(a, shape(rows.size(), s[s.rank - 1])), right), to);
  }

  constexpr batched elementwise(node const& n, shape const& to) {
    batched v[3]{}, result{};
    bool dependent[3]{};
    for (int k = 0; k < n.arity(); ++k) {
      dependent[k] = depends_(n.args[k]);
      if (!dependent[k]) continue;
      v[k] = value(n.args[k]);
      v[k].lift(to.rank);
      result = v[k];
    }
    // pairs that all have stay
    for (int q = 0; q < to.rank; ++q) {
      for (int k = 0; k < n.arity(); ++k)
        if (dependent[k] && v[k].paired(q) != result.paired(q)) result.paired(q) = -1;
      for (int k = 0; k < n.arity(); ++k)
        if (dependent[k] && result.paired(q) < 0) v[k].resolve(q);
    }
    handle x[3]{};
    for (int k = 0; k < n.arity(); ++k) x[k] = dependent[k] ? v[k].dense : aligned(plain(n.args[k]), to.rank);
    result.own = to;
    result.dense = joined(n, x);
    return result;
  }

  constexpr handle joined(node const& n, handle const (&x)[3]) {
    switch (n.op->code) {
      case opcode::add:
        return x[0] + x[1];
      case opcode::subtract:
        return x[0] - x[1];
      case opcode::multiply:
        return x[0] % x[1];
      case opcode::divide:
        return x[0] / x[1];
      case opcode::negate:
        return -x[0];
      default: {
        shape s = x[0].shape();
        for (int k = 1; k < n.arity(); ++k) s = broadcast_shapes(s, x[k].shape()).value;
        return put(n, x, s, n.with);
      }
    }
  }

  // An operation that says where its axes stand when others are put in front of them. Most work along one axis: then
  // only its pair is resolved.
  constexpr batched any(node const& n, shape const& to) {
    if (is_null(n.op->shifted)) {
      failed_ = true;
      return {};
    }
    parameters const with = n.op->shifted(n.with, lead_);
    bool const by_index = n.is(opcode::gather) || n.is(opcode::scatter);
    if (n.arity() == 1 || by_index) {
      auto const axis = static_cast<int>(n.with.p);
      batched v = value(n.args[0]);
      v.resolve(axis);
      shape s = v.dense.shape();
      s[lead_ + axis] = v.own[axis];
      auto const all = broadcast(v.dense, s);
      s[lead_ + axis] = to[axis];
      v.dense = put(n, {all, plain(n.args[1])}, s, with);
      v.own = to;
      return v;
    }
    // these want operands of one shape; the others take one operand for the whole batch
    bool const alike = n.is(opcode::concat) || n.is(opcode::recurrence);
    handle x[3]{};
    for (int k = 0; k < n.arity(); ++k) {
      int const h = n.args[k];
      shape const s = g_.at(h).shape();
      x[k] = depends_(h) ? value(h).resolved() : aligned(plain(h), s.rank);
      if (alike) x[k] = broadcast(x[k], joined_shapes(values_[0].batch, s));
    }
    return batched::of(put(n, x, joined_shapes(values_[0].batch, to), with), lead_);
  }

  constexpr handle put(node n, handle const (&x)[3], shape const& s, parameters with) {
    for (int k = 0; k < n.arity(); ++k) n.args[k] = x[k].id;
    n.shape = g_.intern(s);
    n.with = with;
    return {&g_, g_.put(n)};
  }

  G& g_;
  int first_, lead_;
  bool failed_ = false;
  dependence<G> depends_;
  detail::sequence<batched> values_;
};

}  // namespace ctg::inline v0::detail
