// SPDX-License-Identifier: MIT
// The graph while it grows: hash-consed nodes (a common subexpression exists once), interned shapes, and the handles
// with which the rules of op/ are written. Ordinary code: it runs in constant expressions and in a debugger alike.
#pragma once

#include <ctg/graph/scopes.hpp>

#include <bit>
#include <concepts>
#include <utility>

namespace ctg::inline v0 {

/// A node of a builder; the operators on handles build and simplify as the lecture notes would on paper.
struct handle {
  builder* g = nullptr;
  int id = -1;
  constexpr ctg::shape const& shape() const;
  constexpr node const& at() const;
  constexpr bool is(opcode c) const { return at().is(c); }
  constexpr handle arg(int i) const { return {g, at().args[static_cast<std::size_t>(i)]}; }
  constexpr bool operator==(handle const& o) const { return g == o.g && id == o.id; }
};

template <class X>
class builder_of {
 public:
  detail::sequence<node> nodes;
  detail::sequence<ctg::shape> shapes;
  detail::sequence<detail::leaf_info const*> leaves;
  detail::sequence<detail::number_info const*> numbers;
  /// Where a number's value is known already (`equivalent` in a constant expression), a number becomes a constant.
  double const* number_values = nullptr;
  /// A reverse pass done so far: adjoints[n] is the adjoint of node n for this root and seed, or -1.
  struct reverse_pass {
    int root;
    int seed;
    detail::sequence<int> adjoints;
  };
  detail::sequence<reverse_pass> passes;
  /// A forward pass: tangents[n] is the tangent of node n where the variable moves by the tangent given.
  struct forward_pass {
    int variable;
    int tangent;
    detail::sequence<int> tangents;
  };
  detail::sequence<forward_pass> forward_passes;
  misfit problem = misfit::none;
  /// The shape of a Jacobian above its limit of entries; -1 where there is none.
  int too_large = -1;
  /// The shape of a Jacobian that has no way to be formed; -1 where there is none. Only who says so to the user takes
  /// it.
  int unformed = -1;
  bool takes_unformed = false;
  /// Whether a scan would store fewer states if its derivatives asked for them, and whether such scans do.
  bool has_segments = false, takes_segments = false;
  /// In a simplified graph the operands of commutative operations are sorted, so that x + y meets y + x.
  bool sorts_operands = false;

  /// The node of an id.
  constexpr handle at(int id) { return {this, id}; }

  constexpr int put(node n) {
    if (int const first = n.args[0]; sorts_operands && n.op->commutative && first > n.args[1]) {
      n.args[0] = n.args[1];
      n.args[1] = first;
    }
    if (nodes.size() * 2 >= slots_.size()) grow();
    std::size_t const i = slot_of(n);
    if (slots_[i] >= 0) return slots_[i];
    nodes.push_back(n);
    return slots_[i] = static_cast<int>(nodes.size()) - 1;
  }

  /// The place of an equal node, -1 where there is none.
  constexpr int place_of(node const& n) const { return slots_.empty() ? -1 : slots_[slot_of(n)]; }

  constexpr int intern(ctg::shape const& s) {
    std::uint64_t const h = detail::hash_shape(s);
    for (std::size_t i = 0; i < shape_hashes_.size(); ++i)
      if (shape_hashes_[i] == h && shapes[i] == s) return static_cast<int>(i);
    shapes.push_back(s);
    shape_hashes_.push_back(h);
    return static_cast<int>(shapes.size()) - 1;
  }

  /// Starts from a finished graph.
  constexpr void adopt(detail::span<node const> from_nodes, detail::span<ctg::shape const> from_shapes) {
    nodes.assign(from_nodes.data(), from_nodes.data() + from_nodes.size());
    shapes.assign(from_shapes.data(), from_shapes.data() + from_shapes.size());
    shape_hashes_.clear();
    for (auto const& s : shapes) shape_hashes_.push_back(detail::hash_shape(s));
    slots_.clear();
    scopes_ = {};
  }

  /// Which slots of scans the nodes depend on. Valid until the next node.
  constexpr detail::scopes_of<X> const& scopes() {
    scopes_.extend({nodes.data(), nodes.size()});
    return scopes_;
  }

  /// The memo of lowering: which node an expression type became; -1 at first. Valid until the next call.
  constexpr int* find(std::uint64_t id, void const* identity) {
    if (memo_used_ * 2 >= memo_.size()) {
      detail::sequence<memo_entry> old(memo_.empty() ? 32 : memo_.size() * 2, memo_entry{});
      old.swap(memo_);
      for (auto const& m : old)
        if (m.used) memo_[probe(m.id, m.identity)] = m;
    }
    std::size_t const i = probe(id, identity);
    if (!memo_[i].used) {
      memo_[i] = {id, identity, -1, true};
      ++memo_used_;
    }
    return &memo_[i].node;
  }

  constexpr handle leaf(detail::leaf_info const& info, operation_info const& op) {
    // the address is no expression's: the memo is shared with lowering
    if (int const known = *find(info.type_hash, &op); known >= 0) return {this, known};
    std::size_t i = 0;
    while (i < leaves.size() && leaves[i]->type_hash != info.type_hash) ++i;
    if (i == leaves.size()) leaves.push_back(&info);
    int const made = put({&op, {-1, -1, -1}, intern(info.shape), {static_cast<std::int64_t>(i), 0}});
    return {this, *find(info.type_hash, &op) = made};
  }

  constexpr handle number(detail::number_info const& info, operation_info const& op) {
    std::size_t i = 0;
    while (i < numbers.size() && !detail::same_object(numbers[i], &info)) ++i;
    if (i == numbers.size()) numbers.push_back(&info);
    return {this, put({&op, {-1, -1, -1}, intern({}), {static_cast<std::int64_t>(i), 0}})};
  }

 private:
  struct memo_entry {
    std::uint64_t id = 0;
    void const* identity = nullptr;
    int node = -1;
    bool used = false;
  };
  // Numbers at different places hash alike, so the identity of the type decides.
  constexpr std::size_t probe(std::uint64_t id, void const* identity) const {
    std::size_t i = id & (memo_.size() - 1);
    while (memo_[i].used && !(memo_[i].id == id && detail::same_object(memo_[i].identity, identity)))
      i = (i + 1) & (memo_.size() - 1);
    return i;
  }
  // Where an equal node is noted, or this one would be.
  constexpr std::size_t slot_of(node const& n) const {
    std::size_t i = detail::hash_node(n) & (slots_.size() - 1);
    while (slots_[i] >= 0 && !nodes[static_cast<std::size_t>(slots_[i])].same(n)) i = (i + 1) & (slots_.size() - 1);
    return i;
  }
  constexpr void grow() {
    std::size_t size = slots_.empty() ? 64 : slots_.size() * 2;
    while (size <= nodes.size() * 2) size *= 2;  // the nodes may have been put in as a whole
    detail::sequence<int> bigger(size, -1);
    slots_.swap(bigger);
    for (std::size_t n = 0; n < nodes.size(); ++n) {
      std::size_t i = detail::hash_node(nodes[n]) & (slots_.size() - 1);
      while (slots_[i] >= 0) i = (i + 1) & (slots_.size() - 1);
      slots_[i] = static_cast<int>(n);
    }
  }

  detail::sequence<int> slots_;
  detail::sequence<std::uint64_t> shape_hashes_;
  detail::sequence<memo_entry> memo_;
  std::size_t memo_used_ = 0;
  detail::scopes_of<X> scopes_;
};

// Parameters of functions that write parts of a graph: templates, so that a program compiles those that it calls and an
// include compiles none. (Rules of operations take `auto`, for nobody else is called like them.)
template <class H>
concept Handle = std::same_as<H, handle>;
template <class G>
concept Builder = std::same_as<G, builder>;

/// Nodes in topological order, and the shapes they refer to.
struct graph_view {
  detail::span<node const> nodes;
  detail::span<ctg::shape const> shapes;
  constexpr ctg::shape const& shape_of(int n) const {
    return shapes[static_cast<std::size_t>(nodes[static_cast<std::size_t>(n)].shape)];
  }
  constexpr node const& operator[](int n) const { return nodes[static_cast<std::size_t>(n)]; }
};

constexpr graph_view view(builder const& g) { return {g.nodes, g.shapes}; }

constexpr node const& handle::at() const { return g->nodes[static_cast<std::size_t>(id)]; }
constexpr shape const& handle::shape() const { return g->shapes[static_cast<std::size_t>(at().shape)]; }

// The algebra of handles; defined in op/algebra.hpp, declared here for the rules.
constexpr handle operator+(Handle auto a, Handle auto b);
constexpr handle operator-(Handle auto a, Handle auto b);
/// Element-wise product.
constexpr handle operator%(Handle auto a, Handle auto b);
constexpr handle operator/(Handle auto a, Handle auto b);
constexpr handle operator-(Handle auto a);
constexpr handle constant_node(Builder auto& g, double value, shape const& s = {});
// (A deduced type would be a number's at times, and no operator is for numbers alone.)
template <class H = handle>
constexpr handle operator+(double v, std::type_identity_t<H> a);
template <class H = handle>
constexpr handle operator-(double v, std::type_identity_t<H> a);
template <class H = handle>
constexpr handle operator%(double v, std::type_identity_t<H> a);
template <class H = handle>
constexpr handle operator*(double v, std::type_identity_t<H> a);
template <class H = handle>
constexpr handle operator/(double v, std::type_identity_t<H> a);
template <class H = handle>
constexpr handle operator+(std::type_identity_t<H> a, double v);
template <class H = handle>
constexpr handle operator-(std::type_identity_t<H> a, double v);
template <class H = handle>
constexpr handle operator/(std::type_identity_t<H> a, double v);
/// Matrix product of the last two axes; leading axes are batches.
constexpr handle product(Handle auto a, Handle auto b);
/// Sum over the axes of the mask; they stay with extent 1.
constexpr handle sum_axes(Handle auto a, std::int64_t mask);
/// Sum of all entries, of rank 0.
constexpr handle sum_all(Handle auto a);
constexpr handle max_axes(Handle auto a, std::int64_t mask);
constexpr handle broadcast(Handle auto a, shape const& to);
/// The transpose of broadcasting: sums over what was stretched, so that the shape becomes `to`.
constexpr handle reduce_to(Handle auto a, shape const& to);
constexpr handle reshape(Handle auto a, shape const& to);
constexpr handle permute(Handle auto a, std::int64_t permutation);
/// The last two axes exchanged.
constexpr handle transpose(Handle auto a);
/// The product of the extents of s (of the axes of a mask) as a scalar.
constexpr handle size_of(Builder auto& g, shape const& s, std::int64_t mask = -1);

template <opcode>
struct operation;

/// The opcode of an operation; `custom` of what is no operation<...>.
template <class Op>
inline constexpr opcode code_of = opcode::custom;
template <opcode O>
inline constexpr opcode code_of<operation<O>> = O;

/// A node of operation O (or of a user's operation, as a type) on these operands, without simplification.
template <class Op, class... H>
constexpr handle apply(parameters with, Handle auto first, H... rest);

template <opcode O, class... H>
constexpr handle make(handle first, H... rest) {
  return apply<operation<O>>(parameters{}, first, rest...);
}

/// What a rule of reverse mode sees: the node y = f(x0, x1, …), the adjoint dy of its result, and where to add to the
/// adjoints of its operands.
struct pullback {
  builder& g;
  int self;
  handle dy;
  detail::sequence<int>& adjoint;

  constexpr node const& at() const { return g.nodes[static_cast<std::size_t>(self)]; }
  constexpr handle y() const { return {&g, self}; }
  constexpr handle x(int i) const { return {&g, at().args[static_cast<std::size_t>(i)]}; }
  /// Adds dx to the adjoint of operand i (the total derivative at a fan-out).
  constexpr void give(int i, Handle auto dx);
};

/// What a rule of forward mode sees: the node y = f(x0, x1, …), the tangents of its operands (-1 where none flows), and
/// where to put the tangent of its result.
struct pushforward {
  builder& g;
  int self;
  std::array<int, 3> tangents;
  int dy = -1;
  detail::sequence<int> const* all = nullptr;  // the tangents of all nodes before this one

  constexpr node const& at() const { return g.nodes[static_cast<std::size_t>(self)]; }
  constexpr handle y() const { return {&g, self}; }
  constexpr handle x(int i) const { return {&g, at().args[static_cast<std::size_t>(i)]}; }
  constexpr bool moves(int i) const { return tangents[static_cast<std::size_t>(i)] >= 0; }
  constexpr handle dx(int i) const { return {&g, tangents[static_cast<std::size_t>(i)]}; }
  // (a template, for the sum of handles is defined in op/algebra.hpp)
  template <class Handle>
  constexpr void give(Handle d) {
    dy = dy < 0 ? d.id : (Handle{&g, dy} + d).id;
  }
};

}  // namespace ctg::inline v0
