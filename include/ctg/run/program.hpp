// SPDX-License-Identifier: MIT
// A program: several outputs and assignments as one fused plan over one workspace. Made once, called often: no
// allocation after it is made, but for `bind` to larger leaves.
#pragma once

#include <ctg/calculus/derivatives.hpp>
#include <ctg/plan/facts.hpp>
#include <ctg/run/bind.hpp>
#include <ctg/run/scan.hpp>
#include <ctg/run/tiny.hpp>

#include <bit>

namespace ctg::inline v0 {

/// Execution policy: the calling thread.
struct serial {};

/// Execution policy: so many threads, by OpenMP (compile and link with -fopenmp). What pays is dealt out step by step:
/// rows of products and of loops; small steps run on the calling thread. The same number gives the same bits; another
/// number adds up in another order. The first call with more threads than before allocates.
struct parallel {
  int threads = 2;
};

/// Execution policy: the calling thread; calls `visit(number of the kernel)` behind each kernel. For counters and
/// profiles.
template <class F>
struct traced {
  F visit;
};
template <class F>
traced(F) -> traced<F>;

/// `leaf = e` as an output of a program. All reads of a program happen before all its assignments.
template <class L, class E>
struct assignment {
  L* target;
  E value;
};

/// Makes an assignment for `program`; the expression's shape is the leaf's (or stretches to it).
template <class L, class E, class Site = detail::site_of<decltype([] {}), E>>
  requires(Leaf<L> && (Expression<E> || Arithmetic<E>))
constexpr auto assign(L& leaf, E&& e);

namespace detail {

// E stretched to the shape of the leaf that it is assigned to.
template <class L>
struct stretched_to : composite {
  static constexpr fault misfit_is = fault::target_shape;
  static constexpr shape_result result(shape const* s, parameters) {
    shape const target = info_of<L>.shape;
    shape_result const r = broadcast_shapes(*s, target);
    if (r.problem != misfit::none || !(r.value == target)) return misfit::broadcast;
    return target;
  }
  static constexpr handle lower(handle x) { return broadcast(x, info_of<L>.shape); }
};

/// Whether an E may be assigned to an L; fault::none if it may.
template <class L, class V>
constexpr fault judge_target() {
  if constexpr (std::is_const_v<L>)
    return fault::const_leaf;
  else if constexpr (L::is_const)
    return fault::const_view;
  else if constexpr (is_integer(info_of<L>.type))
    return fault::integer_target;
  else if constexpr (judge_leaves<ref<L>, V>() != fault::none)
    return judge_leaves<ref<L>, V>();
  else
    return judge<stretched_to<L>, V>();
}

template <class L, class Site, class E>
constexpr auto value_for(E&& e) {
  using V = wrapped<Site, 0, E>;
  if constexpr (any_invalid<E>) {
    return invalid_expression{};
  } else if constexpr (!lasts<E>) {
    explain<fault::temporary>(say_call<"=", ref<L>, V>());
    return invalid_expression{};
  } else {
    constexpr fault f = judge_target<L, V>();
    if constexpr (f != fault::none) {
      explain<f>(say_fault<f, "=", ref<std::remove_const_t<L>>, V>());
      return invalid_expression{};
    } else if constexpr (V::shape == info_of<L>.shape) {
      return wrap<Site, 0>(e);
    } else {
      return make_expression<stretched_to<L>>(wrap<Site, 0>(e));
    }
  }
}

// What program() makes of its arguments.
template <class A>
struct output_of {
  using type = wanted<wrapped<void, 0, A>>;
  static void read(A const& a, auto& inputs) { inputs.take(wrap<void, 0>(a)); }
};
template <class L, class E>
struct output_of<assignment<L, E>> {
  using type = assigned<E, L>;
  static void read(assignment<L, E> const& a, auto& inputs) {
    inputs.take(a.value);
    inputs.take(ref<L>{*a.target});
  }
};

// Whether all leaves that are assigned to have the type that the program computes in.
template <class... Outputs>
constexpr bool targets_fit() {
  element const type = element_of_all<Outputs...>();
  for (element target : {Outputs::target_type...})
    if (target != element::none && target != type) return false;
  return true;
}

struct program_access;

template <element E>
struct number_type {
  using type = double;  // an expression of plain numbers only
};
template <>
struct number_type<element::f32> {
  using type = float;
};
template <>
struct number_type<element::f80> {
  using type = long double;
};

}  // namespace detail

template <class L, class E, class Site>
  requires(Leaf<L> && (Expression<E> || Arithmetic<E>))
constexpr auto assign(L& leaf, E&& e) {
  auto value = detail::value_for<L, Site>(std::forward<E>(e));
  return assignment<L, decltype(value)>{&leaf, value};
}

/// A result that stands in the workspace (or in the leaf it was assigned to), valid until the next run or bind.
template <class T, int Rank>
class result_view : public detail::indexed<result_view<T, Rank>> {
 public:
  using value_type = T;
  static constexpr int rank = Rank;
  static constexpr bool contiguous = false;
  constexpr result_view(T const* data, std::array<std::int64_t, max_rank> const& extents,
                        std::array<std::int64_t, max_rank> const& strides)
      : data_(data), extents_(extents), strides_(strides) {}
  constexpr T const* data() const { return data_; }
  constexpr std::int64_t extent(int axis) const { return extents_[static_cast<std::size_t>(axis)]; }
  constexpr std::int64_t stride(int axis) const { return strides_[static_cast<std::size_t>(axis)]; }

 private:
  T const* data_;
  std::array<std::int64_t, max_rank> extents_, strides_;
};

/// A result of whole numbers (argmax), which a program computes in T: each entry is converted as it is read.
template <class T, int Rank>
class integer_view {
 public:
  using value_type = std::int64_t;
  static constexpr int rank = Rank;
  constexpr integer_view(T const* data, std::array<std::int64_t, max_rank> const& extents,
                         std::array<std::int64_t, max_rank> const& strides)
      : values_(data, extents, strides) {}
  template <std::integral... I>
  constexpr std::int64_t operator()(I... i) const {
    return static_cast<std::int64_t>(values_(i...));
  }
  constexpr std::int64_t extent(int axis) const { return values_.extent(axis); }
  constexpr std::int64_t size() const { return values_.size(); }
  constexpr result_view<T, Rank> const& values() const { return values_; }

 private:
  result_view<T, Rank> values_;
};

namespace detail {

/// The leaves and numbers that the outputs of a program hold, joined under the numbers that they have in its graph.
/// (The type of each output has a list of its own; what joins them is one function for all.)
class joined_inputs {
 public:
  leaf_info const* leaf_clash = nullptr;  // one name, two objects
  bool number_clash = false;              // one place, two values

 protected:
  struct lists {
    std::span<leaf_info const* const> leaves;
    std::span<number_info const* const> numbers;
  };

  // `whole` are the lists of the graph, `part` those of an output, which holds `objects` and `values`.
  void join(lists whole, std::span<int const> by_name, leaf_base const** leaves, double* numbers, bool* known,
            lists part, leaf_base const* const* objects, double const* values) {
    auto const at = [](int i) { return static_cast<std::size_t>(i); };
    std::size_t k = 0;
    for (std::size_t i = 0; i < part.leaves.size(); ++i) {
      leaf_info const* const leaf = part.leaves[i];
      while (k < by_name.size() && whole.leaves[at(by_name[k])]->name_hash < leaf->name_hash) ++k;
      for (std::size_t m = k; m < by_name.size() && whole.leaves[at(by_name[m])]->name_hash == leaf->name_hash; ++m) {
        if (whole.leaves[at(by_name[m])] != leaf) continue;
        leaf_base const*& slot = leaves[by_name[m]];
        if (slot && slot != objects[i]) leaf_clash = leaf;
        slot = objects[i];
      }
    }
    for (std::size_t i = 0; i < part.numbers.size(); ++i)
      for (std::size_t n = 0; n < whole.numbers.size(); ++n) {
        if (whole.numbers[n] != part.numbers[i]) continue;
        if (known[n] && std::bit_cast<std::uint64_t>(numbers[n]) != std::bit_cast<std::uint64_t>(values[i]))
          number_clash = true;
        numbers[n] = values[i];
        known[n] = true;
      }
  }
};

template <class Graph>
class program_inputs : public joined_inputs {
 public:
  std::array<leaf_base const*, Graph::leaves.size() + 1> leaves{};
  std::array<double, Graph::numbers.size() + 1> numbers{};

  template <class E>
  void take(E const& e) {
    join({spanned(Graph::leaves), spanned(Graph::numbers)}, spanned(Graph::by_name), leaves.data(), numbers.data(),
         known_.data(), {spanned(E::leaves), spanned(E::numbers)}, e.bound.leaves.data(), e.bound.numbers.data());
    if (e.bound.leaf_clash >= 0) leaf_clash = E::leaves[static_cast<std::size_t>(e.bound.leaf_clash)];
    if (e.bound.number_clash >= 0) number_clash = true;
  }

 private:
  std::array<bool, Graph::numbers.size() + 1> known_{};
};

}  // namespace detail

/// What `program` returns, for a lowered graph; T is what it computes in.
template <class T, class Graph>
class program_of {
 public:
  using plan_type = compiled<T, Graph>;
  using value_type = T;

  explicit program_of(detail::program_inputs<Graph> const& in) {
    if (in.leaf_clash)
      detail::fail<binding_error>("ctg: two different objects carry the name " + detail::text_of(in.leaf_clash->name) +
                                  " in one program; rename one of them");
    if (in.number_clash)
      detail::fail<binding_error>(
          "ctg: one place in the source gave two different numbers to one program (a helper called with 0.1 and 0.2?); "
          "make the "
          "number a ctg::scalar leaf, whose value may differ from leaf to leaf");
    std::array<detail::location, bound::template some<plan_type::leaves.size()>> now{};
    for (std::size_t i = 0; i < plan_type::leaves.size(); ++i) now[i] = plan_type::leaves[i]->locate(in.leaves[i]);
    for (std::size_t i = 0; i < plan_type::numbers.size(); ++i) bound_.numbers[i] = in.numbers[i];
    bound_.bind(now);
  }

  /// Runs all kernels.
  void operator()(serial = {}) noexcept {
    fill_once();
    if constexpr (kernel::tiny_program<plan_type>::applies) {
      kernel::tiny_program<plan_type>::run({bound_.operands.data(), bound_.numbers.data(), &bound_.extents},
                                           bound_.products.data());
      return;
    }
    run_all(std::make_integer_sequence<int, static_cast<int>(plan_type::steps.size())>{}, [](int) {});
  }
  void operator()(parallel policy) {
#if !defined(_OPENMP)
    static_assert(sizeof(T) == 0,
                  "ctg: step(ctg::parallel{n}) needs OpenMP: compile and link with -fopenmp (CMake: "
                  "OpenMP::OpenMP_CXX), or call step()");
#endif
    if (policy.threads <= 1) return (*this)();
    if constexpr (plan_type::is_static)  // with nothing to deal out, asking each step would take as long as a tiny one
      if constexpr (flops() < kernel::least_shared_flops) return (*this)();
    fill_once();
    run_together(std::make_integer_sequence<int, static_cast<int>(plan_type::steps.size())>{}, policy.threads);
  }
  template <class F>
  void operator()(traced<F> policy) {
    fill_once();
    run_all(std::make_integer_sequence<int, static_cast<int>(plan_type::steps.size())>{}, policy.visit);
  }

  /// The value of an output after the last run (zeros before the first): T const& for one entry, else a view.
  template <class E>
    requires Expression<E>
  decltype(auto) operator[](E const&) const {
    if constexpr (detail::any_invalid<E>) {
      return detail::invalid_expression{};
    } else if constexpr (index_of<E> < 0) {
      detail::explain<detail::fault::not_an_output>(detail::say_operand<detail::wrapped<void, 0, E>>());
      return detail::invalid_expression{};
    } else {
      return result<index_of<E>>();
    }
  }

  /// Output number I after the last run.
  template <int I>
  decltype(auto) result() const {
    constexpr plan::output o = plan_type::outputs[static_cast<std::size_t>(I)];
    constexpr int s = plan_type::nodes[static_cast<std::size_t>(o.node)].shape;
    constexpr shape sh = plan_type::shapes[static_cast<std::size_t>(s)];
    T const* const data = reinterpret_cast<T const*>(bound_.base_of(o.storage));
    constexpr bool counts = is_integer(Graph::outputs::elements[static_cast<std::size_t>(I)]) && o.leaf < 0;
    if constexpr (sh.one_entry() && counts) {
      return static_cast<std::int64_t>(*data);
    } else if constexpr (sh.one_entry()) {
      return static_cast<T const&>(*data);
    } else {
      std::array<std::int64_t, max_rank> n{}, step{};
      for (int a = 0; a < sh.rank; ++a) {
        n[static_cast<std::size_t>(a)] = bound_.extents(sh[a]);
        step[static_cast<std::size_t>(a)] = bound_.stride_of(o.storage, s, a);
      }
      if constexpr (counts)
        return integer_view<T, sh.rank>(data, n, step);
      else
        return result_view<T, sh.rank>(data, n, step);
    }
  }

  /// Reads other leaves of the same types instead; all or nothing. The only call that may grow the workspace.
  template <class... L>
    requires(Leaf<L>&&...)
  void bind(L&... leaves) {
    auto now = bound_.leaves;
    (rebind(now, leaves), ...);
    bound_.bind(now);
    team_.threads = 0;
  }

  /// The plain numbers of the program, in the order of plan_type::numbers.
  std::span<double const> numbers() const { return detail::spanned(bound_.numbers.data(), plan_type::numbers.size()); }
  /// The numbers behind the named extents, as the leaves bound now have them.
  extent_table const& extents() const { return bound_.extents; }

  // ── what the compiler knows ──

  /// The number of kernels that one call runs.
  static constexpr int kernels() { return static_cast<int>(plan_type::steps.size()); }
  static constexpr std::int64_t workspace_bytes(extent_table const& names = {}) {
    require_known(names);
    std::array<std::int64_t, plan_type::storages.size() + 1> offsets{};
    auto bytes = offsets;
    return plan::place_buffers<T>(plan_type::tables(), names, detail::spanned(offsets.data(), offsets.size()),
                                  detail::spanned(bytes.data(), bytes.size()));
  }
  static constexpr std::int64_t flops(extent_table const& names = {}) {
    require_known(names);
    return plan::count_flops(plan_type::tables(), names);
  }
  static constexpr std::int64_t bytes_moved(extent_table const& names = {}) {
    require_known(names);
    return plan::count_bytes<T>(plan_type::tables(), names);
  }
  /// Whether the value of this subexpression is kept in memory (workspace or leaf) rather than only passing through
  /// registers.
  template <class E>
    requires Expression<E>
  static constexpr bool stores(E const&) { return is_stored<detail::wrapped<void, 0, E>>; }
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
  static constexpr std::int64_t evaluations(opcode of, extent_table const& names = {}) {
    require_known(names);
    return plan::count_evaluations(plan_type::tables(), of, names);
  }
  /// The same for exp: softmax's exponentials are among them; sigmoid and tanh are operations of their own.
  static constexpr std::int64_t exps(extent_table const& names = {}) { return evaluations(opcode::exp, names); }
  /// How many times one call walks over the memory of a leaf to read it; 0 for a leaf that the program does not read.
  template <class L>
    requires Leaf<L>
  static constexpr int passes_over(L const&) {
    int walks = 0;
    for (std::size_t i = 0; i < plan_type::leaves.size(); ++i)
      if (plan_type::leaves[i] == &detail::info_of<L>)
        walks += plan::count_walks(plan_type::tables(), detail::spanned(plan_type::scan_operands), static_cast<int>(i));
    return walks;
  }

 private:
  friend struct detail::program_access;
  using bound = detail::bound_plan<plan_type>;

  void fill_once() {
    if constexpr (!plan_type::fills.empty()) {
      if (!bound_.filled) [[unlikely]]
        bound_.fill();
    }
  }

  template <int... S>
  void run_all(std::integer_sequence<int, S...>, auto const& visit) {
    kernel::bound_program const p{bound_.operands.data(), bound_.numbers.data(), &bound_.extents};
    ((kernel::step_kernel<plan_type, S>::run(p, bound_.products.data(), bound_.calls.data()), visit(S)), ...);
  }

  template <int... S>
  void run_together(std::integer_sequence<int, S...>, int threads) {
    kernel::bound_program const p{bound_.operands.data(), bound_.numbers.data(), &bound_.extents};
    if (team_.threads != threads) {
      std::int64_t each = 0;
      ((each = std::max(each, kernel::step_kernel<plan_type, S>::bytes_each(p, bound_.products.data(), threads))), ...);
      team_memory_.grow(each * threads);
      team_ = {threads, team_memory_.data(), each};
    }
    (kernel::step_kernel<plan_type, S>::run(p, bound_.products.data(), bound_.calls.data(), team_), ...);
  }

  template <class E>
  static constexpr int index_of =
      Graph::outputs::template index_of<detail::wrapped<void, 0, E>, std::conditional_t<Leaf<E>, E, void>>();

  template <class L>
  static void rebind(auto& now, L& leaf) {
    std::size_t found = plan_type::leaves.size();
    for (std::size_t i = 0; i < plan_type::leaves.size(); ++i)
      if (plan_type::leaves[i] == &detail::info_of<L>) found = i;
    if (found == plan_type::leaves.size())
      detail::fail<binding_error>("ctg: bind: the program reads no leaf " + detail::text_of(detail::info_of<L>.name) +
                                  " of this type (same name, element type, extents and kind)");
    now[found] = detail::info_of<L>.locate(&leaf);
  }

  static constexpr void require_known(extent_table const& names) {
    for (auto const& s : plan_type::shapes)
      if (names(s) < 0)
        detail::fail<extent_error>("ctg: this figure depends on a named extent; ask with ctg::extents<\"N\">(64)");
  }

  // The node of the plan that holds the value of an expression, or of what it is a view of; -1 where none does.
  template <class E>
  static constexpr int node_in_plan = [] {
    builder written, g;
    std::vector<int> roots = Graph::outputs::lower_into(written);
    roots.push_back(lower<E>(written));
    // the leaves and numbers must have the numbers that they have in the plan
    roots = plan::simplify_for_plan(view(written), roots, g);
    if (detail::has_scans(g.nodes)) {
      builder around;
      roots = plan::regions(view(g), roots).close(roots, around);
      g = std::move(around);
    }
    std::vector<int> in_plan(g.nodes.size(), -1);
    for (std::size_t i = 0; i < g.nodes.size(); ++i) {
      node x = g.nodes[i];
      bool known = true;
      for (int& a : x.args)
        if (a >= 0) {
          a = in_plan[static_cast<std::size_t>(a)];
          known = known && a >= 0;
        }
      for (std::size_t k = 0; known && k < plan_type::nodes.size(); ++k) {
        node const& y = plan_type::nodes[k];
        if (x.op->id == y.op->id && x.same_args(y) && x.with == y.with &&
            g.shapes[static_cast<std::size_t>(x.shape)] == plan_type::shapes[static_cast<std::size_t>(y.shape)])
          in_plan[i] = static_cast<int>(k);
      }
    }
    int n = in_plan[static_cast<std::size_t>(roots.back())];
    while (n >= 0 && plan::is_view(plan_type::nodes[static_cast<std::size_t>(n)]))
      n = plan_type::nodes[static_cast<std::size_t>(n)].args[0];
    return n;
  }();

  template <class E>
  static constexpr bool is_stored = [] {
    int const n = node_in_plan<E>;
    if (n < 0) return false;
    if (plan_type::nodes[static_cast<std::size_t>(n)].is(opcode::leaf)) return true;
    for (auto const& o : plan_type::outputs)
      if (o.node == n) return true;
    for (auto const& s : plan_type::storages)
      if (s.kind == plan::storage_kind::buffer && s.index == n && s.first >= 0) return true;
    return false;
  }();

  bound bound_;
  detail::workspace team_memory_;
  kernel::team team_{};  // as of the last run with several threads; of none where the binding is newer
};

namespace detail {
/// How a program is bound, for what looks at its memory: `profile`, the reference mode.
struct program_access {
  template <class T, class... Outputs>
  static auto const& bound(program_of<T, Outputs...> const& p) {
    return p.bound_;
  }
  template <class Program, class... X>
  static auto const& bound(value_and_gradient_of<Program, X...> const& p) {
    return bound(static_cast<Program const&>(p));
  }
};

/// A program that does what is asked for and nothing else, in either mode: what `evaluate` and `W = e` run.
template <class... A>
auto make_program(A const&... outputs) {
  if constexpr (sizeof...(A) == 0) {
    detail::explain<sizeof...(A) == 0 ? detail::fault::no_outputs : detail::fault::none>(detail::said<"program()">{});
    return detail::invalid_program{};
  } else if constexpr (detail::any_invalid<typename detail::output_of<A>::type::expression...>) {
    return detail::invalid_program{};
  } else if constexpr (constexpr auto f = detail::judge_leaves<typename detail::output_of<A>::type::expression...>();
                       f != detail::fault::none) {
    detail::explain<f>(detail::say_fault<f, "program", typename detail::output_of<A>::type::expression...>());
    return detail::invalid_program{};
  } else if constexpr (!detail::targets_fit<typename detail::output_of<A>::type...>()) {
    detail::explain<detail::targets_fit<typename detail::output_of<A>::type...>() ? detail::fault::none
                                                                                  : detail::fault::mixed>(
        detail::said<"program(assign(...), ...)">{});
    return detail::invalid_program{};
  } else if constexpr (!detail::require_affordable<typename detail::output_of<A>::type...>()) {
    return detail::invalid_program{};
  } else {
    using Graph = detail::lowered<typename detail::output_of<A>::type...>;
    detail::program_inputs<Graph> in;
    [[maybe_unused]] char const done[] = {(detail::output_of<A>::read(outputs, in), '\0')...};
    return program_of<typename detail::number_type<Graph::type>::type, Graph>(in);
  }
}
}  // namespace detail

/// What `value_and_gradient` returns: a program whose outputs are J and its gradients.
template <class Program, class... X>
class value_and_gradient_of : private Program {
 public:
  explicit value_and_gradient_of(Program&& p) : Program(std::move(p)) {}
  using Program::operator();
  using Program::bind;
  using Program::bytes_moved;
  using Program::evaluations;
  using Program::exps;
  using Program::extents;
  using Program::flops;
  using Program::gemms;
  using Program::kernels;
  using Program::numbers;
  using Program::passes_over;
  using Program::stored;
  using Program::stores;
  using Program::stores_only;
  using Program::workspace_bytes;
  using plan_type = typename Program::plan_type;

  /// J after the last run.
  decltype(auto) value() const { return Program::template result<0>(); }
  /// The gradient with respect to x after the last run.
  template <Expression E>
  decltype(auto) operator[](E const&) const {
    constexpr int index = [] {
      int i = 0, found = -1;
      ((std::is_same_v<detail::wrapped<void, 0, E>, X> ? void(found = i) : void(), ++i), ...);
      return found;
    }();
    if constexpr (index < 0) {
      detail::explain<detail::fault::not_asked_for>(detail::say_operand<detail::wrapped<void, 0, E>>());
      return detail::invalid_expression{};
    } else {
      return Program::template result<index + 1>();
    }
  }

 private:
  friend struct detail::program_access;
};

}  // namespace ctg::inline v0

// With CTG_REFERENCE (config.hpp) `program` and `value_and_gradient` are other functions, in a namespace of their own.
#if defined(CTG_REFERENCE)
#include <ctg/run/reference.hpp>
#else
namespace ctg::inline v0 {

/// A fused program with these outputs: expressions (read with program[e]) and assignments. Throws extent_error or
/// binding_error where the leaves do not fit; never later.
template <class... A>
auto program(A const&... outputs) {
  return detail::make_program(outputs...);
}

/// A program of J and its gradients with respect to X…: g(); g.value(); g[W](0, 0).
template <Expression J, Expression... X>
auto value_and_gradient(J const& j, X const&... x) {
  auto p = program(j, gradient(j, x)...);
  if constexpr (std::is_same_v<decltype(p), detail::invalid_program>)
    return p;
  else
    return value_and_gradient_of<decltype(p), detail::wrapped<void, 0, X>...>(std::move(p));
}

}  // namespace ctg::inline v0
#endif
