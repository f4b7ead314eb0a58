// SPDX-License-Identifier: MIT
// A plan as people read it: what each kernel is, the formulas that are fused in it, what it costs, and where its
// results live. What `explain`, `to_dot`, `profile` and the reference mode say comes from here.
#pragma once

#include <ctg/graph/print.hpp>
#include <ctg/plan/matching.hpp>
#include <ctg/run/bind.hpp>
#include <ctg/run/text_table.hpp>

#include <algorithm>
#include <string>

namespace ctg::inline v0::detail {

/// A program as `explain` reads it, whatever its type.
struct explained_program {
  plan::tables plan;
  detail::span<leaf_info const* const> leaves;
  detail::span<double const> numbers;
  sequence<int> primal;
  extent_table extents;
  std::int64_t workspace_bytes;
  std::int64_t (*bytes)(plan::tables const&, extent_table const&);
  sequence<std::int64_t> storage_bytes;
};

/// What of a graph that was lowered has an adjoint in it: pairs of a value and its adjoint, as roots. The reverse
/// passes are not part of a frozen graph, so it is lowered once more.
template <class Lowered>
struct adjoint_pairs : Lowered {
  static constexpr auto primal = [] {
    late<Lowered, builder> g;
    Lowered::lower_into(g);
    late<Lowered, sequence<int>> const of = primals_of(g);
    frozen<int, Lowered::nodes.size()> kept;
    kept.assign(of);
    return kept;
  }();
  static constexpr auto roots = [] {
    constexpr std::size_t count = [] {
      std::size_t n = 0;
      for (int p : spanned(primal)) n += p >= 0;
      return n;
    }();
    std::array<int, 2 * count> list{};
    std::size_t n = 0;
    for (std::size_t a = 0; a < primal.size; ++a)
      if (primal.items[a] >= 0) {
        list[n++] = primal.items[a];
        list[n++] = static_cast<int>(a);
      }
    return list;
  }();
};

/// Which nodes of a plan are adjoints, and of what: the pairs are simplified as the plan's graph was, and looked up
/// among its nodes. An output that is an adjoint is known as such, however the plan shares and orders what it is made
/// of.
template <class Plan>
inline constexpr auto primals_in_plan = [] {
  using lowered = typename Plan::lowered;
  using pairs = adjoint_pairs<lowered>;
  using simple = rewritten_graph<pairs, simplification<pairs>>;
  auto const in_plan = plan::find_in_plan<Plan>(simple::view(), spanned(Plan::nodes), spanned(Plan::shapes));
  std::array<int, Plan::nodes.size()> primal{};
  primal.fill(-1);
  for (std::size_t i = 0; i < simple::roots.size(); i += 2) {
    int const value = in_plan[static_cast<std::size_t>(simple::roots[i])];
    int adjoint = in_plan[static_cast<std::size_t>(simple::roots[i + 1])];
    for (std::size_t k = 0; k < lowered::roots.size() && k < Plan::outputs.size(); ++k)
      if (lowered::roots[k] == pairs::roots[i + 1]) adjoint = Plan::outputs[k].node;
    if (value >= 0 && adjoint > value && plan::is_compute(Plan::nodes[static_cast<std::size_t>(adjoint)]))
      primal[static_cast<std::size_t>(adjoint)] = value;
  }
  return primal;
}();

/// What stands in one kernel: a value, or an assignment of it, as a line of text; and where the value is kept.
struct kernel_line {
  std::string text, where;
};

template <class X>
class program_reader_of {
 public:
  using string = late<X, std::string>;
  using lines_of_text = late<X, sequence<kernel_line>>;
  using node_set = late<X, sorted_set<int>>;

  explicit program_reader_of(explained_program const& p, script as = script::text)
      : p_(p),
        extents_{p.leaves},
        writer_(formula_graph{p.plan.nodes, p.plan.shapes, p.leaves,
                              sequence<double>(p.numbers.begin(), p.numbers.end()), p.primal, true},
                as) {
    for (auto const& o : p.plan.outputs) writer_.want(o.node);
    for (auto const& s : p.plan.storages)
      if (s.kind == plan::storage_kind::buffer && s.index >= 0 && s.first >= 0) writer_.name(s.index, "");
    for (auto const& o : p.plan.outputs)
      if (o.leaf >= 0) writer_.name(o.node, string(p.leaves[o.leaf]->name) + "′");
    writer_.run();
  }

  int kernels() const { return static_cast<int>(p_.plan.steps.size()); }
  std::int64_t flops() const { return plan::count_flops(p_.plan, p_.extents); }
  std::int64_t bytes() const { return p_.bytes(p_.plan, p_.extents); }

  std::int64_t flops(int s) const {
    plan::step const& step = p_.plan.steps[s];
    plan::tables t = p_.plan;
    t.products = step.product >= 0 ? p_.plan.products.subspan(step.product, 1) : p_.plan.products.first(0);
    t.calls = step.call >= 0 ? p_.plan.calls.subspan(step.call, 1) : p_.plan.calls.first(0);
    t.loops = p_.plan.loops.subspan(step.all_loops().begin, step.all_loops().size());
    return plan::count_flops(t, p_.extents);
  }
  std::int64_t bytes(int s) const {
    plan::tables t = p_.plan;
    t.steps = p_.plan.steps.subspan(s, 1);
    return p_.bytes(t, p_.extents);
  }

  /// What kind of work kernel s is: `product N×784 · 784×128 + epilogue`, `product 784×N · N×128 added to W`.
  string title(int s) const {
    plan::step const& step = p_.plan.steps[s];
    string what;
    if (step.product >= 0) {
      plan::product const& p = p_.plan.products[step.product];
      node const& x = p_.plan.nodes[p.node];
      if (step.makers.size()) what += "prologue + ";
      what += "product " + shape_text(x.args[0]) + " · " + shape_text(x.args[1]);
      if (p.adds()) what += " added to " + string(p_.leaves[p_.plan.storages[p.c.storage].index]->name);
    }
    if (step.call >= 0) {
      int const called = p_.plan.calls[step.call].node;
      what += string(p_.plan.nodes[called].op->name) + " " + shape_text(called);
    }
    for (int l = step.loops.begin; l < step.loops.end; ++l) {
      plan::loop const& loop = p_.plan.loops[l];
      bool const in_product = l == step.loops.begin && step.first_loop == plan::when::per_block;
      if (l > step.loops.begin || step.product >= 0) what += " + ";
      shape const& space = p_.plan.shapes[loop.space];
      what += in_product ? "epilogue" : space.rank == 0 ? "scalar" : "loop " + extents_(space);
      if (loop.passes > 1) what += ", " + std::to_string(loop.passes) + " passes";
    }
    return what;
  }

  /// The named values that a step computes, each with its formula; assignments under the leaf that they write.
  lines_of_text lines(int s) const {
    lines_of_text all;
    for (int i : computed_in(s))
      if (is_output(i) || writer_.is_named(i)) add_lines(i, all);
    return all;
  }

  /// The nodes whose values kernel s computes, in the order of the graph.
  node_set computed_in(int s) const {
    plan::step const& step = p_.plan.steps[s];
    node_set found;
    if (step.product >= 0) {
      plan::product const& p = p_.plan.products[step.product];
      found.insert(p.node);
      for (int i = p.node + 1; i <= p.update.node; ++i)  // what stands between the product and the sum
        for (int a : node_of(i).args)
          if (found.contains(a)) found.insert(i);
    }
    if (step.call >= 0) found.insert(p_.plan.calls[step.call].node);
    for (kept const& x : scanned_by(s)) found.insert(x.node);
    each_instruction(s, [&](plan::instruction const& x) {
      bool const computes = x.what == plan::action::compute || x.what == plan::action::label ||
                            x.what == plan::action::row_reduce || x.what == plan::action::total ||
                            x.what == plan::action::accumulate;
      if (computes && x.node >= 0) found.insert(x.node);
    });
    return found;
  }

  /// A node's value and the storage (a leaf or a buffer) that kernel s writes it to.
  struct kept {
    int node = -1, storage = -1;
    bool operator==(kept const&) const = default;
  };
  late<X, sequence<kept>> stored_by(int s) const {
    plan::step const& step = p_.plan.steps[s];
    late<X, sequence<kept>> found;
    auto add = [&](kept const& x) {
      if (std::find(found.begin(), found.end(), x) == found.end()) found.push_back(x);
    };
    if (step.product >= 0) {
      plan::product const& product = p_.plan.products[step.product];
      if (!product.windowed) add({product.adds() ? product.update.node : product.node, product.c.storage});
    }
    if (step.call >= 0) {
      plan::call const& call = p_.plan.calls[step.call];
      if (call.scan < 0) add({call.node, call.y.storage});
    }
    for (kept const& x : scanned_by(s)) add(x);
    each_instruction(s, [&](plan::instruction const& x) {
      bool const writes =
          x.what == plan::action::store || x.what == plan::action::total || x.what == plan::action::accumulate;
      if (!writes || x.memory < 0) return;
      int const storage = p_.plan.operands[x.memory].storage;
      plan::storage const& m = p_.plan.storages[storage];
      bool const lasts = m.kind == plan::storage_kind::leaf || (m.kind == plan::storage_kind::buffer && m.index >= 0);
      if (lasts) add({x.node, storage});
    });
    return found;
  }

  /// The operands of node i; of a scan, those in its list.
  late<X, sequence<int>> operands_of(int i) const {
    node const& x = node_of(i);
    late<X, sequence<int>> found;
    for (int a : x.args)
      if (a >= 0) found.push_back(a);
    for (plan::call const& c : p_.plan.calls)
      if (c.node == i && c.scan >= 0) found = unlisted(p_.plan.nodes, x.args[0], p_.plan.scans[c.scan].operands.size());
    return found;
  }

  bool is_output(int i) const {
    for (auto const& o : p_.plan.outputs)
      if (o.node == i) return true;
    return false;
  }

  /// `2 kernels, 26,071,297 flops, …`
  string summary() const {
    string s = grouped<string>(kernels()) + (kernels() == 1 ? " kernel, " : " kernels, ") + grouped<string>(flops()) +
               " flops, " + grouped<string>(bytes()) + " bytes moved, workspace " +
               grouped<string>(p_.workspace_bytes) + " bytes";
    late<X, sorted_set<string>> names;
    for (auto const* leaf : p_.leaves)
      for (int a = 0; a < leaf->shape.rank; ++a)
        if (!leaf->shape[a].is_static())
          names.insert(extents_(named(leaf->shape[a].names[0])) + " = " +
                       grouped<string>(p_.extents(named(leaf->shape[a].names[0]))));
    char const* between = " (";
    for (auto const& n : names) s += std::exchange(between, ", ") + n;
    return s + (names.empty() ? "" : ")");
  }

  explained_program const& program() const { return p_; }
  node const& node_of(int i) const { return p_.plan.nodes[i]; }
  /// The name of a value that has one, else nothing.
  string name_of(int i) const { return writer_.is_named(i) ? writer_.name_of(i) : ""; }
  string const& formula(int i) const { return writer_.formula(i); }
  string shape_text(int i) const { return extents_(p_.plan.shapes[node_of(i).shape]); }

 private:
  // The results of a scan and where they are.
  late<X, sequence<kept>> scanned_by(int s) const {
    late<X, sequence<kept>> found;
    int const call = p_.plan.steps[s].call;
    if (call < 0 || p_.plan.calls[call].scan < 0) return found;
    for (int i = 0; i < static_cast<int>(p_.plan.nodes.size()); ++i) {
      if (!node_of(i).is(opcode::scan_result) || node_of(i).args[0] != p_.plan.calls[call].node) continue;
      for (std::size_t m = 0; m < p_.plan.storages.size(); ++m)
        if (p_.plan.storages[m].index == i && p_.plan.storages[m].first >= 0) found.push_back({i, static_cast<int>(m)});
    }
    return found;
  }

  void add_lines(int i, lines_of_text& all) const {
    bool assigned = false, result = false;
    for (auto const& o : p_.plan.outputs) {
      if (o.node != i) continue;
      result = true;
      if (o.leaf < 0) continue;
      string const leaf(p_.leaves[o.leaf]->name);
      all.push_back({leaf + " ← " + writer_.formula(i), "leaf " + leaf});
      assigned = true;
    }
    if (assigned) return;
    string const name = writer_.is_named(i) ? writer_.name_of(i) + " = " : "";
    string where = result ? "result" : "registers";
    for (std::size_t s = 0; s < p_.plan.storages.size(); ++s) {
      plan::storage const& m = p_.plan.storages[s];
      if (m.index != i || m.kind == plan::storage_kind::leaf || m.first < 0) continue;
      if (m.kind == plan::storage_kind::window)
        where = "cache";
      else
        where = (result ? "result, " : "workspace, ") + grouped<string>(p_.storage_bytes[s]) + " bytes";
    }
    all.push_back({name + writer_.formula(i), where});
  }

  template <class F>
  void each_instruction(int s, F const& f) const {
    plan::step const& step = p_.plan.steps[s];
    auto walk = [&](plan::range const& r) {
      for (int i = r.begin; i < r.end; ++i) f(p_.plan.code[i]);
    };
    for (int l = step.all_loops().begin; l < step.loops.end; ++l) {
      plan::loop const& loop = p_.plan.loops[l];
      walk(loop.uniform);
      for (plan::range const& r : loop.element) walk(r);
      for (plan::range const& r : loop.row) walk(r);
    }
  }

  explained_program const& p_;
  extent_writer_of<X> extents_;
  formula_writer_of<X> writer_;
};
using program_reader = program_reader_of<void>;

/// A plan, with the figures for these extents.
template <class Plan>
explained_program explained_plan(detail::span<double const> numbers, extent_table const& names) {
  using T = typename Plan::value_type;
  plan::tables const t = Plan::tables();
  explained_program p{t,
                      Plan::leaves,
                      numbers,
                      sequence<int>(t.nodes.size(), -1),
                      names,
                      0,
                      &plan::count_bytes<T>,
                      sequence<std::int64_t>(t.storages.size())};
  plan::size_storages<T>(t, names, p.storage_bytes);
  return p;
}

/// The program as it is bound, with the figures for these extents.
template <class Program>
explained_program explained(Program const& program, extent_table const& names) {
  using Plan = typename Program::plan_type;
  explained_program p = explained_plan<Plan>(program.numbers(), names);
  auto const primal = spanned(primals_in_plan<Plan>);
  p.primal = sequence<int>(primal.begin(), primal.end());
  p.workspace_bytes = Program::workspace_bytes(names);
  return p;
}

/// What is asked of an expression instead of a program: an error that says how to make one of it.
template <class E>
inline constexpr bool is_program = false;
template <class E>
std::string refuse_expression() {
  static_assert(is_program<E>,
                "ctg: explain and to_dot want a program, which runs: write explain(ctg::program(e)); to_string(e) and "
                "to_latex(e) print the formula of an expression");
  return {};
}

/// What `explain` and its kin take.
template <class P>
concept Planned = requires {
  typename P::plan_type;
};

}  // namespace ctg::inline v0::detail
