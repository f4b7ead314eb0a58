// SPDX-License-Identifier: MIT
// Scans cut out of the graph around them: each body is a graph of its own, with a plan of its own.
#pragma once

#include <ctg/plan/memory.hpp>
#include <ctg/plan/planner.hpp>
#include <ctg/plan/regions.hpp>
#include <ctg/run/lowered.hpp>

#include <array>

namespace ctg::inline v0::detail {

template <class Simplified>
struct closing {
  static constexpr auto make(builder& g) {
    return plan::regions(Simplified::view(), spanned(Simplified::roots)).close(spanned(Simplified::roots), g);
  }
};
/// The graph around the bodies of scans.
template <class Simplified>
struct closed_graph : rewritten_graph<Simplified, closing<Simplified>> {};
template <class Simplified>
using closed = std::conditional_t<has_scans(spanned(Simplified::nodes)), closed_graph<Simplified>, Simplified>;

template <std::size_t C>
struct body_buffer {
  frozen<node, 4 * C> nodes;
  frozen<shape, C> shapes;
  frozen<int, C> leaf_shapes, roots, targets, inputs, results, captured, sources;
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
  late<Simplified, plan::regions> const all(g, spanned(Simplified::roots));
  auto const& r = all.list()[K];
  auto const made = plan::make_body<Simplified>(g, r);
  body_buffer<C> b;
  b.nodes.assign(made.graph.nodes);
  b.shapes.assign(made.graph.shapes);
  b.leaf_shapes.assign(made.leaf_shapes);
  b.roots.assign(made.roots);
  b.targets.assign(made.targets);
  b.inputs.assign(r.inputs);
  b.results.assign(r.results);
  b.captured.assign(r.captured);
  sequence<int> sources;
  for (int k : r.inputs) sources.push_back(r.parts.operands[k]);
  b.sources.assign(sources);
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
  static constexpr scan_layout layout = buffer.layout;
  static constexpr std::size_t states = layout.states, inputs = buffer.inputs.size,
                               operands = states + inputs + buffer.captured.size;
  // What messages call its leaves: W as outside, X[t], state 1, input 2, ...
  static constexpr auto names = [] {
    std::array<std::array<char, 24>, buffer.leaf_shapes.size> list{};
    for (std::size_t i = 0; i < list.size(); ++i) {
      std::size_t const input = i - states, kept = input - inputs, next = kept - buffer.captured.size;
      std::string_view role = next < states ? "next state" : "result";
      std::size_t number = next < states ? next : next - states;
      int outside = -1;
      if (i < states) {
        role = "state", number = i;
      } else if (input < inputs) {
        role = "input", number = input, outside = buffer.sources.items[input];
      } else if (kept < buffer.captured.size) {
        role = "value", number = kept, outside = buffer.captured.items[kept];
      }
      std::size_t length = 0;
      auto add = [&](std::string_view s) {
        for (char c : s)
          if (length + 1 < list[i].size()) list[i][length++] = c;
      };
      if (outside >= 0 && Simplified::nodes[outside].is(opcode::leaf)) {
        auto const which = Simplified::nodes[outside].with.p;
        add(Lowered::leaves[which]->name);
        if (input < inputs) add("[t]");
      } else {
        char const digits[] = {' ', static_cast<char>('0' + (number + 1) / 10),
                               static_cast<char>('0' + (number + 1) % 10)};
        add(role), add({digits, 1}), add({digits + (number < 9 ? 2 : 1), number < 9 ? 1u : 2u});
      }
    }
    return list;
  }();
  static constexpr auto infos = [] {
    std::array<leaf_info, buffer.leaf_shapes.size> list{};
    for (std::size_t i = 0; i < list.size(); ++i) {
      list[i].name = names[i].data();
      list[i].name_hash = list[i].type_hash = mix(0x73746570u, i);
      list[i].type = type == element::none ? element::f64 : type;
      list[i].shape = shapes[buffer.leaf_shapes.items[i]];
    }
    return list;
  }();
  static constexpr auto leaves = [] {
    std::array<leaf_info const*, infos.size()> list{};
    for (std::size_t i = 0; i < list.size(); ++i) list[i] = &infos[i];
    return list;
  }();
  static constexpr graph_view view() { return {spanned(nodes), spanned(shapes)}; }

  static constexpr shape steps = shapes[buffer.steps];
  static constexpr bool backwards = buffer.backwards;
  static constexpr auto results = exact<buffer.results.size>(buffer.results);
};

template <std::size_t C>
struct scan_tables {
  frozen<plan::scan, C> scans;
  frozen<plan::operand, C> operands;
  frozen<int, C> results;
  constexpr bool fits() const { return scans.fits() && operands.fits() && results.fits(); }
  constexpr void take(auto const& r) {
    scans.assign(r.scans);
    operands.assign(r.scan_operands);
    results.assign(r.scan_results);
  }
};

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
    return states_bytes(names) + plan::place_buffers<T>(Plan::run_tables(), names,
                                                        spanned(offsets.data(), offsets.size()),
                                                        spanned(bytes.data(), bytes.size()));
  }
  static constexpr std::int64_t flops(extent_table const& names) {
    return names(body::steps) * plan::count_flops(Plan::tables(), names);
  }
  static constexpr std::int64_t moved(extent_table const& names) {
    return names(body::steps) * plan::count_bytes<T>(Plan::tables(), names);
  }
};

}  // namespace ctg::inline v0::detail
