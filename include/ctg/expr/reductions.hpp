// SPDX-License-Identifier: MIT
// Reductions beside sum, mean and max: over all entries (the result has rank 0), or along one axis, which stays with
// extent 1. Negative axes count from the back.
#pragma once

#include <ctg/expr/functions.hpp>

namespace ctg::inline v0 {

namespace detail {

// A reduction written in others; Mask: the axes it goes over, -1 for all.
template <std::int64_t Mask>
constexpr handle total_over(handle x) {
  return Mask < 0 ? sum_all(x) : sum_axes(x, Mask);
}
template <int Axis, class A>
inline constexpr std::int64_t mask_of = std::int64_t{1} << axis_of<Axis, rank_of<A>>;

// √(Σ X²)
template <std::int64_t Mask>
struct norm_of : composite {
  static constexpr std::string_view name = "norm";
  static constexpr handle lower(handle x) { return make<opcode::root>(total_over<Mask>(make<opcode::square>(x))); }
};

// Σ (X − mean X)² / (count − Correction)
template <std::int64_t Mask, int Correction>
struct variance_of : composite {
  static constexpr std::string_view name = "variance";
  static constexpr handle lower(handle x) {
    handle const squares = make<opcode::square>(make<opcode::subtract>(x, mean_of<Mask>::lower(x)));
    return total_over<Mask>(squares) / (size_of(*x.g, x.shape(), Mask) - static_cast<double>(Correction));
  }
};
template <std::int64_t Mask, int Correction>
struct deviation_of : composite {
  static constexpr std::string_view name = "stddev";
  static constexpr handle lower(handle x) { return make<opcode::root>(variance_of<Mask, Correction>::lower(x)); }
};

}  // namespace detail

/// The smallest entry. Ties share the gradient evenly; NaN if any entry is NaN.
template <Expression A>
constexpr auto min(A&& a) {
  return detail::form_unary<"min", detail::over_all<opcode::min, detail::rank_of<A>>>(std::forward<A>(a));
}
template <int Axis, Expression A>
constexpr auto min(A&& a) {
  detail::require_axis<"min", Axis, A>();
  return detail::form_unary<"min", detail::along<opcode::min, Axis, detail::rank_of<A>>>(std::forward<A>(a));
}

/// √(Σ X²), the Euclidean (Frobenius) norm; its derivative X / norm X is 0 where the norm is 0. The empty norm is 0.
/// Entries whose squares overflow (above 1.8e19 in float, 1.3e154 in double) make it ∞.
template <Expression A>
constexpr auto norm(A&& a) {
  return detail::form_unary<"norm", detail::norm_of<-1>>(std::forward<A>(a));
}
template <int Axis, Expression A>
constexpr auto norm(A&& a) {
  detail::require_axis<"norm", Axis, A>();
  return detail::form_unary<"norm", detail::norm_of<detail::mask_of<Axis, A>>>(std::forward<A>(a));
}

/// Σ (X − mean X)² / (count − Correction), in two passes, so that a large mean costs no digits. Correction 0 is the
/// biased variance, 1 the unbiased one of a sample (NaN for a single entry). NaN where there is no entry.
template <Expression A>
constexpr auto variance(A&& a) {
  return detail::form_unary<"variance", detail::variance_of<-1, 0>>(std::forward<A>(a));
}
template <int Axis, int Correction = 0, Expression A>
constexpr auto variance(A&& a) {
  detail::require_axis<"variance", Axis, A>();
  return detail::form_unary<"variance", detail::variance_of<detail::mask_of<Axis, A>, Correction>>(std::forward<A>(a));
}

/// The square root of the variance; its derivative is 0 where all entries are equal, as that of the norm at 0.
template <Expression A>
constexpr auto stddev(A&& a) {
  return detail::form_unary<"stddev", detail::deviation_of<-1, 0>>(std::forward<A>(a));
}
template <int Axis, int Correction = 0, Expression A>
constexpr auto stddev(A&& a) {
  detail::require_axis<"stddev", Axis, A>();
  return detail::form_unary<"stddev", detail::deviation_of<detail::mask_of<Axis, A>, Correction>>(std::forward<A>(a));
}

}  // namespace ctg::inline v0
