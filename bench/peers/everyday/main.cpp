// SPDX-License-Identifier: MIT
// Programs that are no training step: normalisation, reductions along either axis, statistics, distances, stencils,
// simulation. Against loops by hand (by_hand.cpp) on one thread, with OpenBLAS where there are products. The results
// are compared before anything is timed.
#include <ctg/ctg.hpp>
#include <ctg/random.hpp>

#include "by_hand.hpp"
#include "ratios.hpp"

#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdio>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#if defined(PEERS_OPENBLAS)
#include <cblas.h>
#endif

namespace {

using namespace ctg::literals;
using everyday::index;

// What the loops write: aligned as leaves are.
using buffer = ctg::row<"buffer", float, ctg::dim<"n">>;

bool good = true;

/// The entries of two results agree to 10⁻⁴ of the largest; else the program ends with 1.
void compare(char const* task, auto const& own, auto const& other) {
  double worst = 0, size = 0;
  for (std::int64_t i = 0; i < other.size(); ++i) {
    double const x = other.data()[i], difference = std::fabs(own.data()[i] - x);
    size = std::max(size, std::fabs(x));
    worst = difference <= worst ? worst : difference;
  }
  if (own.size() == other.size() && worst <= 1e-4 * size) return;
  std::fprintf(stderr, "%s: results differ by %g of %g\n", task, worst, size);
  good = false;
}

void enter(std::string const& task, std::string const& contestant, std::function<void()> const& run) {
  benchmark::RegisterBenchmark((task + "/" + contestant).c_str(), [run](benchmark::State& state) {
    for (auto _ : state) {
      run();
      benchmark::ClobberMemory();
    }
  });
}

/// Runs both once, so that the results can be compared, and enters them.
void enter_both(char const* task, std::function<void()> const& own, std::function<void()> const& other) {
  own();
  other();
  enter(task, "cotangent", own);
  enter(task, "by_hand", other);
}

void layer_norm() {
  static constexpr int rows = 256, columns = 512;
  static ctg::matrix<"X", float, ctg::dim<"N">, columns> X(rows), dX(rows), Y(rows);
  static ctg::matrix<"D", float, ctg::dim<"N">, columns> D(rows);
  static ctg::row<"g", float, columns> g, dg;
  static ctg::row<"b", float, columns> b, db;
  normal(X, 1.f, 2.f, 1);
  normal(D, 0.f, 1.f, 2);
  normal(g, 1.f, 0.1f, 3);
  normal(b, 0.f, 0.1f, 4);
  static auto const y = (X - mean<1>(X)) / sqrt(variance<1>(X) + 1e-5f) % g + b;
  static auto step = ctg::program(y, vjp(y, D, X), vjp(y, D, g), vjp(y, D, b));
  char const* const task = "layer norm, gradients, 256×512";
  enter_both(
      task, [] { step(); },
      [] {
        everyday::layer_norm(rows, columns, X.data(), g.data(), b.data(), D.data(), Y.data(), dX.data(), dg.data(),
                             db.data());
      });
  compare(task, step[y], Y);
  compare(task, step[vjp(y, D, X)], dX);
  compare(task, step[vjp(y, D, g)], dg);
  compare(task, step[vjp(y, D, b)], db);
}

void batch_norm() {
  static constexpr int rows = 512, columns = 256;
  static ctg::matrix<"X", float, ctg::dim<"N">, columns> X(rows), Y(rows);
  static ctg::row<"g", float, columns> g;
  static ctg::row<"b", float, columns> b;
  static buffer room(2 * columns);
  normal(X, 1.f, 2.f, 1);
  normal(g, 1.f, 0.1f, 3);
  normal(b, 0.f, 0.1f, 4);
  static auto const y = (X - mean<0>(X)) / sqrt(variance<0>(X) + 1e-5f) % g + b;
  static auto step = ctg::program(y);
  char const* const task = "batch norm, 512×256";
  enter_both(
      task, [] { step(); },
      [] { everyday::batch_norm(rows, columns, X.data(), g.data(), b.data(), Y.data(), room.data()); });
  compare(task, step[y], Y);
}

void narrow_reductions() {
  static constexpr int rows = 100000;
  static ctg::matrix<"X", float, rows, 8> X;
  static buffer sums(8), largest(rows);
  uniform(X, 0.5f, 1.5f, 1);
  static auto by_column = ctg::program(sum<0>(X));
  static auto by_row = ctg::program(max<1>(X));
  enter_both(
      "sums of columns, 100,000×8", [] { by_column(); },
      [] { everyday::sum_columns_of_8(rows, X.data(), sums.data()); });
  enter_both(
      "maxima of rows, 100,000×8", [] { by_row(); }, [] { everyday::max_rows_of_8(rows, X.data(), largest.data()); });
  compare("sums of columns", by_column.result<0>(), sums);
  compare("maxima of rows", by_row.result<0>(), largest);
}

void square_reductions() {
  static constexpr int n = 1000;
  static ctg::matrix<"X", float, n, n> X, Y;
  static buffer sums(n), room(2 * n);
  static std::vector<index> places(n);
  normal(X, 0.f, 2.f, 1);
  static auto total = ctg::program(sum<0>(transpose(X)));
  static auto soft = ctg::program(softmax<0>(X));
  static auto place = ctg::program(argmax<1>(X));
  enter_both(
      "sums of a transpose, 1000×1000", [] { total(); }, [] { everyday::sum_rows(n, n, X.data(), sums.data()); });
  compare("sums of a transpose", total.result<0>(), sums);
  enter_both(
      "softmax of columns, 1000×1000", [] { soft(); },
      [] { everyday::softmax_columns(n, n, X.data(), Y.data(), room.data()); });
  compare("softmax of columns", soft.result<0>(), Y);
  enter_both(
      "argmax of rows, 1000×1000", [] { place(); }, [] { everyday::argmax_rows(n, n, X.data(), places.data()); });
  for (int i = 0; i < n; ++i)
    good = good && place.result<0>()(i, 0) == static_cast<std::int64_t>(places[static_cast<std::size_t>(i)]);
}

void adam() {
  static constexpr int n = 1 << 20;
  static ctg::row<"w", float, n> w, W;
  static ctg::row<"m", float, n> m, M;
  static ctg::row<"v", float, n> v, V;
  static ctg::row<"g", float, n> g;
  normal(w, 0.f, 1.f, 1);
  normal(g, 0.f, 1.f, 2);
  W = w;
  static ctg::scalar<"rate", float> rate{1e-3f};
  static auto const m1 = 0.9f * m + 0.1f * g;
  static auto const v1 = 0.999f * v + 0.001f * square(g);
  static auto step = ctg::program(assign(m, m1), assign(v, v1), assign(w, w - rate * m1 / (sqrt(v1) + 1e-8f)));
  char const* const task = "Adam, 1,048,576 parameters";
  enter_both(
      task, [] { step(); }, [] { everyday::adam(n, W.data(), M.data(), V.data(), g.data(), rate()); });
  compare(task, w, W);
}

void logistic() {
  static constexpr int rows = 10000, features = 20;
  static ctg::matrix<"X", float, ctg::dim<"N">, features> X(rows);
  static ctg::column<"t", float, ctg::dim<"N">> t(rows);
  static ctg::column<"w", float, features> w, dw;
  static ctg::scalar<"b", float> b;
  static buffer room(rows), ends(2);
  normal(X, 0.f, 1.f, 1);
  uniform(t, 0.f, 1.f, 2);
  normal(w, 0.f, 0.3f, 3);
  static auto step = ctg::value_and_gradient(binary_cross_entropy_with_logits(X * w + b, t), w, b);
  char const* const task = "logistic regression, 10,000×20";
  enter_both(
      task, [] { step(); },
      [] {
        ends(0, 0) = everyday::logistic(rows, X.data(), t.data(), w.data(), b(), dw.data(), &ends(0, 1), room.data());
      });
  compare(task, step[w], dw);
  buffer own(2);
  own(0, 0) = step.value();
  own(0, 1) = step[b];
  compare(task, own, ends);
}

void pairs() {
  static constexpr int points = 10000, n = 500;
  static ctg::tensor<"X", float, points, 1, 8> X;
  static ctg::tensor<"C", float, 16, 8> C;
  static ctg::matrix<"P", float, n, 8> P;
  static buffer squares(16 * points), kernel(n * n), room(8 * n);
  normal(X, 0.f, 1.f, 1);
  normal(C, 0.f, 1.f, 2);
  normal(P, 0.f, 1.f, 3);
  static auto step = ctg::program(sum<2>(square(X - C)));
  enter_both(
      "distances, 10,000 points and 16", [] { step(); },
      [] { everyday::distances(points, X.data(), C.data(), squares.data()); });
  compare("distances", step.result<0>(), squares);
  static auto gauss = ctg::program(exp(sum<2>(square(ctg::reshape<n, 1, 8>(P) - ctg::reshape<1, n, 8>(P))) / -2_c));
  enter_both(
      "Gaussian kernel, 500 points", [] { gauss(); },
      [] { everyday::gauss_kernel(n, P.data(), kernel.data(), room.data()); });
  compare("Gaussian kernel", gauss.result<0>(), kernel);
}

void bodies() {
  static constexpr int n = 128;
  static ctg::matrix<"P", float, n, 3> P, F;
  static ctg::row<"m", float, n> m;
  static buffer room(3 * n);
  normal(P, 0.f, 1.f, 1);
  uniform(m, 0.5f, 1.f, 2);
  static auto const d = ctg::reshape<1, n, 3>(P) - ctg::reshape<n, 1, 3>(P);
  static auto const r = sum<2>(square(d)) + 0.01f;
  static auto step = ctg::program(sum<1>(d % (ctg::reshape<1, n, 1>(m) / (r % sqrt(r)))));
  enter_both(
      "forces, 128 bodies", [] { step(); }, [] { everyday::forces(n, P.data(), m.data(), F.data(), room.data()); });
  compare("forces", step.result<0>(), F);
}

void attention() {
#if defined(PEERS_OPENBLAS)
  static constexpr int n = 128, width = 64;
  static ctg::matrix<"Q", float, n, width> Q, O;
  static ctg::matrix<"K", float, n, width> K;
  static ctg::matrix<"V", float, n, width> V;
  static ctg::matrix<"S", float, n, n> S;
  normal(Q, 0.f, 1.f, 1);
  normal(K, 0.f, 1.f, 2);
  normal(V, 0.f, 1.f, 3);
  static auto step = ctg::program(softmax(Q * transpose(K) / 8_c) * V);
  enter_both(
      "attention, 128×64", [] { step(); },
      [] {
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, n, n, width, 1, Q.data(), width, K.data(), width, 0,
                    S.data(), n);
        everyday::softmax_rows(n, n, 0.125f, S.data());
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, width, n, 1, S.data(), n, V.data(), width, 0,
                    O.data(), width);
      });
  compare("attention", step.result<0>(), O);
#endif
}

void heat() {
  static constexpr int n = 256;
  static ctg::matrix<"U", float, n, n> U;
  static buffer y((n - 2) * (n - 2));
  normal(U, 0.f, 1.f, 1);
  static auto const rows = [](auto const& x) { return ctg::slice<0, 1, n - 1>(x); };
  static auto const columns = [](auto const& x) { return ctg::slice<1, 1, n - 1>(x); };
  auto const here = rows(columns(U));
  auto const around = ctg::slice<0, 0, n - 2>(columns(U)) + ctg::slice<0, 2, n>(columns(U)) +
                      rows(ctg::slice<1, 0, n - 2>(U)) + rows(ctg::slice<1, 2, n>(U));
  static auto step = ctg::program(here + 0.1f * (around - 4_c * here));
  enter_both(
      "heat equation, 256×256", [] { step(); }, [] { everyday::heat(n, U.data(), y.data()); });
  compare("heat equation", step.result<0>(), y);
}

void rotation() {
  static constexpr int n = 1000;
  static ctg::matrix<"P", float, n, 3> P, Y;
  static ctg::matrix<"R", float, 3, 3> R;
  static ctg::row<"t", float, 3> t;
  normal(P, 0.f, 1.f, 1);
  normal(R, 0.f, 1.f, 2);
  normal(t, 0.f, 1.f, 3);
  static auto step = ctg::program(P * transpose(R) + t);
  enter_both(
      "rotation, 1000 points", [] { step(); }, [] { everyday::rotate(n, P.data(), R.data(), t.data(), Y.data()); });
  compare("rotation", step.result<0>(), Y);
}

void risk() {
  static constexpr int n = 500;
  static ctg::matrix<"S", float, n, n> S;
  static ctg::column<"w", float, n> w, dw;
  static buffer room(n);
  normal(S, 0.f, 1.f, 1);
  uniform(w, 0.f, 1.f, 2);
  static auto const J = sum(transpose(w) * S * w);
  static auto step = ctg::program(J, gradient(J, w));
  enter_both(
      "portfolio risk, gradient, 500", [] { step(); },
      [] { benchmark::DoNotOptimize(everyday::risk(n, S.data(), w.data(), dw.data(), room.data())); });
  compare("portfolio risk", step[gradient(J, w)], dw);
}

void envelope() {
  static constexpr int n = 4096;
  static ctg::column<"x", float, n> x, y;
  static ctg::row<"level", float, 1> level;
  normal(x, 0.f, 1.f, 1);
  static auto step = ctg::program(ctg::scan(
      [](auto const& now, auto const& sample) {
        auto const size = abs(sample);
        return where(size > now, 0.1f * size + 0.9f * now, 0.01f * size + 0.99f * now);
      },
      level, x));
  enter_both(
      "envelope, 4096 samples", [] { step(); }, [] { everyday::envelope(n, x.data(), y.data()); });
  compare("envelope", step.result<0>(), y);
}

void biquad() {
  static constexpr int n = 4096;
  static ctg::tensor<"x", float, n> x, y;
  static ctg::scalar<"b0", float> b0{0.2f};
  static ctg::scalar<"b1", float> b1{0.4f};
  static ctg::scalar<"b2", float> b2{0.2f};
  static ctg::scalar<"a1", float> a1{-0.3f};
  static ctg::scalar<"a2", float> a2{0.2f};
  static float const coefficients[] = {b0(), b1(), b2(), a1(), a2()};
  normal(x, 0.f, 1.f, 1);
  static auto step = ctg::program(std::get<0>(ctg::scan(
      [](auto const& state, auto const& sample) {
        auto const& [before, s1, s2] = state;
        auto const now = b0 * sample + s1;
        return ctg::states(now, b1 * sample - a1 * now + s2, b2 * sample - a2 * now);
      },
      std::tuple(0, 0, 0), x)));
  enter_both(
      "biquad filter, 4096 samples", [] { step(); }, [] { everyday::biquad(n, coefficients, x.data(), y.data()); });
  compare("biquad", step.result<0>(), y);
}

void kalman() {
  static ctg::column<"x", double, 6> x, other_x;
  static ctg::column<"z", double, 3> z{0.1, 1.1, 2.1};
  static ctg::matrix<"P", double, 6, 6> P, other_p;
  static ctg::matrix<"F", double, 6, 6> F;
  static ctg::matrix<"Q", double, 6, 6> Q;
  static ctg::matrix<"H", double, 3, 6> H;
  static ctg::matrix<"R", double, 3, 3> R;
  for (int i = 0; i < 6; ++i) {
    x(i, 0) = other_x(i, 0) = i;
    P(i, i) = other_p(i, i) = F(i, i) = 1;
    Q(i, i) = 0.01;
  }
  for (int i = 0; i < 3; ++i) {
    F(i, i + 3) = R(i, i) = 0.1;
    H(i, i) = 1;
  }
  static auto step = [] {
    auto const ahead = F * x;
    auto const covariance = F * P * transpose(F) + Q;
    auto const measured = H * covariance;
    auto const gain = transpose(solve(measured * transpose(H) + R, measured));
    return ctg::program(ctg::assign(x, ahead + gain * (z - H * ahead)), ctg::assign(P, covariance - gain * measured));
  }();
  enter_both(
      "Kalman filter, 6 states, 3 measurements", [] { step(); },
      [] { everyday::kalman(F.data(), Q.data(), H.data(), R.data(), z.data(), other_x.data(), other_p.data()); });
  compare("Kalman filter", x, other_x);
  compare("Kalman filter, covariance", P, other_p);
}

}  // namespace

int main(int argc, char** argv) {
#if defined(PEERS_OPENBLAS)
  openblas_set_num_threads(1);
#endif
  layer_norm();
  batch_norm();
  narrow_reductions();
  square_reductions();
  adam();
  logistic();
  pairs();
  bodies();
  attention();
  heat();
  rotation();
  risk();
  envelope();
  biquad();
  kalman();
  return good ? ctg_bench::run(argc, argv) : 1;
}
