// SPDX-License-Identifier: MIT
// The laws that every operation keeps, as one harness. A row names an operation, the leaves it reads (views with named
// extents, so that one program serves all sizes) and how it is written; for float and double then hold:
//   planned value and adjoints  =  the reference interpreter in long double, within a stated error, for all sizes
//   given,
//                                  with and without padded rows
//   reverse mode                =  central differences (five points, long double)
//   <J v, u>                    =  <v, J' u>, J v by forward mode; for a linear operation J v is its value at v
//   rows of the Jacobian, by either mode, times v  =  J v
//   second order (forward over reverse)  =  differences of the first
//   in a constant expression    =  at run time
#pragma once

#include <ctg/ctg.hpp>

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <tuple>
#include <vector>

namespace laws {

/// The numbers of the named extents, by the letter of their name.
struct sizes {
  std::int64_t R = 1, C = 1, K = 1, B = 1;
  std::int64_t operator()(std::uint64_t name) const {
    if (name == ctg::detail::hash_text("R")) return R;
    if (name == ctg::detail::hash_text("C")) return C;
    if (name == ctg::detail::hash_text("K")) return K;
    return B;
  }
  std::string text() const {
    return "R=" + std::to_string(R) + " C=" + std::to_string(C) + " K=" + std::to_string(K) + " B=" + std::to_string(B);
  }
};

/// Values of a leaf: uniform in [lo, hi], but 0.02 away from the multiples of one half, where some functions have a
/// kink.
template <int Lo, int Hi, int Over = 1>
struct within {
  static constexpr double lo = static_cast<double>(Lo) / Over, hi = static_cast<double>(Hi) / Over;
};
using any = within<-4, 4>;
using positive = within<1, 16, 4>;
using nonzero_unit = within<-19, 19, 20>;

/// Allowed errors in units of epsilon: of a value relative to |value| + value_scale, of a gradient relative to
/// |gradient| + gradient_scale. The scales say what terms of which size cancel on the way.
struct bounds {
  double value = 4, gradient = 12, value_scale = 0, gradient_scale = 1;
  /// Of a value in a constant expression against that at run time.
  double constant = 4;
};

namespace detail {

/// One leaf's elements: rows of `pitch`, the padding holds a number that must not be read into any result.
template <class T>
struct block {
  std::vector<std::int64_t> extents;
  std::int64_t pitch = 1;
  std::vector<T> data;

  block(ctg::shape const& s, sizes const& n, std::int64_t padding) {
    for (int i = 0; i < s.rank; ++i) extents.push_back(s[i].is_static() ? s[i].factor : s[i].factor * n(s[i].names[0]));
    std::int64_t rows = 1;
    for (std::size_t i = 0; i + 1 < extents.size(); ++i) rows *= extents[i];
    pitch = (extents.empty() ? 1 : extents.back()) + (s.rank >= 2 ? padding : 0);
    data.assign(static_cast<std::size_t>(rows * pitch) + 1, std::numeric_limits<T>::quiet_NaN());
  }
  std::int64_t size() const {
    std::int64_t n = 1;
    for (auto e : extents) n *= e;
    return n;
  }
  T& operator()(std::int64_t i) {
    std::int64_t const n = extents.empty() ? 1 : extents.back();
    return data[static_cast<std::size_t>(i / n * pitch + i % n)];
  }
  ctg::detail::location location() const {
    ctg::detail::location l;
    l.template pointer<T>() = const_cast<T*>(data.data());
    std::int64_t step = pitch;
    for (std::size_t i = extents.size(); i-- > 0;) {
      l.extents[i] = extents[i];
      l.strides[i] = i + 1 == extents.size() ? 1 : step;
      if (i + 1 != extents.size()) step *= extents[i];
    }
    return l;
  }
};

/// A view of type L over a block.
template <class L, class T>
L view_of(block<T>& b) {
  static constexpr ctg::shape s = ctg::detail::info_of<L>.shape;
  static constexpr auto named = [] {
    std::array<int, static_cast<std::size_t>(ctg::max_rank) + 1> axes{};
    int count = 0;
    for (int i = 0; i < s.rank; ++i) {
      bool known = s[i].is_static();
      for (int k = 0; k < count; ++k) known = known || s[axes[static_cast<std::size_t>(k)]] == s[i];
      if (!known) axes[static_cast<std::size_t>(count++)] = i;
    }
    axes[static_cast<std::size_t>(ctg::max_rank)] = count;
    return axes;
  }();
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    if constexpr (s.rank >= 2)
      return L(b.data.data(), b.extents[static_cast<std::size_t>(named[I])]..., ctg::stride(b.pitch));
    else
      return L(b.data.data(), b.extents[static_cast<std::size_t>(named[I])]...);
  }
  (std::make_index_sequence<static_cast<std::size_t>(named[static_cast<std::size_t>(ctg::max_rank)])>{});
}

/// All that the laws need of one operation on leaves of type T: made by the only code that is compiled for each
/// operation.
template <class T>
struct subject {
  std::string name;
  bounds allowed;
  bool linear, scalar_result;
  double difference_tolerance, second_tolerance;
  std::vector<std::array<double, 2>> domains;
  // the leaves, then the cotangent
  std::vector<ctg::detail::leaf_info const*> leaves;
  ctg::builder graph;
  std::vector<int> roots;  // f(leaves...), then the adjoint of each leaf
  // for each leaf a direction v, <J v, u> and <v, J' u>; for each pair of leaves k, l the tangent of the adjoint of k
  // along v of l
  std::vector<int> directions, forward, backward, second;
  std::vector<std::array<int, 2>> rows;  // a Jacobian's rows summed with v, and J v
  std::vector<double> numbers;
  std::vector<std::vector<T>> (*planned)(std::vector<block<T>>&);
};

/// The entries of what a program or an evaluation gives, row by row.
template <class T>
std::vector<T> entries_of(auto const& result) {
  if constexpr (std::is_arithmetic_v<std::remove_cvref_t<decltype(result)>>) {
    return {result};
  } else {
    constexpr int rank = std::remove_cvref_t<decltype(result)>::rank;
    std::int64_t count = 1;
    for (int a = 0; a < rank; ++a) count *= result.extent(a);
    std::vector<T> values;
    for (std::int64_t i = 0; i < count; ++i) {
      std::int64_t at = 0, rest = i;
      for (int a = rank - 1; a >= 0; --a) {
        at += rest % result.extent(a) * result.stride(a);
        rest /= result.extent(a);
      }
      values.push_back(result.data()[at]);
    }
    return values;
  }
}

/// The Jacobian by reverse and by forward mode.
template <class T>
void jacobian_rows(subject<T>& s, ctg::handle y, ctg::handle x, ctg::handle v) {
  using namespace ctg::detail;
  ctg::shape const ys = y.shape(), xs = x.shape();
  if (ys.rank + xs.rank > ctg::max_rank) return;
  auto forward = push_batch(y, x, batched::identity(*y.g, xs), 0);
  if (forward.cost >= 0) forward.value = forward.value.exchanged();
  std::int64_t const own = all_axes(joined_shapes(ys, xs)) & ~all_axes(ys);
  for (auto const& way : {pull_batch(y, x, batched::identity(*y.g, ys), 0), forward}) {
    if (way.cost < 0) continue;  // an intermediate has more axes than a tensor may have
    ctg::handle const j = way.value.resolved();
    ctg::handle const rows = ctg::sum_axes(j % ctg::reshape(v, joined_shapes(ones(ys.rank), xs)), own);
    s.rows.push_back({ctg::reshape(rows, ys).id, tangent_of(y, x, v).id});
  }
}

/// Forward mode and second order, on the graph: a direction of a leaf is a function of it.
template <class T>
void forward_mode(subject<T>& s, std::size_t count) {
  ctg::builder& g = s.graph;
  auto leaf = [&](ctg::detail::leaf_info const* info) {
    return g.leaf(*info, ctg::operation_of<ctg::operation<ctg::opcode::leaf>>);
  };
  ctg::handle const y{&g, s.roots[0]}, u = leaf(s.leaves[count]);
  for (std::size_t l = 0; l < count; ++l) {
    ctg::handle const x = leaf(s.leaves[l]);
    ctg::handle const v = ctg::make<ctg::opcode::cos>(ctg::constant_node(g, 7) % x);
    s.directions.push_back(v.id);
    s.forward.push_back(ctg::sum_all(ctg::detail::tangent_of(y, x, v) % u).id);
    s.backward.push_back(ctg::sum_all(v % ctg::handle{&g, s.roots[l + 1]}).id);
    jacobian_rows(s, y, x, v);
    for (std::size_t k = 0; k < count; ++k)
      s.second.push_back(ctg::detail::tangent_of(ctg::handle{&g, s.roots[k + 1]}, x, v).id);
  }
}

template <class T, class Row, class F>
struct compiled_law {
  using views = typename Row::template leaves<T>;
  using cotangent = typename Row::template result<T>;
  static constexpr std::size_t count = std::tuple_size_v<views>;

  template <std::size_t... I>
  static std::vector<std::vector<T>> planned_with(std::vector<block<T>>& blocks, std::index_sequence<I...>) {
    std::tuple leaves{view_of<std::tuple_element_t<I, views>>(blocks[I])...};
    auto d = view_of<cotangent>(blocks[count]);
    auto y = F{}(std::get<I>(leaves)...);
    auto program = ctg::program(y, ctg::vjp(y, d, std::get<I>(leaves))...);
    program();
    return {entries_of<T>(program.template result<0>()),
            entries_of<T>(program.template result<static_cast<int>(I) + 1>())...};
  }
  static std::vector<std::vector<T>> planned(std::vector<block<T>>& blocks) {
    return planned_with(blocks, std::make_index_sequence<count>{});
  }

  template <std::size_t... I>
  static void lower_into(subject<T>& s, std::index_sequence<I...>) {
    std::vector<block<T>> blocks;
    for (auto const* leaf : s.leaves) blocks.emplace_back(leaf->shape, sizes{}, 0);
    std::tuple leaves{view_of<std::tuple_element_t<I, views>>(blocks[I])...};
    auto d = view_of<cotangent>(blocks[count]);
    auto y = F{}(std::get<I>(leaves)...);
    using Y = decltype(y);
    s.roots = {ctg::lower<Y>(s.graph), ctg::lower<decltype(ctg::vjp(y, d, std::get<I>(leaves)))>(s.graph)...};
    for (auto const* number : s.graph.numbers) {
      std::size_t k = 0;
      while (Y::numbers[k] != number) ++k;
      s.numbers.push_back(y.bound.numbers[k]);
    }
  }

  static subject<T> make(std::string const& name, bounds allowed) {
    subject<T> s{name + (sizeof(T) == 4 ? " (float)" : " (double)"),
                 allowed,
                 Row::linear,
                 Row::scalar_result,
                 Row::difference_tolerance,
                 Row::second_tolerance,
                 {},
                 {},
                 {},
                 {},
                 {},
                 {},
                 {},
                 {},
                 {},
                 {},
                 &planned};
    [&]<std::size_t... I>(std::index_sequence<I...> all) {
      s.leaves = {&ctg::detail::info_of<std::tuple_element_t<I, views>>..., &ctg::detail::info_of<cotangent>};
      s.domains = {
          {std::tuple_element_t<I, typename Row::domains>::lo, std::tuple_element_t<I, typename Row::domains>::hi}...,
          {-2, 2}};
      lower_into(s, all);
      forward_mode(s, count);
    }
    (std::make_index_sequence<count>{});
    return s;
  }
};

/// Nodes of a subject's graph by the reference interpreter in long double.
template <class T, class Element>
std::vector<std::vector<long double>> reference(subject<T> const& s, std::vector<block<Element>> const& blocks,
                                                std::vector<int> const& wanted) {
  std::vector<ctg::detail::location> locations;
  ctg::extent_table extents;
  for (auto const* leaf : s.graph.leaves) {
    std::size_t k = 0;
    while (s.leaves[k] != leaf) ++k;
    locations.push_back(blocks[k].location());
    for (int a = 0; a < leaf->shape.rank; ++a)
      if (!leaf->shape[a].is_static())
        extents.set(leaf->shape[a].names[0], locations.back().extents[static_cast<std::size_t>(a)]);
  }
  auto values = ctg::interpret<long double>(ctg::view(s.graph), wanted, {locations, s.numbers, extents});
  std::vector<std::vector<long double>> result;
  for (int r : wanted) result.push_back(values[static_cast<std::size_t>(r)]);
  return result;
}

inline double random_in(std::mt19937& random, double lo, double hi) {
  for (;;) {
    double const x = lo + (hi - lo) * (static_cast<double>(random()) / 4294967296.0);
    if (std::abs(2 * x - std::nearbyint(2 * x)) > 0.04) return x;
  }
}

/// The greatest error in units of the allowed one.
template <class T>
double worst_error(std::vector<long double> const& want, std::vector<T> const& got, double ulps, double scale) {
  constexpr double epsilon = std::numeric_limits<T>::epsilon();
  if (want.size() != got.size()) return std::numeric_limits<double>::infinity();
  double worst = 0;
  for (std::size_t i = 0; i < want.size(); ++i) {
    auto const w = static_cast<double>(want[i]), g = static_cast<double>(got[i]);
    if (std::isnan(w) && std::isnan(g)) continue;
    if (std::isinf(w) || std::isinf(g)) {
      if (w != g) return std::numeric_limits<double>::infinity();
      continue;
    }
    auto const error = static_cast<double>(std::abs(want[i] - static_cast<long double>(got[i])));
    double const allowed = ulps * epsilon * (std::abs(w) + scale) + std::numeric_limits<T>::denorm_min();
    if (!(error / allowed <= worst)) worst = error / allowed;
  }
  return worst;
}

template <class T>
class law {
 public:
  explicit law(subject<T> s) : s_(std::move(s)) {}

  void run(std::vector<sizes> const& all) {
    int shown = 0;
    std::int64_t padding = 0;
    for (sizes const& n : all) {
      std::vector<block<T>> blocks = fill(n, padding);
      padding = padding ? 0 : 3;
      compare(n, blocks);
      std::int64_t entries = 0;
      for (auto const& b : blocks) entries += b.size();
      if ((blocks.back().size() > 1 || s_.scalar_result) && entries > 3 && entries <= 90 && shown < 6) {
        differences(n, blocks);
        forward_and_second_order(n, blocks);
        ++shown;
      }
    }
    INFO(s_.name);
    CHECK(shown > 0);
  }

 private:
  std::size_t leaf_count() const { return s_.leaves.size() - 1; }

  std::vector<block<T>> fill(sizes const& n, std::int64_t padding) {
    std::vector<block<T>> blocks;
    for (std::size_t k = 0; k <= leaf_count(); ++k) {
      blocks.emplace_back(s_.leaves[k]->shape, n, padding);
      for (std::int64_t i = 0; i < blocks[k].size(); ++i)
        blocks[k](i) = static_cast<T>(random_in(random_, s_.domains[k][0], s_.domains[k][1]));
    }
    return blocks;
  }

  void compare(sizes const& n, std::vector<block<T>>& blocks) {
    auto const want = reference(s_, blocks, s_.roots);
    auto const got = s_.planned(blocks);
    INFO(s_.name << " " << n.text());
    for (std::size_t r = 0; r < got.size(); ++r) {
      INFO((r ? "adjoint of leaf " + std::to_string(r - 1) : std::string("value")));
      bounds const& b = s_.allowed;
      CHECK(worst_error(want[r], got[r], r ? b.gradient : b.value, r ? b.gradient_scale : b.value_scale) <= 1);
    }
  }

  std::vector<block<long double>> widened(sizes const& n, std::vector<block<T>>& narrow) const {
    std::vector<block<long double>> wide;
    for (std::size_t k = 0; k <= leaf_count(); ++k) {
      wide.emplace_back(s_.leaves[k]->shape, n, 0);
      for (std::int64_t i = 0; i < wide[k].size(); ++i) wide[k](i) = static_cast<long double>(narrow[k](i));
    }
    return wide;
  }

  static long double inner(std::vector<long double> const& a, std::vector<long double> const& b) {
    long double total = 0;
    for (std::size_t i = 0; i < a.size(); ++i) total += a[i] * b[i];
    return total;
  }

  void forward_and_second_order(sizes const& n, std::vector<block<T>>& narrow) {
    auto wide = widened(n, narrow);
    auto const v = reference(s_, wide, s_.directions);
    auto const forward = reference(s_, wide, s_.forward), backward = reference(s_, wide, s_.backward);
    auto const second = reference(s_, wide, s_.second);
    INFO(s_.name << " " << n.text());
    for (auto const& pair : s_.rows) {
      auto const both = reference(s_, wide, {pair[0], pair[1]});
      long double worst = 0, scale = 1;
      for (std::size_t i = 0; i < both[0].size(); ++i) {
        worst = std::max(worst, std::abs(both[0][i] - both[1][i]));
        scale += std::abs(both[1][i]);
      }
      INFO("rows of the Jacobian");
      CHECK(static_cast<double>(worst / scale) <= 1e-16);
    }
    std::size_t const count = leaf_count();
    for (std::size_t l = 0; l < count; ++l) {
      long double scale = 1;
      auto const adjoint = reference(s_, wide, {s_.roots[l + 1]});
      for (long double a : adjoint[0]) scale += std::abs(a);
      INFO("forward against reverse, leaf " << l);
      CHECK(static_cast<double>(std::abs(forward[l][0] - backward[l][0]) / scale) <= 1e-16);
      for (std::size_t k = 0; k < count; ++k) {
        auto const& exact = second[l * count + k];
        std::vector<long double> w(exact.size());
        for (auto& x : w) x = random_in(random_, -1, 1);
        auto at = [&](long double step) {
          auto moved = wide;
          for (std::int64_t i = 0; i < moved[l].size(); ++i) moved[l](i) += step * v[l][static_cast<std::size_t>(i)];
          return inner(w, reference(s_, moved, {s_.roots[k + 1]})[0]);
        };
        long double const h = 5e-5L, slope = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
        long double magnitude = 1;
        for (long double x : exact) magnitude += std::abs(x);
        INFO("second order, leaf " << k << " along leaf " << l);
        CHECK(static_cast<double>(std::abs(slope - inner(w, exact)) / magnitude) <= s_.second_tolerance);
      }
    }
  }

  void differences(sizes const& n, std::vector<block<T>>& narrow) {
    auto wide = widened(n, narrow);
    auto const adjoints = reference(s_, wide, s_.roots);
    INFO(s_.name << " " << n.text());
    for (std::size_t k = 0; k < leaf_count(); ++k) {
      double worst = 0;
      for (std::int64_t i = 0; i < wide[k].size(); ++i) {
        long double const x = wide[k](i), h = 1e-4L * std::max(0.25L, std::abs(x));
        auto at = [&](long double step) {
          wide[k](i) = x + step;
          long double const v = paired(wide);
          wide[k](i) = x;
          return v;
        };
        // five points: the error is h^4 times the fifth derivative / 30, and 1e-19 |f| / h of rounding
        long double const slope = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
        long double const error = std::abs(slope - adjoints[k + 1][static_cast<std::size_t>(i)]);
        worst = std::max(worst, static_cast<double>(error / (1 + std::abs(slope))));
      }
      INFO("difference quotient, leaf " << k);
      CHECK(worst <= s_.difference_tolerance);
    }
    if (s_.linear) {  // in its first leaf
      long double right = 0;
      for (std::int64_t i = 0; i < wide[0].size(); ++i) {
        wide[0](i) = random_in(random_, -1, 1);
        right += wide[0](i) * adjoints[1][static_cast<std::size_t>(i)];
      }
      long double const left = paired(wide);
      INFO("<J v, u> = <v, J' u>");
      CHECK(static_cast<double>(std::abs(left - right)) <= 1e-17 * (10 + static_cast<double>(std::abs(left))));
    }
  }

  // <u, f(x)>
  long double paired(std::vector<block<long double>>& at) const {
    auto const f = reference(s_, at, {s_.roots[0]})[0];
    long double total = 0;
    for (std::size_t i = 0; i < f.size(); ++i) total += f[i] * at.back()(static_cast<std::int64_t>(i));
    return total;
  }

  subject<T> s_;
  std::mt19937 random_{20240607};
};

}  // namespace detail

/// What a row says beside its leaves: the defaults.
struct row {
  static constexpr bool linear = false, scalar_result = false;
  static constexpr double difference_tolerance = 1e-11, second_tolerance = 1e-11;
};

inline constexpr auto R = ctg::dim<"R">;
inline constexpr auto C = ctg::dim<"C">;
inline constexpr auto K = ctg::dim<"K">;
inline constexpr auto B = ctg::dim<"B">;
template <ctg::symbol Name, class T>
using mat = ctg::matrix_view<Name, T, R, C>;

/// f(X), element for element.
template <class Domain>
struct unary : row {
  template <class T>
  using leaves = std::tuple<mat<"X", T>>;
  template <class T>
  using result = mat<"D", T>;
  using domains = std::tuple<Domain>;
};

/// f(X, Y), element for element, of equal shapes.
template <class Dx, class Dy>
struct binary : row {
  template <class T>
  using leaves = std::tuple<mat<"X", T>, mat<"Y", T>>;
  template <class T>
  using result = mat<"D", T>;
  using domains = std::tuple<Dx, Dy>;
};

/// All lengths 0 … 2·lanes + 1 of a row for the widest vectors (16 floats), in one row and in three.
inline std::vector<sizes> every_length() {
  std::vector<sizes> all;
  for (std::int64_t c = 0; c <= 33; ++c) all.push_back({c % 3 == 0 ? 3 : 1, c, 1, 1});
  all.push_back({0, 5, 1, 1});
  all.push_back({2, 5000, 1, 1});  // beyond the length in which a row is summed in one piece
  return all;
}

/// The row's laws for float and double.
template <class Row, class F>
void check(std::string const& name, F, bounds allowed = {}, std::vector<sizes> const& all = every_length()) {
  detail::law<float>(detail::compiled_law<float, Row, F>::make(name, allowed)).run(all);
  detail::law<double>(detail::compiled_law<double, Row, F>::make(name, allowed)).run(all);
}

/// Six arguments of a domain, known to the compiler.
template <class T, class Domain>
inline constexpr ctg::matrix<"X", T, 2, 3> sample = [] {
  ctg::matrix<"X", T, 2, 3> x;
  constexpr double at[] = {0.03, 0.21, 0.43, 0.58, 0.77, 0.97};
  for (int i = 0; i < 6; ++i) x.data()[i] = static_cast<T>(Domain::lo + (Domain::hi - Domain::lo) * at[i]);
  return x;
}();

namespace detail {
template <class T>
void compare_constant(std::string const& name, T const* constant, T const* run, double ulps) {
  INFO(name << " in a constant expression");
  CHECK(worst_error(std::vector<long double>(run, run + 6), std::vector<T>(constant, constant + 6), ulps, 0) <= 1);
}
}  // namespace detail

/// f in a constant expression is f at run time, within `ulps`.
template <class T, class Domain, class F>
void check_constant(std::string const& name, F, double ulps) {
  static constexpr auto constant = ctg::evaluate_reference(F{}(sample<T, Domain>));
  auto const run = ctg::evaluate_reference(F{}(sample<T, Domain>));
  detail::compare_constant(name, constant.data(), run.data(), ulps);
}

/// An element-wise function of one operand.
template <class Domain, class F>
void check_unary(std::string const& name, F f, bounds allowed = {}) {
  check<unary<Domain>>(name, f, allowed);
  check_constant<float, Domain>(name, f, 1);
  check_constant<double, Domain>(name, f, allowed.constant);
}

}  // namespace laws
