// SPDX-License-Identifier: MIT
// Layout that cannot be read in place becomes copies: the graph of a plan.
#pragma once

#include <ctg/plan/views.hpp>

namespace ctg::inline v0::plan {

template <class Late>
class copies_of {
 public:
  /// `from` is simplified and expanded; `leaves` are those of the program, which computes in `type`.
  constexpr copies_of(graph_view from, detail::span<detail::leaf_info const* const> leaves,
                      detail::sequence<request> requests, element type = element::none)
      : from_(from), requests_(std::move(requests)), type_(type) {
    g_.leaves.assign(leaves.data(), leaves.data() + leaves.size());
  }

  constexpr detail::late<Late, builder> const& graph() const { return g_; }
  constexpr detail::sequence<request> const& requests() const { return requests_; }

 protected:
  constexpr detail::late<Late, node> const& n(int i) const { return g_.nodes[i]; }
  constexpr detail::late<Late, shape> const& shape_of(int i) const { return g_.shapes[n(i).shape]; }
  constexpr bool padded(int base) const { return n(base).is(opcode::leaf) && g_.leaves[n(base).with.p]->is_view; }
  constexpr node copy_of(int i) const {
    return {&operation_of<operation<opcode::stop_gradient>>, {i, -1, -1}, n(i).shape, {}};
  }

  // A copy of its own for each leaf: with.p keeps two copies of one value apart.
  constexpr node copy_for(request const& r) const {
    node c = copy_of(r.node);
    c.with.p = r.leaf + 1;
    return c;
  }

  // Copies for what a reader cannot follow: a reshape of a padded or permuted operand, a view as a result, a number
  // that a product multiplies with, an assignment of what is gathered piece by piece.
  constexpr void prepare() {
    detail::sequence<view> views;
    if (!readable(views)) insert_copies(views);
    detail::sequence<char> const loses_rows = read_otherwise(views);
    for (auto& r : requests_) {
      node const& x = n(r.node);
      bool const loose = !is_compute(x);
      bool const pieces = r.leaf >= 0 && (x.op->kind == family::reduction || x.op->kind == family::product ||
                                          x.op->kind == family::call);
      if (loose || pieces) r.node = g_.put(copy_of(r.node));
      bool const followed = r.node >= static_cast<int>(loses_rows.size()) || !loses_rows[r.node];
      if (!followed && r.leaf >= 0 && g_.leaves[r.leaf]->is_view) r.node = g_.put(copy_for(r));
    }
  }

  // By node, whether a reader could not follow it in a leaf with padded rows: in another shape, and no call at all.
  constexpr detail::sequence<char> read_otherwise(detail::sequence<view> const& views) const {
    detail::sequence<char> r(g_.nodes.size(), 0);
    for (view const& v : views)
      if (v.base >= 0 && v.shape != n(v.base).shape) r[v.base] = 1;
    for (node const& reader : g_.nodes)
      if (reader.op->kind == family::call)
        for (int a : reader.args)
          if (a >= 0) r[views[a].base] = 1;
    return r;
  }

  // Whether every reader can follow its operands as they are; `views` are those of the nodes.
  constexpr bool readable(detail::sequence<view>& views) {
    g_.adopt(from_.nodes, from_.shapes);
    for (int i = 0; i < static_cast<int>(g_.nodes.size()); ++i) {
      if (!add_view(views, i)) return false;
      for (int k = 0; k < 3; ++k)
        if (needs_copy(views, n(i), k)) return false;
    }
    return true;
  }
  constexpr bool add_view(detail::sequence<view>& views, int i) const {
    if (!is_view(n(i))) {
      views.push_back(own_view(i, n(i), shape_of(i)));
      return true;
    }
    view const& of = views[n(i).args[0]];
    views.push_back(compose(g_, i, of, padded(of.base)));
    return views.back().base >= 0;
  }
  // A product reads memory, and a number has none; and it reads the type in which the program computes. So does a call,
  // whose operands are contiguous too, but for row numbers.
  constexpr bool needs_copy(detail::sequence<view> const& views, node const& reader, int k) const {
    bool const calls = reader.op->kind == family::call;
    if ((!calls && reader.op->kind != family::product) || reader.args[k] < 0) return false;
    int const operand = reader.args[k];
    view const& v = views[operand];
    node const& source = n(v.base);
    if (v.reversed) return true;
    bool const is_leaf = source.is(opcode::leaf),
               numbers_rows = k == 1 && (reader.is(opcode::gather) || reader.is(opcode::scatter));
    if (calls && !numbers_rows && (padded(v.base) || !is_plain(v, shape_of(operand), g_.shapes[v.shape]))) return true;
    if (!is_leaf) return is_source(source);
    if (numbers_rows && is_integer(g_.leaves[source.with.p]->type)) return false;
    element const of = g_.leaves[source.with.p]->type;
    return is_integer(of) || (type_ != element::none && of != type_);
  }

  // The graph once more, with copies where `readable` said no; the requests follow.
  constexpr void insert_copies(detail::sequence<view>& views) {
    detail::sequence<detail::leaf_info const*> leaves = std::move(g_.leaves);
    g_ = builder{};
    g_.leaves = std::move(leaves);
    views.clear();
    for (auto const& s : from_.shapes) g_.intern(s);
    detail::sequence<int> to(from_.nodes.size(), -1);
    auto put = [&](node const& x) {
      int const id = g_.put(x);
      if (id == static_cast<int>(views.size())) add_view(views, id);
      return id;
    };
    for (std::size_t i = 0; i < from_.nodes.size(); ++i) {
      node x = from_.nodes[i];
      for (int& a : x.args)
        if (a >= 0) a = to[a];
      for (int k = 0; k < 3; ++k)
        if (needs_copy(views, x, k)) x.args[k] = put(copy_of(x.args[k]));
      int id = put(x);
      if (views[id].base < 0) {
        x.args[0] = put(copy_of(x.args[0]));
        id = put(x);
      }
      to[i] = id;
    }
    for (auto& r : requests_) r.node = to[r.node];
  }

  graph_view from_;
  detail::late<Late, builder> g_;
  detail::late<Late, detail::sequence<request>> requests_;
  element type_ = element::none;
};

}  // namespace ctg::inline v0::plan
