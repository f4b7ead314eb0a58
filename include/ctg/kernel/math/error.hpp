// SPDX-License-Identifier: MIT
// The error function on SIMD batches: x + x P(x^2) in the middle, e^-x^2 H(t) / (x + k) with t = (x - k) / (x + k)
// outside (after Shepherd and Laframboise 1981). P and H are minimax polynomials for the relative error (Remez).
#pragma once

#include <ctg/kernel/math/exponential.hpp>

namespace ctg::inline v0::kernel::detail {

/// erf(x), |x| <= 1.
template <class T>
CTG_ALWAYS_INLINE batch<T> erf_inner(batch<T> x) {
  batch<T> const z = x * x;
  if constexpr (sizeof(T) == 4)
    return fma(x,
               polynomial<T>(z, 0x1.06eba8p-3f, -0x1.81273ep-2f, 0x1.ce2cf8p-4f, -0x1.b7f910p-6f, 0x1.5405bep-8f,
                             -0x1.a3f71ep-11f, 0x1.496a12p-14f),
               x);
  else
    return fma(x,
               polynomial<T>(z, 0x1.06eba8214db68p-3, -0x1.812746b0379e6p-2, 0x1.ce2f21a042b21p-4,
                             -0x1.b82ce312849afp-6, 0x1.565bcd0db0530p-8, -0x1.c02db3d8f264ep-11, 0x1.f9a321a195b9dp-14,
                             -0x1.f4d1df40274b3p-17, 0x1.b9def1de3f8ebp-20, -0x1.5f1d38354a7c9p-23,
                             0x1.f7a41b6768ef8p-27, -0x1.386acc14bb471p-30, 0x1.0579a08899394p-34),
               x);
}

/// e^(x^2) erfc(x), 0.49 <= x <= 28 (float: 10.2).
template <class T>
CTG_ALWAYS_INLINE batch<T> erfc_scaled(batch<T> x) {
  constexpr T k = sizeof(T) == 4 ? T(3.5) : T(4);
  batch<T> const u = batch<T>(1) / (x + batch<T>(k));
  batch<T> const t = (x - batch<T>(k)) * u;
  if constexpr (sizeof(T) == 4)
    return u * polynomial<T>(t, 0x1.164946p+0f, -0x1.e0274ap-1f, 0x1.6362e0p-1f, -0x1.bdb398p-2f, 0x1.ce4ec2p-3f,
                             -0x1.7a2bdcp-4f, 0x1.b2c784p-6f, -0x1.9a6a5ep-9f, -0x1.632fc8p-10f, 0x1.3eae7cp-11f);
  else
    return u * polynomial<T>(t, 0x1.18932bf08e154p+0, -0x1.f3fe31ecb49bfp-1, 0x1.8be202d26c6fbp-1,
                             -0x1.14eacb1ad033ep-1, 0x1.52cac237106c4p-2, -0x1.645fd8a4bc235p-3, 0x1.38dbd2c8bf47fp-4,
                             -0x1.b00c052c175b2p-6, 0x1.908f4740a4832p-8, -0x1.269b529609662p-12,
                             -0x1.dd285274727e5p-12, 0x1.72cdae4278a00p-13, -0x1.e7cadcce8f8b9p-19,
                             -0x1.3c6fa3964b21ep-16, 0x1.3ade0f64acea9p-18, 0x1.7e6c38706d65ap-20,
                             -0x1.c3b1eff4cbe8dp-21, -0x1.47255473434e1p-24, 0x1.fccbb02fe7ff3p-24,
                             0x1.7193133a71087p-30, -0x1.94f1cb67aaa9dp-27);
}

template <class T>
CTG_ALWAYS_INLINE batch<T> erf(batch<T> x) {
  batch<T> const size = at_most(xsimd::abs(x), T(6));
  exp_parts<T> const e = split_exp(-(size * size));
  batch<T> const power = scale_normal(batch<T>(1), e.n);
  batch<T> const outer = batch<T>(1) - fma(power, e.p, power) * erfc_scaled(size);
  return xsimd::select(size < batch<T>(1), erf_inner(x), outer | sign_of(x));
}

/// x^2 goes into e^-x^2 in two parts, h^2 and (x - h)(x + h) with h the upper half of x, for its rounding error would
/// count up to 700 times.
template <class T>
CTG_ALWAYS_INLINE batch<T> erfc(batch<T> x) {
  using bits = bits_of<T>;
  constexpr bits upper = sizeof(T) == 4 ? bits(0xffff'f000u) : bits(0xffff'ffff'f800'0000u);
  batch<T> const size = at_most(xsimd::abs(x), sizeof(T) == 4 ? T(10.2) : T(28));
  batch<T> const h = bit_cast<T>(to_bits(size) & batch<bits>(upper));
  exp_parts<T> const e = split_exp(-(h * h), (h - size) * (size + h));
  batch<bits> const half = e.n >> 1;
  batch<T> const scaled = erfc_scaled(size);
  batch<T> const outer =
      fma(scaled, e.p, scaled) * scale_normal(batch<T>(1), half) * scale_normal(batch<T>(1), e.n - half);
  batch<T> const far = xsimd::select(x < batch<T>(0), batch<T>(2) - outer, outer);
  return xsimd::select(size < batch<T>(T(0.5)), batch<T>(1) - erf_inner(x), far);
}

}  // namespace ctg::inline v0::kernel::detail
