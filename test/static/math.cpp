// SPDX-License-Identifier: MIT
// The elementary functions in constant expressions: compiling is the test. Literals from 200-bit arithmetic (mpmath).
#include <ctg/math/scalar.hpp>

#include <limits>

namespace {

namespace m = ctg::math;

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

constexpr bool is_nan(double x) { return x != x; }

/// Within 2^-52 relative: 1 ULP above a power of two, 2 below. (test/unit/math_constant.cpp measures exactly.)
constexpr bool near(double got, double want) {
  double const error = got > want ? got - want : want - got;
  double const size = want < 0 ? -want : want;
  return error <= size * 0x1p-52;
}
static_assert(near(m::exp(1.0), 2.718281828459045));
static_assert(near(m::exp(-1.0), 0.36787944117144233));
static_assert(near(m::exp(0.1), 1.1051709180756477));
static_assert(near(m::exp(700.3), 1.3690700720098904e+304));
static_assert(near(m::exp(-700.7), 4.896170471767758e-305));
static_assert(near(m::exp(1e-05), 1.00001000005));
static_assert(near(m::expm1(1.0), 1.7182818284590453));
static_assert(near(m::expm1(-1.0), -0.6321205588285577));
static_assert(near(m::expm1(1e-10), 1.00000000005e-10));
static_assert(near(m::expm1(5.5), 243.69193226422038));
static_assert(near(m::expm1(-30.0), -0.9999999999999064));
static_assert(near(m::log(2.0), 0.6931471805599453));
static_assert(near(m::log(0.5), -0.6931471805599453));
static_assert(near(m::log(10.0), 2.302585092994046));
static_assert(near(m::log(1e-300), -690.7755278982137));
static_assert(near(m::log(1.0000001), 9.999999505838704e-08));
static_assert(near(m::log1p(1.0), 0.6931471805599453));
static_assert(near(m::log1p(-0.5), -0.6931471805599453));
static_assert(near(m::log1p(1e-10), 9.999999999500001e-11));
static_assert(near(m::log1p(10000000000.0), 23.025850930040455));
static_assert(near(m::sqrt(2.0), 1.4142135623730951));
static_assert(near(m::sqrt(3.0), 1.7320508075688772));
static_assert(near(m::sqrt(1e-300), 1e-150));
static_assert(near(m::sqrt(1e+300), 1e+150));
static_assert(near(m::tanh(0.5), 0.46211715726000974));
static_assert(near(m::tanh(-1e-05), -9.999999999666668e-06));
static_assert(near(m::tanh(3.0), 0.9950547536867305));
static_assert(near(m::sigmoid(0.5), 0.6224593312018546));
static_assert(near(m::sigmoid(-3.0), 0.04742587317756678));
static_assert(near(m::sigmoid(-100.0), 3.720075976020836e-44));
static_assert(near(m::sigmoid(20.0), 0.9999999979388464));
static_assert(near(m::softplus(0.5), 0.9740769841801067));
static_assert(near(m::softplus(-3.0), 0.04858735157374206));
static_assert(near(m::softplus(-100.0), 3.720075976020836e-44));
static_assert(near(m::softplus(20.0), 20.000000002061153));
static_assert(near(m::exp2(0.3), 1.2311444133449163));
static_assert(near(m::exp2(-7.7), 0.0048091578646285785));
static_assert(near(m::log2(3.0), 1.584962500721156));
static_assert(near(m::log2(0.7), -0.5145731728297583));
static_assert(near(m::log10(3.0), 0.47712125471966244));
static_assert(near(m::log10(0.7), -0.1549019599857432));
static_assert(near(m::cbrt(2.0), 1.2599210498948732));
static_assert(near(m::cbrt(0.3), 0.6694329500821695));
static_assert(near(m::cbrt(1e-300), 1e-100));
static_assert(near(m::rsqrt(2.0), 0.7071067811865476));
static_assert(near(m::rsqrt(0.3), 1.8257418583505538));
static_assert(near(m::sin(1.0), 0.8414709848078965));
static_assert(near(m::sin(-2.0), -0.9092974268256817));
static_assert(near(m::sin(3.0), 0.1411200080598672));
static_assert(near(m::sin(1000000.0), -0.34999350217129294));
static_assert(near(m::sin(1e+22), -0.8522008497671888));
static_assert(near(m::sin(1.0715086071862673e+301), -0.15920170308624243));
static_assert(near(m::cos(1.0), 0.5403023058681398));
static_assert(near(m::cos(-2.0), -0.4161468365471424));
static_assert(near(m::cos(1.5), 0.0707372016677029));
static_assert(near(m::cos(1000000.0), 0.9367521275331447));
static_assert(near(m::cos(1e+22), 0.523214785395139));
static_assert(near(m::tan(1.0), 1.5574077246549023));
static_assert(near(m::tan(-2.0), 2.185039863261519));
static_assert(near(m::tan(1.5), 14.101419947171719));
static_assert(near(m::tan(1000000.0), -0.373624453987599));
static_assert(near(m::asin(0.3), 0.3046926540153975));
static_assert(near(m::asin(-0.9), -1.1197695149986342));
static_assert(near(m::acos(0.3), 1.2661036727794992));
static_assert(near(m::acos(-0.9), 2.6905658417935308));
static_assert(near(m::acos(0.999), 0.044725087168733454));
static_assert(near(m::atan(0.3), 0.2914567944778671));
static_assert(near(m::atan(-0.9), -0.7328151017865066));
static_assert(near(m::atan(5.0), 1.373400766945016));
static_assert(near(m::sinh(0.3), 0.3045202934471426));
static_assert(near(m::sinh(-5.0), -74.20321057778875));
static_assert(near(m::sinh(0.001), 0.001000000166666675));
static_assert(near(m::cosh(0.3), 1.0453385141288605));
static_assert(near(m::cosh(-5.0), 74.20994852478785));
static_assert(near(m::asinh(0.3), 0.29567304756342244));
static_assert(near(m::asinh(-5.0), -2.3124383412727525));
static_assert(near(m::asinh(0.001), 0.0009999998333334083));
static_assert(near(m::asinh(1e+200), 461.2101657793691));
static_assert(near(m::acosh(1.3), 0.7564329108569596));
static_assert(near(m::acosh(5.0), 2.2924316695611777));
static_assert(near(m::acosh(1e+200), 461.2101657793691));
static_assert(near(m::atanh(0.3), 0.3095196042031117));
static_assert(near(m::atanh(-0.99), -2.6466524123622457));
static_assert(near(m::erf(0.3), 0.3286267594591274));
static_assert(near(m::erf(-0.99), -0.8385080695553698));
static_assert(near(m::erf(2.5), 0.999593047982555));
static_assert(near(m::erf(0.001), 0.0011283787909692365));
static_assert(near(m::erfc(0.3), 0.6713732405408726));
static_assert(near(m::erfc(-0.99), 1.8385080695553697));
static_assert(near(m::erfc(2.5), 0.0004069520174449589));
static_assert(near(m::erfc(20.0), 5.395865611607901e-176));
static_assert(near(m::lgamma(0.3), 1.0957979948180756));
static_assert(near(m::lgamma(5.5), 3.9578139676187165));
static_assert(near(m::lgamma(-3.5), -1.309006684993042));
static_assert(near(m::lgamma(100.0), 359.1342053695754));
static_assert(near(m::digamma(0.3), -3.502524222200133));
static_assert(near(m::digamma(5.5), 1.6110931485817512));
static_assert(near(m::digamma(-3.3), 3.620353460592126));
static_assert(near(m::digamma(100.0), 4.600161852738087));
static_assert(near(m::pow(2.5, 3.7), 29.67413253642086));
static_assert(near(m::pow(0.3, -200.5), 6.873666052294267e+104));
static_assert(near(m::pow(1.0001, 7000000.0), 9.793502502952126e+303));
static_assert(near(m::atan2(1.0, 2.0), 0.4636476090008061));
static_assert(near(m::atan2(-3.0, -1.5), -2.0344439357957027));
static_assert(near(m::atan2(2.0, -0.1), 1.6207547225168393));
static_assert(near(m::hypot(3.0, 4.5), 5.408326913195984));
static_assert(near(m::hypot(1e-200, 2e-200), 2.2360679774997897e-200));
static_assert(near(m::logaddexp(1.0, 2.0), 2.313261687518223));
static_assert(near(m::logaddexp(-3.0, 5.5), 5.5002034476721295));
static_assert(near(m::xlogy(3.0, 0.2), -4.828313737302301));
static_assert(near(m::xlogy(0.1, 7.0), 0.19459101490553135));

// Edges.
static_assert(m::exp(-inf) == 0 && m::exp(inf) == inf && is_nan(m::exp(nan)));
static_assert(m::exp(709.78) < inf && m::exp(709.79) == inf && m::exp(-745.13) == 0x1p-1074 && m::exp(-745.14) == 0);
static_assert(m::exp(88.7228f) < static_cast<float>(inf) && m::exp(88.7229f) == static_cast<float>(inf));
static_assert(m::exp(-103.9f) == 0x1p-149f && m::exp(-104.f) == 0);
static_assert(m::log(0.0) == -inf && is_nan(m::log(-1.0)) && m::log(inf) == inf && m::log(1.0) == 0);
static_assert(m::log1p(-1.0) == -inf && is_nan(m::log1p(-1.5)) && m::expm1(-inf) == -1);
static_assert(is_nan(m::sqrt(-1.0)) && m::sqrt(4.0) == 2 && m::sqrt(inf) == inf);
static_assert(m::tanh(inf) == 1 && m::tanh(-inf) == -1);
static_assert(m::sigmoid(-inf) == 0 && m::sigmoid(inf) == 1 && m::sigmoid(0.0) == 0.5 && m::sigmoid(-745.0) > 0);
static_assert(m::softplus(inf) == inf && m::softplus(-inf) == 0 && m::softplus(1000.0) == 1000);
static_assert(m::reciprocal(4.0) == 0.25 && m::reciprocal(0.0) == inf && m::reciprocal(-0.0) == -inf);
static_assert(is_nan(m::max(nan, 1.0)) && is_nan(m::max(1.0, nan)) && m::max(1.0, 2.0) == 2);
static_assert(is_nan(m::min(nan, 1.0)) && is_nan(m::min(1.0, nan)) && m::min(1.0, 2.0) == 1);
static_assert(m::is_finite(1.0) && !m::is_finite(inf) && !m::is_finite(-inf) && !m::is_finite(nan));
static_assert(m::select(true, 1.0, 2.0) == 1 && m::select(false, 1.0, 2.0) == 2);
static_assert(m::abs(-2.0) == 2 && m::square(-3.0) == 9);
static_assert(m::exp2(10.0) == 1024 && m::exp2(-1074.0) == 0x1p-1074 && m::log2(0x1p-1074) == -1074 &&
              m::log10(1000.0) == 3);
static_assert(m::cbrt(-27.0) == -3 && m::rsqrt(0.0) == inf && m::rsqrt(4.0) == 0.5);
static_assert(is_nan(m::sin(inf)) && m::sin(0.0) == 0 && m::cos(0.0) == 1);
static_assert(m::floor(-1.5) == -2 && m::floor(2.0) == 2 && m::round(2.5) == 2 && m::round(3.5) == 4 &&
              m::round(-0.6) == -1);
static_assert(m::pow(-2.0, 3.0) == -8 && m::pow(2.0, -1.0) == 0.5 && is_nan(m::pow(-2.0, 0.5)) &&
              m::pow(nan, 0.0) == 1);
static_assert(m::pow(0.0, -1.0) == inf && m::pow(-0.0, -1.0) == -inf && m::pow(10.0, 400.0) == inf &&
              m::pow(0.5, inf) == 0);
static_assert(m::hypot(inf, nan) == inf && m::hypot(0x3p600, 0x4p600) == 0x5p600 && m::hypot(1.7e308, 1.7e308) == inf);
static_assert(m::xlogy(0.0, 0.0) == 0 && is_nan(m::xlogy(0.0, nan)) && m::xlogy(2.0, 0.0) == -inf);
static_assert(m::logaddexp(-inf, -inf) == -inf && m::logaddexp(-inf, 3.0) == 3);
static_assert(m::lgamma(1.0) == 0 && m::lgamma(2.0) == 0 && m::lgamma(-3.0) == inf && m::lgamma(0.0) == inf);
static_assert(is_nan(m::digamma(-1.0)) && m::digamma(0.0) == -inf && m::digamma(-0.0) == inf);
static_assert(m::erf(inf) == 1 && m::erfc(-inf) == 2 && m::erfc(inf) == 0);

// float is rounded from double; long double has double's accuracy.
static_assert(m::exp(1.0f) == 2.718281828f && m::sin(0.5f) == 0.4794255386f && m::lgamma(0.5f) == 0.5723649429f);
static_assert(near(static_cast<double>(m::exp(1.0L)), 2.718281828459045) && m::abs(-1.5L) == 1.5L);

// A whole table in one constant expression, within the default limits on steps.
constexpr double sum_of_calls() {
  double sum = 0;
  for (int i = 1; i <= 400; ++i) sum += m::tanh(i * 0.01) + m::log(i * 0.5);
  return sum;
}
static_assert(sum_of_calls() > 1900 && sum_of_calls() < 2100);

}  // namespace

int main() {}
