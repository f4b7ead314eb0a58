// SPDX-License-Identifier: MIT
// Numbers of about 106 bits as an unevaluated sum of two doubles, for the constant-expression functions: their results
// are then wrong only by the last rounding. Only + - * / and bit casts, for std::fma is no constant expression in
// clang. Sources: Dekker 1971; Knuth, TAOCP 2, 4.2.2; Joldes, Muller, Popescu 2017. Meant for constant evaluation: in
// code for the machine, contraction to FMA would break the error terms.
#pragma once

#include <bit>
#include <cstdint>

namespace ctg::inline v0::math::detail {

/// hi + lo with |lo| <= ulp(hi) / 2; finite. Every operation is good to about 2^-102 relative.
struct double_double {
  double hi = 0;
  double lo = 0;
};

constexpr double_double exact(auto x) { return {x, 0}; }

constexpr double_double fast_two_sum(double a, double b) {
  double const sum = a + b;
  return {sum, b - (sum - a)};
}

constexpr double_double two_sum(double a, double b) {
  double const sum = a + b;
  double const b_part = sum - a;
  return {sum, (a - (sum - b_part)) + (b - b_part)};
}

constexpr double upper_half(double x) {
  return std::bit_cast<double>(std::bit_cast<std::uint64_t>(x) & 0xffff'ffff'f800'0000u);
}

constexpr double_double two_product(double a, double b) {
  double const product = a * b;
  double const a_hi = upper_half(a), a_lo = a - a_hi;
  double const b_hi = upper_half(b), b_lo = b - b_hi;
  return {product, ((a_hi * b_hi - product) + a_hi * b_lo + a_lo * b_hi) + a_lo * b_lo};
}

constexpr double_double operator-(double_double a) { return {-a.hi, -a.lo}; }

constexpr double_double operator+(double_double a, double_double b) {
  double_double const hi = two_sum(a.hi, b.hi);
  double_double const lo = two_sum(a.lo, b.lo);
  double_double const sum = fast_two_sum(hi.hi, hi.lo + lo.hi);
  return fast_two_sum(sum.hi, sum.lo + lo.lo);
}

constexpr double_double operator+(double_double a, double b) {
  double_double const hi = two_sum(a.hi, b);
  return fast_two_sum(hi.hi, hi.lo + a.lo);
}

constexpr double_double operator+(double a, double_double b) { return b + a; }
constexpr double_double operator-(double_double a, double_double b) { return a + -b; }
constexpr double_double operator-(double_double a, double b) { return a + -b; }
constexpr double_double operator-(double a, double_double b) { return -b + a; }

constexpr double_double operator*(double_double a, double_double b) {
  double_double const product = two_product(a.hi, b.hi);
  return fast_two_sum(product.hi, product.lo + (a.hi * b.lo + a.lo * b.hi));
}

constexpr double_double operator*(double_double a, double b) {
  double_double const product = two_product(a.hi, b);
  return fast_two_sum(product.hi, product.lo + a.lo * b);
}

constexpr double_double operator*(double a, double_double b) { return b * a; }

constexpr double_double operator/(double_double a, double_double b) {
  double const first = a.hi / b.hi;
  double_double const rest = a - b * first;
  double const second = rest.hi / b.hi;
  return fast_two_sum(first, second + (rest - b * second).hi / b.hi);
}

constexpr double_double operator/(double a, double_double b) { return double_double{a} / b; }
constexpr double_double operator/(double_double a, double b) { return a / double_double{b}; }

/// x times a power of two: exact, no overflow.
constexpr double_double scale(double_double x, double power) { return {x.hi * power, x.lo * power}; }

}  // namespace ctg::inline v0::math::detail
