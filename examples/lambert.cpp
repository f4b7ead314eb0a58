// SPDX-License-Identifier: MIT
// An operation of one's own: the Lambert W function, the inverse of w ↦ w e^w, in a namespace of its own. It fuses with
// its neighbours, prints, and differentiates to any order. Used here as it is met in electronics: the current of a
// diode behind a resistor, V = R I + n v ln(1 + I / I0), solved for I by W, and R and I0 fitted to a measured curve.
#include <ctg/check.hpp>
#include <ctg/ctg.hpp>

#include <cmath>
#include <cstdio>

namespace special {

// W(x) for x > −1/e, the principal branch. Halley's iteration from log1p; 4 turns leave an error of about 4 ULP (below
// −0.3, near the branch point, the condition of W itself adds to that).
struct lambert_w : ctg::custom<1> {
  static constexpr std::string_view name = "W";
  static constexpr int flops = 100;

  static constexpr auto value(auto x) {
    using X = decltype(x);
    using namespace ctg::math;
    X const two(2), one(1);
    X const l = log1p(max(x, X(0)));
    X const far = l * (one - log1p(l) / (two + l));
    X const p = sqrt(max(two * (real<X>(2.718281828459045235L) * x + one), X(0)));
    X const near = p * (one - p / X(3)) - one;
    X w = select(x < X(0), near, far);
    for (int i = 0; i < 4; ++i) {
      X const e = exp(w), f = w * e - x;
      w = w - f / (e * (w + one) - (w + two) * f / (two * w + two));
    }
    return w;
  }
  // w e^w = x differentiated: w′ (1 + w) e^w = 1
  static constexpr ctg::handle derivative(ctg::handle, ctg::handle w) { return exp(-w) / (1 + w); }
};

template <ctg::Expression A>
constexpr auto W(A&& x) {
  return ctg::call<lambert_w>(std::forward<A>(x));
}

}  // namespace special

namespace {

constexpr ctg::scalar<"x", double> omega_at{1};
constexpr double omega = ctg::evaluate(special::W(omega_at));
static_assert(omega > 0.567143290409 && omega < 0.567143290410);  // the omega constant, computed by the compiler
static_assert(ctg::check_gradient(special::W(omega_at), omega_at));
// W″ by nesting
static_assert(ctg::check_gradient(gradient(special::W(omega_at), omega_at), omega_at));

}  // namespace

int main() {
  using ctg::dim;
  constexpr double volt = 0.0517;  // n v: ideality 2, 25.85 mV
  ctg::column<"V", double, dim<"N">> V(41), measured(41);
  ctg::column<"I", double, dim<"N">> I(41);
  ctg::scalar<"R", double> R{20}, rate{1};
  ctg::scalar<"s", double> s{std::log(1e-6)};  // log I0: positive, and of the size of R's effect

  for (int k = 0; k < 41; ++k) V(k, 0) = 0.025 * k;
  auto const I0 = exp(s);
  // ln(I0 R / nv) + (V + I0 R) / nv, below 60 here, so its exponential is finite
  auto const current = volt * special::W(I0 * R / volt * exp((V + I0 * R) / volt)) / R - I0;
  I = current;  // a measurement of R = 20 Ω, I0 = 1 µA

  R = 8;
  s = std::log(2e-7);
  auto const J = 1e6 * mean(square(current - I));
  std::puts(to_string(gradient(sum(special::W(V)), V)).c_str());
  auto const report = ctg::check_gradient(J, R, s);
  std::puts(to_string(report).c_str());

  // Newton's method with two unknowns: second derivatives of W within the loss
  auto newton =
      ctg::program(J, gradient(J, R), gradient(J, s), hessian(J, R), jacobian(gradient(J, R), s), hessian(J, s));
  double loss = 0;
  for (int step = 0; step < 40; ++step) {
    newton();
    loss = newton[J];
    double const gr = newton.result<1>(), gs = newton.result<2>(), damp = 1e-9 + 1e-2 * loss;
    double const a = newton.result<3>() + damp, b = newton.result<4>(), c = newton.result<5>() + damp;
    double const det = a * c - b * b;
    if (!(det > 0 && a > 0)) {  // not yet convex: along the gradient, scaled by the curvature
      R = R() - gr / (std::abs(a) + std::abs(b));
      s = s() - gs / (std::abs(c) + std::abs(b));
      continue;
    }
    R = R() - (c * gr - b * gs) / det;
    s = s() - (a * gs - b * gr) / det;
  }
  std::printf("R = %.6f ohm, I0 = %.6g A, loss %.3g\n", R(), std::exp(s()), loss);
  bool const found = std::abs(R() - 20) < 1e-4 && std::abs(std::exp(s()) - 1e-6) < 1e-10;
  return report && found ? 0 : 1;
}
