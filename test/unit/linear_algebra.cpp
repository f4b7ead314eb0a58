// SPDX-License-Identifier: MIT
// Linear algebra as programs run it: factors shared between a value and its derivatives, operands that must be copied
// first, assignment to what is read, singular and large matrices; the kernels against the same algorithm entry by
// entry.
#include <ctg/ctg.hpp>
#include <ctg/random.hpp>

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

using namespace ctg;

TEST_CASE("linear algebra: one factorization serves value and derivatives", "[linear]") {
  matrix<"K", float, dim<"n">, dim<"n">> K(50);
  matrix<"y", float, dim<"n">, 1> y(50);
  uniform(K, -0.1f, 0.1f, 1);
  for (int i = 0; i < 50; ++i) K(i, i) += 2;
  uniform(y, -1, 1, 2);
  auto const J = 0.5f * sum(y % solve(K, y)) + 0.5f * log_determinant(K);  // a Gaussian's negative log-likelihood
  auto step = program(J, gradient(J, K), gradient(J, y));
  constexpr auto factorizations = [] {
    int n = 0;
    for (auto const& c : decltype(step)::plan_type::calls)
      n += decltype(step)::plan_type::nodes[static_cast<std::size_t>(c.node)].is(opcode::lu);
    return n;
  }();
  static_assert(factorizations == 1);
  int run = 0;
  step(traced{[&](int) { ++run; }});
  CHECK(run == decltype(step)::kernels());
  CHECK(step[J] == Approx(evaluate_reference(J)).epsilon(1e-5));
  auto const want = evaluate_reference(gradient(J, K));
  for (int i = 0; i < 50; ++i)
    for (int j = 0; j < 50; ++j) CHECK(step.result<1>()(i, j) == Approx(want(i, j)).margin(1e-5));
  CHECK(decltype(step)::flops(extents<"n">(50)) > 2 * 50 * 50 * 50 / 3);
}

TEST_CASE("linear algebra: padded, transposed and computed operands; assignment", "[linear]") {
  std::vector<double> memory(5 * 9, 7.);
  matrix_view<"A", double, 5, 5> A(memory.data(), stride(9));
  for (int i = 0; i < 5; ++i)
    for (int j = 0; j < 5; ++j) A(i, j) = i == j ? 4 + i : 1. / (1 + i + 2 * j);
  matrix<"X", double, 5, 5> X;
  X = A;
  auto const both = evaluate(inverse(transpose(A)) * transpose(A));
  for (int i = 0; i < 5; ++i)
    for (int j = 0; j < 5; ++j) CHECK(both(i, j) == Approx(i == j).margin(1e-14));
  X = inverse(X);  // reads what it writes
  auto const one = evaluate(A * X);
  for (int i = 0; i < 5; ++i)
    for (int j = 0; j < 5; ++j) CHECK(one(i, j) == Approx(i == j).margin(1e-14));
  A = inverse(2 * A);
  for (int i = 0; i < 5; ++i)
    for (int j = 0; j < 5; ++j) CHECK(A(i, j) == Approx(0.5 * X(i, j)).margin(1e-15));
  CHECK(memory[5] == 7.);
}

TEST_CASE("linear algebra: singular matrices and NaN at run time", "[linear]") {
  matrix<"N", float, 40, 40> N;  // rank 2
  for (int i = 0; i < 40; ++i)
    for (int j = 0; j < 40; ++j) N(i, j) = i % 2 ? 1.f : 2.f;
  CHECK(evaluate(determinant(N)) == 0);
  CHECK(evaluate(log_determinant(N)) == -std::numeric_limits<float>::infinity());
  CHECK_FALSE(std::isfinite(evaluate(sum(abs(inverse(N))))));
  matrix<"M", float, 3, 3> M{{1, 2, 3}, {4, NAN, 6}, {7, 8, 10}};
  CHECK(std::isnan(evaluate(determinant(M))));
  CHECK(std::isnan(evaluate(log_determinant(M))));
}

TEST_CASE("linear algebra: a large inverse starts at the diagonal of I, and is that of any right side", "[linear]") {
  matrix<"A", double, 300, 300> A;
  uniform(A, -1, 1, 5);
  auto p = program(inverse(A), inverse(transpose(A)), 0.5 * solve(A, 2 * identity<300>));
  p();
  double worst = 0;
  for (int i = 0; i < 300; ++i)
    for (int j = 0; j < 300; ++j) {
      worst = std::max(worst, std::abs(p.result<0>()(i, j) - p.result<2>()(i, j)));
      worst = std::max(worst, std::abs(p.result<0>()(i, j) - p.result<1>()(j, i)));
    }
  CHECK(worst < 1e-11);
  CHECK(evaluate(max(abs(A * inverse(A) - identity<300>))) < 1e-10);
  for (int j = 0; j < 300; ++j) A(7, j) = A(8, j) = 0;  // no pivots in two columns
  CHECK_FALSE(std::isfinite(evaluate(sum(abs(inverse(A))))));
  CHECK_FALSE(std::isfinite(evaluate(sum(abs(inverse(transpose(A)))))));
}

TEST_CASE("linear algebra: large systems have small residuals", "[linear]") {
  matrix<"A", double, dim<"n">, dim<"n">> A(301);
  matrix<"B", double, dim<"n">, 7> B(301);
  uniform(A, -1, 1, 3);
  uniform(B, -1, 1, 4);
  auto const residual = evaluate(max(abs(A * solve(A, B) - B))), size = evaluate(max(abs(solve(A, B))));
  CHECK(residual <= 301 * 2.2e-16 * 301 * size);
  auto const turned = evaluate(max(abs(transpose(A) * solve(transpose(A), B) - B)));
  CHECK(turned <= 301 * 2.2e-16 * 301 * evaluate(max(abs(solve(transpose(A), B)))));
}

namespace {

// What the kernels write, with room for what they may pack and a mark behind it.
template <class T>
struct kernel_run {
  std::vector<T> memory;
  std::size_t room;
  kernel::vector_rows<T> rows;
  kernel_run(std::int64_t n, std::int64_t m)
      : memory(static_cast<std::size_t>(kernel::lu_scratch<T>(n, m)) + 128, T(7)),
        room(static_cast<std::size_t>(kernel::lu_scratch<T>(n, m))) {
    auto const at = reinterpret_cast<std::uintptr_t>(memory.data());
    rows.scratch = memory.data() + (64 - at % 64) % 64 / sizeof(T);
  }
  bool in_bounds() const {
    auto const used = static_cast<std::size_t>(rows.scratch - memory.data()) + room;
    return std::all_of(memory.begin() + static_cast<std::ptrdiff_t>(used), memory.end(), [](T x) { return x == T(7); });
  }
};

template <class T>
void same_factors(std::vector<T> const& a, std::int64_t n) {
  std::vector<T> plain = a, fast = a, pivots(static_cast<std::size_t>(n)), chosen(static_cast<std::size_t>(n));
  kernel_run<T> run(n, n);
  math::factor_lu(math::plain_rows<T>{}, plain.data(), n, pivots.data(), n, n);
  math::factor_lu(run.rows, fast.data(), n, chosen.data(), n, n);
  INFO("n = " << n);
  CHECK(pivots == chosen);
  CHECK(run.in_bounds());
  // both errors are below n ε max |U| (Higham, Accuracy and Stability of Numerical Algorithms, 9.3), here with the
  // growth of the differences along a row
  T largest = 0;
  for (T x : plain) largest = std::isfinite(x) ? std::max(largest, std::abs(x)) : largest;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    bool const both = std::isfinite(plain[i]) == std::isfinite(fast[i]);
    bool const near =
        std::abs(plain[i] - fast[i]) <= 500 * std::numeric_limits<T>::epsilon() * static_cast<T>(n) * largest;
    if (!both || (std::isfinite(plain[i]) && !near)) {
      FAIL("entry " << i << ": " << plain[i] << " entry by entry, " << fast[i] << " by the kernel");
    }
  }
}

template <class T>
void same_factors() {
  for (std::int64_t n : {1, 2, 7, 12, 13, 16, 17, 31, 32, 33, 50, 100, 129}) {
    auto const count = static_cast<std::size_t>(n * n);
    std::vector<T> a(count);
    std::uint64_t random = 1;
    for (T& x : a) {
      random = random * 6364136223846793005ull + 1442695040888963407ull;
      x = static_cast<T>(static_cast<double>(random >> 11) * 0x1p-52 - 1);
    }
    same_factors(a, n);
    std::vector<T> ties(count);  // the first of several largest, of either sign
    for (std::size_t i = 0; i < count; ++i) ties[i] = a[i] < 0 ? T(-1) : T(1);
    for (std::int64_t i = 0; i < n; ++i) ties[static_cast<std::size_t>(i * (n + 1))] = T(0.5);
    if (n <= 13) same_factors(ties, n);  // beyond, rounding decides
    std::vector<T> rank_one(count, T(2));
    same_factors(rank_one, n);
    same_factors(std::vector<T>(count, T(0)), n);
    for (std::int64_t at : {std::int64_t{0}, n / 2 * (n + 1)}) {
      std::vector<T> broken = a;
      broken[static_cast<std::size_t>(at)] = std::numeric_limits<T>::quiet_NaN();
      same_factors(broken, n);
    }
  }
}

}  // namespace

TEST_CASE("linear algebra: kernels choose the pivots that elimination entry by entry chooses", "[linear]") {
  same_factors<float>();
  same_factors<double>();
}

namespace {

// Straight-line code for N unknowns and M right sides against the algorithm for any number; `what` names the matrix.
template <std::int64_t N, std::int64_t M, class T>
void same_small_system(std::vector<T> const& a, char const* what) {
  INFO(N << " unknowns, " << M << " right sides, " << what);
  std::vector<T> want = a, pivots(N), lu((N + 1) * N);
  math::factor_lu(math::plain_rows<T>{}, want.data(), N, pivots.data(), N, N);
  want.insert(want.end(), pivots.begin(), pivots.end());
  kernel::factor_small<N>(a.data(), lu.data());
  // with one rounding for a product and a sum or with two, as the compiler has it in either place
  auto const same = [](std::vector<T> const& x, std::vector<T> const& y) {
    T worst = 0, largest = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (std::isfinite(x[i]) != std::isfinite(y[i]) || std::isnan(x[i]) != std::isnan(y[i])) return false;
      if (!std::isfinite(x[i])) continue;
      worst = std::max(worst, std::abs(x[i] - y[i]));
      largest = std::max(largest, std::abs(x[i]));
    }
    return worst <= 50 * std::numeric_limits<T>::epsilon() * largest;
  };
  CHECK(same(lu, want));
  CHECK(std::equal(pivots.begin(), pivots.end(), lu.end() - N));
  std::vector<T> b(N * M), x(N * M + 1, T(7));
  for (std::size_t i = 0; i < b.size(); ++i) b[i] = static_cast<T>(std::cos(1.3 * static_cast<double>(i)));
  auto const solves = [&]<bool Transposed>(std::bool_constant<Transposed>) {
    std::vector<T> general = b;
    math::solve_lu(math::plain_rows<T>{}, lu.data(), lu.data() + N * N, Transposed, general.data(), N, M);
    kernel::solve_small<N, M, Transposed>(lu.data(), b.data(), x.data());
    CHECK(x.back() == T(7));
    CHECK(same({x.begin(), x.end() - 1}, general));
  };
  solves(std::false_type{});
  solves(std::true_type{});
  T determinant = 1;
  for (std::int64_t k = 0; k < N; ++k)
    determinant *= lu[static_cast<std::size_t>(k * (N + 1))] * (pivots[static_cast<std::size_t>(k)] == T(k) ? 1 : -1);
  CHECK(same({kernel::determinant_small<N>(lu.data())}, {determinant}));
}

template <std::int64_t N, std::int64_t M, class T>
void same_small_systems() {
  std::vector<T> a(N * N), ties(N * N), turned(N * N, T(0)), broken(N * N);
  for (std::size_t i = 0; i < a.size(); ++i) {
    a[i] = static_cast<T>(std::sin(2.1 * static_cast<double>(i) + 1));
    ties[i] = a[i] < 0 ? T(-1) : T(1);
    broken[i] = i == N + 1 ? std::numeric_limits<T>::quiet_NaN() : a[i];
  }
  for (std::size_t i = 0; i < N; ++i) {
    ties[i * (N + 1)] = T(0.5);
    turned[i * N + (i + 1) % N] = T(2);  // each row is exchanged
  }
  same_small_system<N, M>(a, "of sines");
  same_small_system<N, M>(turned, "rows in another order");
  same_small_system<N, M>(std::vector<T>(N * N, T(2)), "of rank 1");
  same_small_system<N, M>(std::vector<T>(N * N, T(0)), "of zeros");
  if (N <= 4) same_small_system<N, M>(ties, "ties");  // beyond, rounding decides
  same_small_system<N, M>(broken, "with NaN");
}

}  // namespace

TEST_CASE("linear algebra: small systems as straight-line code", "[linear]") {
  same_small_systems<2, 3, float>();
  same_small_systems<3, 6, double>();
  same_small_systems<5, 1, float>();
  same_small_systems<8, 13, double>();
}

TEST_CASE("linear algebra: small systems in a step of a Kalman filter, alone and in a scan", "[linear]") {
  tensor<"Z", double, dim<"T">, 2> Z(5);
  column<"x0", double, 3> x0{0.5, -1, 2};
  matrix<"P0", double, 3, 3> P0{{2, 0.5, 0}, {0.5, 1, 0.25}, {0, 0.25, 3}};
  matrix<"F", double, 3, 3> F{{1, 0.1, 0}, {0, 1, 0.1}, {0, -0.1, 0.9}};
  matrix<"H", double, 2, 3> H{{0.01, 1, 0}, {1, 0, 1}};  // pivots are exchanged where it has off-diagonal weight
  matrix<"R", double, 2, 2> R{{0.1, 1.5}, {1.5, 0.2}};
  uniform(Z, -1., 1., 7);
  auto const filter = [&](auto const& state, auto const& z) {
    auto const& [x, P] = state;
    auto const HP = H * P;
    auto const K = transpose(solve(HP * transpose(H) + R, HP));
    auto const now = x + K * (reshape<2, 1>(z) - H * x);
    return states(F * now, F * (P - K * HP) * transpose(F));
  };
  auto const [x, P] = scan(filter, states(x0, P0), Z);
  auto p = program(x, P);
  p();
  auto const want_x = evaluate_reference(x);
  auto const want_p = evaluate_reference(P);
  for (int t = 0; t < 5; ++t)
    for (int i = 0; i < 3; ++i) {
      CHECK(p.result<0>()(t, i, 0) == Approx(want_x(t, i, 0)).epsilon(1e-12));
      for (int j = 0; j < 3; ++j) CHECK(p.result<1>()(t, i, j) == Approx(want_p(t, i, j)).epsilon(1e-12));
    }
  row<"z", double, 2> z{0.25, -0.5};
  auto const HP = H * P0;
  auto const K = transpose(solve(HP * transpose(H) + R, HP));
  auto step = program(assign(x0, x0 + K * (transpose(z) - H * x0)), assign(P0, P0 - K * HP));
  auto const next_x = evaluate_reference(x0 + K * (transpose(z) - H * x0));
  auto const next_p = evaluate_reference(P0 - K * HP);
  step();
  for (int i = 0; i < 3; ++i) {
    CHECK(x0(i, 0) == Approx(next_x(i, 0)).epsilon(1e-12));
    for (int j = 0; j < 3; ++j) CHECK(P0(i, j) == Approx(next_p(i, j)).epsilon(1e-12));
  }
  auto system = program(solve(P0, x0), determinant(P0));
  static_assert(kernel::tiny_program<decltype(system)::plan_type>::applies);
  system();
  auto const solved = evaluate_reference(solve(P0, x0));
  for (int i = 0; i < 3; ++i) CHECK(system.result<0>()(i, 0) == Approx(solved(i, 0)).epsilon(1e-12));
  CHECK(system.result<1>() == Approx(evaluate_reference(determinant(P0))).epsilon(1e-12));
}

TEMPLATE_TEST_CASE("linear algebra: triangular systems of any size, within their scratch", "[linear]", float, double) {
  using T = TestType;
  for (std::int64_t n : {1, 3, 16, 17, 40, 200, 600})
    for (std::int64_t m : {1, 2, 9, 16, 33, 70, 500}) {
      std::vector<T> t(static_cast<std::size_t>(n * n)), b(static_cast<std::size_t>(n * m));
      std::uint64_t random = 3;
      auto next = [&] {
        random = random * 6364136223846793005ull + 1442695040888963407ull;
        return static_cast<T>(static_cast<double>(random >> 11) * 0x1p-52 - 1);
      };
      for (T& x : t) x = next() / static_cast<T>(n);
      for (std::int64_t i = 0; i < n; ++i) t[static_cast<std::size_t>(i * (n + 1))] = T(1.5);
      for (T& x : b) x = next();
      for (int form = 0; form < 8; ++form) {
        bool const lower = form & 1, unit = form & 2, transposed = form & 4;
        math::triangle<T> const shape{t.data(), transposed ? 1 : n, transposed ? n : 1, lower, unit};
        std::vector<T> x = b;
        kernel_run<T> run(n, m);
        math::solve_triangular(run.rows, shape, x.data(), m, n, m);
        CHECK(run.in_bounds());
        if (n * m > 40 * 500 && form % 3) continue;  // the check below is slow
        T worst = 0;
        for (std::int64_t i = 0; i < n; ++i)
          for (std::int64_t j = 0; j < m; ++j) {
            long double sum = unit ? x[static_cast<std::size_t>(i * m + j)] : 0;
            for (std::int64_t k = lower ? 0 : i + unit; k < (lower ? i + !unit : n); ++k)
              sum += static_cast<long double>(shape.at(i, k)) * x[static_cast<std::size_t>(k * m + j)];
            worst = std::max(worst, static_cast<T>(std::abs(sum - b[static_cast<std::size_t>(i * m + j)])));
          }
        INFO("n = " << n << ", m = " << m << ", form " << form);
        CHECK(worst <= static_cast<T>(n + 8) * 4 * std::numeric_limits<T>::epsilon());
      }
    }
}
