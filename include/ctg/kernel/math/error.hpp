// SPDX-License-Identifier: MIT
// The error function and its kin on SIMD batches. Polynomials are minimax (remez and fpminimax of Sollya).
#pragma once

#include <ctg/kernel/math/exponential.hpp>

namespace ctg::inline v0::kernel::detail {

/// 1 - e^-u with u = -log erfc|x| = |x| + |x| S(|x|), which is smooth and has no cancellation: one branchless form.
template <class T>
CTG_ALWAYS_INLINE batch<T> erf(batch<T> x) {
  batch<T> const y = at_most(xsimd::abs(x), sizeof(T) == 4 ? T(3.95) : T(5.95));
  batch<T> s;
  if constexpr (sizeof(T) == 4)
    s = polynomial<T>(y, 0x1.06eba8p-3f, 0x1.45f2f8p-1f, 0x1.a4fab2p-4f, -0x1.39d212p-6f, -0x1.4cbc6cp-13f,
                      0x1.b49392p-10f, -0x1.4b596ap-11f, 0x1.ec7bd8p-14f, -0x1.35c86cp-17f);
  else
    s = polynomial<T>(y, 0x1.06eba8214db66p-3, 0x1.45f306dc9c909p-1, 0x1.a4f4e2a1a66e3p-4, -0x1.3966858fb03e8p-6,
                      -0x1.b6b6a5fb0d84p-13, 0x1.bca6952139c4dp-10, -0x1.356657a62ff5ep-11, 0x1.b2a59e3efe59fp-16,
                      0x1.0e2ce33f12b43p-14, -0x1.f0085391d0ef2p-16, 0x1.a7a589d81e4b4p-19, 0x1.a6632be3c1056p-19,
                      -0x1.1304565875133p-19, 0x1.36a1662966732p-21, -0x1.12aeece6958d8p-26, -0x1.126c4401981p-24,
                      0x1.23ad7915b6a25p-25, -0x1.6c564db538a65p-27, 0x1.3f880d3f0bf2ep-29, -0x1.973f4bede74ddp-32,
                      0x1.748a85357d7a8p-35, -0x1.d1ed93124914fp-39, 0x1.659bce5438efdp-43, -0x1.fcc56171abd9bp-49);
  auto const e = split_exp_beside_one<exponent_bias<T>, -1>(fma(y, s, y));
  batch<T> const power = e.power();
  return fma(power, e.p, batch<T>(1) - power) | sign_of(x);
}

/// e^(-y^2 / 2) times this makes the normal tail Phi(-y), y >= 0: G(y) = u W(q) with u = 1 / (y + k) and
/// q = (y - k) / (y + k) = 1 - 2 k u (after Shepherd and Laframboise 1981).
template <class T>
struct tail_parts {
  batch<T> u;
  two_words<T> w;
  batch<T> error;  ///< the fraction of G that u's roundings took from it, up to 4 times that of u
};

/// Float's polynomials are good enough in one word if fma has one rounding.
template <class T>
inline constexpr bool polynomial_in_two_words = sizeof(T) == 8 || !fma_is_exact;

/// c0 + x (c1 + x (c2 + x P(x))) with the rounding errors of the last step, the largest (measured: 1 ULP of erfc).
template <class T, class... Cs>
CTG_ALWAYS_INLINE two_words<T> careful_polynomial(batch<T> x, T c0, T c1, T c2, Cs... cs) {
  batch<T> const inner = fma(x, fma(x, polynomial<T>(x, cs...), batch<T>(c2)), batch<T>(c1)), first(c0);
  if constexpr (polynomial_in_two_words<T>) {
    two_words<T> const rest = two_product(x, inner);
    batch<T> const sum = rest.hi + first;
    return {sum, (rest.hi - (sum - first)) + rest.lo};
  } else {
    return {fma(x, inner, first), batch<T>(0)};
  }
}

/// 1 / (y + k) with its error, by a line through d log G / d log u.
template <class T>
struct tail_argument {
  batch<T> u, q, error;

  CTG_ALWAYS_INLINE tail_argument(batch<T> y, T k) {
    constexpr T slope = sizeof(T) == 4 ? T(-0.4) : T(-1.4), at_zero = sizeof(T) == 4 ? T(1.6) : T(2.1);
    batch<T> const offset(k), larger = xsimd::max(offset, y), smaller = xsimd::min(offset, y), sum = y + offset;
    batch<T> const lost = smaller - (sum - larger), one(T(1));
    u = one / sum;
    q = fnma(batch<T>(2 * k), u, one);
    batch<T> const sensitivity = fma(q, batch<T>(slope), batch<T>(at_zero));
    if constexpr (fma_is_exact) {
      error = sensitivity * fnma(u, lost, fnma(u, sum, one));
    } else {
      two_words<T> const product = two_product(u, sum);
      error = sensitivity * ((one - product.hi) - (product.lo + u * lost));
    }
  }
};

template <class T>
inline constexpr T erfc_tail_offset = sizeof(T) == 4 ? T(13860 * 0x1p-13) : T(3.25);
template <class T>
inline constexpr T normal_tail_offset = sizeof(T) == 4 ? T(19601 * 0x1p-13) : T(4.625);

/// e^(y^2) erfc(y), 0 <= y <= 27.4 (float: 10.2), by the argument of y + erfc_tail_offset.
template <class T>
CTG_ALWAYS_INLINE tail_parts<T> erfc_tail(tail_argument<T> const& a) {
  two_words<T> w;
  if constexpr (sizeof(T) == 4)
    w = careful_polynomial<T>(a.q, 0x1.fb3bcp-1f, -0x1.2bf4c6p-1f, 0x1.3e13f4p-3f, 0x1.a6d858p-6f, -0x1.50ef62p-6f,
                              -0x1.4a91fep-8f, 0x1.7183e2p-9f, 0x1.96fcfep-10f, -0x1.2a39d4p-13f, -0x1.576d2p-12f,
                              -0x1.5709b6p-14f);
  else
    w = careful_polynomial<T>(
        a.q, 0x1.14c83272cd828p0, -0x1.d3741415543f9p-1, 0x1.4a9d9e1f9387ap-1, -0x1.802b3d16838c2p-2,
        0x1.6044a3a2a6ddp-3, -0x1.d0488c87dd606p-5, 0x1.3841beb781cc4p-7, 0x1.d9c7834fdef0ep-10, -0x1.860c034fdc12dp-10,
        0x1.4e33e0094ae43p-13, 0x1.355a17547f088p-13, -0x1.69de57220220dp-15, -0x1.00d8b8afbaec1p-16,
        0x1.f262c6ab05465p-18, 0x1.0e1061df72805p-19, -0x1.4262f88debe3ap-20, -0x1.7c7f6cfbcf81dp-22,
        0x1.90dc89d2f556cp-23, 0x1.38440aed4b057p-24, -0x1.a80f587540b5p-26, -0x1.c4accc660e828p-27,
        0x1.065fc6b485624p-29, 0x1.70146f632a9eap-30);
  return {a.u, w, a.error};
}

/// e^(y^2 / 2) Phi(-y), 0 <= y <= 38.8 (float: 14.5), by the argument of y + normal_tail_offset.
template <class T>
CTG_ALWAYS_INLINE tail_parts<T> normal_tail(tail_argument<T> const& a) {
  two_words<T> w;
  if constexpr (sizeof(T) == 4)
    w = careful_polynomial<T>(a.q, 0x1.66ab0ep-1f, -0x1.a833bap-2f, 0x1.c1d42ep-4f, 0x1.2affaap-6f, -0x1.dc6d56p-7f,
                              -0x1.d391p-9f, 0x1.0484aap-9f, 0x1.1feffep-10f, -0x1.8a10f8p-14f, -0x1.e59548p-13f,
                              -0x1.f923dp-15f);
  else
    w = careful_polynomial<T>(
        a.q, 0x1.879e3f7c88f37p-1, -0x1.4b54bd909f584p-1, 0x1.d69948f912b06p-2, -0x1.1352a97299663p-2,
        0x1.fecd7c2be2c99p-4, -0x1.5802b45e43506p-5, 0x1.ef2ac40a54a6ap-8, 0x1.200aebc9aa07bp-10,
        -0x1.1b8558f5ee8cap-10, 0x1.32c62fcc1679bp-13, 0x1.a12ed35678aeep-14, -0x1.2151141d4d8e3p-15,
        -0x1.3be958a422433p-17, 0x1.80f719a97ce9ap-18, 0x1.335fa1b8f1b3fp-20, -0x1.efe3ae8791995p-21,
        -0x1.add436d4f6df7p-23, 0x1.3bf71796e2bbcp-23, 0x1.7442a211e460bp-25, -0x1.64defe1fa293bp-26,
        -0x1.25f55fd642cc5p-27, 0x1.f9c9dc262e808p-30, 0x1.0f5ddd06f71b4p-30);
  return {a.u, w, a.error};
}

/// An exponent by which results, denormal ones included, can be scaled up and down.
template <class T>
inline constexpr int scaled_up = sizeof(T) == 4 ? 48 : 400;
template <class T>
inline constexpr T scale_up = sizeof(T) == 4 ? T(0x1p48) : T(0x1p400);
template <class T>
inline constexpr T scale_down = 1 / scale_up<T>;

/// A number in two words, and the fraction of it that roundings took.
template <class T>
struct rounded {
  two_words<T> value;
  batch<T> error;
};

/// value() e^-square, or with `Scaled` that of a value that is scale_up times too large. The square comes in two words,
/// for its rounding error would count up to 700 times.
template <bool Scaled, class T, class Value>
CTG_ALWAYS_INLINE batch<T> times_exp_of_minus(two_words<T> square, Value value) {
  // The order of the source is that of the instructions. With 32 registers the exponential goes first, in the shadow of
  // the division that value() waits for (measured: 5 to 10 %); with 16 it would only be spilled (2 to 8 % lost).
  constexpr bool first = has_exponent_instructions<T>;
  constexpr int bias = exponent_bias<T> + scaled_up<T>;
  exp_parts<T, bias, -1> e;
  if constexpr (first) e = split_exp<bias, -1>(square.hi, square.lo);
  rounded<T> const v = value();
  if constexpr (!first) e = split_exp<bias, -1>(square.hi, square.lo);
  batch<T> const low = fma(v.value.hi, v.error, v.value.lo), sum = v.value.hi + fnma(v.value.hi, e.p, e.times(low));
  if constexpr (has_exponent_instructions<T>)
    return scale(sum, e.t - batch<T>(shifter<T, bias> + T(Scaled ? scaled_up<T> : 0)));
  else
    return sum * e.power() * batch<T>(Scaled ? scale_down<T> * scale_down<T> : scale_down<T>);
}

template <class T>
CTG_ALWAYS_INLINE batch<T> erfc(batch<T> x) {
  batch<T> const y = at_most(xsimd::abs(x), sizeof(T) == 4 ? T(10.2) : T(27.4));
  tail_argument<T> const a(y, erfc_tail_offset<T>);
  auto const tail = [&]() CTG_INLINE_LAMBDA {
    tail_parts<T> const g = erfc_tail(a);
    two_words<T> product = two_product(g.u, g.w.hi);
    if constexpr (polynomial_in_two_words<T>) product.lo = fma(g.u, g.w.lo, product.lo);
    return rounded<T>{product, g.error};
  };
  batch<T> const decayed = times_exp_of_minus<false>(two_product(y, y), tail);
  return xsimd::select(x < batch<T>(0), batch<T>(2) - decayed, decayed);
}

/// max(x, 0) - |x| Phi(-|x|), with the sign of x where it is 0.
template <class T>
CTG_ALWAYS_INLINE batch<T> gelu(batch<T> x) {
  batch<T> const y = at_most(xsimd::abs(x), sizeof(T) == 4 ? T(14.5) : T(38.8));
  tail_argument<T> const a(y, normal_tail_offset<T>);
  auto const tail = [&]() CTG_INLINE_LAMBDA {
    tail_parts<T> const g = normal_tail(a);
    two_words<T> const yu = two_product(y * batch<T>(scale_up<T>), g.u);
    two_words<T> product = two_product(yu.hi, g.w.hi);
    product.lo = fma(yu.lo, g.w.hi, product.lo);
    if constexpr (polynomial_in_two_words<T>) product.lo = fma(yu.hi, g.w.lo, product.lo);
    return rounded<T>{product, g.error};
  };
  two_words<T> const half_square = two_product(y * batch<T>(T(0.5)), y);
  batch<T> const below = times_exp_of_minus<true>(half_square, tail);
  return (at_least(x, T(0)) - below) | sign_of(x);
}

}  // namespace ctg::inline v0::kernel::detail
