// SPDX-License-Identifier: MIT
// The pipeline for a list of outputs, each pass one constant expression: lower, simplify, arrange, write the loops'
// code; what each has made is frozen before the next.
#pragma once

#include <ctg/graph/described.hpp>
#include <ctg/run/coded.hpp>

namespace ctg::inline v0 {

/// Everything the compiler knows of the program of a lowered graph; T is the element type that it computes in.
template <class T, class Lowered>
struct compiled {
  using value_type = T;
  using lowered = Lowered;
  using simplified = detail::simplified<lowered>;
  using arranged = detail::arranged<lowered, detail::closed<simplified>>;
  using assembled = detail::assembled<arranged>;
  // What a run may read points to operations without rules.
  static constexpr auto const& nodes = detail::described<arranged::nodes>::items;
  static constexpr auto const& shapes = arranged::shapes;
  static constexpr auto const& products = arranged::products;
  static constexpr auto const& calls = arranged::calls;
  static constexpr auto const& outputs = arranged::outputs;
  static constexpr auto const& storages = assembled::storages;
  static constexpr auto const& operands = assembled::operands;
  static constexpr auto const& code = detail::described<assembled::code>::items;
  static constexpr auto const& loops = assembled::loops;
  static constexpr auto const& steps = assembled::steps;
  static constexpr auto const& leaves = lowered::leaves;
  static constexpr auto const& numbers = lowered::numbers;

  /// The plan of the body of scan K.
  template <int K>
  using scan_plan = compiled<T, detail::scan_body<lowered, simplified, arranged::scans[K].number>>;
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
  static constexpr int first_operand = assembled::first_operand[L];

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
    t.calls = detail::spanned(calls);
    t.scans = detail::spanned(scans);
    return t;
  }
  /// Results that are filled before the first run: the storage and the number.
  static constexpr auto fills = [] {
    constexpr std::size_t count = [] {
      std::size_t n = 0;
      for (auto const& s : storages) n += plan::filled_with(detail::spanned(nodes), s) != nullptr;
      return n;
    }();
    std::array<std::pair<int, double>, count> list{};
    std::size_t n = 0;
    for (std::size_t i = 0; i < storages.size(); ++i)
      if (node const* const value = plan::filled_with(detail::spanned(nodes), storages[i]))
        list[n++] = {static_cast<int>(i), detail::constant_value(*value)};
    return list;
  }();
  /// What calls are made with, in the order of `calls`.
  static constexpr auto called = [] {
    std::array<plan::called, calls.size()> list{};
    for (std::size_t i = 0; i < calls.size(); ++i) {
      node const& n = nodes[calls[i].node];
      list[i].with = n.with;
      list[i].shape = n.shape;
      for (std::size_t k = 0; k < 3; ++k)
        if (n.args[k] >= 0) list[i].shapes[k] = nodes[n.args[k]].shape;
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
