// SPDX-License-Identifier: MIT
// The pipeline for a list of outputs, each pass one constant expression: lower, simplify, plan; between them the values
// are frozen into arrays that are static members, never template arguments.
#pragma once

#include <ctg/expr/operators.hpp>
#include <ctg/plan/loop_words.hpp>
#include <ctg/plan/memory.hpp>
#include <ctg/plan/planner.hpp>
#include <ctg/plan/regions.hpp>
#include <ctg/plan/reorder.hpp>

#include <algorithm>
#include <array>
#include <bit>

namespace ctg::inline v0 {

namespace kernel {

// Copies of the descriptions of operations without their rules: code that points to the rules would bring them, and all
// that they call, into the program (a third of its machine code).
template <operation_info const*... Operation>
struct operation_list {
  static constexpr std::size_t size = sizeof...(Operation);
  static constexpr operation_info without_rules(operation_info of) {
    of.result = nullptr;
    of.value_f64 = nullptr;
    of.value_f80 = nullptr;
    of.pull = nullptr;
    of.push = nullptr;
    of.shifted = nullptr;
    return of;
  }
  static constexpr std::array<operation_info, size> copies{without_rules(*Operation)...};
  static constexpr auto items = [] {
    std::array<operation_info const*, size> list{};
    for (std::size_t i = 0; i < size; ++i) list[i] = &copies[i];
    return list;
  }();
};

/// A loop that computes in T, as a plan of one loop; the template arguments say all that its code depends on.
template <class T, plan::loop_sizes Sizes, class Operations, std::uint64_t... Words>
struct lone_loop {
  using value_type = T;
  static constexpr plan::loop_tables<Sizes> all = [] {
    constexpr std::array<std::uint64_t, sizeof...(Words)> words{Words...};
    return plan::read_loop<Sizes>(words, Operations::items);
  }();
  static constexpr auto const& loops = all.loops;
  static constexpr auto const& code = all.code;
  static constexpr auto const& operands = all.operands;
  static constexpr auto const& storages = all.storages;
  static constexpr auto const& shapes = all.shapes;
};

}  // namespace kernel

namespace detail {

/// A vector frozen into an array: `Capacity` elements in the first evaluation, exactly as many as there are in the
/// second.
template <class V, std::size_t Capacity>
struct frozen {
  std::array<V, Capacity> items{};
  std::size_t size = 0;
  constexpr void assign(detail::sequence<V> const& from) {
    size = from.size();
    if (size <= Capacity)
      for (std::size_t i = 0; i < size; ++i) items[i] = from[i];
  }
  constexpr bool fits() const { return size <= Capacity; }
  constexpr detail::sequence<V> thawed() const { return {items.data(), items.data() + size}; }
};

// A span, made where all types have short names: within a class whose name is a whole program clang would spell that
// name for each constraint of std::span's constructors (minutes for a residual network of 30 blocks).
template <class V, std::size_t N>
constexpr std::span<V const> spanned(std::array<V, N> const& a) {
  return {a.data(), N};
}
template <class V, std::size_t N>
constexpr std::span<V const> spanned(frozen<V, N> const& f) {
  return {f.items.data(), f.size};
}

template <class V>
constexpr std::span<V> spanned(V* first, std::size_t size) {
  return {first, size};
}

template <std::size_t N, class V, std::size_t Capacity>
constexpr std::array<V, N> exact(frozen<V, Capacity> const& from) {
  std::array<V, N> r{};
  for (std::size_t i = 0; i < N; ++i) r[i] = from.items[i];
  return r;
}

/// The first of Stage<C>, Stage<4 C>, … whose arrays hold what it makes. (A type is handed on, not the value: clang
/// would evaluate a local constexpr variable again for every caller.)
template <template <std::size_t> class Stage, std::size_t C>
constexpr auto fitting() {
  constexpr bool fits = Stage<C>::buffer.fits();
  static_assert(fits || C < 16384, "ctg: this program is too large for one plan; split it");
  if constexpr (fits || C >= 16384)
    return std::type_identity<Stage<C>>{};
  else
    return fitting<Stage, 4 * C>();
}
template <template <std::size_t> class Stage, std::size_t Guess>
using fit = typename decltype(fitting<Stage, (Guess < 32 ? 32 : std::bit_ceil(Guess))>())::type;

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
  constexpr bool fits() const { return nodes.fits() && shapes.fits() && leaves.fits() && numbers.fits(); }
  constexpr void take(builder const& g) {
    nodes.assign(g.nodes);
    shapes.assign(g.shapes);
    leaves.assign(g.leaves);
    numbers.assign(g.numbers);
    if (g.too_large >= 0) too_large = g.shapes[static_cast<std::size_t>(g.too_large)];
    if (g.unformed >= 0) unformed = g.shapes[static_cast<std::size_t>(g.unformed)];
  }
};

/// The leaf that a target name means; a target that no output reads joins the list.
constexpr int target_index(builder& g, leaf_info const* target) {
  return target ? static_cast<int>(g.leaf(*target, operation_of<operation<opcode::leaf>>).at().with.p) : -1;
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

  template <std::size_t C>
  static constexpr auto lower_all() {
    graph_buffer<sizeof...(Outputs), C> b;
    builder g;
    g.takes_unformed = true;
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
          (found = found < 0 && Outputs::target == &info_of<Leaf> ? i : found, ++i, '\0')...};
    }
    return found;
  }
};

template <auto const& Shape>
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
    static constexpr auto buffer = outputs::template lower_all<C>();
  };
  static constexpr auto const& buffer = fit<stage, 4 * outputs::leaves>::buffer;
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
    std::sort(order.begin(), order.end(), [](int a, int b) {
      return leaves[static_cast<std::size_t>(a)]->name_hash < leaves[static_cast<std::size_t>(b)]->name_hash;
    });
    return order;
  }();
  static constexpr graph_view view() { return {spanned(nodes), spanned(shapes)}; }
};
template <class... Outputs>
using lowered = typename output_list<Outputs...>::graph;

// Rounded to whole units.
template <auto const& Shape, int Bytes>
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

template <std::size_t C, class Lowered>
constexpr auto simplify_all() {
  graph_buffer<Lowered::roots.size(), C> b;
  builder g;
  auto const roots = plan::simplify_for_plan(Lowered::view(), spanned(Lowered::roots), g);
  for (std::size_t i = 0; i < roots.size(); ++i) b.roots[i] = roots[i];
  b.take(g);
  return b;
}

/// The graph that is planned: simplified, row operations expanded.
template <class Lowered>
struct simplified {
  template <std::size_t C>
  struct stage {
    static constexpr auto buffer = simplify_all<C, Lowered>();
  };
  static constexpr auto const& buffer = fit<stage, Lowered::nodes.size() / 3>::buffer;
  static constexpr auto nodes = exact<buffer.nodes.size>(buffer.nodes);
  static constexpr auto shapes = exact<buffer.shapes.size>(buffer.shapes);
  static constexpr auto roots = buffer.roots;
  static constexpr graph_view view() { return {spanned(nodes), spanned(shapes)}; }
};

// ── scans ──

template <std::size_t Roots, class Simplified>
constexpr auto close_all(auto const& b) {
  auto made = b;
  builder g;
  auto const roots = plan::regions(Simplified::view(), spanned(Simplified::roots)).close(spanned(Simplified::roots), g);
  for (std::size_t i = 0; i < Roots; ++i) made.roots[i] = roots[i];
  made.take(g);
  return made;
}

/// The graph around the bodies of scans.
template <class Simplified>
struct closed_graph {
  template <std::size_t C>
  struct stage {
    static constexpr auto buffer =
        close_all<Simplified::roots.size(), Simplified>(graph_buffer<Simplified::roots.size(), C>{});
  };
  static constexpr auto const& buffer = fit<stage, Simplified::nodes.size() / 3>::buffer;
  static constexpr auto nodes = exact<buffer.nodes.size>(buffer.nodes);
  static constexpr auto shapes = exact<buffer.shapes.size>(buffer.shapes);
  static constexpr auto roots = buffer.roots;
  static constexpr graph_view view() { return {spanned(nodes), spanned(shapes)}; }
};
template <class Simplified>
using closed = std::conditional_t<has_scans(spanned(Simplified::nodes)), closed_graph<Simplified>, Simplified>;

template <std::size_t C>
struct body_buffer {
  frozen<node, 4 * C> nodes;
  frozen<shape, C> shapes;
  frozen<int, C> leaf_shapes, roots, targets, inputs, results, captured;
  scan_layout layout;
  bool backwards = false;
  int steps = -1;  // the shape of the scan
  constexpr bool fits() const {
    return nodes.fits() && shapes.fits() && leaf_shapes.fits() && roots.fits() && inputs.fits() && results.fits();
  }
};

template <std::size_t C, class Simplified, int K>
constexpr auto make_body() {
  graph_view const g = Simplified::view();
  plan::regions const all(g, spanned(Simplified::roots));
  plan::region const& r = all.list()[static_cast<std::size_t>(K)];
  plan::body_graph const made = plan::make_body(g, r);
  body_buffer<C> b;
  b.nodes.assign(made.graph.nodes);
  b.shapes.assign(made.graph.shapes);
  b.leaf_shapes.assign(made.leaf_shapes);
  b.roots.assign(made.roots);
  b.targets.assign(made.targets);
  b.inputs.assign(r.inputs);
  b.results.assign(r.results);
  b.captured.assign(r.captured);
  b.layout = r.parts.layout;
  b.backwards = g[r.scan].with.q != 0;
  b.steps = g[r.scan].shape;
  return b;
}

/// The body of scan K, in the place of a graph that a user wrote.
template <class Lowered, class Simplified, int K>
struct scan_body {
  template <std::size_t C>
  struct stage {
    static constexpr auto buffer = make_body<C, Simplified, K>();
  };
  static constexpr auto const& buffer = fit<stage, Simplified::nodes.size() / 3>::buffer;
  static constexpr auto nodes = exact<buffer.nodes.size>(buffer.nodes);
  static constexpr auto shapes = exact<buffer.shapes.size>(buffer.shapes);
  static constexpr auto roots = exact<buffer.roots.size>(buffer.roots);
  static constexpr auto targets = exact<buffer.targets.size>(buffer.targets);
  static constexpr auto const& numbers = Lowered::numbers;
  static constexpr element type = Lowered::type;
  static constexpr auto infos = [] {
    std::array<leaf_info, buffer.leaf_shapes.size> list{};
    for (std::size_t i = 0; i < list.size(); ++i) {
      list[i].name = "step";
      list[i].name_hash = list[i].type_hash = mix(0x73746570u, i);
      list[i].type = type == element::none ? element::f64 : type;
      list[i].shape = shapes[static_cast<std::size_t>(buffer.leaf_shapes.items[i])];
    }
    return list;
  }();
  static constexpr auto leaves = [] {
    std::array<leaf_info const*, infos.size()> list{};
    for (std::size_t i = 0; i < list.size(); ++i) list[i] = &infos[i];
    return list;
  }();
  static constexpr graph_view view() { return {spanned(nodes), spanned(shapes)}; }

  static constexpr shape steps = shapes[static_cast<std::size_t>(buffer.steps)];
  static constexpr bool backwards = buffer.backwards;
  static constexpr scan_layout layout = buffer.layout;
  static constexpr std::size_t states = static_cast<std::size_t>(layout.states), inputs = buffer.inputs.size,
                               operands = states + inputs + buffer.captured.size;
  static constexpr auto results = exact<buffer.results.size>(buffer.results);
};

template <std::size_t C>
struct scan_tables {
  frozen<plan::scan, C> scans;
  frozen<plan::operand, C> operands;
  frozen<int, C> results;
  constexpr bool fits() const { return scans.fits() && operands.fits() && results.fits(); }
  constexpr void take(plan::arranged const& r) {
    scans.assign(r.scans);
    operands.assign(r.scan_operands);
    results.assign(r.scan_results);
  }
};
struct no_scan_tables {
  static constexpr frozen<plan::scan, 1> scans{};
  static constexpr frozen<plan::operand, 1> operands{};
  static constexpr frozen<int, 1> results{};
  constexpr bool fits() const { return true; }
  constexpr void take(plan::arranged const&) {}
};

template <std::size_t C, bool Scans>
struct arranged_buffer {
  frozen<node, 4 * C> nodes;
  frozen<shape, C> shapes;
  frozen<plan::view, 4 * C> views;
  frozen<plan::level, 4 * C> levels;
  frozen<int, 4 * C> group, pass, storage_of, members;
  frozen<char, 4 * C> stored;
  frozen<plan::storage, 4 * C> storages;
  frozen<std::pair<int, int>, C> also;
  frozen<plan::group_outline, 2 * C> groups;
  frozen<plan::outline, 2 * C> steps;
  frozen<plan::product, C> products;
  frozen<plan::call, C> calls;
  frozen<plan::output, 2 * C> outputs;
  std::conditional_t<Scans, scan_tables<C>, no_scan_tables> scans;
  constexpr bool fits() const {
    return nodes.fits() && shapes.fits() && members.fits() && storages.fits() && also.fits() && groups.fits() &&
           steps.fits() && products.fits() && calls.fits() && outputs.fits() && scans.fits();
  }
};

template <class Lowered, class Simplified>
constexpr plan::planner make_planner() {
  detail::sequence<plan::request> requests;
  for (std::size_t i = 0; i < Simplified::roots.size(); ++i)
    requests.push_back({Simplified::roots[i], Lowered::targets[i]});
  return plan::planner(Simplified::view(), spanned(Lowered::leaves), std::move(requests), Lowered::type);
}

template <std::size_t C>
struct prepared_buffer {
  frozen<node, 4 * C> nodes;
  frozen<shape, C> shapes;
  frozen<plan::request, C> requests;
  constexpr bool fits() const { return nodes.fits() && shapes.fits() && requests.fits(); }
};

template <std::size_t C, class Lowered, class Simplified>
constexpr auto prepare_all() {
  plan::planner p = make_planner<Lowered, Simplified>();
  p.insert_all_copies();
  prepared_buffer<C> b;
  b.nodes.assign(p.graph().nodes);
  b.shapes.assign(p.graph().shapes);
  b.requests.assign(p.requests());
  return b;
}

/// The graph with copies of what no reader could follow where it stands.
template <class Lowered, class Simplified>
struct prepared {
  template <std::size_t C>
  struct stage {
    static constexpr auto buffer = prepare_all<C, Lowered, Simplified>();
  };
  static constexpr auto const& buffer = fit<stage, Simplified::nodes.size() / 3>::buffer;
  static constexpr graph_view graph() { return {spanned(buffer.nodes), spanned(buffer.shapes)}; }
};

template <std::size_t C>
struct fused_buffer {
  frozen<shape, C> shapes;
  frozen<plan::view, 4 * C> views;
  frozen<plan::level, 4 * C> levels;
  frozen<int, 4 * C> depth, group, pass, update, members;
  frozen<char, 4 * C> stored;
  frozen<int, 2 * C> group_depth, group_space, group_passes, group_size;
  constexpr bool fits() const { return views.fits() && shapes.fits() && members.fits() && group_depth.fits(); }
};

template <std::size_t C, class Lowered, class Simplified>
constexpr auto fuse_all() {
  plan::planner p = make_planner<Lowered, Simplified>();
  using Prepared = prepared<Lowered, Simplified>;
  p.fuse_prepared(Prepared::graph(), Prepared::buffer.requests.thawed());
  plan::fusion const& f = p.fused();
  fused_buffer<C> b;
  b.shapes.assign(p.graph().shapes);
  b.views.assign(f.views);
  b.levels.assign(f.levels);
  b.depth.assign(f.depth);
  b.group.assign(f.group);
  b.update.assign(f.update);
  b.pass.assign(f.pass);
  b.stored.assign(f.stored);
  b.group_depth.assign(f.group_depth);
  b.group_space.assign(f.group_space);
  b.group_passes.assign(f.group_passes);
  detail::sequence<int> members, sizes;
  for (auto const& m : f.members) {
    members.append(m.begin(), m.end());
    sizes.push_back(static_cast<int>(m.size()));
  }
  b.members.assign(members);
  b.group_size.assign(sizes);
  return b;
}

/// What is fused with what.
template <class Lowered, class Simplified>
struct fused {
  template <std::size_t C>
  struct stage {
    static constexpr auto buffer = fuse_all<C, Lowered, Simplified>();
  };
  static constexpr auto const& buffer = fit<stage, Simplified::nodes.size() / 3>::buffer;

  static constexpr graph_view graph() {
    return {spanned(prepared<Lowered, Simplified>::buffer.nodes), spanned(buffer.shapes)};
  }
  static constexpr plan::fusion thawed() {
    plan::fusion f;
    f.views = buffer.views.thawed();
    f.levels = buffer.levels.thawed();
    f.depth = buffer.depth.thawed();
    f.group = buffer.group.thawed();
    f.update = buffer.update.thawed();
    f.pass = buffer.pass.thawed();
    f.stored = buffer.stored.thawed();
    f.group_depth = buffer.group_depth.thawed();
    f.group_space = buffer.group_space.thawed();
    f.group_passes = buffer.group_passes.thawed();
    auto const* member = buffer.members.items.data();
    for (std::size_t k = 0; k < buffer.group_size.size; ++k) {
      f.members.push_back({member, member + buffer.group_size.items[k]});
      member += buffer.group_size.items[k];
    }
    return f;
  }
};

template <std::size_t C, class Lowered, class Simplified>
constexpr auto arrange_all() {
  using Fused = fused<Lowered, Simplified>;
  plan::planner p = make_planner<Lowered, Simplified>();
  // where an assignment has to wait, fusion is done again; such programs are rare and small
  plan::arranged r;
  if (p.resume(Fused::graph(), prepared<Lowered, Simplified>::buffer.requests.thawed(), Fused::thawed())) {
    r = p.take();
  } else {
    plan::planner anew = make_planner<Lowered, Simplified>();
    r = anew.arrange();
  }
  arranged_buffer<C, has_scans(spanned(Simplified::nodes))> b;
  b.nodes.assign(r.nodes);
  b.shapes.assign(r.shapes);
  b.views.assign(r.views);
  b.levels.assign(r.levels);
  b.group.assign(r.group);
  b.pass.assign(r.pass);
  b.storage_of.assign(r.storage_of);
  b.members.assign(r.members);
  b.stored.assign(r.stored);
  b.storages.assign(r.storages);
  b.also.assign(r.also);
  b.groups.assign(r.groups);
  b.steps.assign(r.steps);
  b.products.assign(r.products);
  b.calls.assign(r.calls);
  b.outputs.assign(r.outputs);
  b.scans.take(r);
  return b;
}

/// Steps, loops and memory, settled; the code of the loops is made one by one from this.
template <class Lowered, class Simplified>
struct arranged {
  template <std::size_t C>
  struct stage {
    static constexpr auto buffer = arrange_all<C, Lowered, Simplified>();
  };
  static constexpr auto const& buffer = fit<stage, Simplified::nodes.size() / 3>::buffer;
  static constexpr auto nodes = exact<buffer.nodes.size>(buffer.nodes);
  static constexpr auto shapes = exact<buffer.shapes.size>(buffer.shapes);
  static constexpr auto members = exact<buffer.members.size>(buffer.members);
  static constexpr auto storages = exact<buffer.storages.size>(buffer.storages);
  static constexpr auto also = exact<buffer.also.size>(buffer.also);
  static constexpr auto groups = exact<buffer.groups.size>(buffer.groups);
  static constexpr auto steps = exact<buffer.steps.size>(buffer.steps);
  static constexpr auto products = exact<buffer.products.size>(buffer.products);
  static constexpr auto calls = exact<buffer.calls.size>(buffer.calls);
  static constexpr auto outputs = exact<buffer.outputs.size>(buffer.outputs);
  static constexpr auto scans = exact<buffer.scans.scans.size>(buffer.scans.scans);
  static constexpr auto scan_operands = exact<buffer.scans.operands.size>(buffer.scans.operands);
  static constexpr auto scan_results = exact<buffer.scans.results.size>(buffer.scans.results);
  static constexpr plan::arrangement view() {
    return {{spanned(nodes), spanned(shapes)},
            spanned(buffer.views),
            spanned(buffer.levels),
            spanned(buffer.group),
            spanned(buffer.stored),
            spanned(buffer.pass),
            spanned(buffer.storage_of),
            spanned(storages),
            spanned(also)};
  }
};

template <std::size_t C>
struct code_buffer {
  plan::loop l;
  frozen<plan::instruction, 2 * C> code;
  frozen<plan::operand, C> operands;
  frozen<plan::storage, C> scratch;
  plan::loop_sizes sizes;
  frozen<std::uint64_t, 4 * C> words;
  frozen<operation_info const*, C> operations;
  constexpr bool fits() const {
    return code.fits() && operands.fits() && scratch.fits() && words.fits() && operations.fits();
  }
};

/// The code of loop K, made in a constant expression of its own.
template <class Arranged, int K>
struct coded {
  template <std::size_t C>
  static constexpr auto make() {
    constexpr plan::group_outline group = Arranged::groups[static_cast<std::size_t>(K)];
    auto const members =
        spanned(Arranged::members)
            .subspan(static_cast<std::size_t>(group.members.begin), static_cast<std::size_t>(group.members.size()));
    plan::arrangement const arrangement = Arranged::view();
    plan::loop_code const c = plan::make_code(arrangement, members, group);
    code_buffer<C> made;
    made.l = c.l;
    made.code.assign(c.code);
    made.operands.assign(c.operands);
    made.scratch.assign(c.scratch);
    plan::loop_words const w = plan::write_loop(plan::isolate(c, arrangement.storages, arrangement.graph.shapes));
    made.sizes = w.sizes;
    made.words.assign(w.words);
    made.operations.assign(w.operations);
    return made;
  }
  template <std::size_t C>
  struct stage {
    static constexpr auto buffer = make<C>();
  };
  static constexpr auto const& buffer = fit<stage, 32>::buffer;
  static constexpr auto code = exact<buffer.code.size>(buffer.code);
  static constexpr auto operands = exact<buffer.operands.size>(buffer.operands);
  static constexpr auto scratch = exact<buffer.scratch.size>(buffer.scratch);
};

// One loop's code among those of others, of other lengths.
struct code_view {
  plan::loop l;
  std::span<plan::instruction const> code;
  std::span<plan::operand const> operands;
  std::span<plan::storage const> scratch;
};

template <class Arranged, int... K>
constexpr auto all_code(std::integer_sequence<int, K...>) {
  return std::array<code_view, sizeof...(K)>{code_view{coded<Arranged, K>::buffer.l, spanned(coded<Arranged, K>::code),
                                                       spanned(coded<Arranged, K>::operands),
                                                       spanned(coded<Arranged, K>::scratch)}...};
}

template <class Arranged>
struct assembled {
  static constexpr auto parts =
      all_code<Arranged>(std::make_integer_sequence<int, static_cast<int>(Arranged::groups.size())>{});
  static constexpr std::size_t total(auto member) {
    std::size_t n = 0;
    for (code_view const& p : parts) n += (p.*member).size();
    return n;
  }
  static constexpr std::size_t storage_count = Arranged::storages.size() + total(&code_view::scratch);
  struct joined {
    std::array<plan::storage, storage_count> storages;
    std::array<plan::operand, total(&code_view::operands)> operands;
    std::array<plan::instruction, total(&code_view::code)> code;
    std::array<plan::loop, parts.size()> loops;
    std::array<plan::step, Arranged::steps.size()> steps;
  };
  static constexpr joined join() {
    plan::result const r = plan::assemble(Arranged{}, parts);
    joined t{};
    std::copy(r.storages.begin(), r.storages.end(), t.storages.begin());
    std::copy(r.operands.begin(), r.operands.end(), t.operands.begin());
    std::copy(r.code.begin(), r.code.end(), t.code.begin());
    std::copy(r.loops.begin(), r.loops.end(), t.loops.begin());
    std::copy(r.steps.begin(), r.steps.end(), t.steps.begin());
    return t;
  }
  static constexpr joined all = join();
  // What a run reads stands apart from what only the compiler reads: data that point to operations would bring their
  // rules of differentiation into the program.
  static constexpr auto storages = all.storages;
  static constexpr auto operands = all.operands;
  static constexpr auto const& code = all.code;
  static constexpr auto const& loops = all.loops;
  static constexpr auto const& steps = all.steps;
  // where the operands of each loop begin
  static constexpr auto first_operand = [] {
    std::array<int, parts.size() + 1> first{};
    for (std::size_t i = 0; i < parts.size(); ++i) first[i + 1] = first[i] + static_cast<int>(parts[i].operands.size());
    return first;
  }();
};

// Loop L as a type of its own: equal loops, of one program or of several, are one type.
template <class T, class Coded, std::size_t... Operation, std::size_t... Word>
constexpr auto lone_loop_of(std::index_sequence<Operation...>, std::index_sequence<Word...>) {
  return std::type_identity<
      kernel::lone_loop<T, Coded::buffer.sizes, kernel::operation_list<Coded::buffer.operations.items[Operation]...>,
                        Coded::buffer.words.items[Word]...>>{};
}

// Scratch of a scan: each state twice, for a step reads one and writes the other, then what its body's plan wants.
template <class T>
constexpr std::int64_t state_bytes(std::int64_t entries) {
  constexpr auto line = static_cast<std::int64_t>(alignment);
  return (entries * static_cast<std::int64_t>(sizeof(T)) + line - 1) / line * line;
}
template <class Plan>
struct scan_facts {
  using T = typename Plan::value_type;
  using body = typename Plan::lowered;
  static constexpr std::int64_t states_bytes(extent_table const& names) {
    std::int64_t bytes = 0;
    for (std::size_t i = 0; i < body::states; ++i) bytes += 2 * state_bytes<T>(names(body::infos[i].shape));
    return bytes;
  }
  static constexpr std::int64_t workspace(extent_table const& names) {
    std::array<std::int64_t, Plan::storages.size() + 1> offsets{};
    auto bytes = offsets;
    return states_bytes(names) + plan::place_buffers<T>(Plan::tables(), names, spanned(offsets.data(), offsets.size()),
                                                        spanned(bytes.data(), bytes.size()));
  }
  static constexpr std::int64_t flops(extent_table const& names) {
    return names(body::steps) * plan::count_flops(Plan::tables(), names);
  }
  static constexpr std::int64_t moved(extent_table const& names) {
    return names(body::steps) * plan::count_bytes<T>(Plan::tables(), names);
  }
};

}  // namespace detail

/// Everything the compiler knows of the program of a lowered graph; T is the element type that it computes in.
template <class T, class Lowered>
struct compiled {
  using value_type = T;
  using lowered = Lowered;
  using simplified = detail::simplified<lowered>;
  using arranged = detail::arranged<lowered, detail::closed<simplified>>;
  using assembled = detail::assembled<arranged>;
  static constexpr auto const& nodes = arranged::nodes;
  static constexpr auto const& shapes = arranged::shapes;
  static constexpr auto const& products = arranged::products;
  static constexpr auto const& calls = arranged::calls;
  static constexpr auto const& outputs = arranged::outputs;
  static constexpr auto const& storages = assembled::storages;
  static constexpr auto const& operands = assembled::operands;
  static constexpr auto const& code = assembled::code;
  static constexpr auto const& loops = assembled::loops;
  static constexpr auto const& steps = assembled::steps;
  static constexpr auto const& leaves = lowered::leaves;
  static constexpr auto const& numbers = lowered::numbers;

  /// The plan of the body of scan K.
  template <int K>
  using scan_plan =
      compiled<T, detail::scan_body<lowered, simplified, arranged::scans[static_cast<std::size_t>(K)].number>>;
  static constexpr auto scans = []<std::size_t... K>(std::index_sequence<K...>) {
    auto list = arranged::scans;
    ((list[K].workspace = &detail::scan_facts<scan_plan<static_cast<int>(K)>>::workspace,
      list[K].flops = &detail::scan_facts<scan_plan<static_cast<int>(K)>>::flops,
      list[K].moved = &detail::scan_facts<scan_plan<static_cast<int>(K)>>::moved),
     ...);
    return list;
  }
  (std::make_index_sequence<arranged::scans.size()>{});
  static constexpr auto const& scan_operands = arranged::scan_operands;
  static constexpr auto const& scan_results = arranged::scan_results;

  /// What the code of loop L is made from.
  template <int L>
  using lone_loop = typename decltype(detail::lone_loop_of<T, detail::coded<arranged, L>>(
      std::make_index_sequence<detail::coded<arranged, L>::buffer.operations.size>{},
      std::make_index_sequence<detail::coded<arranged, L>::buffer.words.size>{}))::type;
  /// Where its operands begin in the list of the program's.
  template <int L>
  static constexpr int first_operand = assembled::first_operand[static_cast<std::size_t>(L)];

  static constexpr plan::tables tables() {
    using detail::spanned;
    return {spanned(nodes),    spanned(shapes), spanned(storages), spanned(operands), spanned(code), spanned(loops),
            spanned(products), spanned(calls),  spanned(steps),    spanned(outputs),  spanned(scans)};
  }
  /// What of these a run reads, to bind leaves and to place buffers.
  static constexpr plan::tables run_tables() {
    plan::tables t;
    t.shapes = detail::spanned(shapes);
    t.storages = detail::spanned(storages);
    t.products = detail::spanned(products);
    t.scans = detail::spanned(scans);
    return t;
  }
  /// Results that are filled before the first run: the storage and the number.
  static constexpr auto fills = [] {
    constexpr std::size_t count = [] {
      std::size_t n = 0;
      for (auto const& s : storages) n += plan::filled_with(detail::spanned(nodes), s).has_value();
      return n;
    }();
    std::array<std::pair<int, double>, count> list{};
    std::size_t n = 0;
    for (std::size_t i = 0; i < storages.size(); ++i)
      if (auto const value = plan::filled_with(detail::spanned(nodes), storages[i]))
        list[n++] = {static_cast<int>(i), *value};
    return list;
  }();
  /// What calls are made with, in the order of `calls`.
  static constexpr auto called = [] {
    std::array<plan::called, calls.size()> list{};
    for (std::size_t i = 0; i < calls.size(); ++i) {
      node const& n = nodes[static_cast<std::size_t>(calls[i].node)];
      list[i].with = n.with;
      list[i].shape = n.shape;
      for (std::size_t k = 0; k < 3; ++k)
        if (n.args[k] >= 0) list[i].shapes[k] = nodes[static_cast<std::size_t>(n.args[k])].shape;
    }
    return list;
  }();
  /// Whether no extent is left to the run.
  static constexpr bool is_static = [] {
    for (auto const& s : shapes)
      if (!s.is_static()) return false;
    return true;
  }();
};

}  // namespace ctg::inline v0
