// SPDX-License-Identifier: MIT
// What must hold of every random graph: simplification keeps its meaning, the plan computes it, reverse mode agrees
// with differences. A graph that fails is shrunk to few nodes and printed.
#pragma once

#include <ctg/plan/short_axes.hpp>

#include "plan_interpreter.hpp"
#include "random_graphs.hpp"

#include <sstream>
#include <vector>

namespace test {

struct verdict {
  std::string text;      // empty: all is well
  bool counted = false;  // whether the numbers were tame enough to compare
};

namespace detail {

inline std::string shape_text(shape const& s) {
  std::string t = "(";
  for (int i = 0; i < s.rank; ++i) {
    if (i) t += ", ";
    t += std::to_string(s[i].factor);
    for (auto name : s[i].names)
      if (name) t += name == ctg::detail::hash_text("N") ? "N" : "M";
  }
  return t + ")";
}

inline std::string text_of(random_graph const& g) {
  std::ostringstream t;
  auto const& nodes = g.written.nodes;
  std::vector<char> needed(nodes.size(), 0);
  for (auto const& r : g.requests) needed[static_cast<std::size_t>(r.node)] = 1;
  for (std::size_t i = nodes.size(); i-- > 0;)
    if (needed[i])
      for (int a : nodes[i].args)
        if (a >= 0) needed[static_cast<std::size_t>(a)] = 1;
  for (auto name : {"N", "M"})
    if (auto const* n = g.extents.find(ctg::detail::hash_text(name))) t << name << " = " << *n << "  ";
  t << '\n';
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (!needed[i]) continue;
    auto const& n = nodes[i];
    t << "  %" << i << " = " << n.op->name;
    for (int a : n.args)
      if (a >= 0) t << " %" << a;
    if (n.is(opcode::leaf)) {
      auto const& l = g.leaves[static_cast<std::size_t>(n.with.p)];
      t << ' ' << l.info.name << (l.info.is_view ? " view" : "");
    } else if (n.is(opcode::constant)) {
      t << ' ' << std::bit_cast<double>(n.with.p);
    } else if (n.with.p || n.with.q) {
      t << " with " << std::hex << n.with.p << std::dec << ' ' << n.with.q;
    }
    t << ' ' << shape_text(g.written.shapes[static_cast<std::size_t>(n.shape)]) << '\n';
  }
  for (auto const& r : g.requests) {
    t << "  want %" << r.node;
    if (r.leaf >= 0) t << " -> " << g.leaves[static_cast<std::size_t>(r.leaf)].info.name;
    t << '\n';
  }
  return t.str();
}

/// g with node `cut` replaced by a new leaf (-1: none) and without request `dropped` (-1: none).
inline void copy_graph(random_graph const& g, random_graph& to, int cut, int dropped) {
  to.extents = g.extents;
  to.numbers = g.numbers;
  for (auto const& n : g.number_infos) to.written.numbers.push_back(&to.number_infos.emplace_back(n));
  auto add = [&](leaf_data const& l) {
    leaf_data& mine = to.leaves.emplace_back(l);
    if (mine.place.f64) mine.place.f64 = mine.reals.data();
    if (mine.place.i32) mine.place.i32 = mine.labels.data();
    to.written.leaves.push_back(&mine.info);
  };
  for (auto const& l : g.leaves) add(l);
  for (std::size_t i = 0; i < g.written.shapes.size(); ++i) to.written.intern(g.written.shapes[i]);
  std::vector<int> map;
  for (std::size_t i = 0; i < g.written.nodes.size(); ++i) {
    ctg::node n = g.written.nodes[i];
    if (static_cast<int>(i) == cut) {
      leaf_data l{};
      l.info.name = "cut";
      l.info.name_hash = l.info.type_hash = 1000 + to.leaves.size();
      l.info.type = ctg::element::f64;
      l.info.shape = g.written.shapes[static_cast<std::size_t>(n.shape)];
      ctg::detail::index_space const space(l.info.shape, g.extents);
      l.place.extents = space.n;
      l.place.strides = space.strides();
      for (std::int64_t k = 0; k <= space.size(); ++k) l.reals.push_back(std::sin(static_cast<double>(k) * 1.3 + 0.7));
      l.place.f64 = l.reals.data();
      n = {&ctg::operation_of<ctg::operation<opcode::leaf>>,
           {-1, -1, -1},
           n.shape,
           {static_cast<std::int64_t>(to.leaves.size()), 0}};
      add(l);
    }
    for (int& a : n.args)
      if (a >= 0) a = map[static_cast<std::size_t>(a)];
    if (n.is(opcode::size)) n.with.p = to.written.intern(g.written.shapes[static_cast<std::size_t>(n.with.p)]);
    map.push_back(to.written.put(n));
  }
  for (std::size_t i = 0; i < g.requests.size(); ++i)
    if (static_cast<int>(i) != dropped)
      to.requests.push_back({map[static_cast<std::size_t>(g.requests[i].node)], g.requests[i].leaf});
}

template <class X>
using all_values_in = ctg::detail::sequence<ctg::detail::sequence<X>>;
using all_values = all_values_in<double>;

template <class X = double>
all_values_in<X> values_of(ctg::graph_view g, std::span<int const> roots, random_graph const& from) {
  auto const places = from.places();
  return ctg::interpret<X>(g, roots, {places, from.numbers, from.extents});
}

inline double largest(all_values const& v) {
  double m = 1;
  for (auto const& x : v)
    for (double y : x) m = std::isfinite(y) ? std::max(m, std::fabs(y)) : std::numeric_limits<double>::infinity();
  return m;
}

// Whether rounding may decide a sign, a step or an equality: a value that is zero but for rounding has either. That the
// entries of X are held against max X is no such case: there is one value, computed once.
inline bool on_an_edge(random_graph const& g, all_values const& v) {
  auto const near_zero = [](double x) { return std::fabs(x) < 1e-10; };
  for (std::size_t i = 0; i < g.written.nodes.size(); ++i) {
    ctg::node const& n = g.written.nodes[i];
    if (v[i].empty()) continue;
    auto const operand = [&](int k) { return static_cast<std::size_t>(n.args[static_cast<std::size_t>(k)]); };
    if (n.is(opcode::sign) || n.is(opcode::step))
      for (double x : v[operand(0)])
        if (near_zero(x)) return true;
    if (n.is(opcode::floor) || n.is(opcode::round))
      for (double x : v[operand(0)])
        if (near_zero(x - std::round(n.is(opcode::floor) ? x : x - 0.5) - (n.is(opcode::floor) ? 0 : 0.5))) return true;
    bool const bounds = n.is(opcode::within) || n.is(opcode::maximum_share);
    bool const compares =
        n.is(opcode::equal) || n.is(opcode::not_equal) || n.is(opcode::less) || n.is(opcode::less_equal);
    if (!compares && !bounds) continue;
    auto const counts = [&](int k) {
      return ctg::detail::counted_axis(view(g.written), n.args[static_cast<std::size_t>(k)]) >= 0;
    };
    if (counts(0) && counts(1)) continue;  // whole numbers, exact: the mask of a diagonal
    auto const space = [&](std::size_t k) {
      return ctg::detail::index_space(g.written.shapes[static_cast<std::size_t>(g.written.nodes[k].shape)], g.extents);
    };
    auto const whole = space(i), x = space(operand(0));
    auto const extreme = [&](int k) {
      ctg::node const& m = g.written.nodes[operand(k)];
      return m.is(opcode::max) || m.is(opcode::min);
    };
    bool const ties = extreme(0) || extreme(1);
    for (int against = 1; against < n.arity(); ++against) {
      auto const y = space(operand(against));
      for (std::int64_t k = 0; k < whole.size(); ++k) {
        auto const at = whole.at(k);
        double const d = v[operand(0)][static_cast<std::size_t>(x.offset_from(at, whole.rank))] -
                         v[operand(against)][static_cast<std::size_t>(y.offset_from(at, whole.rank))];
        if (near_zero(d) && !(ties && d == 0)) return true;
      }
    }
  }
  return false;
}

// Empty where a and b agree.
inline std::string difference(std::vector<double> const& a, std::vector<double> const& b, double tolerance) {
  if (a.size() != b.size()) return "sizes " + std::to_string(a.size()) + " and " + std::to_string(b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    bool const same = std::isnan(b[i])   ? std::isnan(a[i])
                      : std::isinf(b[i]) ? a[i] == b[i]
                                         : std::fabs(a[i] - b[i]) <= tolerance;
    if (!same) {
      std::ostringstream t;
      t.precision(17);
      t << "entry " << i << " is " << a[i] << ", not " << b[i];
      return t.str();
    }
  }
  return {};
}

inline std::vector<double> entries_of(leaf_data const& l, ctg::extent_table const& extents) {
  ctg::detail::index_space const space(l.info.shape, extents);
  std::vector<double> v;
  for (std::int64_t k = 0; k < space.size(); ++k) {
    auto const i = space.at(k);
    std::int64_t offset = 0;
    for (std::size_t a = 0; a < static_cast<std::size_t>(space.rank); ++a) offset += i[a] * l.place.strides[a];
    v.push_back(l.place.read<double>(offset));
  }
  return v;
}

}  // namespace detail

/// Simplification without and with expansion against the graph as written.
inline verdict check_simplification(random_graph const& g) {
  auto const roots = g.roots();
  auto const expected = detail::values_of(view(g.written), roots, g);
  double const size = detail::largest(expected);
  if (size > 1e4 || detail::on_an_edge(g, expected)) return {};
  for (bool expand : {false, true}) {
    builder s;
    s.leaves = g.written.leaves;
    auto const simple = ctg::simplify(view(g.written), roots, s, expand);
    auto const values = detail::values_of(view(s), simple, g);
    for (std::size_t i = 0; i < roots.size(); ++i) {
      auto const d = detail::difference(values[static_cast<std::size_t>(simple[i])],
                                        expected[static_cast<std::size_t>(roots[i])], 1e-9 * size);
      if (!d.empty())
        return {"simplify(expand = " + std::to_string(expand) + "), root " + std::to_string(i) + ": " + d, true};
    }
  }
  return {"", true};
}

/// What `equal` compares (the entries with their maximum) is made once in a loop: made again in a later pass, as a
/// multiply-add or not, it could round otherwise, and no entry would be the maximum. Empty, or what is wrong.
inline std::string check_ties(ctg::plan::full_plan const& plan) {
  for (auto const& l : plan.loops) {
    std::vector<int> made;  // the nodes that earlier passes computed
    for (int p = 0; p < l.passes; ++p) {
      auto const& pass = l.element[static_cast<std::size_t>(p)];
      std::vector<int> here;
      for (int i = pass.begin; i < pass.end; ++i) {
        auto const& x = plan.code[static_cast<std::size_t>(i)];
        if (x.what != ctg::plan::action::compute) continue;
        here.push_back(x.node);
        if (x.op->code != opcode::equal) continue;
        for (int k = pass.begin; k < i; ++k) {
          auto const& y = plan.code[static_cast<std::size_t>(k)];
          if (y.what != ctg::plan::action::compute) continue;
          for (auto const& a : x.args)
            if (a.in == ctg::plan::bank::element && a.index == y.dst.index &&
                std::find(made.begin(), made.end(), y.node) != made.end())
              return "node " + std::to_string(y.node) + " is computed again for an equality";
        }
      }
      made.insert(made.end(), here.begin(), here.end());
    }
  }
  return {};
}

/// Two runs of the plan: outputs, assigned leaves, and that nothing else has changed. `see` gets the plan before it
/// runs.
template <class See>
verdict check_plan(random_graph& g, unsigned seed, See const& see,
                   ctg::plan::memory_costs const& costs = ctg::plan::measured_memory) {
  auto const roots = g.roots();
  builder s;
  s.leaves = g.written.leaves;
  std::vector<int> simple = ctg::simplify(view(g.written), roots, s, true);
  if (seed % 2 == 1) {
    std::size_t const count = simple.size();
    ctg::plan::short_axes_of<void> axes(view(s), simple, count, 2);
    if (axes.applies()) {
      builder pieces;
      pieces.leaves = s.leaves;
      std::vector<int> const written_out = axes.run(pieces);
      simple = written_out;
      s = std::move(pieces);
    }
  }
  std::vector<ctg::plan::request> wanted;
  for (std::size_t i = 0; i < roots.size(); ++i) wanted.push_back({simple[i], g.requests[i].leaf});
  ctg::plan::planner planner(view(s), s.leaves, wanted);
  planner.set_costs(costs);
  ctg::plan::full_plan plan = planner.run();
  if (std::string const wrong = check_ties(plan); !wrong.empty()) return {wrong, true};
  see(plan);
  plan_interpreter machine(tables_of(plan), g.places(), g.numbers, g.extents, seed);
  for (int run = 0; run < 2; ++run) {
    auto const expected = detail::values_of(view(g.written), roots, g);
    double const size = detail::largest(expected);
    double const tolerance = 1e-9 * size;
    auto const before = g.leaves;
    machine.run();
    if (size > 1e4 || detail::on_an_edge(g, expected)) return {};  // rounding, or 0 ⊙ ∞, would show
    std::string const where = "run " + std::to_string(run) + ", ";
    for (std::size_t i = 0; i < roots.size(); ++i) {
      auto const d = detail::difference(machine.output(i), expected[static_cast<std::size_t>(roots[i])], tolerance);
      if (!d.empty()) return {where + "output " + std::to_string(i) + ": " + d, true};
    }
    for (std::size_t l = 0; l < g.leaves.size(); ++l) {
      std::vector<double> after = g.leaves[l].reals;
      for (auto const& r : g.requests) {
        if (r.leaf != static_cast<int>(l)) continue;
        auto const d = detail::difference(detail::entries_of(g.leaves[l], g.extents),
                                          expected[static_cast<std::size_t>(r.node)], tolerance);
        if (!d.empty()) return {where + "leaf " + std::string(g.leaves[l].info.name) + ": " + d, true};
        // outside the leaf's entries, the padding, nothing may change
        ctg::detail::index_space const space(g.leaves[l].info.shape, g.extents);
        for (std::int64_t k = 0; k < space.size(); ++k) {
          auto const at = space.at(k);
          std::int64_t offset = 0;
          for (std::size_t a = 0; a < static_cast<std::size_t>(space.rank); ++a)
            offset += at[a] * g.leaves[l].place.strides[a];
          after[static_cast<std::size_t>(offset)] = before[l].reals[static_cast<std::size_t>(offset)];
        }
      }
      if (auto const d = detail::difference(after, before[l].reals, 0); !d.empty())
        return {where + "memory of leaf " + std::string(g.leaves[l].info.name) + " that nothing was assigned to: " + d,
                true};
    }
  }
  return {"", true};
}

/// Reverse mode along random directions against central differences in long double; for smooth graphs.
inline verdict check_reverse(random_graph& g, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> spread(-1, 1);
  builder& b = g.written;
  handle const y{&b, g.requests.front().node};
  handle const j = y.shape().rank == 0 ? y : sum_all(ctg::make<opcode::tanh>(y));
  int const root[] = {j.id};
  if (detail::largest(detail::values_of(view(b), root, g)) > 1e4) return {};
  bool counted = false;
  for (std::size_t l = 0; l < g.leaves.size(); ++l) {
    auto& leaf = g.leaves[l];
    if (leaf.info.is_const) continue;
    handle const x = b.leaf(leaf.info, ctg::operation_of<ctg::operation<opcode::leaf>>);
    if (!ctg::detail::occurs(b, j.id, x.id) || x.id == j.id) continue;
    handle const dx = ctg::detail::adjoint_of(j, constant_node(b, 1, j.shape()), x);
    int const gradient_root[] = {dx.id};
    auto const gradient = detail::values_of(view(b), gradient_root, g)[static_cast<std::size_t>(dx.id)];
    if (!(dx.shape() == leaf.info.shape)) return {"the gradient has another shape than its leaf", true};
    ctg::detail::index_space const space(leaf.info.shape, g.extents);
    std::vector<double> const kept = leaf.reals;
    std::vector<double> direction(gradient.size());
    long double along = 0, size = 1;
    for (std::size_t i = 0; i < direction.size(); ++i) {
      direction[i] = spread(random);
      along += static_cast<long double>(gradient[i]) * static_cast<long double>(direction[i]);
      size = std::max(size, static_cast<long double>(std::fabs(gradient[i])));
    }
    // the fourth-order difference: error h⁴ with a fifth derivative
    auto at = [&](long double step) {
      for (std::int64_t k = 0; k < space.size(); ++k) {
        auto const i = space.at(k);
        std::int64_t offset = 0;
        for (std::size_t a = 0; a < static_cast<std::size_t>(space.rank); ++a) offset += i[a] * leaf.place.strides[a];
        leaf.reals[static_cast<std::size_t>(offset)] =
            static_cast<double>(static_cast<long double>(kept[static_cast<std::size_t>(offset)]) +
                                step * static_cast<long double>(direction[static_cast<std::size_t>(k)]));
      }
      return detail::values_of<long double>(view(b), root, g)[static_cast<std::size_t>(j.id)][0];
    };
    // perturbed entries are rounded to double: an error of 2⁻⁵³ / h in each. The smaller step is for steep functions
    long double difference = 0;
    bool agrees = false;
    for (long double h : {0x1p-14L, 0x1p-18L}) {
      if (agrees) continue;
      difference = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
      agrees = std::fabs(difference - along) <= 1e-8L * size * static_cast<long double>(direction.size() + 1);
    }
    leaf.reals = kept;
    counted = true;
    if (!agrees) {
      std::ostringstream t;
      t.precision(12);
      t << "derivative along a direction of leaf " << leaf.info.name << " is " << along << " by reverse mode, "
        << difference << " by differences";
      return {t.str(), true};
    }
  }
  return {"", counted};
}

/// Forward mode against reverse mode, second order (forward over reverse) against differences of the first, and both
/// ways to a Jacobian against forward mode; for smooth graphs. Directions are functions of the leaf, which differences
/// hold fixed.
inline verdict check_forward(random_graph& g, unsigned seed, int& jacobians) {
  std::mt19937 random(seed);
  builder& b = g.written;
  handle const y{&b, g.requests.front().node};
  handle const bounded = ctg::make<opcode::tanh>(y), j = y.shape().rank == 0 ? y : sum_all(bounded);
  int const root[] = {j.id};
  if (detail::largest(detail::values_of(view(b), root, g)) > 1e4) return {};
  auto value = [&](handle h) {
    int const wanted[] = {h.id};
    return detail::values_of<long double>(view(b), wanted, g)[static_cast<std::size_t>(h.id)];
  };
  auto differ = [](char const* what, auto const& leaf, long double x, long double y_) {
    std::ostringstream t;
    t.precision(12);
    t << what << ", leaf " << leaf.info.name << ": " << x << " and " << y_;
    return verdict{t.str(), true};
  };
  bool counted = false;
  for (std::size_t l = 0; l < g.leaves.size(); ++l) {
    auto& leaf = g.leaves[l];
    if (leaf.info.is_const) continue;
    handle const x = b.leaf(leaf.info, ctg::operation_of<ctg::operation<opcode::leaf>>);
    if (!ctg::detail::occurs(b, j.id, x.id) || x.id == j.id) continue;
    handle const dx = ctg::detail::adjoint_of(j, constant_node(b, 1, j.shape()), x);
    handle const v = ctg::make<opcode::cos>(constant_node(b, 7) % x);
    auto const gradient = value(dx), direction = value(v);
    long double along = 0, size = 1;
    for (std::size_t i = 0; i < gradient.size(); ++i) {
      along += gradient[i] * direction[i];
      size += std::fabs(gradient[i]);
    }
    long double const forward = value(ctg::detail::tangent_of(j, x, v))[0];
    if (!(std::fabs(forward - along) <= 1e-14L * size)) return differ("forward and reverse mode", leaf, forward, along);
    counted = true;

    // ∂y/∂x both ways, its rows summed with the direction
    shape const ys = y.shape(), xs = x.shape();
    if (2 * std::max(ys.rank, xs.rank) <= ctg::max_rank && !(random() & 3)) {  // a seed for each entry has both shapes
      int const from = static_cast<int>(b.nodes.size());
      auto forwards = ctg::detail::push_batch(y, x, ctg::detail::batched::identity(b, xs), from);
      if (forwards.cost >= 0) forwards.value = forwards.value.exchanged();
      auto const tangent = value(ctg::detail::tangent_of(y, x, v));
      for (auto const& way : {ctg::detail::pull_batch(y, x, ctg::detail::batched::identity(b, ys), from), forwards}) {
        if (way.cost < 0 || way.cost > 1e6) continue;
        ++jacobians;
        auto const whole = value(way.value.resolved());
        std::size_t const n = direction.size();
        if (whole.size() != tangent.size() * n)
          return differ("entries of a Jacobian", leaf, static_cast<long double>(whole.size()), 0);
        for (std::size_t i = 0; i < tangent.size(); ++i) {
          long double total = 0, terms = 1;
          for (std::size_t k = 0; k < n; ++k) {
            total += whole[i * n + k] * direction[k];
            terms += std::fabs(whole[i * n + k] * direction[k]);
          }
          if (!(std::fabs(total - tangent[i]) <= 1e-14L * terms))
            return differ("a row of a Jacobian", leaf, total, tangent[i]);
        }
      }
    }

    // second order
    auto const second = value(ctg::detail::tangent_of(dx, x, v));
    std::vector<double> const kept = leaf.reals;
    std::vector<long double> weights(second.size());
    long double exact = 0, scale = 1;
    for (std::size_t i = 0; i < second.size(); ++i) {
      weights[i] = static_cast<long double>(random()) / 2147483648.0L - 1;
      exact += weights[i] * second[i];
      scale = std::max(scale, std::fabs(second[i]));
    }
    ctg::detail::index_space const space(leaf.info.shape, g.extents);
    auto at = [&](long double step) {
      for (std::int64_t k = 0; k < space.size(); ++k) {
        auto const i = space.at(k);
        std::int64_t offset = 0;
        for (std::size_t a = 0; a < static_cast<std::size_t>(space.rank); ++a) offset += i[a] * leaf.place.strides[a];
        leaf.reals[static_cast<std::size_t>(offset)] =
            static_cast<double>(static_cast<long double>(kept[static_cast<std::size_t>(offset)]) +
                                step * direction[static_cast<std::size_t>(k)]);
      }
      auto const moved = value(dx);
      long double total = 0;
      for (std::size_t i = 0; i < moved.size(); ++i) total += weights[i] * moved[i];
      return total;
    };
    long double difference = 0;
    bool agrees = false;
    for (long double h : {0x1p-14L, 0x1p-18L, 0x1p-22L}) {
      if (agrees) continue;
      difference = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
      agrees = std::fabs(difference - exact) <= 1e-7L * scale * static_cast<long double>(second.size() + 1);
    }
    leaf.reals = kept;
    if (!agrees) return differ("second order and differences", leaf, exact, difference);
  }
  return {"", counted};
}

/// The smallest graph found that still fails `check`, in `smallest` and as text.
template <class Check>
std::string shrink(random_graph const& from, Check const& check, random_graph& smallest) {
  auto now = std::make_unique<random_graph>();
  detail::copy_graph(from, *now, -1, -1);
  auto try_smaller = [&](int cut, int dropped) {
    auto smaller = std::make_unique<random_graph>();
    detail::copy_graph(*now, *smaller, cut, dropped);
    auto trial = std::make_unique<random_graph>();
    detail::copy_graph(*smaller, *trial, -1, -1);
    if (check(*trial).text.empty()) return false;
    now = std::move(smaller);
    return true;
  };
  for (bool again = true; again;) {
    again = false;
    for (int r = static_cast<int>(now->requests.size()) - 1; r >= 0 && now->requests.size() > 1; --r)
      again = try_smaller(-1, r) || again;
    for (int n = static_cast<int>(now->written.nodes.size()) - 1; n >= 0; --n) {
      if (n >= static_cast<int>(now->written.nodes.size()) ||
          now->written.nodes[static_cast<std::size_t>(n)].arity() == 0 ||
          now->written.nodes[static_cast<std::size_t>(n)].is(opcode::lu))  // no other matrix holds exchanges of rows
        continue;
      bool needed = false;
      for (auto const& r : now->requests) needed = needed || ctg::detail::occurs(now->written, r.node, n);
      if (needed) again = try_smaller(n, -1) || again;
    }
  }
  detail::copy_graph(*now, smallest, -1, -1);
  return check(*now).text + "\n" + detail::text_of(smallest);
}

}  // namespace test
