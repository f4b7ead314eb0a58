// SPDX-License-Identifier: MIT
// Reductions beside sum, mean and max: over all entries (the result has rank 0), or along one axis, which stays with
// extent 1. Negative axes count from the back.
#pragma once

#include <ctg/expr/functions.hpp>

#include <limits>

namespace ctg::inline v0 {

namespace detail {

// A reduction written in others; Mask: the axes it goes over, -1 for all.
template <std::int64_t Mask>
constexpr handle total_over(Handle auto x) {
  return Mask < 0 ? sum_all(x) : sum_axes(x, Mask);
}

// √(Σ X²)
template <std::int64_t Mask>
struct norm_of : composite {
  static constexpr std::string_view name = "norm";
  static constexpr handle lower(auto x) { return make<opcode::root>(total_over<Mask>(make<opcode::square>(x))); }
};

// Σ (X − mean X)² / (count − Correction)
template <std::int64_t Mask, int Correction>
struct variance_of : composite {
  static constexpr std::string_view name = "variance";
  static constexpr handle lower(auto x) {
    auto const squares = make<opcode::square>(make<opcode::subtract>(x, mean_of<Mask>::lower(x)));
    return total_over<Mask>(squares) / (size_of(*x.g, x.shape(), Mask) - static_cast<double>(Correction));
  }
};
template <std::int64_t Mask, int Correction>
struct deviation_of : composite {
  static constexpr std::string_view name = "stddev";
  static constexpr handle lower(auto x) { return make<opcode::root>(variance_of<Mask, Correction>::lower(x)); }
};

// The place of the largest entry: the first whose entry is the maximum, or NaN where that is.
template <int Axis>
struct argmax_of : composite {
  static constexpr std::string_view name = "argmax";
  static constexpr element element_type = element::i64;
  static constexpr handle lower(auto x) {
    auto& g = *x.g;
    shape const s = x.shape();
    std::int64_t const mask = std::int64_t{1} << Axis;
    shape line;
    for (int k = Axis; k < s.rank; ++k) line.push(k == Axis ? s[k] : extent{1});
    auto const place = broadcast(reshape(iota_node(g, s[Axis]), line), s);
    auto const nowhere = constant_node(g, std::numeric_limits<double>::infinity());
    auto const lost = make<opcode::where>(make<opcode::not_equal>(x, x), place, nowhere);
    auto const found = make<opcode::where>(make<opcode::equal>(x, max_axes(x, mask)), place, lost);
    return make<opcode::stop_gradient>(reduce<opcode::min>(found, {mask, 0}));
  }
};

// Π X_0 … X_i
template <int Axis>
struct cumprod_of : composite {
  static constexpr std::string_view name = "cumprod";
  static constexpr handle lower(auto x) { return x % apply<operation<opcode::products_before>>({Axis, 0}, x); }
};

}  // namespace detail

/// Π X. The derivative is the product of the other entries, exactly, also where some are zero; the empty product is 1.
template <Expression A>
constexpr auto prod(A&& a) {
  return detail::form<"prod", detail::over_all<opcode::prod, A>, void, A>(a);
}
template <int Axis, Expression A>
constexpr auto prod(A&& a) {
  return detail::form_along<"prod", Axis, detail::over<opcode::prod, Axis, A>, A>(a);
}

/// X_0 + … + X_i along an axis, added in this order; along the last one, where programs run, vectors of L entries are
/// summed first and then one behind the other: |error| <= (i/L + log₂ L + 1) ε Σ|X_j|, below that of the plain order
/// from 2 L entries on. So up to L entries in a row may overflow by themselves.
template <int Axis, Expression A>
constexpr auto cumsum(A&& a) {
  return detail::form_along<"cumsum", Axis, detail::along<opcode::cumsum, Axis, A>, A>(a);
}

/// X_0 ⋯ X_i along an axis; the derivative is exact where entries are zero.
template <int Axis, Expression A>
constexpr auto cumprod(A&& a) {
  return detail::form_along<"cumprod", Axis, detail::cumprod_of<detail::axis_of<Axis, detail::rank_of<A>>>, A>(a);
}

/// Where the largest entry along an axis is, as std::int64_t, the axis with extent 1: the first of several, the first
/// NaN where there is one. Never differentiated. Exact along axes of up to 2^24 entries in float.
template <int Axis, Expression A>
constexpr auto argmax(A&& a) {
  detail::require_entries<"argmax", detail::mask_of<Axis, A>, A>();
  return detail::form_along<"argmax", Axis, detail::argmax_of<detail::axis_of<Axis, detail::rank_of<A>>>, A>(a);
}

/// cumsum(X), cumprod(X) and argmax(X) do not say along which axis, cumsum(X, 0) says it elsewhere: the compiler asks
/// for it.
template <Expression A, Arithmetic... I>
constexpr auto cumsum(A const&, I...) {
  return detail::refuse_call<detail::fault::wants_axis, "cumsum", detail::wrapped<void, 0, A>,
                             detail::wrapped<void, 0, I>...>();
}
template <Expression A, Arithmetic... I>
constexpr auto cumprod(A const&, I...) {
  return detail::refuse_call<detail::fault::wants_axis, "cumprod", detail::wrapped<void, 0, A>,
                             detail::wrapped<void, 0, I>...>();
}
template <Expression A, Arithmetic... I>
constexpr auto argmax(A const&, I...) {
  return detail::refuse_call<detail::fault::wants_axis, "argmax", detail::wrapped<void, 0, A>,
                             detail::wrapped<void, 0, I>...>();
}

/// The smallest entry. Ties share the gradient evenly; NaN if any entry is NaN.
template <Expression A>
constexpr auto min(A&& a) {
  detail::require_entries<"min", -1, A>();
  return detail::form<"min", detail::over_all<opcode::min, A>, void, A>(a);
}
template <int Axis, Expression A>
constexpr auto min(A&& a) {
  detail::require_entries<"min", detail::mask_of<Axis, A>, A>();
  return detail::form_along<"min", Axis, detail::over<opcode::min, Axis, A>, A>(a);
}

/// √(Σ X²), the Euclidean (Frobenius) norm; its derivative X / norm X is 0 where the norm is 0. The empty norm is 0.
/// Entries whose squares overflow (above 1.8e19 in float, 1.3e154 in double) make it ∞.
template <Expression A>
constexpr auto norm(A&& a) {
  return detail::form<"norm", detail::norm_of<-1>, void, A>(a);
}
template <int Axis, Expression A>
constexpr auto norm(A&& a) {
  return detail::form_along<"norm", Axis, detail::norm_of<detail::mask_of<Axis, A>>, A>(a);
}

/// Σ (X − mean X)² / (count − Correction), in two passes, so that a large mean costs no digits. Correction 0 is the
/// biased variance, 1 the unbiased one of a sample (NaN for a single entry). NaN where there is no entry.
template <Expression A>
constexpr auto variance(A&& a) {
  return detail::form<"variance", detail::variance_of<-1, 0>, void, A>(a);
}
template <int Axis, int Correction = 0, Expression A>
constexpr auto variance(A&& a) {
  return detail::form_along<"variance", Axis, detail::variance_of<detail::mask_of<Axis, A>, Correction>, A>(a);
}

/// The square root of the variance; its derivative is 0 where all entries are equal, as that of the norm at 0.
template <Expression A>
constexpr auto stddev(A&& a) {
  return detail::form<"stddev", detail::deviation_of<-1, 0>, void, A>(a);
}
template <int Axis, int Correction = 0, Expression A>
constexpr auto stddev(A&& a) {
  return detail::form_along<"stddev", Axis, detail::deviation_of<detail::mask_of<Axis, A>, Correction>, A>(a);
}

}  // namespace ctg::inline v0
