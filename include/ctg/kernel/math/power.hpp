// SPDX-License-Identifier: MIT
// x^y and the length of (x, y) on SIMD batches.
#pragma once

#include <ctg/kernel/math/logarithm.hpp>

namespace ctg::inline v0::kernel::detail {

template <class T>
CTG_ALWAYS_INLINE two_words<T> fast_two_sum(batch<T> a, batch<T> b) {
  batch<T> const sum = a + b;
  return {sum, b - (sum - a)};
}

template <class T>
CTG_ALWAYS_INLINE two_words<T> multiply(two_words<T> a, two_words<T> b) {
  two_words<T> const p = two_product(a.hi, b.hi);
  return fast_two_sum(p.hi, p.lo + (a.hi * b.lo + a.lo * b.hi));
}

/// log x for finite x > 0 to about 2^-32 (float) or 2^-65 (double) relative: 2 s + (2/3) s^3 in two words, the rest in
/// one.
template <class T>
CTG_ALWAYS_INLINE two_words<T> log_two_words(batch<T> x) {
  log_parts<T> const e = split_log_any(x);
  batch<T> const one(T(1)), m = e.mantissa;
  batch<T> const numerator = m - one, denominator = m + one, denominator_lo = m - (denominator - one);
  batch<T> const quotient = numerator / denominator;
  two_words<T> const back = two_product(quotient, denominator);
  batch<T> const rest = ((numerator - back.hi) - back.lo) - quotient * denominator_lo;
  two_words<T> const s{quotient, rest / denominator};
  two_words<T> const z = multiply(s, s);
  batch<T> q;
  two_words<T> two_thirds;
  if constexpr (sizeof(T) == 4) {
    q = polynomial<T>(z.hi, 0x1.99999ap-2f, 0x1.24928p-2f, 0x1.c69f98p-3f, 0x1.8c3c1cp-3f);
    two_thirds = {batch<T>(0x1.555556p-1f), batch<T>(-0x1.555556p-26f)};
  } else {
    q = polynomial<T>(z.hi, 0x1.9999999999999p-2, 0x1.2492492492a62p-2, 0x1.c71c71c5b725ap-3, 0x1.745d1853a5a3fp-3,
                      0x1.3b134c2e816d4p-3, 0x1.1125aacae9c05p-3, 0x1.dd3e10019d70ep-4, 0x1.f3ecbf757c13p-4);
    two_thirds = {batch<T>(0x1.5555555555555p-1), batch<T>(0x1.5555555555555p-55)};
  }
  two_words<T> const cubic = multiply(multiply(s, z), two_thirds);
  two_words<T> const head = fast_two_sum(s.hi + s.hi, cubic.hi);
  batch<T> const tail = (s.lo + s.lo) + cubic.lo + fma(s.hi * (z.hi * z.hi), q, head.lo);
  // The exponent's part is either 0 or larger than the mantissa's.
  two_words<T> const sum = fast_two_sum(e.k * batch<T>(ln2_head<T>), head.hi);
  return fast_two_sum(sum.hi, sum.lo + fma(e.k, batch<T>(ln2_tail<T>), tail));
}

/// e^(y log |x|) and C's special cases. (No operator!=: xsimd 8.1's is false for NaN on AVX and true elsewhere.)
template <class T>
CTG_ALWAYS_INLINE batch<T> pow(batch<T> x, batch<T> y) {
  batch<T> const zero(T(0)), one(T(1)), inf(infinity<T>), size = xsimd::abs(x);
  two_words<T> l = log_two_words(size);
  auto const regular = (size > zero) & (size < inf);
  l.hi = xsimd::select(regular, l.hi, xsimd::select(size == zero, -inf, inf));
  l.lo = xsimd::select(regular, l.lo, zero);
  two_words<T> exponent = two_product(y, l.hi);
  exponent.lo = exponent.lo + y * l.lo;
  exponent.lo = xsimd::select(xsimd::abs(exponent.hi) < batch<T>(T(1000)), exponent.lo, zero);
  exponent.hi = at_most(at_least(exponent.hi, exp_underflow<T>), exp_overflow<T>);
  batch<T> const power = join_exp(split_exp<two_factors<T>>(exponent.hi, exponent.lo));

  batch<T> const half = y * batch<T>(T(0.5));
  auto const integer = detail::floor(y) == y;
  auto const odd = integer & !(detail::floor(half) == half);
  batch<T> const sign = xsimd::select(odd, sign_of(x), zero);
  auto const unit = (y == zero) | (x == one);
  auto const impossible = (x < zero) & !(x == -inf) & !integer;
  batch<T> result = xsimd::select(size == one, one, power) | sign;
  result = xsimd::select(impossible, batch<T>(not_a_number<T>), result);
  result = xsimd::select(xsimd::isnan(x) | xsimd::isnan(y), x + y, result);
  return xsimd::select(unit, one, result);
}

/// larger sqrt(1 + (smaller / larger)^2); infinite if one of the two is.
template <class T>
CTG_ALWAYS_INLINE batch<T> hypot(batch<T> x, batch<T> y) {
  batch<T> const a = xsimd::abs(x), b = xsimd::abs(y), inf(infinity<T>), zero(T(0));
  batch<T> const larger = xsimd::max(a, b), ratio = xsimd::min(a, b) / larger;
  batch<T> const length = larger * sqrt(fma(ratio, ratio, batch<T>(1)));
  batch<T> const regular = xsimd::select((a == zero) & (b == zero), zero, xsimd::select(xsimd::isnan(a), a, length));
  return xsimd::select((a == inf) | (b == inf), inf, regular);
}

}  // namespace ctg::inline v0::kernel::detail
