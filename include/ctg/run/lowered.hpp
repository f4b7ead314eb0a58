// SPDX-License-Identifier: MIT
// From a list of outputs to the graph that is planned: lowered, then simplified.
#pragma once

#include <ctg/expr/operators.hpp>
#include <ctg/graph/frozen.hpp>
#include <ctg/plan/reorder.hpp>
#include <ctg/plan/simplify.hpp>

#include <array>

namespace ctg::inline v0::detail {

/// An output of a program: an expression, and the leaf it is assigned to.
template <class E>
struct wanted {
  using expression = E;
  static constexpr leaf_info const* target = nullptr;
  static constexpr element target_type = element::none;
};
template <class E, class L>
struct assigned {
  using expression = E;
  static constexpr leaf_info const* target = &info_of<L>;
  static constexpr element target_type = info_of<L>.type;
};

// In the name of a program they are what their expression is.
template <class E>
struct name_part<wanted<E>> : name_part<E> {};
template <class E, class L>
struct name_part<assigned<E, L>> : name_part<E> {
  static constexpr std::uint64_t hash = mix(name_part<E>::hash, name_part<ref<L>>::hash);
};

// What the outputs are computed in; an assigned leaf decides where its value is made of plain numbers only, the leaves
// that are read where all values are integers.
template <class... Outputs>
constexpr element element_of_all() {
  element t = element::none;
  ((t = join_elements(t, Outputs::expression::type)), ...);
  ((t = join_elements(t, Outputs::target_type)), ...);
  if (t != element::none) return t;
  auto read = [&t](auto const& leaves) {
    for (leaf_info const* leaf : leaves)
      if (t == element::none && !is_integer(leaf->type)) t = leaf->type;
  };
  (read(Outputs::expression::leaves), ...);
  return t;
}

/// Whether a node is the states before each step of a scan: only derivatives read these.
constexpr bool is_state_before(detail::span<node const> nodes, node const& n) {
  if (!n.is(opcode::scan_result)) return false;
  scan_layout const l(nodes[n.args[0]].with);
  return n.with.p >= l.state_before(0) && n.with.p < l.summed_result(0);
}

template <std::size_t Roots, std::size_t C>
struct graph_buffer {
  frozen<node, 4 * C> nodes;
  frozen<shape, C> shapes;
  frozen<leaf_info const*, C> leaves;
  frozen<number_info const*, C> numbers;
  std::array<int, Roots> roots{};
  std::array<int, Roots> targets{};
  shape too_large{};  // of a Jacobian; rank 0 where there is none
  shape unformed{};   // likewise
  bool wants_segments = false;
  constexpr bool fits() const { return nodes.fits() && shapes.fits() && leaves.fits() && numbers.fits(); }
  constexpr void take(builder const& g) {
    nodes.assign(g.nodes);
    shapes.assign(g.shapes);
    leaves.assign(g.leaves);
    numbers.assign(g.numbers);
    if (g.too_large >= 0) too_large = g.shapes[g.too_large];
    if (g.unformed >= 0) unformed = g.shapes[g.unformed];
    if (g.has_segments && !g.takes_segments)
      for (node const& n : g.nodes) wants_segments = wants_segments || is_state_before(g.nodes, n);
  }
};

/// The leaf that a target name means; a target that no output reads joins the list.
constexpr int target_index(Builder auto& g, leaf_info const* target) {
  return is_null(target) ? -1 : static_cast<int>(g.leaf(*target, operation_of<operation<opcode::leaf>>).at().with.p);
}

template <std::uint64_t Id, class... Witness>
struct lowered_graph;

/// The outputs of a program, which its graph and all that is made of that finds by a short name.
template <class... Outputs>
struct output_list {
  using name = named_by<short_name, types<>, Outputs...>;
  using graph = named_by<lowered_graph, types<>, Outputs...>;
  friend constexpr auto meaning(name) { return std::type_identity<output_list>{}; }

  static constexpr element type = element_of_all<Outputs...>();
  static constexpr std::size_t leaves = inputs<typename Outputs::expression...>::leaves.size();

  template <std::size_t C, bool Segments>
  static constexpr auto lower_all() {
    graph_buffer<sizeof...(Outputs), C> b;
    builder g;
    g.takes_unformed = true;
    g.takes_segments = Segments;
    b.roots = {lower<typename Outputs::expression>(g)...};
    b.targets = {target_index(g, Outputs::target)...};
    b.take(g);
    return b;
  }
  /// Lowers the outputs; returns their nodes.
  static constexpr detail::sequence<int> lower_into(builder& g) { return {lower<typename Outputs::expression>(g)...}; }
  /// What an output's entries are.
  static constexpr std::array<element, sizeof...(Outputs)> elements{Outputs::expression::type...};
  /// Which output E is (or, for a leaf, which is assigned to it); -1 for none.
  template <class E, class Leaf>
  static constexpr int index_of() {
    int found = -1, i = 0;
    [[maybe_unused]] char const compared[] = {
        (found = found < 0 && std::is_same_v<typename Outputs::expression, E> ? i : found, ++i, '\0')...};
    if constexpr (!std::is_void_v<Leaf>) {
      i = 0;
      [[maybe_unused]] char const targets[] = {
          (found = found < 0 && same_object(Outputs::target, &info_of<Leaf>) ? i : found, ++i, '\0')...};
    }
    return found;
  }
};

template <shape Shape>
constexpr void write_jacobian_shape(writer& w) {
  for (int i = 0; i < Shape.rank; ++i) {
    if (i) w << " x ";
    w << Shape[i].factor;
  }
}
/// The nodes of a lowered graph; where one stands for a Jacobian that has no way to be formed, the compiler says so.
template <auto const& Buffer>
constexpr auto formed_nodes() {
  if constexpr (Buffer.unformed.rank > 0)
    explain<fault::jacobian_way>(said<to_symbol<write_jacobian_shape<Buffer.unformed>>()>{});
  return exact<Buffer.nodes.size>(Buffer.nodes);
}

/// The graph as the user wrote it.
template <std::uint64_t Id, class... Witness>
struct lowered_graph {
  using outputs = meaning_of<short_name<Id, Witness...>>;
  template <std::size_t C>
  struct stage {
    static constexpr auto buffer = outputs::template lower_all<C, false>();
  };
  template <std::size_t C>
  struct segmented_stage {
    static constexpr auto buffer = outputs::template lower_all<C, true>();
  };
  static constexpr bool by_segments = fit<stage, 4 * outputs::leaves>::buffer.wants_segments;
  static constexpr auto chosen() {
    if constexpr (by_segments)
      return std::type_identity<fit<segmented_stage, 4 * outputs::leaves>>{};
    else
      return std::type_identity<fit<stage, 4 * outputs::leaves>>{};
  }
  static constexpr auto const& buffer = decltype(chosen())::type::buffer;
  static constexpr auto nodes = formed_nodes<buffer>();
  static constexpr auto shapes = exact<buffer.shapes.size>(buffer.shapes);
  static constexpr auto leaves = exact<buffer.leaves.size>(buffer.leaves);
  static constexpr auto numbers = exact<buffer.numbers.size>(buffer.numbers);
  static constexpr auto roots = buffer.roots;
  static constexpr auto targets = buffer.targets;
  static constexpr element type = outputs::type;
  // the leaves in the order in which expressions list theirs
  static constexpr auto by_name = [] {
    std::array<int, leaves.size()> order{};
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<int>(i);
    std::sort(order.begin(), order.end(),
              [](int one, int other) { return leaves[one]->name_hash < leaves[other]->name_hash; });
    return order;
  }();
  static constexpr graph_view view() { return {spanned(nodes), spanned(shapes)}; }
  /// Lowers the outputs the same way once more; returns their nodes.
  static constexpr detail::sequence<int> lower_into(builder& g) {
    g.takes_segments = by_segments;
    return outputs::lower_into(g);
  }
};
template <class... Outputs>
using lowered = typename output_list<Outputs...>::graph;

// Rounded to whole units.
template <shape Shape, int Bytes>
constexpr void write_memory(writer& w) {
  double size = Bytes;
  for (int i = 0; i < Shape.rank; ++i) size *= static_cast<double>(Shape[i].factor);
  bool const large = size >= 1024.0 * 1024 * 1024;
  w << static_cast<std::int64_t>(size / (large ? 1024.0 * 1024 * 1024 : 1024.0) + 0.5) << (large ? " GiB" : " KiB");
}

/// Whether no Jacobian among what is to be evaluated has more entries than its limit; if one has, the compiler says how
/// large it is.
template <class... Outputs>
constexpr bool require_affordable() {
  using graph = lowered<Outputs...>;
  if constexpr (graph::buffer.too_large.rank > 0) {
    constexpr element type = element_of_all<Outputs...>();
    constexpr int bytes = type == element::f32 ? 4 : type == element::f80 ? 16 : 8;
    explain<fault::jacobian_size>(said<to_symbol<write_jacobian_shape<graph::buffer.too_large>>(),
                                       to_symbol<write_memory<graph::buffer.too_large, bytes>>()>{});
    return false;
  } else {
    return true;
  }
}

/// The graph that Pass::make(g) writes into the builder g, which it returns the roots of; it has the roots of From.
template <class From, class Pass>
struct rewritten_graph {
  template <std::size_t C>
  static constexpr auto freeze() {
    graph_buffer<From::roots.size(), C> made;
    builder g;
    auto const new_roots = Pass::make(g);
    for (std::size_t i = 0; i < new_roots.size(); ++i) made.roots[i] = new_roots[i];
    made.take(g);
    return made;
  }
  template <std::size_t C>
  struct stage {
    static constexpr auto buffer = freeze<C>();
  };
  static constexpr auto const& buffer = fit<stage, From::nodes.size() / 3>::buffer;
  static constexpr auto nodes = exact<buffer.nodes.size>(buffer.nodes);
  static constexpr auto shapes = exact<buffer.shapes.size>(buffer.shapes);
  static constexpr auto roots = buffer.roots;
  static constexpr graph_view view() { return {spanned(nodes), spanned(shapes)}; }
};

template <class Lowered>
struct hoisting {
  static constexpr auto make(builder& g) { return plan::hoist(Lowered::view(), spanned(Lowered::roots), g); }
};
template <class Lowered>
struct simplification {
  static constexpr auto make(builder& g) { return ctg::simplify(Lowered::view(), spanned(Lowered::roots), g, true); }
};
template <class Simple>
struct reordering {
  static constexpr auto make(builder& g) { return plan::reorder(Simple::view(), spanned(Simple::roots), g); }
};

// The passes of plan::simplify_for_plan, each a constant expression of its own: together they are more than clang's
// limit allows for a gradient of 200 operations.
template <class Lowered, bool Hoists>
struct hoisted : Lowered {};
template <class Lowered>
struct hoisted<Lowered, true> : rewritten_graph<Lowered, hoisting<Lowered>> {};

template <class Simple, bool Reorders>
struct ordered : Simple {};
template <class Simple>
struct ordered<Simple, true> : rewritten_graph<Simple, reordering<Simple>> {};

template <class Ordered>
constexpr auto short_axes() {
  return plan::short_axes_of<late<Ordered, void>>(Ordered::view(), spanned(Ordered::roots), Ordered::roots.size());
}
template <class Ordered>
struct writing_out {
  static constexpr auto make(builder& g) { return short_axes<Ordered>().run(g); }
};
template <class Ordered, bool WritesOut>
struct in_pieces : Ordered {};
template <class Ordered>
struct in_pieces<Ordered, true> : rewritten_graph<Ordered, writing_out<Ordered>> {};

/// The graph that is planned: products moved out of scans, simplified, row operations expanded, products in the
/// cheapest order, reductions over short axes written out.
template <class Lowered, class Moved = hoisted<Lowered, plan::hoister_of<void>::applies(Lowered::view())>,
          class Simple = rewritten_graph<Moved, simplification<Moved>>,
          class Ordered = ordered<Simple, plan::reorderer_of<void>::applies(Simple::view())>>
struct simplified : in_pieces<Ordered, short_axes<Ordered>().applies()> {};

}  // namespace ctg::inline v0::detail
