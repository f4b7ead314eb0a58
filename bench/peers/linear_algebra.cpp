// SPDX-License-Identifier: MIT
// Systems of equations, inverses and determinants against OpenBLAS (getrf, getrs, getri) and Eigen (PartialPivLU), one
// thread each, float and double, n from 8 to 1024 (a named extent: one program for all). Residuals and determinants are
// compared before anything is timed.
#include <ctg/ctg.hpp>
#include <ctg/random.hpp>

#include "ratios.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#if defined(PEERS_EIGEN)
#include <Eigen/Dense>
#endif

#if defined(PEERS_OPENBLAS)
extern "C" {
void openblas_set_num_threads(int threads);
void sgetrf_(int const*, int const*, float*, int const*, int*, int*);
void dgetrf_(int const*, int const*, double*, int const*, int*, int*);
void sgetri_(int const*, float*, int const*, int const*, float*, int const*, int*);
void dgetri_(int const*, double*, int const*, int const*, double*, int const*, int*);
void sgetrs_(char const*, int const*, int const*, float const*, int const*, int const*, float*, int const*, int*);
void dgetrs_(char const*, int const*, int const*, double const*, int const*, int const*, double*, int const*, int*);
}
#endif

namespace {

template <class T>
struct problem {
  int n;
  ctg::matrix<"A", T, ctg::dim<"n">, ctg::dim<"n">> A;
  ctg::matrix<"b", T, ctg::dim<"n">, 1> b;

  explicit problem(int order) : n(order), A(order), b(order) {
    uniform(A, T(-1), T(1), 1);
    uniform(b, T(-1), T(1), 2);
  }
  std::size_t size() const { return static_cast<std::size_t>(n) * static_cast<std::size_t>(n); }
};

#if defined(PEERS_OPENBLAS)
// Column-major: the rows of A are its columns, and Aᵀ stands for A throughout.
template <class T>
class openblas {
 public:
  explicit openblas(problem<T> const& p)
      : p_(p), lu_(p.size()), x_(static_cast<std::size_t>(p.n)), room_(64 * x_.size()), pivots_(x_.size()) {}

  T log_determinant() {
    factor();
    T sum = 0;
    for (std::size_t k = 0; k < x_.size(); ++k) sum += std::log(std::abs(lu_[k * (x_.size() + 1)]));
    return sum;
  }
  T const* solve() {
    factor();
    std::copy(p_.b.begin(), p_.b.end(), x_.begin());
    int const one = 1;
    int state = 0;
    call(sgetrs_, dgetrs_, "T", &p_.n, &one, lu_.data(), &p_.n, pivots_.data(), x_.data(), &p_.n, &state);
    return x_.data();
  }
  T const* inverse() {
    factor();
    int const room = static_cast<int>(room_.size());
    int state = 0;
    call(sgetri_, dgetri_, &p_.n, lu_.data(), &p_.n, pivots_.data(), room_.data(), &room, &state);
    return lu_.data();
  }

 private:
  template <class... Arguments>
  static void call(auto single, auto twice, Arguments... arguments) {
    if constexpr (std::is_same_v<T, float>)
      single(arguments...);
    else
      twice(arguments...);
  }
  void factor() {
    std::copy(p_.A.begin(), p_.A.end(), lu_.begin());
    int state = 0;
    call(sgetrf_, dgetrf_, &p_.n, &p_.n, lu_.data(), &p_.n, pivots_.data(), &state);
  }

  problem<T> const& p_;
  std::vector<T> lu_, x_, room_;
  std::vector<int> pivots_;
};
#endif

#if defined(PEERS_EIGEN)
template <class T>
class eigen {
 public:
  using matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  explicit eigen(problem<T> const& p)
      : A_(p.A.data(), p.n, p.n), b_(p.b.data(), p.n), lu_(p.n), x_(p.n), y_(p.n, p.n) {}

  T log_determinant() {
    lu_.compute(A_);
    return lu_.matrixLU().diagonal().array().abs().log().sum();
  }
  T const* solve() {
    x_.noalias() = lu_.compute(A_).solve(b_);
    return x_.data();
  }
  T const* inverse() {
    y_.noalias() = lu_.compute(A_).inverse();
    return y_.data();
  }

 private:
  Eigen::Map<matrix const> A_;
  Eigen::Map<Eigen::Matrix<T, Eigen::Dynamic, 1> const> b_;
  Eigen::PartialPivLU<matrix> lu_;
  Eigen::Matrix<T, Eigen::Dynamic, 1> x_;
  matrix y_;
};
#endif

template <class T>
class cotangent {
 public:
  explicit cotangent(problem<T> const& p)
      : solve_(ctg::program(ctg::solve(p.A, p.b))),
        inverse_(ctg::program(ctg::inverse(p.A))),
        logarithm_(ctg::program(ctg::log_determinant(p.A))) {}

  T log_determinant() {
    logarithm_();
    return logarithm_.template result<0>();
  }
  T const* solve() {
    solve_();
    return solve_.template result<0>().data();
  }
  T const* inverse() {
    inverse_();
    return inverse_.template result<0>().data();
  }

 private:
  using leaf = problem<T>;
  decltype(ctg::program(ctg::solve(std::declval<leaf const&>().A, std::declval<leaf const&>().b))) solve_;
  decltype(ctg::program(ctg::inverse(std::declval<leaf const&>().A))) inverse_;
  decltype(ctg::program(ctg::log_determinant(std::declval<leaf const&>().A))) logarithm_;
};

/// The largest |A x − b| over n ε |x|.
template <class T>
double residual(problem<T> const& p, T const* x) {
  double worst = 0, size = 0;
  for (int i = 0; i < p.n; ++i) {
    double sum = -static_cast<double>(p.b(i, 0));
    for (int j = 0; j < p.n; ++j) sum += static_cast<double>(p.A(i, j)) * static_cast<double>(x[j]);
    worst = std::max(worst, std::abs(sum));
    size = std::max(size, std::abs(static_cast<double>(x[i])));
  }
  return worst / (p.n * static_cast<double>(std::numeric_limits<T>::epsilon()) * size);
}

template <class Contestant, class T>
bool enter(char const* name, problem<T> const& p, double logarithm) {
  std::string const type = std::is_same_v<T, float> ? "float" : "double", n = std::to_string(p.n);
  Contestant c(p);
  T const* const y = c.inverse();
  std::vector<T> x(static_cast<std::size_t>(p.n));  // A⁻¹ b
  for (int i = 0; i < p.n; ++i)
    for (int j = 0; j < p.n; ++j) x[static_cast<std::size_t>(i)] += y[i * p.n + j] * p.b(j, 0);
  double const error = std::abs(static_cast<double>(c.log_determinant()) - logarithm);
  // an inverse multiplies the residual by the condition, which is of the size of n² here
  if (!(residual(p, c.solve()) <= 10) || !(residual(p, x.data()) <= 10. * p.n) || !(error <= 1e-3 * p.n)) {
    std::fprintf(stderr, "%s is wrong for %s matrices of order %s\n", name, type.c_str(), n.c_str());
    return false;
  }
  auto const add = [&](char const* task, auto const& run) {
    std::string const title = std::string(task) + " " + type + " " + n + "/" + name;
    benchmark::RegisterBenchmark(title.c_str(), [&p, run](benchmark::State& state) {
      Contestant contestant(p);
      for (auto _ : state) {
        benchmark::DoNotOptimize(run(contestant));
        benchmark::ClobberMemory();
      }
    });
  };
  add("log_determinant", [](Contestant& of) { return of.log_determinant(); });
  add("solve, one column,", [](Contestant& of) { return of.solve(); });
  add("inverse", [](Contestant& of) { return of.inverse(); });
  return true;
}

template <class T>
bool enter_all(int n) {
  static std::vector<problem<T>> problems;
  if (problems.empty()) problems.reserve(8);
  problem<T> const& p = problems.emplace_back(n);
  ctg::matrix<"D", double, ctg::dim<"n">, ctg::dim<"n">> D(n);
  std::copy(p.A.begin(), p.A.end(), D.begin());
  double const logarithm = ctg::evaluate(ctg::log_determinant(D));
  bool good = enter<cotangent<T>>("cotangent", p, logarithm);
#if defined(PEERS_OPENBLAS)
  good = enter<openblas<T>>("openblas", p, logarithm) && good;
#endif
#if defined(PEERS_EIGEN)
  good = enter<eigen<T>>("eigen", p, logarithm) && good;
#endif
  return good;
}

}  // namespace

int main(int argc, char** argv) {
#if defined(PEERS_OPENBLAS)
  openblas_set_num_threads(1);
#endif
  bool good = true;
  for (int n : {8, 32, 128, 512, 1024}) good = enter_all<float>(n) && enter_all<double>(n) && good;
  return good ? ctg_bench::run(argc, argv) : 1;
}
