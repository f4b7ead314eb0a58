// SPDX-License-Identifier: MIT
// An expression written for one sample, made into that for all samples: every node that a sample reaches gets the batch
// as its first axis. Matrix products of one sample with what is common to all become one product over all rows.
#pragma once

#include <ctg/calculus/batched_scan.hpp>

namespace ctg::inline v0::detail {

template <Builder G>
class per_sample_map {
 public:
  constexpr per_sample_map(G& g, extent const& batch) : g_(g), batch_(batch), depends_(g, 0) {}

  /// `placeholder` stands for one sample of `all`, whose first axis is the batch.
  constexpr void bind(handle placeholder, handle all) {
    depends_.mark(placeholder.id);
    bind(placeholder.id, all);
  }

  constexpr handle run(handle root) {
    int const count = root.id + 1;
    detail::sequence<char> needed(static_cast<std::size_t>(count), 0);
    needed.back() = 1;
    for (int i = root.id; i >= 0; --i)
      if (needed[at(i)]) for_reads(g_, i, [&](int a) { needed[at(a)] = 1; });
    for (int i = 0; i < count; ++i) {
      if (!needed[at(i)] || known(i)) continue;
      depends_.visit(i);
      if (!depends_.stays(i)) map_node(i);
    }
    return all_of(root.id);
  }

  /// Some operation has no rule for a batch.
  constexpr bool failed() const { return failed_; }

  // for the bodies of scans
  constexpr dependence<G>& depends() { return depends_; }
  constexpr void bind(int slot, handle h) { put_value(slot, h.id); }
  constexpr void map_node(int i) {
    put_value(i, (depends_.replaced(i) ? copy_node(g_, *this, i, shape(batch_)) : map(i)).id);
  }
  constexpr handle plain(int i) { return {&g_, depends_.stays(i) ? i : values_[at(i)]}; }
  constexpr handle whole(int i) { return all_of(i); }

 private:
  static constexpr std::size_t at(int i) { return static_cast<std::size_t>(i); }
  constexpr bool known(int i) const { return at(i) < values_.size() && values_[at(i)] >= 0; }
  constexpr void put_value(int i, int value) {
    while (values_.size() <= at(i)) values_.push_back(-1);
    values_[at(i)] = value;
  }
  constexpr shape with_batch(shape const& own, int rank = 0) const {
    shape s(batch_);
    for (int k = own.rank; k < rank; ++k) s.push(extent{1});
    for (int k = 0; k < own.rank; ++k) s.push(own[k]);
    return s;
  }
  constexpr shape own_shape(int i) const { return g_.at(i).shape(); }
  // Operand i with the batch in front, axes of its own up to `rank`.
  constexpr handle lifted(int i, int rank) { return reshape(g_.at(values_[at(i)]), with_batch(own_shape(i), rank)); }
  constexpr handle all_of(int i) {
    if (depends_(i)) return {&g_, values_[at(i)]};
    return broadcast(plain(i), with_batch(own_shape(i)));
  }

  constexpr handle map(int i) {
    node const n = g_.nodes[at(i)];  // the list grows below
    shape const to = own_shape(i);
    if (n.is(opcode::scan)) return map_scan(g_, *this, i, shape(batch_));
    if (n.is(opcode::scan_result)) return map_scan_result(g_, i, g_.at(values_[at(n.args[0])]), shape(batch_));
    switch (n.op->kind) {
      case family::elementwise: {
        node m = n;
        for (int k = 0; k < n.arity(); ++k)
          if (int const a = n.args[at(k)]; a >= 0) m.args[at(k)] = (depends_(a) ? lifted(a, to.rank) : plain(a)).id;
        return put(m, with_batch(to));
      }
      case family::reduction: {
        auto const x = all_of(n.args[0]);
        node m = n;
        m.args[0] = x.id;
        m.with = {(n.with.q ? all_axes(own_shape(n.args[0])) : n.with.p) << 1, 0};
        return reshape(put(m, operation<opcode::sum>::result(&x.shape(), m.with).value), with_batch(to));
      }
      case family::rowwise: {
        node m = n;
        m.args[0] = all_of(n.args[0]).id;
        ++m.with.p;
        return put(m, with_batch(to));
      }
      case family::product:
        return multiply(n, to);
      default:
        return moved(n, to);
    }
  }

  constexpr handle moved(node const& n, shape const& to) {
    int const x = n.args[0];
    switch (n.op->code) {
      case opcode::broadcast:
        return broadcast(lifted(x, to.rank), with_batch(to));
      case opcode::reshape:
        return reshape(all_of(x), with_batch(to));
      case opcode::transpose: {
        int axes[max_rank]{};
        for (int k = 0; k < to.rank; ++k) axes[k + 1] = permuted(n.with.p, k) + 1;
        return permute(all_of(x), pack_permutation(to.rank + 1, axes));
      }
      case opcode::one_hot: {
        auto const labels = reshape(all_of(x), shape(with_batch(own_shape(x)).size()));
        return reshape(apply<operation<opcode::one_hot>>(n.with, labels), with_batch(to));
      }
      default:
        break;
    }
    bool const numbers_rows = n.is(opcode::gather) || n.is(opcode::scatter);
    if (is_null(n.op->shifted) || (numbers_rows && depends_(n.args[1]))) {
      failed_ = true;
      return all_of(x);
    }
    node m = n;
    for (std::size_t k = 0; k < 3; ++k)
      if (n.args[k] >= 0) m.args[k] = (numbers_rows && k == 1 ? plain(n.args[k]) : all_of(n.args[k])).id;
    m.with = n.op->shifted(n.with, 1);
    return put(m, with_batch(to));
  }

  constexpr handle multiply(node const& n, shape const& to) {
    int const a = n.args[0], b = n.args[1];
    shape const s = own_shape(a), t = own_shape(b);
    if (!depends_(b) && s.rank == 2 && t.rank == 2) {  // all rows of all samples at once
      auto const rows = reshape(all_of(a), shape(batch_ * s[0], s[1]));
      return reshape(product(rows, plain(b)), with_batch(to));
    }
    if (!depends_(a) && s.rank == 2 && t.rank == 2 && t[1].is_one()) {  // A x for a column x: X Aᵀ
      auto const rows = reshape(all_of(b), shape(batch_, t[0]));
      return reshape(product(rows, transpose(plain(a))), with_batch(to));
    }
    auto const left = depends_(a) ? lifted(a, to.rank) : plain(a), right = depends_(b) ? lifted(b, to.rank) : plain(b);
    return product(left, right);
  }

  constexpr handle put(node m, shape const& s) {
    m.shape = g_.intern(s);
    return {&g_, g_.put(m)};
  }

  G& g_;
  extent batch_;
  bool failed_ = false;
  dependence<G> depends_;
  detail::sequence<int> values_;  // by node: itself with the batch in front, or -1
};

}  // namespace ctg::inline v0::detail
