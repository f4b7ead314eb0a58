// SPDX-License-Identifier: MIT
// Random values for parameters and orders for minibatches: the same numbers on every platform and compiler. All
// decisions are made on integers; what is left in floating point is exact or one rounded operation at a time, so
// neither a mathematical library nor the contraction of a * b + c into one rounding can change a bit.
#pragma once

#include <ctg/config.hpp>

CTG_HEADER_BEGIN

#include <bit>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>

namespace ctg::inline v0 {

/// SplitMix64: number n (from 1) is a mixing function of seed + n · 0x9e3779b97f4a7c15, so it passes through all 2^64
/// numbers. Source: G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014; the
/// constants are D. Stafford's variant 13, as in S. Vigna's public-domain splitmix64.c.
class splitmix64 {
 public:
  using result_type = std::uint64_t;

  constexpr explicit splitmix64(std::uint64_t seed) : state_(seed) {}
  static constexpr std::uint64_t min() { return 0; }
  static constexpr std::uint64_t max() { return ~std::uint64_t{0}; }

  constexpr std::uint64_t operator()() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

 private:
  std::uint64_t state_;
};

/// Something with elements to fill: a leaf, a view with padded rows, a std::vector, a std::span.
template <class W>
concept Fillable = requires(std::remove_reference_t<W>& w) {
  typename std::remove_cvref_t<W>::value_type;
  requires std::floating_point<typename std::remove_cvref_t<W>::value_type>;
  { *w.data() } -> std::same_as<typename std::remove_cvref_t<W>::value_type&>;
  { w.size() } -> std::convertible_to<std::size_t>;
};

/// A Fillable with axes, from which a layer's number of inputs and outputs is read.
template <class W>
concept FillableTensor = Fillable<W> && requires(std::remove_reference_t<W>& w) {
  { std::remove_cvref_t<W>::rank } -> std::convertible_to<int>;
  { w.extent(0) } -> std::convertible_to<std::int64_t>;
};

namespace detail::random {

template <class W>
using element_type = typename std::remove_cvref_t<W>::value_type;

/// x, rounded to its type: the compiler cannot contract the operation that made it with the one that uses it, because
/// the value goes through memory. (A std::bit_cast there and back is optimised away, and with it the rounding.)
template <std::floating_point T>
constexpr T rounded(T x) {
  if (std::is_constant_evaluated()) return x;
  T const volatile stored = x;
  return stored;
}

/// offset + scale · x in two roundings.
template <std::floating_point T>
constexpr T scaled(T offset, T scale, T x) {
  return offset + rounded(scale * x);
}

/// Uniform in [0, 1), a multiple of 2^-24 (float) or 2^-53: as many bits as the type has, so the conversion is exact.
template <std::floating_point T>
constexpr T unit(splitmix64& next) {
  if constexpr (std::same_as<T, float>)
    return static_cast<T>(next() >> 40) * T{0x1p-24f};
  else
    return static_cast<T>(next() >> 11) * T{0x1p-53};
}

/// Uniform in {0, …, n - 1}, n > 0: as many bits as n - 1 has, again until they are below n.
constexpr std::uint64_t below(splitmix64& next, std::uint64_t n) {
  if (n == 1) return 0;
  int const unused = std::countl_zero(n - 1);
  for (;;)
    if (std::uint64_t const x = next() >> unused; x < n) return x;
}

/// True with probability exp(-1/2), by the length of a falling run that begins below 1/2: von Neumann's method.
constexpr bool half_exponential(splitmix64& next) {
  bool even = true;
  std::uint64_t last = std::uint64_t{1} << 63;
  for (std::uint64_t x; (x = next()) < last; even = !even) last = x;
  return even;
}

/// True with probability exp(-x (2k + x) / (2k + 2)), x in units of 2^-64.
constexpr bool run_exponential(splitmix64& next, std::uint64_t k, std::uint64_t x) {
  bool even = true;
  std::uint64_t last = x;
  for (std::uint64_t u; (u = next()) < last; even = !even) {
    last = u;
    std::uint64_t const m = below(next, 2 * k + 2);
    if (m > 2 * k || (m == 2 * k && next() >= x)) break;
  }
  return even;
}

/// The standard normal distribution on a grid of 2^-53, by algorithm N of C. Karney, "Sampling exactly from the normal
/// distribution", ACM Transactions on Mathematical Software 42 (2016): the integer part k is accepted with probability
/// exp(-k²/2), the fraction x with exp(-x (2k + x) / 2). It only compares integers; the result is one conversion,
/// rounded to nearest, and an exact scaling.
template <std::floating_point T>
constexpr T standard_normal(splitmix64& next) {
  for (;;) {
    std::uint64_t k = 0;
    while (half_exponential(next)) ++k;
    std::uint64_t left = k * (k - (k > 0));
    while (left > 0 && half_exponential(next)) --left;
    if (left > 0) continue;
    std::uint64_t const x = next() >> 11;
    std::uint64_t passed = 0;
    while (passed <= k && run_exponential(next, k, x << 11)) ++passed;
    if (passed <= k) continue;
    auto const magnitude = static_cast<std::int64_t>((k << 53) + x);
    return static_cast<T>(next() >> 63 ? -magnitude : magnitude) * T{0x1p-53};
  }
}

/// Every element in row-major order; the padding of rows is left alone.
template <class W, class F>
constexpr void generate(W& w, F f) {
  auto* const data = w.data();
  auto const n = static_cast<std::int64_t>(w.size());
  std::int64_t row = n, pitch = n;
  if constexpr (requires { w.stride(0); })
    if constexpr (std::remove_cvref_t<W>::rank >= 2) {
      row = w.extent(std::remove_cvref_t<W>::rank - 1);
      pitch = w.stride(std::remove_cvref_t<W>::rank - 2);
    }
  for (std::int64_t done = 0, start = 0; done < n; done += row, start += pitch)
    for (std::int64_t i = 0; i < row; ++i) data[start + i] = f();
}

struct fan {
  std::int64_t in = 1, out = 1;
};

/// The convention of glorot and he.
template <class W>
constexpr fan fan_of(W const& w) {
  constexpr int rank = std::remove_cvref_t<W>::rank;
  fan f;
  if constexpr (rank == 1)
    f.in = f.out = w.extent(0);
  else if constexpr (rank >= 2) {
    f.in = w.extent(rank - 2);
    f.out = w.extent(rank - 1);
    for (int i = 0; i < rank - 2; ++i) {
      f.in *= w.extent(i);
      f.out *= w.extent(i);
    }
  }
  return f;
}

}  // namespace detail::random

/// Fills w with uniform numbers from [lo, hi]: lo + (hi - lo) · u, u in [0, 1) with 24 bits for float and 53 for the
/// other types. (hi itself can come from rounding only.) A NaN or infinite bound gives what that formula gives.
template <class W>
  requires Fillable<W>
constexpr void uniform(W&& w, std::type_identity_t<detail::random::element_type<W>> lo,
                       std::type_identity_t<detail::random::element_type<W>> hi, std::uint64_t seed) {
  splitmix64 next(seed);
  auto const width = hi - lo;
  detail::random::generate(w, [&] {
    return detail::random::scaled(lo, width, detail::random::unit<detail::random::element_type<W>>(next));
  });
}

/// Fills w with normal numbers: mean + sigma · z, z from the exact normal distribution rounded to multiples of 2^-53
/// and then to the element type, so float gets the rounded numbers of double.
template <class W>
  requires Fillable<W>
constexpr void normal(W&& w, std::type_identity_t<detail::random::element_type<W>> mean,
                      std::type_identity_t<detail::random::element_type<W>> sigma, std::uint64_t seed) {
  splitmix64 next(seed);
  detail::random::generate(w, [&] {
    return detail::random::scaled(mean, sigma, detail::random::standard_normal<detail::random::element_type<W>>(next));
  });
}

/// Fills the weights of a layer of sigmoid or tanh: uniform between ±sqrt(6 / (fan_in + fan_out)) (X. Glorot, Y.
/// Bengio, 2010). For Y = X · W, fan_in is the number of rows and fan_out that of columns. Rank 1 of n elements counts
/// as n and n, rank 0 as 1 and 1; of a higher rank the last two axes are taken so, each times the extents of all others
/// (a filter's reach), as Keras and JAX do.
template <class W>
  requires FillableTensor<W>
void glorot(W&& w, std::uint64_t seed) {
  using T = detail::random::element_type<W>;
  auto const [in, out] = detail::random::fan_of(w);
  if (in + out == 0) return;
  auto const limit = static_cast<T>(std::sqrt(6.0 / static_cast<double>(in + out)));
  uniform(w, -limit, limit, seed);
}

/// Fills the weights of a layer of relu: normal with mean 0 and sigma sqrt(2 / fan_in) (K. He et al., 2015); fan_in as
/// for glorot.
template <class W>
  requires FillableTensor<W>
void he(W&& w, std::uint64_t seed) {
  using T = detail::random::element_type<W>;
  auto const in = detail::random::fan_of(w).in;
  if (in == 0) return;
  normal(w, T{0}, static_cast<T>(std::sqrt(2.0 / static_cast<double>(in))), seed);
}

/// Puts the items of an array, a vector, a span into a random order, every order equally likely (R. Durstenfeld's form
/// of Fisher and Yates): for minibatches, the indices of the samples.
template <class Items>
  requires requires(Items& items) { std::span(items); }
constexpr void shuffle(Items&& items, std::uint64_t seed) {
  auto const span = std::span(items);
  splitmix64 next(seed);
  for (std::size_t i = span.size(); i > 1; --i) {
    using std::swap;
    swap(span[i - 1], span[static_cast<std::size_t>(detail::random::below(next, i))]);
  }
}

// ── what cannot be filled, and what it cannot be filled with ──

namespace detail::random {
// A leaf, an expression: other types may have functions of these names.
template <class W>
concept TensorLike = requires {
  std::remove_cvref_t<W>::rank;
}
|| requires { std::remove_cvref_t<W>::shape; };
template <int Count, class... A>
inline constexpr bool numbers = sizeof...(A) == Count && (std::is_arithmetic_v<A> && ...);

// A condition whose arguments the compiler prints.
template <class W, class... A>
struct can_be_filled {
  static constexpr bool value = false;
};
template <class W, class... A>
constexpr void refuse() {
  static_assert(can_be_filled<std::remove_reference_t<W>, A...>::value,
                "ctg: uniform(W, lo, hi, seed), normal(W, mean, sigma, seed), glorot(W, seed) and he(W, seed) fill a "
                "leaf or a view of float or double that is not const; the seed is a number");
}
}  // namespace detail::random

template <detail::random::TensorLike W, class... A>
  requires(!Fillable<W> || !detail::random::numbers<3, A...>)
constexpr void uniform(W&&, A const&...) { detail::random::refuse<W, A...>(); }
template <detail::random::TensorLike W, class... A>
  requires(!Fillable<W> || !detail::random::numbers<3, A...>)
constexpr void normal(W&&, A const&...) { detail::random::refuse<W, A...>(); }
template <detail::random::TensorLike W, class... A>
  requires(!FillableTensor<W> || !detail::random::numbers<1, A...>)
constexpr void glorot(W&&, A const&...) { detail::random::refuse<W, A...>(); }
template <detail::random::TensorLike W, class... A>
  requires(!FillableTensor<W> || !detail::random::numbers<1, A...>)
constexpr void he(W&&, A const&...) { detail::random::refuse<W, A...>(); }

}  // namespace ctg::inline v0

CTG_HEADER_END
