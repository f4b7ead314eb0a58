// SPDX-License-Identifier: MIT
// e^x and what is made of it, on SIMD batches: e^x = 2^n (1 + p) with n the nearest integer of x / log 2 and
// p = r + r^2 q(r) on |r| <= log(2) / 2; q is the minimax polynomial for the relative error of p (Remez).
#pragma once

#include <ctg/kernel/math/bits.hpp>

namespace ctg::inline v0::kernel::detail {

/// n as a number in the low bits (two's complement) and p = e^r - 1.
template <class T>
struct exp_parts {
  batch<bits_of<T>> n;
  batch<T> p;
};

/// What the error of p = e^r - 1 is measured against: p itself, or e^r, for which float needs one term less (measured:
/// 20 % of exp's throughput).
enum class error_of { p, exp };

/// e^r - 1 for |r| <= log(2) / 2.
template <error_of Against = error_of::p, class T>
CTG_ALWAYS_INLINE batch<T> expm1_reduced(batch<T> r) {
  batch<T> q;
  if constexpr (sizeof(T) == 4 && Against == error_of::p)
    q = polynomial<T>(r, 0.5f, 0x1.555556p-3f, 0x1.5554f2p-5f, 0x1.1110a2p-7f, 0x1.6d420ap-10f, 0x1.a18ac2p-13f);
  else if constexpr (sizeof(T) == 4)
    q = polynomial<T>(r, 0x1.fffffcp-2f, 0x1.555490p-3f, 0x1.5558f8p-5f, 0x1.123b02p-7f, 0x1.6a2258p-10f);
  else
    q = polynomial<T>(r, 0x1.0000000000000p-1, 0x1.5555555555559p-3, 0x1.555555555555ap-5, 0x1.111111110f647p-7,
                      0x1.6c16c16c143bap-10, 0x1.a01a01b0139adp-13, 0x1.a01a01b0e6144p-16, 0x1.71ddf7d277a32p-19,
                      0x1.27e4c53b46d81p-22, 0x1.af5fb38e78569p-26, 0x1.1f9601889adfbp-29);
  return fma(r * r, q, r);
}

/// x - n log 2, |x| <= 2^20. The head of log 2 is so short that n times it is exact without FMA too.
template <class T>
CTG_ALWAYS_INLINE batch<T> subtract_ln2(batch<T> x, batch<T> n) {
  if constexpr (sizeof(T) == 4)
    return fma(n, batch<T>(-0x1.7f7d1cp-20f), fma(n, batch<T>(-0x1.62e400p-1f), x));
  else
    return fma(n, batch<T>(-0x1.a39ef35793c76p-33), fma(n, batch<T>(-0x1.62e42feep-1), x));
}

/// e^(x + low) for |x| <= 2^20 and at most one |low| < 0.05. (A pack, for adding 0 where there is none would be no
/// empty operation.)
template <error_of Against = error_of::p, class T, class... Low>
CTG_ALWAYS_INLINE exp_parts<T> split_exp(batch<T> x, Low... low) {
  batch<T> const t = fma(x, batch<T>(T(0x1.71547652b82fep0)), batch<T>(shifter<T>));
  return {to_bits(t), expm1_reduced<Against>((subtract_ln2(x, t - batch<T>(shifter<T>)) + ... + low))};
}

template <class T>
inline constexpr T exp_overflow = sizeof(T) == 4 ? T(89) : T(710);
template <class T>
inline constexpr T exp_underflow = sizeof(T) == 4 ? T(-104) : T(-746);

/// In two factors, so that denormals are reached gradually and infinity only from the true threshold. (Products, for
/// adding n to the exponent bits of 1 + p would make a number of a NaN.)
template <class T>
CTG_ALWAYS_INLINE batch<T> join_exp(exp_parts<T> e) {
  batch<bits_of<T>> const half = e.n >> 1;
  batch<T> const factor = scale_normal(batch<T>(1), half);
  return fma(factor, e.p, factor) * scale_normal(batch<T>(1), e.n - half);
}

template <class T>
CTG_ALWAYS_INLINE batch<T> exp(batch<T> x) {
  return join_exp(split_exp<error_of::exp>(at_most(at_least(x, exp_underflow<T>), exp_overflow<T>)));
}

template <class T>
CTG_ALWAYS_INLINE batch<T> exp2(batch<T> x) {
  constexpr T highest = T(std::numeric_limits<T>::max_exponent + 1),
              lowest = T(std::numeric_limits<T>::min_exponent * 2);
  batch<T> const inside = at_most(at_least(x, lowest), highest);
  batch<T> const t = inside + batch<T>(shifter<T>);
  batch<T> const fraction = inside - (t - batch<T>(shifter<T>));
  return join_exp<T>({to_bits(t), expm1_reduced<error_of::exp>(fraction * batch<T>(T(0x1.62e42fefa39efp-1)))});
}

/// e^(x + low) for x <= 0: a constant second factor suffices, for n <= 0.
template <class T, class... Low>
CTG_ALWAYS_INLINE batch<T> exp_below_one(batch<T> x, Low... low) {
  constexpr T up = sizeof(T) == 4 ? T(0x1p64) : T(0x1p600);
  exp_parts<T> const e = split_exp<error_of::exp>(at_least(x, exp_underflow<T>), low...);
  batch<T> const factor = scale_normal(batch<T>(up), e.n);
  return fma(factor, e.p, factor) * batch<T>(1 / up);
}

/// e^-|x|.
template <class T>
CTG_ALWAYS_INLINE batch<T> exp_of_minus_abs(batch<T> x) {
  return exp_below_one(x | batch<T>(T(-0.0)));
}

/// 2^n p + (2^n - 1), all at half size, for 2^128 is no float.
template <class T>
CTG_ALWAYS_INLINE batch<T> expm1(batch<T> x) {
  constexpr T lowest = sizeof(T) == 4 ? T(-20) : T(-40);
  exp_parts<T> const e = split_exp(at_most(at_least(x, lowest), exp_overflow<T>));
  batch<T> const half = scale_normal(batch<T>(T(0.5)), e.n);
  batch<T> const result = fma(half, e.p, half - batch<T>(T(0.5))) * batch<T>(2);
  return xsimd::select(x == batch<T>(0), x, result);
}

template <class T>
CTG_ALWAYS_INLINE batch<T> sigmoid(batch<T> x) {
  batch<T> const e = exp_of_minus_abs(x);
  return xsimd::select(x < batch<T>(0), e, batch<T>(1)) / (e + batch<T>(1));
}

/// E / (E + 2) with E = e^2|x| - 1: one branchless form, whose relative error does not grow from E to the result.
template <class T>
CTG_ALWAYS_INLINE batch<T> tanh(batch<T> x) {
  constexpr T one_from = sizeof(T) == 4 ? T(9.1) : T(20);
  batch<T> const size = at_most(xsimd::abs(x), one_from);
  exp_parts<T> const e = split_exp(size + size);
  batch<T> const power = scale_normal(batch<T>(1), e.n);
  batch<T> const grown = fma(power, e.p, power - batch<T>(1));
  return (grown / (grown + batch<T>(2))) | sign_of(x);
}

/// e^|x| split as in exp; |x| is bound a little above where sinh and cosh overflow.
template <class T>
CTG_ALWAYS_INLINE exp_parts<T> split_exp_of_abs(batch<T> x) {
  return split_exp(at_most(xsimd::abs(x), sizeof(T) == 4 ? T(89.6) : T(710.6)));
}

/// With E = e^|x| - 1: (E + E / (E + 1)) / 2, computed from q = E / 4, for E itself overflows first.
template <class T>
CTG_ALWAYS_INLINE batch<T> sinh(batch<T> x) {
  exp_parts<T> const e = split_exp_of_abs(x);
  batch<T> const power = scale_normal(batch<T>(T(0.25)), e.n);
  batch<T> const q = fma(power, e.p, power - batch<T>(T(0.25)));
  return (batch<T>(T(2)) * q + batch<T>(T(0.5)) * (q / (q + batch<T>(T(0.25))))) | sign_of(x);
}

/// From q = e^|x| / 4, for e^|x| overflows first.
template <class T>
CTG_ALWAYS_INLINE batch<T> cosh(batch<T> x) {
  exp_parts<T> const e = split_exp_of_abs(x);
  batch<T> const power = scale_normal(batch<T>(T(0.25)), e.n);
  batch<T> const q = fma(power, e.p, power);
  return batch<T>(T(2)) * q + batch<T>(T(0.125)) / q;
}

}  // namespace ctg::inline v0::kernel::detail
