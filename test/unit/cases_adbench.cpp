// SPDX-License-Identifier: MIT
// The objectives of ADBench and GradBench, in double: mixtures, bundle adjustment, determinants, least squares,
// k-means, a differential equation, and two optimisations around a derivative.
#include "../../examples/gaussian_mixture.hpp"
#include "../cases/published.hpp"

#include <array>
#include <cmath>
#include <functional>

namespace {

using namespace ctg;

// What GradBench (and Siskind and Pearlmutter before it) minimise with: steps of gradient descent whose size doubles
// after ten that descended and halves after one that did not. `f` gives the value and writes the gradient.
template <std::size_t N>
using point = std::array<double, N>;
template <std::size_t N>
point<N> minimise(std::function<double(point<N> const&, point<N>&)> const& f, point<N> x) {
  auto length = [](point<N> const& v) {
    double s = 0;
    for (double e : v) s += e * e;
    return std::sqrt(s);
  };
  point<N> g{}, next_g{}, next{}, moved{};
  double fx = f(x, g), eta = 1e-5;
  for (int good = 0; length(g) > 1e-5;) {
    if (good == 10) eta *= 2, good = 0;
    for (std::size_t i = 0; i < N; ++i) next[i] = x[i] - eta * g[i], moved[i] = next[i] - x[i];
    if (length(moved) <= 1e-5) break;
    double const next_fx = f(next, next_g);
    if (next_fx < fx) {
      x = next, fx = next_fx, g = next_g;
      ++good;
    } else {
      eta /= 2, good = 0;
    }
  }
  return x;
}

template <class A>
void determinant_case(test::published& cases, char const* id) {
  A a;
  cases(id).fill(a, "A");
  cases.check({"primal", "gradient"}, determinant(a), gradient(determinant(a), a));
}

// t runs evenly from -1 to 1; powers of t are a matrix of Vandermonde's
template <int N, int M>
void least_squares_case(test::published& cases, char const* id) {
  row<"x", double, M> x;
  column<"t", double, N> t;
  row<"power", double, M> power;
  for (int i = 0; i < N; ++i) t(i, 0) = -1 + 2.0 * i / (N - 1);
  for (int j = 0; j < M; ++j) power(0, j) = j;
  cases(id).fill(x, "x");
  auto const J = 0.5 * sum(square(sign(t) - sum<1>(x % pow(t, power))));
  cases.check({"primal", "gradient"}, J, gradient(J, x));
}

}  // namespace

TEST_CASE("adbench: a mixture of Gaussians and bundle adjustment") {
  test::published cases("adbench.txt");
  if (!cases.here()) return;
  {
    gaussian_mixture<2, 3> g(1);
    cases("adbench_gmm_test").fill(g.alphas, "alphas").fill(g.means, "means").fill(g.icf, "icf").fill(g.x, "x");
    cases.fill(g.gamma, "gamma").fill(g.m, "m");
    auto const f = g.log_likelihood() + g.log_prior();
    cases.check({"objective", "gradient"}, f,
                concat<0>(gradient(f, g.alphas), reshape<6>(gradient(f, g.means)), reshape<9>(gradient(f, g.icf))));
  }
  {
    tensor<"cam", double, 11> cam;  // rotation 3, centre 3, focal length, principal point 2, radial distortion 2
    tensor<"X", double, 3> X;
    scalar<"w", double> w;
    tensor<"feat", double, 2> feat;
    tensor<"e", double, 3, 3, 3> e;  // e_ijk x_j y_k is the product x × y
    e(0, 1, 2) = e(1, 2, 0) = e(2, 0, 1) = 1;
    e(0, 2, 1) = e(2, 1, 0) = e(1, 0, 2) = -1;
    cases("adbench_ba_test").fill(cam, "cam").fill(X, "X").fill(w, "w").fill(feat, "feat");
    auto const angle = norm(slice<0, 0, 3>(cam));
    auto const axis = slice<0, 0, 3>(cam) / angle;
    auto const centred = X - slice<0, 3, 6>(cam);
    auto const seen = centred % cos(angle) + einsum<"ijk,j,k->i">(e, axis, centred) % sin(angle) +
                      axis % (dot(axis, centred) * (1 - cos(angle)));  // Rodrigues' formula
    auto const flat = slice<0, 0, 2>(seen) / slice<0, 2, 3>(seen);
    auto const r2 = sum(square(flat));
    auto const distorted = flat % (1 + slice<0, 9, 10>(cam) * r2 + slice<0, 10, 11>(cam) * square(r2));
    auto const error = w * (distorted % slice<0, 6, 7>(cam) + slice<0, 7, 9>(cam) - feat);
    auto const by_cam = evaluate<"by_cam">(jacobian(error, cam));
    auto const by_point = evaluate<"by_point">(jacobian(error, X));
    auto const by_weight = evaluate<"by_weight">(jacobian(error, w));
    cases.check({"reproj_err", "J", "w_err", "dw_err_dw"}, error, concat<1>(by_cam, by_point, reshape<2, 1>(by_weight)),
                1 - square(w), gradient(1 - square(w), w));
  }
}

TEST_CASE("gradbench: determinants, least squares, k-means, a differential equation") {
  test::published cases("adbench.txt");
  if (!cases.here()) return;
  determinant_case<matrix<"A", double, 5, 5>>(cases, "gradbench_det_5");
  determinant_case<matrix<"A", double, 6, 6>>(cases, "gradbench_det_6");
  least_squares_case<5, 3>(cases, "gradbench_llsq_5_3");
  least_squares_case<64, 4>(cases, "gradbench_llsq_64_4");
  {
    matrix<"points", double, 12, 3> points;
    matrix<"centroids", double, 3, 3> c;
    cases("gradbench_kmeans_12_3_3").fill(points, "points").fill(c, "centroids");
    auto const cost = sum(min<1>(sum<2>(square(reshape<12, 1, 3>(points) - c))));
    auto const slope = gradient(cost, c);
    auto const curvature = hvp(cost, c, broadcast_to<3, 3>(constant<1>));  // the Hessian is diagonal
    cases.check({"cost", "gradient", "hessian_diag", "dir"}, cost, slope, curvature, slope / curvature);
  }
  {
    tensor<"x", double, 4> x;
    cases("gradbench_ode_4_3").fill(x, "x");
    auto const dy = [&](auto const& y) { return x % concat<0>(broadcast_to<1>(constant<1>), slice<0, 0, 3>(y)); };
    auto const advance = [&](auto const& y) {  // Runge and Kutta's four stages
      constexpr auto h = constant<2, 3>;
      auto const k1 = dy(y);
      auto const k2 = dy(y + h / 2 * k1);
      auto const k3 = dy(y + h / 2 * k2);
      auto const k4 = dy(y + h * k3);
      return y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4);
    };
    auto const y = advance(advance(advance(broadcast_to<4>(constant<0>))));
    cases.check({"primal", "gradient"}, y, gradient(sum(slice<0, 3, 4>(y)), x));
  }
}

TEST_CASE("gradbench: derivatives within optimisations") {
  test::published cases("adbench.txt");
  if (!cases.here()) return;
  {
    tensor<"p", double, 2> p;
    tensor<"q", double, 2> q;
    tensor<"start", double, 2> start;
    cases("gradbench_saddle").fill(start, "start");
    point<2> const from{start(0), start(1)};
    auto const f = sum(square(p)) - sum(square(q));
    auto both = value_and_gradient(f, p, q);
    auto const over_q = [&](point<2> const& at, point<2>& g) {
      q(0) = at[0], q(1) = at[1];
      both();
      g = {-both[q](0), -both[q](1)};
      return -both.value();
    };
    // the derivative of a maximum over q is the partial one where the maximum is
    auto const over_p = [&](point<2> const& at, point<2>& g) {
      p(0) = at[0], p(1) = at[1];
      point<2> unused;
      double const highest = -over_q(minimise<2>(over_q, from), unused);
      g = {both[p](0), both[p](1)};
      return highest;
    };
    point<2> const low = minimise<2>(over_p, from);
    p(0) = low[0], p(1) = low[1];
    point<2> const high = minimise<2>(over_q, from);
    tensor<"r", double, 4> const r{low[0], low[1], high[0], high[1]};
    cases.check({"out"}, 1 * r);
    for (double x : r) CHECK(x == Approx(8.246324826140356e-06).epsilon(1e-6));  // what GradBench's programs print
  }
  {
    // A particle between two charges, by Euler's method until it crosses the axis: its state moves with its derivative
    // with respect to the place of a charge.
    scalar<"w", double> w;
    tensor<"x", double, 2> x;
    tensor<"v", double, 2> v;
    tensor<"dx", double, 2> dx;
    tensor<"dv", double, 2> dv;
    constexpr double dt = 0.1;
    auto const ten = broadcast_to<1>(constant<10>);
    auto const first = concat<0>(ten, reshape<1>(10 - w));
    auto const second = concat<0>(ten, broadcast_to<1>(constant<0>));
    auto const pull = -gradient(1 / norm(x - first) + 1 / norm(x - second), x);
    auto advance = program(assign(x, x + dt * v), assign(v, v + dt * pull), assign(dx, dx + dt * dv),
                           assign(dv, dv + dt * (jvp(pull, x, dx) + jvp(pull, w, constant<1>))));
    auto const landing = square(slice<0, 0, 1>(x) - slice<0, 1, 2>(x) / slice<0, 1, 2>(v) % slice<0, 0, 1>(v));
    auto end = program(landing, jvp(landing, x, dx) + jvp(landing, v, dv));
    auto const flight = [&](point<1> const& at, point<1>& g) {
      w = at[0];
      x(0) = 0, x(1) = 8, v(0) = 0.75, v(1) = 0;
      dx.fill(0), dv.fill(0);
      while (x(1) + dt * v(1) > 0) advance();
      end();
      g[0] = end.result<1>();
      return end.result<0>();
    };
    cases("gradbench_particle").fill(w, "w");
    cases.compare(minimise<1>(flight, {w()})[0], "out");
  }
  cases.check_complete({});
}
