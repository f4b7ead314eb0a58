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
  constexpr bool fits() const {
    return views.fits() && shapes.fits() && members.fits() && group_depth.fits() && made.fits();
  }
};

template <std::size_t C, class Lowered, class Simplified>
constexpr auto fuse_all() {
  auto p = make_planner<Lowered, Simplified>();
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
    f.made = buffer.made.thawed();
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
  auto p = make_planner<Lowered, Simplified>();
  // where an assignment has to wait, fusion is done again; such programs are rare and small
  plan::arranged r;
  if (p.resume(Fused::graph(), prepared<Lowered, Simplified>::buffer.requests.thawed(), Fused::thawed())) {
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
