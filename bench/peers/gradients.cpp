// SPDX-License-Identifier: MIT
// What a gradient costs beside the value: the functions of ADBenchmark (FastAD's) that are one expression here, in
// double precision, with vectors of 1024 and 16384 entries and matrices of 64 and 181 (named extents: one program for
// all). The ratio of cotangent_gradient is that of value and gradient to the value alone. Closed forms check both
// before they are timed. Stochastic volatility is missing, a recurrence over its samples; sums and products written as
// loops over entries are the same expressions as sum and prod here.
#include <ctg/ctg.hpp>

#include "ratios.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

namespace {

using ctg::dim;
using values = std::vector<double>;

values numbers(std::size_t n, double low, double high) {
  static std::uint32_t seed = 1;
  values v(n);
  for (double& x : v) {
    seed = seed * 1664525u + 1013904223u;
    x = low + (high - low) * static_cast<double>(seed) / 4294967296.0;
  }
  return v;
}

template <class Leaf>
Leaf leaf_of(values const& v, auto... extents) {
  Leaf leaf(extents...);
  std::copy(v.begin(), v.end(), leaf.begin());
  return leaf;
}

double worst = 0;

void compare_value(double got, double right, double magnitude) {
  double const error = std::abs((got - right) / magnitude);
  worst = std::isnan(error) ? INFINITY : std::max(worst, error);
}

void compare_value(auto& g, double right, double magnitude) requires requires { g.value(); }
{ compare_value(g.value(), right, magnitude); }

/// Relative to the largest entry.
void compare(auto const& got, values const& right) {
  double largest = 0;
  for (double r : right) largest = std::max(largest, std::abs(r));
  for (std::size_t i = 0; i < right.size(); ++i) compare_value(got.data()[i], right[i], largest);
}

/// Function::with(n, body) calls body(J, check, x...) with the function of size n, its variables, and check(g), which
/// compares g.value() and g[x]... with closed forms. False if they differ.
template <class Function>
bool enter(std::string const& function, std::size_t n) {
  std::string const name = function + " " + std::to_string(n);
  worst = 0;
  Function::with(n, [](auto const& J, auto const& check, auto const&... x) {
    auto g = ctg::value_and_gradient(J, x...);
    g();
    check(g);
  });
  // sums of up to 16384 terms in any order
  if (!(worst <= 1e-11)) {
    std::fprintf(stderr, "%s is wrong: %.1e\n", name.c_str(), worst);
    return false;
  }
  benchmark::RegisterBenchmark((name + "/cotangent_value").c_str(), [n](benchmark::State& state) {
    Function::with(n, [&](auto const& J, auto const&, auto const&...) {
      auto value = ctg::program(J);
      for (auto _ : state) {
        value();
        benchmark::DoNotOptimize(value[J]);
      }
    });
  });
  benchmark::RegisterBenchmark((name + "/cotangent_gradient").c_str(), [n](benchmark::State& state) {
    Function::with(n, [&](auto const& J, auto const&, auto const&... x) {
      auto gradient = ctg::value_and_gradient(J, x...);
      for (auto _ : state) {
        gradient();
        benchmark::DoNotOptimize(gradient.value());
        benchmark::ClobberMemory();
      }
    });
  });
  return true;
}

template <ctg::symbol Name>
using vector = ctg::row<Name, double, dim<"N">>;
template <ctg::symbol Name>
using square_matrix = ctg::matrix<Name, double, dim<"K">, dim<"K">>;

// f = Σ x_i
struct sum_of {
  static void with(std::size_t n, auto const& body) {
    auto const x = leaf_of<vector<"x">>(numbers(n, -1, 1), n);
    body(
        sum(x),
        [&](auto& g) {
          double total = 0;
          for (double e : x) total += e;
          compare_value(g, total, std::sqrt(static_cast<double>(n)));
          compare(g[x], values(n, 1));
        },
        x);
  }
};

// f = Π x_i, about 1
struct product_of {
  static void with(std::size_t n, auto const& body) {
    auto const x = leaf_of<vector<"x">>(numbers(n, 0.99, 1.01), n);
    body(
        prod(x),
        [&](auto& g) {
          double total = 1;
          for (double e : x) total *= e;
          compare_value(g, total, total);
          values right;
          for (double e : x) right.push_back(total / e);
          compare(g[x], right);
        },
        x);
  }
};

// f = log Σ exp x_i
struct log_sum_exp {
  static void with(std::size_t n, auto const& body) {
    auto const x = leaf_of<vector<"x">>(numbers(n, -5, 5), n);
    body(
        logsumexp(x),
        [&](auto& g) {
          double total = 0;
          for (double e : x) total += std::exp(e);
          compare_value(g, std::log(total), 1);
          values right;
          for (double e : x) right.push_back(std::exp(e) / total);
          compare(g[x], right);
        },
        x);
  }
};

// f = Σ_i log density of N(μ, σ) at x_i, up to its constant
struct normal_log_density {
  static void with(std::size_t n, auto const& body) {
    auto const x = leaf_of<vector<"x">>(numbers(n, -2, 2), n);
    double const mu = -0.56, sigma = 1.37;
    ctg::scalar<"mu", double> const m{mu};
    ctg::scalar<"sigma", double> const s{sigma};
    body(
        -sum(square((x - m) / s) / 2 + log(s)),
        [&](auto& g) {
          double total = 0;
          values right;
          for (double e : x) {
            total -= (e - mu) * (e - mu) / (2 * sigma * sigma) + std::log(sigma);
            right.push_back((mu - e) / (sigma * sigma));
          }
          compare_value(g, total, total);
          compare(g[x], right);
        },
        x);
  }
};

// f = Σ_i log density of N(x_iᵀw + b, σ) at y_i, with standard normal priors of w and b: 1000 samples of n features
struct regression {
  static void with(std::size_t n, auto const& body) {
    constexpr std::size_t samples = 1000;
    auto const X = leaf_of<ctg::matrix<"X", double, samples, dim<"N">>>(numbers(samples * n, -1, 1), n);
    auto const y = leaf_of<ctg::column<"y", double, samples>>(numbers(samples, -1, 1));
    auto const w = leaf_of<ctg::column<"w", double, dim<"N">>>(numbers(n, -0.1, 0.1), n);
    double const offset = 0.2, deviation = 1.3;
    ctg::scalar<"b", double> const b{offset};
    ctg::scalar<"s", double> const s{deviation};
    body(
        -sum(square((y - X * w - b) / s) / 2 + log(s)) - sum(square(w)) / 2 - square(b) / 2,
        [&](auto& g) {
          double total = -offset * offset / 2, db = -offset, ds = 0;
          values dw;
          for (double e : w) {
            total -= e * e / 2;
            dw.push_back(-e);
          }
          for (std::size_t i = 0; i < samples; ++i) {
            double r = y(i, 0) - offset;
            for (std::size_t k = 0; k < n; ++k) r -= X(i, k) * w(k, 0);
            double const scaled = r / (deviation * deviation);
            total -= r * scaled / 2 + std::log(deviation);
            db += scaled;
            ds += r * scaled / deviation - 1 / deviation;
            for (std::size_t k = 0; k < n; ++k) dw[k] += scaled * X(i, k);
          }
          compare_value(g, total, total);
          compare(g[w], dw);
          compare_value(g[b], db, static_cast<double>(samples));
          compare_value(g[s], ds, static_cast<double>(samples));
        },
        w, b, s);
  }
};

// f = Σ (A·B)_ij, where the product need not be formed; and f = Σ M ⊙ (A·B) with M of ones, where the library cannot
// know that
template <bool Hidden>
struct sum_of_product {
  static void with(std::size_t n, auto const& body) {
    auto const A = leaf_of<square_matrix<"A">>(numbers(n * n, -1, 1), n);
    auto const B = leaf_of<square_matrix<"B">>(numbers(n * n, -1, 1), n);
    auto const M = leaf_of<square_matrix<"M">>(values(n * n, 1), n);
    auto const J = [&] {
      if constexpr (Hidden)
        return sum(M % (A * B));
      else
        return sum(A * B);
    }();
    body(
        J,
        [&](auto& g) {
          values rows(n), columns(n), dA, dB;
          for (std::size_t i = 0; i < n; ++i)
            for (std::size_t j = 0; j < n; ++j) {
              rows[i] += B(i, j);
              columns[j] += A(i, j);
            }
          double total = 0;
          for (std::size_t k = 0; k < n; ++k) total += columns[k] * rows[k];
          for (std::size_t i = 0; i < n; ++i)
            for (std::size_t j = 0; j < n; ++j) {
              dA.push_back(rows[j]);
              dB.push_back(columns[i]);
            }
          compare_value(g, total, static_cast<double>(n * n));
          compare(g[A], dA);
          compare(g[B], dB);
        },
        A, B);
  }
};

}  // namespace

int main(int argc, char** argv) {
  bool good = true;
  for (std::size_t n : {1024u, 16384u}) {
    good = enter<sum_of>("sum", n) && good;
    good = enter<product_of>("product", n) && good;
    good = enter<log_sum_exp>("log-sum-exp", n) && good;
    good = enter<normal_log_density>("normal log-density", n) && good;
  }
  for (std::size_t n : {16u, 128u}) good = enter<regression>("regression, 1000 samples of", n) && good;
  for (std::size_t n : {64u, 181u}) {
    good = enter<sum_of_product<false>>("sum of A·B, rewritten,", n) && good;
    good = enter<sum_of_product<true>>("sum of A·B, as written,", n) && good;
  }
  return good ? ctg_bench::run(argc, argv) : 1;
}
