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

/// Holds the kernels of one call against the interpreter. Each kernel starts from what those before it have stored, so
/// that errors do not add up and the first kernel that is wrong is the one that is named.
class reference_run {
 public:
  /// Entry i of a storage, row by row in its shape.
  using reader = std::function<double(int storage, std::int64_t i)>;

  reference_run(explained_program const& p, graph_inputs const& in, double epsilon, double (*rounded)(double))
      : p_(p),
        text_(p),
        in_(in),
        epsilon_(epsilon),
        rounded_(rounded),
        known_(p.plan.nodes.size(), 0),
        values_(p.plan.nodes.size()) {
    // the leaves as they are before the call
    std::vector<int> leaves;
    for (std::size_t i = 0; i < known_.size(); ++i)
      if (p.plan.nodes[i].is(opcode::leaf)) leaves.push_back(static_cast<int>(i));
    values_ = interpret<double>(graph(), leaves, in_, std::move(values_));
    for (int i : leaves) known_[static_cast<std::size_t>(i)] = 1;
  }

  void check(int s, reader const& stored) {
    auto const kept = text_.stored_by(s);
    std::vector<int> wanted;
    // what a scan gives is taken as it is: its body is no part of this graph
    auto const taken = [&](int i) { return p_.plan.nodes[static_cast<std::size_t>(i)].is(opcode::scan_result); };
    for (auto const& k : kept)
      if (!taken(k.node)) wanted.push_back(k.node);
    values const exact = interpret<double>(graph(), wanted, in_, values_, nodes{*this, nullptr});
    std::array<values, samples> moved;
    for (values& v : moved) v = interpret<double>(graph(), wanted, in_, moved_values(), nodes{*this, &random_});
    for (auto const& k : kept) {
      auto const n = static_cast<std::size_t>(k.node);
      auto const count = entries(k.node);
      std::vector<double> now(static_cast<std::size_t>(count));
      for (std::int64_t i = 0; i < count; ++i) {
        auto const at = static_cast<std::size_t>(i);
        now[at] = stored(k.storage, i);
        if (taken(k.node)) continue;
        double const tolerance = tolerance_at(exact[n], moved, n, at);
        if (!agree(now[at], exact[n][at], tolerance)) report(s, k.node, i, now[at], exact[n][at], tolerance);
      }
      values_[n] = std::move(now);
      known_[n] = 1;
    }
  }

 private:
  using values = std::vector<std::vector<double>>;
  static constexpr std::size_t samples = 3;
  static constexpr double factor = 16;

  // What the interpreter asks: a node with a value from memory keeps it; where `random` is given, each computed value
  // is rounded to the program's type and moved by a random error.
  struct nodes {
    reference_run const& run;
    std::uint64_t* random;
    bool knows(std::size_t id) const { return run.known_[id] != 0; }
    void computed(std::size_t id, std::vector<double>& v) const {
      if (random && run.p_.plan.nodes[id].op->kind != family::source)
        run.move(v, 8 + static_cast<double>(run.terms(id)) / 128, *random);
    }
  };

  // Each entry rounded and moved by up to so many units of the last place; integers, which are exact (labels are),
  // stay.
  void move(std::vector<double>& v, double units, std::uint64_t& random) const {
    for (double& x : v) {
      random = random * 6364136223846793005ull + 1442695040888963407ull;
      bool const is_integer = x > -0x1p20 && x < 0x1p20 && x == static_cast<double>(static_cast<std::int64_t>(x));
      double const between = static_cast<double>(random >> 11) * 0x1p-52 - 1;  // -1 and 1
      if (!is_integer) x = rounded_(x * (1 + between * units * epsilon_));
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
      shape const& s =
          p_.plan.shapes[static_cast<std::size_t>(p_.plan.nodes[static_cast<std::size_t>(x.args[0])].shape)];
      return in_.extents(s[s.rank - 1]);
    }
    if (x.op->kind == family::call) return std::max(own, first);
    return x.op->kind == family::reduction && own ? first / own : 1;
  }
  std::int64_t entries(int i) const {
    return in_.extents(p_.plan.shapes[static_cast<std::size_t>(p_.plan.nodes[static_cast<std::size_t>(i)].shape)]);
  }

  double tolerance_at(std::vector<double> const& exact, std::array<values, samples> const& moved, std::size_t n,
                      std::size_t at) const {
    double widest = 0;
    for (values const& v : moved) {
      double const x = v[n][at];
      if (x == exact[at] || (x != x && exact[at] != exact[at])) continue;
      double const distance = x > exact[at] ? x - exact[at] : exact[at] - x;
      widest = distance == distance ? std::max(widest, distance) : std::numeric_limits<double>::infinity();
    }
    double const size = exact[at] < 0 ? -exact[at] : exact[at];
    return factor * (widest + epsilon_ * (size < std::numeric_limits<double>::max() ? size : 0));
  }

  bool agree(double kernel, double exact, double tolerance) const {
    if (kernel != kernel || exact != exact)
      return (kernel != kernel) == (exact != exact) || tolerance == std::numeric_limits<double>::infinity();
    return kernel == exact || kernel == rounded_(exact) ||
           (kernel > exact ? kernel - exact : exact - kernel) <= tolerance;
  }

  [[noreturn]] void report(int s, int node, std::int64_t entry, double kernel, double exact, double tolerance) const {
    auto const& x = p_.plan.nodes[static_cast<std::size_t>(node)];
    index_space const space(p_.plan.shapes[static_cast<std::size_t>(x.shape)], in_.extents);
    auto const index = space.at(entry);
    std::string where;
    for (int a = 0; a < space.rank; ++a) where += (a ? ", " : "") + std::to_string(index[static_cast<std::size_t>(a)]);
    std::string output = text_.name_of(node);
    for (auto const& o : p_.plan.outputs)
      if (o.node == node && o.leaf >= 0) output = std::string(p_.leaves[static_cast<std::size_t>(o.leaf)]->name) + " ←";
    if (!output.empty() && !output.ends_with("←")) output += " =";
    auto number = [](double v) {
      char buffer[32];
      std::snprintf(buffer, sizeof(buffer), "%.9g", v);
      return std::string(buffer);
    };
    fail<reference_error>("ctg: reference mode: kernel " + std::to_string(s + 1) + " of " +
                          std::to_string(text_.kernels()) + " (" + text_.title(s) + ") is wrong in " + output +
                          (output.empty() ? "" : " ") + text_.formula(node) +
                          (space.rank ? " at (" + where + "): " : ": ") + number(kernel) + " by the kernel, " +
                          number(exact) + " by the interpreter, tolerance " + number(tolerance));
  }

  explained_program const& p_;
  program_reader text_;
  graph_inputs in_;
  double epsilon_;
  double (*rounded_)(double);
  std::uint64_t random_ = 1;
  std::vector<char> known_;
  values values_;
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
  /// leaves as they were and from what the kernels before have stored). The tolerance is 16 times what the number moves
  /// by where each value on the way to it is rounded to the program's type and moved at random by up to 8 + n/128 units
  /// of its last place, n being the number of terms that it adds up, in three tries. Throws reference_error at the
  /// first number that differs by more; leaves that were assigned to by then stay so.
  void operator()(serial = {}) {
    (*this)(traced{[](int) {}});
  }
  /// Runs on the calling thread: kernels are checked one by one.
  void operator()(parallel) { (*this)(); }
  template <class F>
  void operator()(traced<F> policy) {
    auto const& memory = detail::program_access::bound(static_cast<Program const&>(*this));
    auto const explained = detail::explained(static_cast<Program const&>(*this), memory.extents);
    detail::reference_run run(explained, {memory.leaf_span(), this->numbers(), memory.extents},
                              static_cast<double>(std::numeric_limits<value_type>::epsilon()),
                              [](double v) { return static_cast<double>(static_cast<value_type>(v)); });
    auto const stored = [&](int storage, std::int64_t i) { return entry_of(memory, storage, i); };
    Program::operator()(traced{[&](int s) {
      run.check(s, stored);
      policy.visit(s);
    }});
  }

 private:
  static double entry_of(auto const& memory, int storage, std::int64_t i) {
    plan::storage const& m = plan_type::storages[static_cast<std::size_t>(storage)];
    detail::index_space const space(plan_type::shapes[static_cast<std::size_t>(m.shape)], memory.extents);
    auto const index = space.at(i);
    std::int64_t at = 0;
    for (int a = 0; a < space.rank; ++a)
      at += index[static_cast<std::size_t>(a)] * memory.stride_of(storage, m.shape, a);
    if (m.kind == plan::storage_kind::leaf)
      return memory.leaves[static_cast<std::size_t>(m.index)].template read<double>(at);
    return static_cast<double>(reinterpret_cast<value_type const*>(memory.base_of(storage))[at]);
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
