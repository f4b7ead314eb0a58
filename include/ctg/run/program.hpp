// SPDX-License-Identifier: MIT
// A program: several outputs and assignments as one fused plan over one workspace. Made once, called often: no
// allocation after it is made, but for `bind` to larger leaves.
#pragma once

#include <ctg/run/bind.hpp>
#include <ctg/run/inputs.hpp>
#include <ctg/run/program_facts.hpp>
#include <ctg/run/result.hpp>
#include <ctg/run/scan.hpp>
#include <ctg/run/tiny.hpp>

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

namespace detail {

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

namespace detail {
// A condition whose arguments the compiler prints: nothing but the policies above is one.
template <class...>
struct is_policy {
  static constexpr bool value = false;
};
}  // namespace detail

/// What `program` returns, for a lowered graph; T is what it computes in.
template <class T, class Graph>
class program_of : public program_facts<T, Graph> {
 public:
  using typename program_facts<T, Graph>::plan_type;
  using value_type = T;

  explicit program_of(detail::program_inputs<Graph> const& in) {
    if (in.leaf_clash)
      detail::fail<binding_error>("ctg: two different objects carry the name " +
                                  detail::text_of<std::string>(in.leaf_clash->name) +
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
      kernel::tiny_program<plan_type>::run(seen_by_kernels(), bound_.products.data(), bound_.calls.data());
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
      if constexpr (program_of::flops() < kernel::least_shared_flops) return (*this)();
    fill_once();
    run_together(std::make_integer_sequence<int, static_cast<int>(plan_type::steps.size())>{}, policy.threads);
  }
  template <class F>
  void operator()(traced<F> policy) {
    fill_once();
    run_all(std::make_integer_sequence<int, static_cast<int>(plan_type::steps.size())>{}, policy.visit);
  }

  /// step(2), step(X): no such call; the compiler says what there is.
  template <class... Given>
    requires(sizeof...(Given) > 0)
  void operator()(Given const&...) {
    static_assert(
        detail::is_policy<Given...>::value,
        "ctg: a program is called as step() or step(ctg::parallel{2}); it reads the leaves of its expressions, "
        "others of the same types behind step.bind(X2, T2)");
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
    constexpr plan::output o = plan_type::outputs[I];
    constexpr int s = plan_type::nodes[o.node].shape;
    constexpr shape sh = plan_type::shapes[s];
    T const* const data = reinterpret_cast<T const*>(bound_.base_of(o.storage));
    constexpr bool counts = is_integer(Graph::outputs::elements[I]) && o.leaf < 0;
    if constexpr (sh.one_entry() && counts) {
      return static_cast<std::int64_t>(*data);
    } else if constexpr (sh.one_entry()) {
      return static_cast<T const&>(*data);
    } else {
      std::array<std::int64_t, max_rank> n{}, step{};
      for (int a = 0; a < sh.rank; ++a) {
        n[a] = bound_.extents(sh[a]);
        step[a] = bound_.stride_of(o.storage, s, a);
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
  detail::span<double const> numbers() const { return {bound_.numbers.data(), plan_type::numbers.size()}; }
  /// The numbers behind the named extents, as the leaves bound now have them.
  extent_table const& extents() const { return bound_.extents; }

 private:
  friend struct detail::program_access;
  using bound = detail::bound_plan<plan_type>;

  kernel::bound_program seen_by_kernels() const {
    return {bound_.operands.data(), bound_.numbers.data(), &bound_.extents};
  }

  void fill_once() {
    if constexpr (!plan_type::fills.empty()) {
      if (!bound_.filled) [[unlikely]]
        bound_.fill();
    }
  }

  template <int... S>
  void run_all(std::integer_sequence<int, S...>, auto const& visit) {
    kernel::bound_program const p = seen_by_kernels();
    ((kernel::step_kernel<plan_type, S>::run(p, bound_.products.data(), bound_.calls.data()), visit(S)), ...);
  }

  template <int... S>
  void run_together(std::integer_sequence<int, S...>, int threads) {
    kernel::bound_program const p = seen_by_kernels();
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
  static constexpr std::size_t leaf_number = [] {
    std::size_t found = plan_type::leaves.size();
    for (std::size_t i = 0; i < plan_type::leaves.size(); ++i)
      if (detail::same_object(plan_type::leaves[i], &detail::info_of<L>)) found = i;
    return found;
  }();
  static constexpr bool is_assigned_to(std::size_t leaf) {
    for (int t : plan_type::lowered::targets)
      if (t == static_cast<int>(leaf)) return true;
    return false;
  }

  template <class L>
  static void rebind(auto& now, L& leaf) {
    using Mutable = std::remove_const_t<L>;
    constexpr std::size_t number = leaf_number<Mutable>;
    if constexpr (number == plan_type::leaves.size())
      detail::explain<detail::fault::not_bound>(detail::say_leaf<&detail::info_of<Mutable>>());
    else if constexpr (std::is_const_v<L> && is_assigned_to(number))
      detail::explain<detail::fault::const_leaf>(detail::say_leaf<&detail::info_of<Mutable>>());
    else
      now[number] = detail::info_of<Mutable>.locate(&leaf);
  }

  bound bound_;
  detail::workspace team_memory_;
  kernel::team team_{};  // as of the last run with several threads; of none where the binding is newer
};

namespace detail {
/// How a program is bound, for what looks at its memory: `profile`, the reference mode.
struct program_access {
  template <class T, class Graph>
  static auto const& bound(program_of<T, Graph> const& p) {
    return p.bound_;
  }
  template <class T, class Graph>
  static auto& bound(program_of<T, Graph>& p) {
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
  } else if constexpr (!(detail::is_output<A> && ...)) {
    detail::explain<(detail::is_output<A> && ...) ? detail::fault::none : detail::fault::no_output>(
        detail::said<"program(program or function)">{});
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
  } else if constexpr (constexpr auto twice = detail::assigned_twice<typename detail::output_of<A>::type...>();
                       twice != nullptr) {
    detail::explain<detail::fault::assigned_twice>(detail::say_leaf<twice>());
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
auto program(A&&... outputs) {
  if constexpr ((detail::require_lasting<"program", A>() && ...))
    return detail::make_program(outputs...);
  else
    return detail::invalid_program{};
}

/// A program of J and its gradients with respect to X…: g(); g.value(); g[W](0, 0).
template <Expression J, Expression... X>
auto value_and_gradient(J&& j, X&&... x) {
  auto p = program(j, gradient(j, std::forward<X>(x))...);
  if constexpr (std::is_same_v<decltype(p), detail::invalid_program>)
    return p;
  else
    return value_and_gradient_of<decltype(p), detail::wrapped<void, 0, X>...>(std::move(p));
}

/// value_and_gradient(f, W) of a function f: the compiler says that it is called first.
template <class F, Expression... X>
  requires(!Expression<F>)
auto value_and_gradient(F const&, X const&...) {
  detail::refuse_call<detail::fault::gradient_of_function, "value_and_gradient", detail::wrapped<void, 0, X>...>();
  return detail::invalid_program{};
}

}  // namespace ctg::inline v0
#endif
