// SPDX-License-Identifier: MIT
// explain(step): what a program runs, as a database explains a query. One block for each kernel: its shape, the
// formulas that are fused in it, what it costs, and where its results live.
#pragma once

#include <ctg/graph/print.hpp>
#include <ctg/run/program.hpp>

#include <cstdio>

namespace ctg::inline v0 {

namespace detail {

/// A program as `explain` reads it, whatever its type.
struct explained_program {
  plan::tables plan;
  std::span<leaf_info const* const> leaves;
  std::span<double const> numbers;
  std::vector<int> primal;
  extent_table extents;
  std::int64_t workspace_bytes;
  std::int64_t (*bytes)(plan::tables const&, extent_table const&);
  std::vector<std::int64_t> storage_bytes;
};

// Which nodes of the plan are adjoints, and of what: the outputs are differentiated again, at run time, with the
// reverse passes at hand, and their simplified nodes looked up among those of the plan.
template <class Outputs>
std::vector<int> primals_in_plan(std::span<node const> nodes, std::span<shape const> shapes) {
  builder written, simple;
  Outputs::lower_into(written);
  std::vector<int> const primal = primals_of(written);
  std::vector<int> pairs;
  for (std::size_t a = 0; a < primal.size(); ++a)
    if (primal[a] >= 0) pairs.insert(pairs.end(), {primal[a], static_cast<int>(a)});
  pairs = simplify(view(written), pairs, simple, true);
  auto through_copies = [&](int i) {
    while (i >= 0 && nodes[static_cast<std::size_t>(i)].is(opcode::stop_gradient))
      i = nodes[static_cast<std::size_t>(i)].args[0];
    return i;
  };
  std::vector<int> in_plan(simple.nodes.size(), -1);
  for (std::size_t i = 0; i < simple.nodes.size(); ++i) {
    node x = simple.nodes[i];
    bool known = true;
    for (int& a : x.args)
      if (a >= 0) {
        a = in_plan[static_cast<std::size_t>(a)];
        known = known && a >= 0;
      }
    if (x.op->commutative && x.args[0] > x.args[1]) std::swap(x.args[0], x.args[1]);
    for (std::size_t k = 0; k < nodes.size() && in_plan[i] < 0; ++k) {
      node y = nodes[k];
      for (int& a : y.args) a = through_copies(a);
      if (y.op->commutative && y.args[0] > y.args[1]) std::swap(y.args[0], y.args[1]);
      if (x.is(opcode::size) && y.is(opcode::size)) {  // the number of a shape in its graph
        if (!(simple.shapes[static_cast<std::size_t>(x.with.p)] == shapes[static_cast<std::size_t>(y.with.p)]))
          continue;
        y.with = x.with;
      }
      bool const same = x.op->id == y.op->id && x.with == y.with && x.args == y.args &&
                        simple.shapes[static_cast<std::size_t>(x.shape)] == shapes[static_cast<std::size_t>(y.shape)];
      if (same && known) in_plan[i] = static_cast<int>(k);
    }
  }
  std::vector<int> result(nodes.size(), -1);
  for (std::size_t i = 0; i + 1 < pairs.size(); i += 2) {
    int const of = in_plan[static_cast<std::size_t>(pairs[i])],
              adjoint = in_plan[static_cast<std::size_t>(pairs[i + 1])];
    if (of >= 0 && adjoint > of && plan::is_compute(nodes[static_cast<std::size_t>(adjoint)]))
      result[static_cast<std::size_t>(adjoint)] = of;
  }
  return result;
}

inline std::string grouped(std::int64_t n) {
  std::string s = std::to_string(n);
  for (int i = static_cast<int>(s.size()) - 3; i > 0; i -= 3) s.insert(static_cast<std::size_t>(i), 1, ',');
  return s;
}

class explanation {
 public:
  explicit explanation(explained_program const& p)
      : p_(p),
        extents_{p.leaves},
        writer_({p.plan.nodes, p.plan.shapes, p.leaves, {p.numbers.begin(), p.numbers.end()}, p.primal, true},
                script::text) {
    for (auto const& o : p.plan.outputs) writer_.want(o.node);
    for (auto const& s : p.plan.storages)
      if (s.kind == plan::storage_kind::buffer && s.index >= 0 && s.first >= 0) writer_.name(s.index, "");
    for (auto const& o : p.plan.outputs)
      if (o.leaf >= 0) writer_.name(o.node, std::string(p.leaves[at(o.leaf)]->name) + "′");
    writer_.run();
  }

  std::string text() {
    rows_.push_back({"#  kernel", "flops", "bytes", "flops/byte", "result in"});
    for (std::size_t s = 0; s < p_.plan.steps.size(); ++s) describe(s);
    return summary() + table();
  }

 private:
  using row = std::array<std::string, 5>;
  static std::size_t at(int i) { return static_cast<std::size_t>(i); }

  plan::tables only(plan::step const& s) const {
    plan::tables t = p_.plan;
    t.products = s.product >= 0 ? p_.plan.products.subspan(at(s.product), 1) : p_.plan.products.first(0);
    t.calls = s.call >= 0 ? p_.plan.calls.subspan(at(s.call), 1) : p_.plan.calls.first(0);
    t.loops = p_.plan.loops.subspan(at(s.loops.begin), at(s.loops.size()));
    return t;
  }

  void describe(std::size_t s) {
    plan::step const& step = p_.plan.steps[s];
    std::int64_t const flops = plan::count_flops(only(step), p_.extents);
    plan::tables one = p_.plan;
    one.steps = p_.plan.steps.subspan(s, 1);
    std::int64_t const bytes = p_.bytes(one, p_.extents);
    char intensity[32];
    std::snprintf(intensity, sizeof(intensity), "%.1f",
                  bytes ? static_cast<double>(flops) / static_cast<double>(bytes) : 0.0);
    std::string what = std::to_string(s + 1) + "  ";
    if (step.product >= 0) {
      node const& x = p_.plan.nodes[at(p_.plan.products[at(step.product)].node)];
      what += "product " + shape_text(x.args[0]) + " · " + shape_text(x.args[1]);
    }
    if (step.call >= 0) {
      int const called = p_.plan.calls[at(step.call)].node;
      what += std::string(p_.plan.nodes[at(called)].op->name) + " " + shape_text(called);
    }
    for (int l = step.loops.begin; l < step.loops.end; ++l) {
      plan::loop const& loop = p_.plan.loops[at(l)];
      bool const in_product = l == step.loops.begin && step.first_loop == plan::when::per_block;
      if (l > step.loops.begin || step.product >= 0) what += " + ";
      shape const& space = p_.plan.shapes[at(loop.space)];
      what += in_product ? "epilogue" : space.rank == 0 ? "scalar" : "loop " + extents_(space);
      if (loop.passes > 1) what += ", " + std::to_string(loop.passes) + " passes";
    }
    rows_.push_back({what, grouped(flops), grouped(bytes), intensity, ""});
    for (int i : nodes_of(step)) add_formula(i);
  }

  std::string shape_text(int i) const { return extents_(p_.plan.shapes[at(p_.plan.nodes[at(i)].shape)]); }

  // The named values that a step computes, each with its formula; assignments under the leaf that they write.
  void add_formula(int i) {
    bool assigned = false, result = false;
    for (auto const& o : p_.plan.outputs) {
      if (o.node != i) continue;
      result = true;
      if (o.leaf < 0) continue;
      std::string const leaf(p_.leaves[at(o.leaf)]->name);
      rows_.push_back({"     " + leaf + " ← " + writer_.formula(i), "", "", "", "leaf " + leaf});
      assigned = true;
    }
    if (assigned) return;
    std::string const name = writer_.is_named(i) ? writer_.name_of(i) + " = " : "";
    std::string where = result ? "result" : "registers";
    for (std::size_t s = 0; s < p_.plan.storages.size(); ++s) {
      plan::storage const& m = p_.plan.storages[s];
      if (m.index != i || m.kind == plan::storage_kind::leaf || m.first < 0) continue;
      if (m.kind == plan::storage_kind::window)
        where = "cache";
      else
        where = (result ? "result, " : "workspace, ") + grouped(p_.storage_bytes[s]) + " bytes";
    }
    rows_.push_back({"     " + name + writer_.formula(i), "", "", "", where});
  }

  std::vector<int> nodes_of(plan::step const& step) const {
    std::set<int> found;
    if (step.product >= 0) found.insert(p_.plan.products[at(step.product)].node);
    if (step.call >= 0) found.insert(p_.plan.calls[at(step.call)].node);
    auto add = [&](plan::range const& r) {
      for (int i = r.begin; i < r.end; ++i) {
        plan::instruction const& x = p_.plan.code[at(i)];
        bool const computes = x.what == plan::action::compute || x.what == plan::action::label ||
                              x.what == plan::action::row_reduce || x.what == plan::action::total ||
                              x.what == plan::action::accumulate;
        if (computes && x.node >= 0) found.insert(x.node);
      }
    };
    for (int l = step.loops.begin; l < step.loops.end; ++l) {
      plan::loop const& loop = p_.plan.loops[at(l)];
      add(loop.uniform);
      for (plan::range const& r : loop.element) add(r);
      for (plan::range const& r : loop.row) add(r);
    }
    std::vector<int> lines;
    for (int i : found) {
      bool output = false;
      for (auto const& o : p_.plan.outputs) output = output || o.node == i;
      if (output || writer_.is_named(i)) lines.push_back(i);
    }
    return lines;
  }

  std::string summary() const {
    std::string s = grouped(static_cast<std::int64_t>(p_.plan.steps.size())) +
                    (p_.plan.steps.size() == 1 ? " kernel, " : " kernels, ") +
                    grouped(plan::count_flops(p_.plan, p_.extents)) + " flops, " +
                    grouped(p_.bytes(p_.plan, p_.extents)) + " bytes moved, workspace " + grouped(p_.workspace_bytes) +
                    " bytes";
    std::set<std::string> names;
    for (auto const* leaf : p_.leaves)
      for (int a = 0; a < leaf->shape.rank; ++a)
        if (!leaf->shape[a].is_static())
          names.insert(extents_(named(leaf->shape[a].names[0])) + " = " +
                       grouped(p_.extents(named(leaf->shape[a].names[0]))));
    char const* between = " (";
    for (auto const& n : names) s += std::exchange(between, ", ") + n;
    return s + (names.empty() ? "\n" : ")\n");
  }

  // Numbers stand right, in columns; a formula, which has none, runs on below them.
  std::string table() const {
    std::array<std::size_t, 4> width{};
    std::size_t longest = 0;
    for (auto const& r : rows_)
      if (r[1].empty())
        longest = std::max(longest, letters_of(r[0]));
      else
        for (std::size_t c = 0; c < width.size(); ++c) width[c] = std::max(width[c], letters_of(r[c]));
    std::size_t const numbers = width[1] + width[2] + width[3] + 6;
    if (longest > width[0] + numbers) width[0] = longest - numbers;
    std::string s;
    for (auto const& r : rows_) {
      std::string line = r[0];
      auto pad = [&](std::size_t to) { line.append(to - std::min(to, letters_of(line)), ' '); };
      std::size_t end = width[0];
      for (std::size_t c = 1; c < width.size(); ++c) {
        end += width[c] + 2;
        if (r[1].empty()) continue;
        pad(end - letters_of(r[c]));
        line += r[c];
      }
      if (!r[4].empty()) {
        pad(end + 2);
        line += r[4];
      }
      s += line + "\n";
    }
    return s;
  }

  explained_program const& p_;
  extent_writer extents_;
  formula_writer writer_;
  std::vector<row> rows_;
};

}  // namespace detail

/// A table of what the program runs: each kernel, the formulas fused in it, floating-point operations, bytes from and
/// to memory, and where the results live. Shapes show named extents by name; the figures are for the extents given
/// (`extents<"N">(64)`), or else for those of the leaves bound now.
template <class Program>
  requires requires { typename Program::plan_type; }
std::string explain(Program const& program, extent_table const& names) {
  using Plan = typename Program::plan_type;
  using T = typename Plan::value_type;
  plan::tables const t = Plan::tables();
  detail::explained_program p{t,
                              Plan::leaves,
                              program.numbers(),
                              detail::primals_in_plan<typename Plan::lowered::outputs>(t.nodes, t.shapes),
                              names,
                              Program::workspace_bytes(names),
                              &plan::count_bytes<T>,
                              {}};
  p.storage_bytes.resize(t.storages.size());
  plan::size_storages<T>(t, names, p.storage_bytes);
  return detail::explanation(p).text();
}
template <class Program>
  requires requires { typename Program::plan_type; }
std::string explain(Program const& program) { return explain(program, program.extents()); }

}  // namespace ctg::inline v0
