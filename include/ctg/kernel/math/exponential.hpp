// SPDX-License-Identifier: MIT
// e^x and what is made of it, on SIMD batches: e^x = 2^n (1 + p) with n the nearest integer of x / log 2 and
// p = r + r^2 q(r) on |r| <= log(2) / 2; q is the minimax polynomial for the relative error of p (fpminimax of Sollya),
// for float with coefficients moved by a search until tanh, which needs it most near 0.12, keeps to 2.42 ULP for all
// floats.
#pragma once

#include <ctg/kernel/math/bits.hpp>

namespace ctg::inline v0::kernel::detail {

/// e^(Sign x) = 2^n (1 + Sign p): n + Bias in the low bits of t.
template <class T, int Bias, int Sign = 1>
struct exp_parts {
  batch<T> t;
  batch<T> p;

  /// 2^(n + Bias - exponent_bias).
  CTG_ALWAYS_INLINE batch<T> power() const { return power_of_two<T>(to_bits(t)); }
  /// factor (1 + Sign p).
  CTG_ALWAYS_INLINE batch<T> times(batch<T> factor) const {
    if constexpr (Sign > 0)
      return fma(factor, p, factor);
    else
      return fnma(factor, p, factor);
  }
};

/// Sign (e^(Sign r) - 1) for |r| <= log(2) / 2.
template <int Sign = 1, class T>
CTG_ALWAYS_INLINE batch<T> expm1_reduced(batch<T> r) {
  constexpr T s = T(Sign);
  batch<T> q;
  if constexpr (sizeof(T) == 4)
    q = polynomial<T>(r, s * 0x1.000002p-1f, 0x1.5554a2p-3f, s * 0x1.55571ap-5f, 0x1.12238ep-7f, s * 0x1.68f532p-10f);
  else
    q = polynomial<T>(r, s * 0x1.0000000000005p-1, 0x1.555555555553bp-3, s * 0x1.555555555211p-5, 0x1.1111111118833p-7,
                      s * 0x1.6c16c17f2d91dp-10, 0x1.a01a0177efd45p-13, s * 0x1.a019a6a6f3fcfp-16,
                      0x1.71de81141e3b5p-19, s * 0x1.28a2891ce12e4p-22, 0x1.ae775dc44a21dp-26);
  return fma(r * r, q, r);
}

/// x - Sign n log 2, |x| <= 2^20. The head of log 2 is so short that n times it is exact without FMA too.
template <int Sign = 1, class T>
CTG_ALWAYS_INLINE batch<T> subtract_ln2(batch<T> x, batch<T> n) {
  constexpr T s = T(-Sign);
  if constexpr (sizeof(T) == 4)
    return fma(n, batch<T>(s * 0x1.7f7d1cp-20f), fma(n, batch<T>(s * 0x1.62e400p-1f), x));
  else
    return fma(n, batch<T>(s * 0x1.a39ef35793c76p-33), fma(n, batch<T>(s * 0x1.62e42feep-1), x));
}

/// The parts of e^(Sign (x + low)) for |x| <= 2^20 and at most one |low| < 0.05. (A pack, for adding 0 where there is
/// none would be no empty operation.)
template <int Bias, int Sign = 1, class T, class... Low>
CTG_ALWAYS_INLINE exp_parts<T, Bias, Sign> split_exp(batch<T> x, Low... low) {
  batch<T> const magic(shifter<T, Bias>), t = fma(x, batch<T>(T(Sign * 0x1.71547652b82fep0)), magic);
  return {t, expm1_reduced<Sign>((subtract_ln2<Sign>(x, t - magic) + ... + low))};
}

/// The same for Factor x, 1 or 2, where an error of |n| 2^-30 counts little, because 1 is added to the exponential or
/// it is from 1 taken: in float one rounded log 2 does. (To double x does not delay n.)
template <int Bias, int Sign, int Factor = 1, class T>
CTG_ALWAYS_INLINE exp_parts<T, Bias, Sign> split_exp_beside_one(batch<T> x) {
  batch<T> const whole = Factor == 2 ? x + x : x;
  if constexpr (sizeof(T) == 4) {
    batch<T> const magic(shifter<T, Bias>), t = fma(x, batch<T>(T(Sign * Factor * 0x1.71547652b82fep0)), magic);
    return {t, expm1_reduced<Sign>(fma(t - magic, batch<T>(T(-Sign) * 0x1.62e430p-1f), whole))};
  } else {
    return split_exp<Bias, Sign>(whole);
  }
}

template <class T>
inline constexpr T exp_overflow = sizeof(T) == 4 ? T(89) : T(710);
template <class T>
inline constexpr T exp_underflow = sizeof(T) == 4 ? T(-104) : T(-746);

/// The bias of a power that is made of two factors.
template <class T>
inline constexpr int two_factors = 2 * exponent_bias<T>;

/// x 2^n (1 + p). In two factors, so that denormals are reached gradually and infinity only from the true threshold.
/// (Products, for adding n to the exponent bits of 1 + p would make a number of a NaN.)
template <class T>
CTG_ALWAYS_INLINE batch<T> join_exp(exp_parts<T, two_factors<T>> e, batch<T> x) {
  if constexpr (has_exponent_instructions<T>) {
    return scale(e.times(x), e.t - batch<T>(shifter<T, two_factors<T>>));
  } else {
    batch<bits_of<T>> const half = to_bits(e.t) >> 1;
    return e.times(x * power_of_two<T>(half)) * power_of_two<T>(to_bits(e.t) - half);
  }
}
template <class T>
CTG_ALWAYS_INLINE batch<T> join_exp(exp_parts<T, two_factors<T>> e) {
  if constexpr (has_exponent_instructions<T>) {
    return scale(e.p + batch<T>(1), e.t - batch<T>(shifter<T, two_factors<T>>));
  } else {
    batch<bits_of<T>> const half = to_bits(e.t) >> 1;
    return e.times(power_of_two<T>(half)) * power_of_two<T>(to_bits(e.t) - half);
  }
}

template <class T>
CTG_ALWAYS_INLINE batch<T> exp(batch<T> x) {
  return join_exp(split_exp<two_factors<T>>(at_most(at_least(x, exp_underflow<T>), exp_overflow<T>)));
}

template <class T>
CTG_ALWAYS_INLINE batch<T> exp2(batch<T> x) {
  constexpr T highest = T(std::numeric_limits<T>::max_exponent + 1),
              lowest = T(std::numeric_limits<T>::min_exponent * 2);
  batch<T> const inside = at_most(at_least(x, lowest), highest), magic(shifter<T, two_factors<T>>);
  batch<T> const t = inside + magic, fraction = inside - (t - magic);
  return join_exp<T>({t, expm1_reduced(fraction * batch<T>(T(0x1.62e42fefa39efp-1)))});
}

/// e^(x + low) for x <= 0: a constant second factor suffices, for n <= 0.
template <class T, class... Low>
CTG_ALWAYS_INLINE batch<T> exp_below_one(batch<T> x, Low... low) {
  constexpr int up = sizeof(T) == 4 ? 64 : 600;
  constexpr T down = sizeof(T) == 4 ? T(0x1p-64) : T(0x1p-600);
  auto const e = split_exp<exponent_bias<T> + up>(at_least(x, exp_underflow<T>), low...);
  return e.times(e.power()) * batch<T>(down);
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
  auto const e = split_exp<exponent_bias<T> - 1>(at_most(at_least(x, lowest), exp_overflow<T>));
  batch<T> const half = e.power();
  batch<T> const result = fma(half, e.p, half - batch<T>(T(0.5))) * batch<T>(2);
  return xsimd::select(x == batch<T>(0), x, result);
}

/// 1 / (1 + e^-x) with both sides of the fraction made so small that e^-x does not overflow where the result is
/// denormal.
template <class T>
CTG_ALWAYS_INLINE batch<T> sigmoid(batch<T> x) {
  constexpr int down = sizeof(T) == 4 ? 64 : 600;
  constexpr T one_from = sizeof(T) == 4 ? T(40) : T(60);
  batch<T> const tiny(sizeof(T) == 4 ? T(0x1p-64) : T(0x1p-600));
  auto const e = split_exp<exponent_bias<T> - down, -1>(at_most(at_least(x, exp_underflow<T>), one_from));
  return tiny / (tiny + e.times(e.power()));
}

/// As sigmoid, of u = b y, b = 2 sqrt(2 / pi) 0.044715, y = x (x^2 + 1 / 0.044715) in two words. e^-u is 2^n e^-(b r)
/// with r = y - n log(2) / b: b itself is then only a factor of what is small. Heads of constants are so short that
/// nothing is lost where they are subtracted. x is not below gelu_gate_underflow.
template <class T>
CTG_ALWAYS_INLINE batch<T> gelu_gate_from_below(batch<T> x) {
  constexpr bool single = sizeof(T) == 4;
  constexpr int down = single ? 64 : 600;
  batch<T> const tiny(single ? T(0x1p-64) : T(0x1p-600)), offset(T(0x1.65dp4)), offset_rest(T(0x1.2f6ecf6c0fea8p-11));
  batch<T> const inside = at_most(x, single ? T(7) : T(8.5)), sum = fma(inside, inside, offset);
  two_words<T> const y = two_product(inside, sum);
  batch<T> const low = fma(inside, product_minus(inside, inside, sum - offset) + offset_rest, y.lo);
  batch<T> const magic(shifter<T, exponent_bias<T> - down>), t = fma(y.hi, batch<T>(T(-0x1.a5a7cf7572a98p-4)), magic);
  batch<T> const n = t - magic, step(single ? T(0x1.36d8p+3) : T(0x1.36d9d56d77p+3)),
                 step_rest(single ? T(0x1.d56d78p-13) : T(0x1.4921390cf500dp-39));
  batch<T> const r = fma(n, step_rest, fma(n, step, y.hi)) + low;
  exp_parts<T, exponent_bias<T> - down, -1> const e{t, expm1_reduced<-1>(batch<T>(T(0x1.2444f2a4d8b4bp-4)) * r)};
  return tiny / (tiny + e.times(e.power()));
}

/// Below, the gate, and x times it, are 0.
template <class T>
inline constexpr T gelu_gate_underflow = sizeof(T) == 4 ? T(-11) : T(-22);

template <class T>
CTG_ALWAYS_INLINE batch<T> gelu_gate(batch<T> x) {
  return gelu_gate_from_below(at_least(x, gelu_gate_underflow<T>));
}
template <class T>
CTG_ALWAYS_INLINE batch<T> gelu_tanh(batch<T> x) {
  batch<T> const bounded = at_least(x, gelu_gate_underflow<T>);
  return bounded * gelu_gate_from_below(bounded);
}

/// E / (E + 2) with E = e^2|x| - 1: one branchless form, whose relative error does not grow from E to the result. (E +
/// 2 made from the exponential beside E would have a rounding of its own: 2.8 ULP.)
template <class T>
CTG_ALWAYS_INLINE batch<T> tanh(batch<T> x) {
  constexpr T one_from = sizeof(T) == 4 ? T(9.1) : T(20);
  batch<T> const size = at_most(xsimd::abs(x), one_from);
  auto const e = split_exp_beside_one<exponent_bias<T>, 1, 2>(size);
  batch<T> const power = e.power();
  batch<T> const grown = fma(power, e.p, power - batch<T>(1));
  return (grown / (grown + batch<T>(2))) | sign_of(x);
}

/// |x| is bound a little above where sinh and cosh overflow; powers are a quarter of e^|x|'s, which overflows first.
template <class T>
CTG_ALWAYS_INLINE exp_parts<T, exponent_bias<T> - 2> split_exp_of_abs(batch<T> x) {
  return split_exp<exponent_bias<T> - 2>(at_most(xsimd::abs(x), sizeof(T) == 4 ? T(89.6) : T(710.6)));
}

/// With E = e^|x| - 1: (E + E / (E + 1)) / 2, computed from q = E / 4.
template <class T>
CTG_ALWAYS_INLINE batch<T> sinh(batch<T> x) {
  auto const e = split_exp_of_abs(x);
  batch<T> const power = e.power();
  batch<T> const q = fma(power, e.p, power - batch<T>(T(0.25)));
  return (batch<T>(T(2)) * q + batch<T>(T(0.5)) * (q / (q + batch<T>(T(0.25))))) | sign_of(x);
}

/// From q = e^|x| / 4.
template <class T>
CTG_ALWAYS_INLINE batch<T> cosh(batch<T> x) {
  auto const e = split_exp_of_abs(x);
  batch<T> const q = e.times(e.power());
  return batch<T>(T(2)) * q + batch<T>(T(0.125)) / q;
}

}  // namespace ctg::inline v0::kernel::detail
