// SPDX-License-Identifier: MIT
// The reference mode: with CTG_REFERENCE defined, a call of a program computes what each of its kernels stores a second
// time, node by node, by the reference interpreter, and throws at the first number that differs. For debugging: slow.
#pragma once

#include <ctg/graph/interpret.hpp>
#include <ctg/run/program.hpp>
#include <ctg/run/program_reader.hpp>

#include <functional>
#include <limits>

namespace ctg::inline v0 {

/// A kernel stored a number that differs from the reference interpreter's by more than rounding explains.
struct reference_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

namespace detail {

/// The type that a program computes in: its unit of the last place, and a number rounded to it.
struct rounding {
  double epsilon;
  double (*rounded)(double);
};
template <class T>
inline constexpr rounding rounding_of{static_cast<double>(std::numeric_limits<T>::epsilon()),
                                      [](double v) { return static_cast<double>(static_cast<T>(v)); }};

/// The interpreter asks the operations for values.
template <class Plan>
explained_program with_rules(explained_program p) {
  p.plan.nodes = spanned(Plan::arranged::nodes);
  return p;
}

/// Holds the kernels of one call against the interpreter. Each kernel starts from what those before it have stored, so
/// that errors do not add up and the first kernel that is wrong is the one that is named.
class reference_run {
 public:
  /// Entry i of a storage, row by row in its shape.
  using reader = std::function<double(int storage, std::int64_t i)>;

  /// `where` stands before the kernel in what is reported.
  reference_run(explained_program const& p, program_reader const& text, graph_inputs const& in, std::string where,
                rounding const& type)
      : p_(p),
        text_(text),
        in_(in),
        where_(std::move(where)),
        type_(type),
        known_(p.plan.nodes.size(), 0),
        values_(p.plan.nodes.size()) {
    // the leaves as they are before the call
    sequence<int> leaves;
    for (std::size_t i = 0; i < known_.size(); ++i)
      if (p.plan.nodes[i].is(opcode::leaf)) leaves.push_back(static_cast<int>(i));
    values_ = interpret<double>(graph(), leaves, in_, std::move(values_));
    for (int i : leaves) known_[i] = 1;
  }

  void check(int s, reader const& stored) {
    auto const kept = text_.stored_by(s);
    sequence<int> wanted;
    // what a scan gives is taken as it is: the kernels of its body have been checked
    auto const taken = [&](int i) { return p_.plan.nodes[i].is(opcode::scan_result); };
    for (auto const& k : kept)
      if (!taken(k.node)) wanted.push_back(k.node);
    values const exact = interpret<double>(graph(), wanted, in_, values_, nodes{*this, nullptr});
    std::array<values, samples> moved;
    for (values& v : moved) v = interpret<double>(graph(), wanted, in_, moved_values(), nodes{*this, &random_});
    for (auto const& k : kept) {
      int const n = k.node;
      auto const count = entries(n);
      sequence<double> now(count);
      for (std::int64_t i = 0; i < count; ++i) {
        now[i] = stored(k.storage, i);
        if (taken(n)) continue;
        double const tolerance = tolerance_at(exact[n], moved, n, i);
        if (!agree(now[i], exact[n][i], tolerance)) report(s, n, i, now[i], exact[n][i], tolerance);
      }
      values_[n] = std::move(now);
      known_[n] = 1;
    }
  }

  /// kernel 2 of 3 (loop 5×7)
  std::string named(int s) const {
    return "kernel " + std::to_string(s + 1) + " of " + std::to_string(text_.kernels()) + " (" + text_.title(s) + ")";
  }

 private:
  using values = sequence<sequence<double>>;
  static constexpr std::size_t samples = 3;
  static constexpr double factor = 16;

  // What the interpreter asks: a node with a value from memory keeps it; where `random` is given, each computed value
  // is rounded to the program's type and moved by a random error.
  struct nodes {
    reference_run const& run;
    std::uint64_t* random;
    bool knows(std::size_t id) const { return run.known_[id] != 0; }
    void computed(std::size_t id, sequence<double>& v) const {
      if (random && run.p_.plan.nodes[id].op->kind != family::source)
        run.move(v, 8 + static_cast<double>(run.terms(id)) / 128, *random);
    }
  };

  // Each entry rounded and moved by up to so many units of the last place; integers, which are exact (labels are),
  // stay.
  void move(sequence<double>& v, double units, std::uint64_t& random) const {
    for (double& x : v) {
      random = random * 6364136223846793005ull + 1442695040888963407ull;
      bool const is_integer = x > -0x1p20 && x < 0x1p20 && x == static_cast<double>(static_cast<std::int64_t>(x));
      double const between = static_cast<double>(random >> 11) * 0x1p-52 - 1;  // -1 and 1
      if (!is_integer) x = type_.rounded(x * (1 + between * units * type_.epsilon));
    }
  }
  values moved_values() {
    values v = values_;
    for (std::size_t i = 0; i < v.size(); ++i)
      if (known_[i]) move(v[i], 8, random_);
    return v;
  }

  graph_view graph() const { return {p_.plan.nodes, p_.plan.shapes}; }

  // The number of terms that are added up for one entry.
  std::int64_t terms(std::size_t id) const {
    node const& x = p_.plan.nodes[id];
    if (x.args[0] < 0) return 1;
    std::int64_t const own = entries(static_cast<int>(id)), first = entries(x.args[0]);
    if (x.op->kind == family::product) {
      shape const& s = p_.plan.shapes[p_.plan.nodes[x.args[0]].shape];
      return in_.extents(s[s.rank - 1]);
    }
    if (x.op->kind == family::call) return std::max(own, first);
    return x.op->kind == family::reduction && own ? first / own : 1;
  }
  std::int64_t entries(int i) const { return in_.extents(p_.plan.shapes[p_.plan.nodes[i].shape]); }

  double tolerance_at(sequence<double> const& exact, std::array<values, samples> const& moved, std::size_t n,
                      std::size_t at) const {
    double widest = 0;
    for (values const& v : moved) {
      double const x = v[n][at];
      if (x == exact[at] || (x != x && exact[at] != exact[at])) continue;
      double const distance = x > exact[at] ? x - exact[at] : exact[at] - x;
      widest = distance == distance ? std::max(widest, distance) : std::numeric_limits<double>::infinity();
    }
    double const size = exact[at] < 0 ? -exact[at] : exact[at];
    return factor * (widest + type_.epsilon * (size < std::numeric_limits<double>::max() ? size : 0));
  }

  bool agree(double kernel, double exact, double tolerance) const {
    if (kernel != kernel || exact != exact)
      return (kernel != kernel) == (exact != exact) || tolerance == std::numeric_limits<double>::infinity();
    return kernel == exact || kernel == type_.rounded(exact) ||
           (kernel > exact ? kernel - exact : exact - kernel) <= tolerance;
  }

  [[noreturn]] void report(int s, int node, std::int64_t entry, double kernel, double exact, double tolerance) const {
    auto const& x = p_.plan.nodes[node];
    index_space const space(p_.plan.shapes[x.shape], in_.extents);
    auto const index = space.at(entry);
    std::string where;
    for (int a = 0; a < space.rank; ++a) where += (a ? ", " : "") + std::to_string(index[a]);
    std::string output = text_.name_of(node);
    for (auto const& o : p_.plan.outputs)
      if (o.node == node && o.leaf >= 0) output = std::string(p_.leaves[o.leaf]->name) + " ←";
    if (!output.empty() && !output.ends_with("←")) output += " =";
    auto number = [](double v) {
      char buffer[32];
      std::snprintf(buffer, sizeof(buffer), "%.9g", v);
      return std::string(buffer);
    };
    fail<reference_error>("ctg: reference mode: " + where_ + named(s) + " is wrong in " + output +
                          (output.empty() ? "" : " ") + text_.formula(node) +
                          (space.rank ? " at (" + where + "): " : ": ") + number(kernel) + " by the kernel, " +
                          number(exact) + " by the interpreter, tolerance " + number(tolerance));
  }

  explained_program const& p_;
  program_reader const& text_;
  graph_inputs in_;
  std::string where_;
  rounding type_;
  std::uint64_t random_ = 1;
  sequence<char> known_;
  values values_;
};

/// Entry i of a storage, row by row in its shape; `leaves` are where the plan's are at the moment.
template <class Plan>
double stored_entry(bound_plan<Plan> const& memory, auto const& leaves, int storage, std::int64_t i) {
  plan::storage const& m = Plan::storages[storage];
  index_space const space(Plan::shapes[m.shape], memory.extents);
  auto const index = space.at(i);
  std::int64_t at = 0;
  for (int a = 0; a < space.rank; ++a) at += index[a] * memory.stride_of(storage, m.shape, a);
  if (m.kind == plan::storage_kind::leaf) return leaves[m.index].template read<double>(at);
  return static_cast<double>(reinterpret_cast<typename Plan::value_type const*>(memory.base_of(storage))[at]);
}

/// Runs the kernels of a plan, and those of the bodies of its scans, each followed by its check.
template <class Plan>
class checked_plan {
 public:
  checked_plan(bound_plan<Plan>& memory, span<double const> numbers, std::string where,
               explained_program const& explained, program_reader const& text)
      : memory_(memory), numbers_(numbers), where_(std::move(where)), explained_(explained), text_(text) {}

  template <class Leaves, class F>
  void run(Leaves const& leaves, F const& visit) {
    reference_run checks(explained_, text_, {spanned(leaves.data(), Plan::leaves.size()), numbers_, memory_.extents},
                         where_, rounding_of<typename Plan::value_type>);
    auto const stored = [&](int storage, std::int64_t i) { return stored_entry(memory_, leaves, storage, i); };
    [&]<int... S>(std::integer_sequence<int, S...>) {
      ((run_kernel<S>(checks), checks.check(S, stored), visit(S)), ...);
    }
    (std::make_integer_sequence<int, static_cast<int>(Plan::steps.size())>{});
  }

 private:
  template <int S>
  void run_kernel(reference_run const& checks) {
    constexpr int call = Plan::steps[S].call;
    if constexpr (call >= 0) {
      constexpr int scan = Plan::calls[call].scan;
      if constexpr (scan >= 0) return run_scan<typename Plan::template scan_plan<scan>>(call, where_ + checks.named(S));
    }
    kernel::step_kernel<Plan, S>::run({memory_.operands.data(), numbers_.data(), &memory_.extents},
                                      memory_.products.data(), memory_.calls.data());
  }

  template <class Body>
  void run_scan(int call, std::string const& scan) {
    auto& bound = *static_cast<kernel::bound_scan<Body>*>(memory_.calls[static_cast<std::size_t>(call)].scan);
    auto const explained = with_rules<Body>(explained_plan<Body>(numbers_, memory_.extents));
    program_reader const text(explained);
    bound.run_steps([&](kernel::index t) {
      checked_plan<Body>(bound.body(), numbers_,
                         scan + ", step " + std::to_string(t + 1) + " of " + std::to_string(bound.steps()) + ", ",
                         explained, text)
          .run(bound.leaves(), [](int) {});
    });
  }

  bound_plan<Plan>& memory_;
  span<double const> numbers_;
  std::string where_;
  explained_program const& explained_;
  program_reader const& text_;
};

}  // namespace detail

/// What `program` returns with CTG_REFERENCE: a program whose calls check each kernel behind it. See `reference_error`.
template <class Program>
class checked_program : public Program {
 public:
  using plan_type = typename Program::plan_type;
  using value_type = typename Program::value_type;
  explicit checked_program(Program&& p) : Program(std::move(p)) {}

  /// Runs all kernels and holds what each has stored against the reference interpreter (in double, unfused, from the
  /// leaves as they were and from what the kernels before have stored; of a scan, those of each of its steps). The
  /// tolerance is 16 times what the number moves by where each value on the way to it is rounded to the program's type
  /// and moved at random by up to 8 + n/128 units of its last place, n being the number of terms that it adds up, in
  /// three tries. Throws reference_error at the first number that differs by more; leaves that were assigned to by then
  /// stay so.
  void operator()(serial = {}) {
    (*this)(traced{[](int) {}});
  }
  /// Runs on the calling thread: kernels are checked one by one.
  void operator()(parallel) { (*this)(); }
  template <class F>
  void operator()(traced<F> policy) {
    auto& memory = detail::program_access::bound(static_cast<Program&>(*this));
    if (!memory.filled) memory.fill();
    auto const explained =
        detail::with_rules<plan_type>(detail::explained(static_cast<Program const&>(*this), memory.extents));
    detail::program_reader const text(explained);
    detail::checked_plan<plan_type>(memory, this->numbers(), "", explained, text).run(memory.leaves, policy.visit);
  }
};

// The names that CTG_REFERENCE changes are others than those without it, so files of one program may differ.
inline namespace reference {

template <class... A>
auto program(A const&... outputs) {
  auto p = detail::make_program(outputs...);
  if constexpr (std::is_same_v<decltype(p), detail::invalid_program>)
    return p;
  else
    return checked_program<decltype(p)>(std::move(p));
}

template <Expression J, Expression... X>
auto value_and_gradient(J const& j, X const&... x) {
  auto p = reference::program(j, gradient(j, x)...);
  if constexpr (std::is_same_v<decltype(p), detail::invalid_program>)
    return p;
  else
    return value_and_gradient_of<decltype(p), detail::wrapped<void, 0, X>...>(std::move(p));
}

}  // namespace reference

}  // namespace ctg::inline v0
