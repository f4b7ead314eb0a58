// SPDX-License-Identifier: MIT
// Checks of derivatives, for tests of a user's own: check_gradient holds gradients against central differences,
// check_transpose holds forward mode against reverse mode. At run time and in constant expressions:
//   static_assert(check_gradient(J, W));     if (auto r = check_gradient(J, W, b); !r) std::cout << r;
#pragma once

#include <ctg/config.hpp>

CTG_HEADER_BEGIN

#include <ctg/calculus/jacobian.hpp>
#include <ctg/run/evaluate.hpp>

#include <algorithm>
#include <cstdio>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace ctg::inline v0 {

/// What check_gradient found: the entry that is worst, both its numbers, and whether all are within the tolerance.
struct gradient_report {
  bool passed = true;
  std::string_view leaf;  // where the worst entry is
  int rank = 0;
  std::array<std::int64_t, max_rank> index{};
  double derived = 0, difference = 0;  // of that entry: the gradient, the difference quotient
  double error = 0;                    // |derived - difference|, in units of the greatest entry of that leaf's gradient
  double tolerance = 0;
  std::int64_t checked = 0;  // entries
  constexpr explicit operator bool() const { return passed; }
};

/// What check_transpose found: two numbers that are one.
struct transpose_report {
  bool passed = true;
  double forward = 0, reverse = 0;  // <J v, u> and <v, J' u>
  double error = 0;                 // of one against the other, in units of the sum of their terms' magnitudes
  double tolerance = 0;
  constexpr explicit operator bool() const { return passed; }
};

namespace detail {

constexpr long double magnitude(long double x) { return x < 0 ? -x : x; }

inline std::string report_number(double x) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.9g", x);
  return buffer;
}

/// Entry i of what evaluate gave, one number or an array.
template <class V>
constexpr long double entry_at(V const& v, std::int64_t i) {
  if constexpr (std::is_arithmetic_v<V>)
    return i == 0 ? static_cast<long double>(v) : 0;
  else
    return static_cast<long double>(v.data()[i]);
}

/// Differences of J along the entries of one leaf, in long double whatever the leaf holds: the leaf is copied, nothing
/// is written.
template <class J, class L>
class difference_quotients {
  using graph = lowered<wanted<J>>;

 public:
  constexpr explicit difference_quotients(J const& j)
      : in_(j), space_(info_of<L>.shape, in_.extents), values_(static_cast<std::size_t>(space_.size()), 0) {
    while (graph::leaves[leaf_] != &info_of<L>) ++leaf_;
    location& l = in_.leaves[leaf_];
    for (std::int64_t i = 0; i < space_.size(); ++i) {
      auto const k = space_.at(i);
      std::int64_t at = 0;
      for (std::size_t a = 0; a < static_cast<std::size_t>(space_.rank); ++a) at += k[a] * l.strides[a];
      values_[static_cast<std::size_t>(i)] = l.template read<long double>(at);
    }
    auto const extents = l.extents;
    l = {};
    l.extents = extents;
    l.strides = space_.strides();
  }
  constexpr index_space const& space() const { return space_; }

  constexpr long double value() { return at(0, 0); }
  /// Five points: the error is h⁴ times the fifth derivative / 30, and 1e-19 |J| / h of rounding.
  constexpr long double operator()(std::int64_t i) {
    long double const x = magnitude(values_[static_cast<std::size_t>(i)]), h = 1e-4L * (x > 0.01L ? x : 0.01L);
    return (8 * (at(i, h) - at(i, -h)) - (at(i, 2 * h) - at(i, -2 * h))) / (12 * h);
  }

 private:
  constexpr long double at(std::int64_t i, long double step) {
    std::vector<long double> moved = values_;
    if (step != 0) moved[static_cast<std::size_t>(i)] += step;
    in_.leaves[leaf_].f80 = moved.data();
    long double const j = in_.template run<long double>()[0];
    in_.leaves[leaf_].f80 = nullptr;
    return j;
  }

  interpreter_inputs<J> in_;
  index_space space_;
  std::vector<long double> values_;
  std::size_t leaf_ = 0;
};

template <class Jw, class L>
constexpr void check_leaf(gradient_report& r, Jw const& j, L const& leaf, std::int64_t most) {
  difference_quotients<Jw, L> quotient(j);
  auto const g = evaluate(gradient(j, leaf));
  std::int64_t const n = quotient.space().size(), step = n <= most ? 1 : n / most;
  long double greatest = 0;
  for (std::int64_t i = 0; i < n; ++i) greatest = std::max(greatest, magnitude(entry_at(g, i)));
  // rounding of J itself, which the step of the quotient magnifies
  long double const value = n ? magnitude(quotient.value()) : 0, floor = 1e-13L * std::max(1.0L, value);
  for (std::int64_t i = 0; i < n; i += step) {
    long double const derived = entry_at(g, i), difference = quotient(i);
    long double const scale = std::max(greatest, magnitude(difference)), off = magnitude(derived - difference);
    bool const right = off <= static_cast<long double>(r.tolerance) * scale + floor;  // NaN is not
    double const error = off == 0 ? 0 : static_cast<double>(off / scale);
    ++r.checked;
    r.passed = r.passed && right;
    if (!(error <= r.error) || r.checked == 1) {
      r.error = error;
      r.leaf = info_of<L>.name;
      r.rank = quotient.space().rank;
      r.index = quotient.space().at(i);
      r.derived = static_cast<double>(derived);
      r.difference = static_cast<double>(difference);
    }
  }
}

// Numbers in [-1, 1), the same everywhere.
struct mixed_numbers {
  std::uint64_t state;
  constexpr long double operator()() {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<long double>(static_cast<std::int64_t>(state >> 11)) / 4503599627370496.0L - 1;
  }
};

}  // namespace detail

/// Holds the gradients of J with respect to leaves, as evaluate computes them, against central differences of J in long
/// double. J has one entry. An entry may be off by `tolerance` = √epsilon of the leaves' type (3e-4 for float, 1.5e-8
/// for double) times the greatest entry of that gradient. At most 256 entries of a leaf are checked, evenly spread.
/// Beside a kink (relu at 0) a difference means nothing.
template <Expression J, Leaf... L>
constexpr gradient_report check_gradient(J const& j, L const&... leaves) {
  using Jw = detail::wrapped<void, 0, J>;
  gradient_report r;
  r.tolerance = Jw::type == element::f32 ? 3.5e-4 : 1.5e-8;
  if constexpr (sizeof...(L) == 0)
    detail::refuse_call<detail::fault::no_leaves_to_check, "check_gradient", Jw>();
  else if constexpr (!Jw::shape.one_entry())
    detail::refuse_call<detail::fault::several_entries, "check_gradient", Jw, detail::wrapped<void, 1, L>...>();
  else if constexpr ((detail::require_differentiable<"check_gradient", Jw, detail::wrapped<void, 1, L>>() && ...))
    (detail::check_leaf(r, detail::wrap<void, 0>(j), leaves, 256), ...);
  return r;
}

/// check_gradient(J, exp(W)), check_gradient(f, W): the compiler says what it wants.
template <class J, class... L>
  requires(!Expression<J> || !(Leaf<L> && ...))
constexpr gradient_report check_gradient(J const&, L const&...) {
  detail::refuse_call<detail::fault::no_leaves_to_check, "check_gradient", detail::wrapped<void, 0, J>,
                      detail::wrapped<void, 1, L>...>();
  return {};
}

/// Holds forward mode against reverse mode: <∂Y/∂X v, u> = <v, (∂Y/∂X)ᵀ u> for pseudo-random v and u, in long double. X
/// is a leaf or any subexpression of Y.
template <Expression Y, Expression X>
constexpr transpose_report check_transpose(Y const& y, X const& x) {
  using Yw = detail::wrapped<void, 0, Y>;
  using Xw = detail::wrapped<void, 1, X>;
  transpose_report r;
  r.tolerance = 1e-15;
  if constexpr (detail::require_differentiable<"check_transpose", Yw, Xw>()) {
    (void)x;
    detail::interpreter_inputs<Yw> const in(detail::wrap<void, 0>(y));
    builder g;
    handle const to{&g, lower<Yw>(g)}, from{&g, lower<Xw>(g)};
    // two leaves behind those of Y
    auto const count = static_cast<std::int64_t>(g.leaves.size());
    auto source = [&](shape of, std::int64_t which) {
      return handle{&g, g.put({&operation_of<operation<opcode::leaf>>, {-1, -1, -1}, g.intern(of), {which, 0}})};
    };
    handle const v = source(from.shape(), count), u = source(to.shape(), count + 1);
    handle const tangent = detail::tangent_of(to, from, v), adjoint = detail::adjoint_of(to, u, from);
    std::vector<detail::location> leaves;
    for (std::int64_t i = 0; i < count; ++i) {
      std::size_t k = 0;  // the order of lowering need not be that of Y alone
      while (detail::lowered<detail::wanted<Yw>>::leaves[k] != g.leaves[static_cast<std::size_t>(i)]) ++k;
      leaves.push_back(in.leaves[k]);
    }
    detail::mixed_numbers random{42};
    std::array<std::vector<long double>, 2> values;
    for (handle const h : {v, u}) {
      detail::index_space const space(h.shape(), in.extents);
      auto& data = values[h == v ? 0 : 1];
      for (std::int64_t i = 0; i < space.size(); ++i) data.push_back(random());
      detail::location l;
      l.f80 = data.data();
      l.strides = space.strides();
      l.extents = space.n;
      leaves.push_back(l);
    }
    std::vector<double> numbers;
    for (auto const* number : g.numbers) {
      std::size_t k = 0;
      while (detail::lowered<detail::wanted<Yw>>::numbers[k] != number) ++k;
      numbers.push_back(in.numbers[k]);
    }
    std::vector<int> const roots{tangent.id, adjoint.id};
    auto const found = interpret<long double>(view(g), roots, {leaves, numbers, in.extents});
    long double forward = 0, reverse = 0, terms = 0;
    auto add = [&](std::vector<long double> const& a, std::vector<long double> const& b, long double& sum) {
      for (std::size_t i = 0; i < a.size(); ++i) {
        sum += a[i] * b[i];
        terms += detail::magnitude(a[i] * b[i]);
      }
    };
    add(found[static_cast<std::size_t>(tangent.id)], values[1], forward);
    add(values[0], found[static_cast<std::size_t>(adjoint.id)], reverse);
    r.forward = static_cast<double>(forward);
    r.reverse = static_cast<double>(reverse);
    long double const off = detail::magnitude(forward - reverse);
    r.error = off == 0 ? 0 : static_cast<double>(off / terms);
    r.passed = r.error <= r.tolerance;
  }
  return r;
}

/// "gradient right at 12 entries; worst W(1, 2): 0.25 derived, 0.2500001 by differences (error 4e-07, allowed 0.00035)"
inline std::string to_string(gradient_report const& r) {
  std::string s = r.passed ? "gradient right at " : "gradient WRONG, ";
  s += std::to_string(r.checked) + (r.passed ? " entries" : " entries checked");
  if (r.checked == 0) return s;
  s += "; worst " + std::string(r.leaf);
  for (int i = 0; i < r.rank; ++i) s += (i ? ", " : "(") + std::to_string(r.index[static_cast<std::size_t>(i)]);
  s += std::string(r.rank ? ")" : "") + ": " + detail::report_number(r.derived) + " derived, " +
       detail::report_number(r.difference) + " by differences (error " + detail::report_number(r.error) + ", allowed " +
       detail::report_number(r.tolerance) + ")";
  return s;
}
inline std::string to_string(transpose_report const& r) {
  return std::string(r.passed ? "transpose right" : "transpose WRONG") +
         ": <J v, u> = " + detail::report_number(r.forward) + ", <v, J' u> = " + detail::report_number(r.reverse) +
         " (error " + detail::report_number(r.error) + ", allowed " + detail::report_number(r.tolerance) + ")";
}
inline std::ostream& operator<<(std::ostream& out, gradient_report const& r) { return out << to_string(r); }
inline std::ostream& operator<<(std::ostream& out, transpose_report const& r) { return out << to_string(r); }

}  // namespace ctg::inline v0

CTG_HEADER_END
