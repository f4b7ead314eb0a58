// SPDX-License-Identifier: MIT
// The pipeline for a list of outputs, each pass one constant expression: lower, simplify, plan; between them the values are
// frozen into arrays that are static members, never template arguments.
#pragma once

#include <ctg/expr/operators.hpp>
#include <ctg/plan/memory.hpp>
#include <ctg/plan/planner.hpp>

#include <array>

namespace ctg::inline v0 {

namespace detail {

/// A vector frozen into an array: `Capacity` elements in the first evaluation, exactly as many as there are in the second.
template <class V, std::size_t Capacity>
struct frozen {
  std::array<V, Capacity> items{};
  std::size_t size = 0;
  constexpr void assign(std::vector<V> const& from) {
    size = from.size();
    if (size <= Capacity)
      for (std::size_t i = 0; i < size; ++i) items[i] = from[i];
  }
  constexpr bool fits() const { return size <= Capacity; }
};

template <std::size_t N, class V, std::size_t Capacity>
constexpr std::array<V, N> exact(frozen<V, Capacity> const& from) {
  std::array<V, N> r{};
  for (std::size_t i = 0; i < N; ++i) r[i] = from.items[i];
  return r;
}

/// An output of a program: an expression, and the leaf it is assigned to.
template <class E>
struct wanted {
  using expression = E;
  static constexpr leaf_info const* target = nullptr;
};
template <class E, class L>
struct assigned {
  using expression = E;
  static constexpr leaf_info const* target = &info_of<L>;
};

template <std::size_t Roots, std::size_t C>
struct graph_buffer {
  frozen<node, 4 * C> nodes;
  frozen<shape, C> shapes;
  frozen<leaf_info const*, C> leaves;
  frozen<number_info const*, C> numbers;
  std::array<int, Roots> roots{};
  std::array<int, Roots> targets{};
  constexpr bool fits() const { return nodes.fits() && shapes.fits() && leaves.fits() && numbers.fits(); }
  constexpr void take(builder const& g) {
    nodes.assign(g.nodes);
    shapes.assign(g.shapes);
    leaves.assign(g.leaves);
    numbers.assign(g.numbers);
  }
};

/// The leaf that a target name means; a target that no output reads joins the list.
constexpr int target_index(builder& g, leaf_info const* target) {
  return target ? static_cast<int>(g.leaf(*target, operation_of<operation<opcode::leaf>>).at().with.p) : -1;
}

template <std::size_t C, class... Outputs>
constexpr auto lower_all() {
  graph_buffer<sizeof...(Outputs), C> b;
  builder g;
  b.roots = {lower<typename Outputs::expression>(g)...};
  b.targets = {target_index(g, Outputs::target)...};
  b.take(g);
  return b;
}

template <std::size_t C, class... Outputs>
constexpr auto lower_fitting() {
  constexpr auto b = lower_all<C, Outputs...>();
  if constexpr (b.fits())
    return b;
  else
    return lower_fitting<4 * C, Outputs...>();
}

/// The graph as the user wrote it.
template <class... Outputs>
struct lowered {
  static constexpr auto buffer = lower_fitting<32, Outputs...>();
  static constexpr auto nodes = exact<buffer.nodes.size>(buffer.nodes);
  static constexpr auto shapes = exact<buffer.shapes.size>(buffer.shapes);
  static constexpr auto leaves = exact<buffer.leaves.size>(buffer.leaves);
  static constexpr auto numbers = exact<buffer.numbers.size>(buffer.numbers);
  static constexpr auto roots = buffer.roots;
  static constexpr auto targets = buffer.targets;
  static constexpr graph_view view() { return {nodes, shapes}; }
};

template <std::size_t C, class Lowered>
constexpr auto simplify_all() {
  graph_buffer<Lowered::roots.size(), C> b;
  builder g;
  auto const roots = simplify(Lowered::view(), Lowered::roots, g, true);
  for (std::size_t i = 0; i < roots.size(); ++i) b.roots[i] = roots[i];
  b.take(g);
  return b;
}

template <std::size_t C, class Lowered>
constexpr auto simplify_fitting() {
  constexpr auto b = simplify_all<C, Lowered>();
  if constexpr (b.fits())
    return b;
  else
    return simplify_fitting<4 * C, Lowered>();
}

/// The graph that is planned: simplified, row operations expanded.
template <class Lowered>
struct simplified {
  static constexpr auto buffer = simplify_fitting<32, Lowered>();
  static constexpr auto nodes = exact<buffer.nodes.size>(buffer.nodes);
  static constexpr auto shapes = exact<buffer.shapes.size>(buffer.shapes);
  static constexpr auto roots = buffer.roots;
  static constexpr graph_view view() { return {nodes, shapes}; }
};

template <std::size_t C>
struct plan_buffer {
  frozen<node, 2 * C> nodes;
  frozen<shape, C> shapes;
  frozen<plan::storage, C> storages;
  frozen<plan::operand, 2 * C> operands;
  frozen<plan::instruction, 4 * C> code;
  frozen<plan::loop, C> loops;
  frozen<plan::product, C> products;
  frozen<plan::step, C> steps;
  frozen<plan::output, C> outputs;
  constexpr bool fits() const {
    return nodes.fits() && shapes.fits() && storages.fits() && operands.fits() && code.fits() && loops.fits() && products.fits() &&
           steps.fits() && outputs.fits();
  }
};

template <std::size_t C, class Lowered, class Simplified>
constexpr auto plan_all() {
  std::vector<plan::request> requests;
  for (std::size_t i = 0; i < Simplified::roots.size(); ++i) requests.push_back({Simplified::roots[i], Lowered::targets[i]});
  plan::planner p(Simplified::view(), Lowered::leaves, std::move(requests));
  plan::result const r = p.run();
  plan_buffer<C> b;
  b.nodes.assign(r.nodes);
  b.shapes.assign(r.shapes);
  b.storages.assign(r.storages);
  b.operands.assign(r.operands);
  b.code.assign(r.code);
  b.loops.assign(r.loops);
  b.products.assign(r.products);
  b.steps.assign(r.steps);
  b.outputs.assign(r.outputs);
  return b;
}

template <std::size_t C, class Lowered, class Simplified>
constexpr auto plan_fitting() {
  constexpr auto b = plan_all<C, Lowered, Simplified>();
  if constexpr (b.fits())
    return b;
  else
    return plan_fitting<4 * C, Lowered, Simplified>();
}

}  // namespace detail

/// Everything the compiler knows of a program with these outputs; T is the element type that it computes in.
template <class T, class... Outputs>
struct compiled {
  using value_type = T;
  using lowered = detail::lowered<Outputs...>;
  using simplified = detail::simplified<lowered>;
  static constexpr auto buffer = detail::plan_fitting<32, lowered, simplified>();
  static constexpr auto nodes = detail::exact<buffer.nodes.size>(buffer.nodes);
  static constexpr auto shapes = detail::exact<buffer.shapes.size>(buffer.shapes);
  static constexpr auto storages = detail::exact<buffer.storages.size>(buffer.storages);
  static constexpr auto operands = detail::exact<buffer.operands.size>(buffer.operands);
  static constexpr auto code = detail::exact<buffer.code.size>(buffer.code);
  static constexpr auto loops = detail::exact<buffer.loops.size>(buffer.loops);
  static constexpr auto products = detail::exact<buffer.products.size>(buffer.products);
  static constexpr auto steps = detail::exact<buffer.steps.size>(buffer.steps);
  static constexpr auto outputs = detail::exact<buffer.outputs.size>(buffer.outputs);
  static constexpr auto const& leaves = lowered::leaves;
  static constexpr auto const& numbers = lowered::numbers;

  static constexpr plan::tables tables() { return {nodes, shapes, storages, operands, code, loops, products, steps, outputs}; }
  /// Whether no extent is left to the run.
  static constexpr bool is_static = [] {
    for (auto const& s : shapes)
      if (!s.is_static()) return false;
    return true;
  }();
};

}  // namespace ctg::inline v0
