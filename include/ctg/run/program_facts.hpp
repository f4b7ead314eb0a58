// SPDX-License-Identifier: MIT
// What the compiler knows of a program: its kernels, its memory, its work.
#pragma once

#include <ctg/plan/facts.hpp>
#include <ctg/plan/matching.hpp>
#include <ctg/run/compiled.hpp>

#include <array>

namespace ctg::inline v0 {

namespace detail {

/// The names of a plan's extents, each once: extents<"N", "M">.
template <class Plan>
constexpr void write_extents(writer& w) {
  std::array<std::uint64_t, extent_table::capacity> known{};
  std::size_t count = 0;
  for (leaf_info const* leaf : Plan::leaves)
    for (auto const& name : leaf->extent_names) {
      if (name.empty() || count == known.size()) continue;
      std::size_t i = 0;
      while (i < count && known[i] != hash_text(name)) ++i;
      if (i < count) continue;
      known[count++] = hash_text(name);
      w << (count == 1 ? "extents<\"" : "\", \"") << name;
    }
  w << "\">";
}

}  // namespace detail

/// The facts of a program of T with this graph. Where a figure depends on a named extent, ask with
/// ctg::extents<"N">(64), one for each name; without any such a figure is a compile error, with other names it throws
/// extent_error.
template <class T, class Graph>
class program_facts {
 public:
  using plan_type = compiled<T, Graph>;

  /// The number of kernels that one call runs.
  static constexpr int kernels() { return static_cast<int>(plan_type::steps.size()); }
  template <class Late = void>
  static constexpr std::int64_t workspace_bytes(extent_table const& names = some_extents<Late>()) {
    require_known(names);
    std::array<std::int64_t, plan_type::storages.size() + 1> offsets{};
    auto bytes = offsets;
    return plan::place_buffers<T>(plan_type::run_tables(), names, detail::spanned(offsets.data(), offsets.size()),
                                  detail::spanned(bytes.data(), bytes.size()));
  }
  template <class Late = void>
  static constexpr std::int64_t flops(extent_table const& names = some_extents<Late>()) {
    require_known(names);
    return plan::count_flops(plan_type::tables(), names);
  }
  template <class Late = void>
  static constexpr std::int64_t bytes_moved(extent_table const& names = some_extents<Late>()) {
    require_known(names);
    return plan::count_bytes<T>(plan_type::tables(), names);
  }
  /// Whether the value of this subexpression is kept in memory (workspace or leaf) rather than only passing through
  /// registers.
  template <class E>
    requires Expression<E>
  static constexpr bool stores(E const&) {
    return plan::is_in_memory(plan_type::tables(), node_in_plan<detail::wrapped<void, 0, E>>);
  }
  /// The number of values in the workspace that one kernel writes and a later one may read: all but results, values of
  /// one entry, and what products pack. (Here and below: what the body of a scan does by itself is not counted.)
  static constexpr int stored() { return plan::count_kept(plan_type::tables()); }
  /// Whether all of these are values of the given subexpressions: stores_only(dZ).
  template <class... E>
    requires(Expression<E>&&...)
  static constexpr bool stores_only(E const&...) {
    std::array<int, sizeof...(E) + 1> const nodes{node_in_plan<detail::wrapped<void, 0, E>>..., -1};
    return plan::keeps_only(plan_type::tables(), {nodes.data(), sizeof...(E)});
  }
  /// The number of matrix products that one call runs; a batch of them is one.
  static constexpr int gemms() { return static_cast<int>(plan_type::products.size()); }
  /// How often one call evaluates this operation on an entry (not counting what calls such as `solve` do inside).
  template <class Late = void>
  static constexpr std::int64_t evaluations(opcode of, extent_table const& names = some_extents<Late>()) {
    require_known(names);
    return plan::count_evaluations(plan_type::tables(), of, names);
  }
  /// The same for exp: softmax's exponentials are among them; sigmoid and tanh are operations of their own.
  template <class Late = void>
  static constexpr std::int64_t exps(extent_table const& names = some_extents<Late>()) {
    return evaluations(opcode::exp, names);
  }
  /// How many times one call walks over the memory of a leaf to read it; 0 for a leaf that the program does not read.
  template <class L>
    requires Leaf<L>
  static constexpr int passes_over(L const&) {
    int walks = 0;
    for (std::size_t i = 0; i < plan_type::leaves.size(); ++i)
      if (detail::same_object(plan_type::leaves[i], &detail::info_of<L>))
        walks += plan::count_walks(plan_type::tables(), detail::spanned(plan_type::scan_operands), static_cast<int>(i));
    return walks;
  }

 private:
  static constexpr void require_known(extent_table const& names) {
    for (auto const& s : plan_type::shapes)
      if (names(s) < 0)
        detail::fail<extent_error>(
            "ctg: this figure depends on named extents; ask with the numbers of all of them: "
            "ctg::extents<\"N\", \"M\">(64, 32)");
  }

  // Where a figure is asked for without extents and wants some, the compiler says which. (The numbers let the rest of
  // the line compile.)
  template <class Late>
  static constexpr extent_table some_extents() {
    extent_table numbers;
    if constexpr (!plan_type::is_static) {
      detail::explain<plan_type::is_static ? detail::fault::none : detail::fault::figure_of_extents>(
          detail::said<detail::to_symbol<detail::write_extents<plan_type>>()>{});
      for (auto const& s : plan_type::shapes)
        for (int a = 0; a < s.rank; ++a)
          for (std::uint64_t name : s[a].names)
            if (name) numbers.set(name, detail::nominal_extent);
    }
    return numbers;
  }

  // The node of the plan that has the value of an expression; -1 where none has.
  template <class E>
  static constexpr int node_in_plan = [] {
    detail::late<E, builder> written, g;
    detail::sequence<int> roots = Graph::lower_into(written);
    roots.push_back(lower<E>(written));
    // the leaves and numbers must have the numbers that they have in the plan
    roots = plan::simplify_for_plan<E>(view(written), roots, roots.size() - 1, g);
    if (detail::has_scans(g.nodes)) {
      detail::late<E, builder> around;
      roots = plan::regions(view(g), roots).close(roots, around);
      g = std::move(around);
    }
    return plan::find_in_plan(view(g), detail::spanned(plan_type::nodes),
                              detail::spanned(plan_type::shapes))[roots.back()];
  }();
};

}  // namespace ctg::inline v0
