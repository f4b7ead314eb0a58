// SPDX-License-Identifier: MIT
// The element-wise functions in L1 (4096 elements), in items per second: ours, xsimd's own, and Eigen's where it is
// installed.
#include <ctg/config.hpp>
#include <ctg/kernel/math.hpp>

#include "ratios.hpp"

#include <benchmark/benchmark.h>
#if __has_include(<Eigen/Core>)
#include <Eigen/Core>
#endif

#include <cmath>
#include <cstddef>
#include <memory>
#include <string>

namespace {

namespace kernel = ctg::kernel;

constexpr std::ptrdiff_t count = 4096;

/// Arguments spread over [low, high], in an order without pattern, and room for the results half a page behind them:
/// where both have the same offset in a page, every load waits for a store (measured: 10 %).
template <class T>
struct memory {
  alignas(4096) T x[count];
  alignas(4096) char gap[2048];
  alignas(64) T y[count];

  memory(double low, double high) {
    for (std::ptrdiff_t i = 0; i < count; ++i)
      x[i] = static_cast<T>(low + (high - low) * static_cast<double>(i * 1597 % count) / count);
  }
};

template <class T, class Loop>
void measure(std::string const& name, double low, double high, Loop loop) {
  benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) {
    auto const m = std::make_unique<memory<T>>(low, high);
    for (auto _ : state) {
      loop(m->x, m->y);
      benchmark::ClobberMemory();
    }
    state.SetItemsProcessed(state.iterations() * count);
  });
}

/// The functors are always inlined: g++ would call those of the longer functions once for each batch.
template <class T, class F>
void measure_batch(std::string const& name, double low, double high, F f) {
  measure<T>(name, low, high, [f](T const* x, T* y) {
    for (std::ptrdiff_t i = 0; i < count; i += kernel::lanes<T>) kernel::store(y + i, f(kernel::load(x + i)));
  });
}

/// One function by the library, by xsimd, and by Eigen (`eigen` maps an array expression; nullptr where Eigen has no
/// such function).
template <class Ours, class Xsimd, class Eigens>
void compare(std::string const& name, double low, double high, Ours ours, Xsimd theirs, [[maybe_unused]] Eigens eigen) {
  auto const for_type = [&]<class T>(T) {
    std::string const workload = (sizeof(T) == 4 ? "float/" : "double/") + name;
    measure_batch<T>(workload + "/cotangent", low, high, ours);
    measure_batch<T>(workload + "/xsimd", low, high, theirs);
#if __has_include(<Eigen/Core>)
    if constexpr (!std::is_null_pointer_v<Eigens>)
      measure<T>(workload + "/eigen", low, high, [eigen](T const* x, T* y) {
        using array = Eigen::Array<T, Eigen::Dynamic, 1>;
        Eigen::Map<array>(y, count) = eigen(Eigen::Map<array const>(x, count));
      });
#endif
  };
  for_type(float{});
  for_type(double{});
}

}  // namespace

int main(int argc, char** argv) {
  namespace m = ctg::math;
  compare(
      "exp", -10, 10, [](auto x) CTG_INLINE_LAMBDA { return m::exp(x); },
      [](auto x) CTG_INLINE_LAMBDA { return xsimd::exp(x); }, [](auto const& x) { return x.exp(); });
  compare(
      "expm1", -2, 2, [](auto x) CTG_INLINE_LAMBDA { return m::expm1(x); },
      [](auto x) CTG_INLINE_LAMBDA { return xsimd::expm1(x); }, [](auto const& x) { return x.expm1(); });
  compare(
      "log", 0.01, 10, [](auto x) CTG_INLINE_LAMBDA { return m::log(x); },
      [](auto x) CTG_INLINE_LAMBDA { return xsimd::log(x); }, [](auto const& x) { return x.log(); });
  compare(
      "log1p", -0.9, 10, [](auto x) CTG_INLINE_LAMBDA { return m::log1p(x); },
      [](auto x) CTG_INLINE_LAMBDA { return xsimd::log1p(x); }, [](auto const& x) { return x.log1p(); });
  compare(
      "tanh", -5, 5, [](auto x) CTG_INLINE_LAMBDA { return m::tanh(x); },
      [](auto x) CTG_INLINE_LAMBDA { return xsimd::tanh(x); }, [](auto const& x) { return x.tanh(); });
  compare(
      "sigmoid", -10, 10, [](auto x) CTG_INLINE_LAMBDA { return m::sigmoid(x); },
      [](auto x) CTG_INLINE_LAMBDA {
        using X = decltype(x);
        return X(1) / (X(1) + xsimd::exp(-x));
      },
      [](auto const& x) {
        using T = typename std::decay_t<decltype(x)>::Scalar;
        return x.unaryExpr(Eigen::internal::scalar_logistic_op<T>());
      });
  compare(
      "softplus", -10, 10, [](auto x) CTG_INLINE_LAMBDA { return m::softplus(x); },
      [](auto x) CTG_INLINE_LAMBDA {
        using X = decltype(x);
        return xsimd::max(x, X(0)) + xsimd::log1p(xsimd::exp(-xsimd::abs(x)));
      },
      nullptr);
  compare(
      "sin", -30, 30, [](auto x) CTG_INLINE_LAMBDA { return m::sin(x); },
      [](auto x) CTG_INLINE_LAMBDA { return xsimd::sin(x); }, [](auto const& x) { return x.sin(); });
  compare(
      "cos", -30, 30, [](auto x) CTG_INLINE_LAMBDA { return m::cos(x); },
      [](auto x) CTG_INLINE_LAMBDA { return xsimd::cos(x); }, [](auto const& x) { return x.cos(); });
  compare(
      "erf", -3, 3, [](auto x) CTG_INLINE_LAMBDA { return m::erf(x); },
      [](auto x) CTG_INLINE_LAMBDA { return xsimd::erf(x); }, nullptr);
  compare(
      "erfc", -3, 6, [](auto x) CTG_INLINE_LAMBDA { return m::erfc(x); },
      [](auto x) CTG_INLINE_LAMBDA { return xsimd::erfc(x); }, nullptr);
  compare(
      "gelu", -5, 5, [](auto x) CTG_INLINE_LAMBDA { return m::gelu(x); },
      [](auto x) CTG_INLINE_LAMBDA {
        using X = decltype(x);
        return X(0.5) * x * xsimd::erfc(X(static_cast<typename X::value_type>(-0.70710678118654752)) * x);
      },
      nullptr);
  compare(
      "atan", -3, 3, [](auto x) CTG_INLINE_LAMBDA { return m::atan(x); },
      [](auto x) CTG_INLINE_LAMBDA { return xsimd::atan(x); }, [](auto const& x) { return x.atan(); });
  return ctg_bench::run(argc, argv);
}
