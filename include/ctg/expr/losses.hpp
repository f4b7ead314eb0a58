// SPDX-License-Identifier: MIT
// Losses that are means over all entries. Values and targets have one shape, or the target is one number (a plain one
// or a scalar) that stands for all; nothing else broadcasts.
#pragma once

#include <ctg/expr/functions.hpp>

namespace ctg::inline v0 {

namespace detail {

constexpr bool fits_target(handle y, handle t) { return t.shape().rank == 0 || same_shape(y, t); }

struct mse_of : composite {
  static constexpr std::string_view name = "mse";
  static constexpr handle lower(auto y, auto t) {
    if (!fits_target(y, t)) return y;
    return mean_of<-1>::lower(make<opcode::square>(make<opcode::subtract>(y, t)));
  }
};

// The mean over all entries of an element-wise operation on Y and T.
template <opcode O>
struct mean_loss : composite {
  static constexpr std::string_view name = operation<O>::name;
  static constexpr handle lower(auto y, auto t) {
    if (!fits_target(y, t)) return y;
    return mean_of<-1>::lower(make<O>(y, t));
  }
};

struct mae_of : composite {
  static constexpr std::string_view name = "mae";
  static constexpr handle lower(auto y, auto t) {
    if (!fits_target(y, t)) return y;
    return mean_of<-1>::lower(make<opcode::abs>(make<opcode::subtract>(y, t)));
  }
};

struct huber_of : composite {
  static constexpr std::string_view name = "huber";
  static constexpr handle lower(auto y, auto t, auto delta) {
    if (!fits_target(y, t)) return y;
    if (delta.shape().rank > 0) {
      y.g->problem = misfit::scalar;
      return y;
    }
    return mean_of<-1>::lower(make<opcode::huber>(make<opcode::subtract>(y, t), delta));
  }
};

}  // namespace detail

/// Mean of (Y − T)² over all entries. NaN where there is no entry.
template <Expression Y, class T, class Site = detail::site_of<decltype([] {}), T>>
  requires Operand<T>
constexpr auto mse(Y&& y, T&& t) { return detail::form<"mse", detail::mse_of, Site, Y, T>(y, t); }

/// Mean of |Y − T| over all entries; its derivative where Y = T is 0. NaN where there is no entry.
template <Expression Y, class T, class Site = detail::site_of<decltype([] {}), T>>
  requires Operand<T>
constexpr auto mae(Y&& y, T&& t) { return detail::form<"mae", detail::mae_of, Site, Y, T>(y, t); }

/// Mean over all entries of R²/2 where |R| ≤ delta, else delta (|R| − delta/2), with R = Y − T and a positive scalar
/// delta (Huber 1964). Its derivative is R between −delta and delta, over the count.
template <Expression Y, class T, class D, class Site = detail::site_of<decltype([] {}), T, D>>
  requires Operand<T> && Operand<D>
constexpr auto huber(Y&& y, T&& t, D&& delta) {
  return detail::form<"huber", detail::huber_of, Site, Y, T, D>(y, t, delta);
}

/// Mean over all entries of −T log P − (1 − T) log(1 − P) for probabilities P and targets T in [0, 1]; 0 log 0 = 0, so
/// that P = T = 0 or 1 costs nothing, and a certain mistake costs ∞. P outside [0, 1] gives NaN.
template <Expression P, class T, class Site = detail::site_of<decltype([] {}), T>>
  requires Operand<T>
constexpr auto binary_cross_entropy(P&& p, T&& t) {
  return detail::form<"binary_cross_entropy", detail::mean_loss<opcode::binary_cross_entropy>, Site, P, T>(p, t);
}

/// The same for P = σ(Z), from the logits: mean of T softplus(−Z) + (1 − T) softplus Z, right for ±1000 and ±∞; its
/// derivative is (σ(Z) − T) / count.
template <Expression Z, class T, class Site = detail::site_of<decltype([] {}), T>>
  requires Operand<T>
constexpr auto binary_cross_entropy_with_logits(Z&& z, T&& t) {
  return detail::form<"binary_cross_entropy_with_logits", detail::mean_loss<opcode::logit_cross_entropy>, Site, Z, T>(
      z, t);
}

}  // namespace ctg::inline v0
