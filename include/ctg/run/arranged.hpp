// SPDX-License-Identifier: MIT
// The plan of a graph but for the code of its loops: copies inserted, fused into groups, arranged as steps.
#pragma once

#include <ctg/plan/planner.hpp>
#include <ctg/run/scan_body.hpp>

#include <array>
#include <utility>

namespace ctg::inline v0::detail {

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
  frozen<plan::step, 2 * C> steps;
  frozen<plan::product, C> products;
  frozen<plan::call, C> calls;
  frozen<plan::output, 2 * C> outputs;
  scan_tables<Scans ? C : 1> scans;
  constexpr bool fits() const {
    return nodes.fits() && shapes.fits() && members.fits() && storages.fits() && also.fits() && groups.fits() &&
           steps.fits() && products.fits() && calls.fits() && outputs.fits() && scans.fits();
  }
};

template <class Lowered, class Simplified>
constexpr auto make_planner() {
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
  frozen<char, 4 * C> again;  // by node, whether it is a copy; empty where none is
  constexpr bool fits() const { return nodes.fits() && shapes.fits() && requests.fits(); }
};

template <std::size_t C, class Lowered, class Simplified>
constexpr auto prepare_all() {
  auto p = make_planner<Lowered, Simplified>();
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
  static constexpr sequence<char> again() { return {}; }
};

template <std::size_t C>
struct fused_buffer {
  frozen<shape, C> shapes;
  frozen<plan::view, 4 * C> views;
  frozen<plan::level, 4 * C> levels;
  frozen<int, 4 * C> depth, group, pass, update, members;
  frozen<char, 4 * C> stored;
  frozen<int, C> made;
  frozen<int, 2 * C> group_depth, group_space, group_passes, group_size;
  frozen<std::pair<int, int>, 4 * C> read_outside;
  bool copies_fit = false;
  constexpr bool fits() const {
    return views.fits() && shapes.fits() && members.fits() && group_depth.fits() && made.fits() && read_outside.fits();
  }
};

// `Loops`: how many there are without copies; 0 where that is what is found out.
template <std::size_t C, class Lowered, class Simplified, class Prepared, std::size_t Loops>
constexpr auto fuse_all() {
  auto p = make_planner<Lowered, Simplified>();
  p.fuse_prepared(Prepared::graph(), Prepared::buffer.requests.thawed(), Prepared::again());
  auto const& f = p.fused();
  fused_buffer<C> b;
  if constexpr (Loops == 0)
    b.read_outside.assign(f.read_outside);
  else
    b.copies_fit = p.copies_fit(Loops);
  b.shapes.assign(p.graph().shapes);
  b.views.assign(f.views);
  b.levels.assign(f.levels);
  b.depth.assign(f.depth);
  b.group.assign(f.group);
  b.update.assign(f.update);
  b.pass.assign(f.pass);
  b.stored.assign(f.stored);
  b.made.assign(f.made);
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
template <class Lowered, class Simplified, class Prepared = prepared<Lowered, Simplified>, std::size_t Loops = 0>
struct fused {
  using prepared = Prepared;
  template <std::size_t C>
  struct stage {
    static constexpr auto buffer = fuse_all<C, Lowered, Simplified, Prepared, Loops>();
  };
  static constexpr auto const& buffer = fit<stage, Simplified::nodes.size() / 3>::buffer;

  static constexpr graph_view graph() { return {spanned(Prepared::buffer.nodes), spanned(buffer.shapes)}; }
  static constexpr auto thawed() {
    late<Prepared, plan::fusion> f;
    f.views = buffer.views.thawed();
    f.levels = buffer.levels.thawed();
    f.depth = buffer.depth.thawed();
    f.group = buffer.group.thawed();
    f.update = buffer.update.thawed();
    f.pass = buffer.pass.thawed();
    f.stored = buffer.stored.thawed();
    f.made = buffer.made.thawed();
    f.read_outside = buffer.read_outside.thawed();
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

template <std::size_t C>
struct copies_buffer {
  frozen<plan::copied_node, C> copies;
  constexpr bool fits() const { return copies.fits(); }
};

template <std::size_t C, class Lowered, class Simplified, class Fused>
constexpr auto choose_all() {
  auto p = make_planner<Lowered, Simplified>();
  copies_buffer<C> b;
  b.copies.assign(p.to_copy(Fused::graph(), Fused::prepared::buffer.requests.thawed(), Fused::thawed()));
  return b;
}

/// What is to be computed again where it is read.
template <class Lowered, class Simplified, class Fused>
struct chosen_copies {
  template <std::size_t C>
  struct stage {
    static constexpr auto buffer = choose_all<C, Lowered, Simplified, Fused>();
  };
  static constexpr auto const& buffer = fit<stage, Fused::buffer.read_outside.size>::buffer;
};

template <std::size_t C, class Fused, class Chosen>
constexpr auto copy_all() {
  prepared_buffer<C> b;
  sequence<plan::request> requests = Fused::prepared::buffer.requests.thawed();
  auto const f = Fused::thawed();
  auto const copies = Chosen::buffer.copies.thawed();
  late<Fused, plan::copying_of<void>> copying(Fused::prepared::graph(), f, copies);
  copying.run(requests);
  b.nodes.assign(copying.nodes);
  b.shapes.assign(Fused::prepared::buffer.shapes.thawed());
  b.requests.assign(requests);
  b.again.assign(copying.is_copy);
  return b;
}

/// The graph with copies of what is computed again where it is read.
template <class Fused, class Chosen>
struct copied {
  template <std::size_t C>
  struct stage {
    static constexpr auto buffer = copy_all<C, Fused, Chosen>();
  };
  static constexpr auto const& buffer = fit<stage, Fused::buffer.views.size / 3>::buffer;
  static constexpr graph_view graph() { return {spanned(buffer.nodes), spanned(buffer.shapes)}; }
  static constexpr sequence<char> again() { return buffer.again.thawed(); }
};

template <class Stored, class Recomputed>
constexpr auto cheaper() {
  if constexpr (Recomputed::buffer.copies_fit)
    return std::type_identity<Recomputed>{};
  else
    return std::type_identity<Stored>{};
}
template <class Lowered, class Simplified, class Stored>
constexpr auto recomputed() {
  using copies = chosen_copies<Lowered, Simplified, Stored>;
  if constexpr (copies::buffer.copies.size > 0)
    return cheaper<Stored, fused<Lowered, Simplified, copied<Stored, copies>, Stored::buffer.group_depth.size>>();
  else
    return std::type_identity<Stored>{};
}
template <class Lowered, class Simplified>
constexpr auto settled_fusion() {
  using stored = fused<Lowered, Simplified>;
  if constexpr (stored::buffer.read_outside.size > 0)
    return recomputed<Lowered, Simplified, stored>();
  else
    return std::type_identity<stored>{};
}

template <std::size_t C, class Lowered, class Simplified>
constexpr auto arrange_all() {
  using Fused = typename decltype(settled_fusion<Lowered, Simplified>())::type;
  auto p = make_planner<Lowered, Simplified>();
  // where an assignment has to wait, fusion is done again; such programs are rare and small
  late<Lowered, plan::arranged> r;
  if (p.resume(Fused::graph(), Fused::prepared::buffer.requests.thawed(), Fused::prepared::again(), Fused::thawed())) {
    r = p.take();
  } else {
    auto anew = make_planner<Lowered, Simplified>();
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

}  // namespace ctg::inline v0::detail
