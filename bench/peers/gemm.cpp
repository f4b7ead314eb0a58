// SPDX-License-Identifier: MIT
// GEMM against OpenBLAS, BLIS, oneDNN, libxsmm and Eigen, one thread each, all in one process and interleaved at each
// size. Every peer is optional; shared libraries are opened at run time, each in a scope of its own, because OpenBLAS
// and BLIS export the same names. A build for AVX2 holds the peers to AVX2 too.
//   taskset -c 1 <binary> [--benchmark_filter=REGEX] [--json FILE]
#include <ctg/kernel/gemm.hpp>

#include "interleave.hpp"
#include "ratios.hpp"

#if __has_include(<Eigen/Core>)
#include <Eigen/Core>
#endif
#if defined(PEERS_LIBXSMM)
#include <libxsmm.h>
#endif

#include <dlfcn.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <map>
#include <memory>
#include <regex>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace gemm_peers {

using ctg::kernel::index;
using ctg_bench::competitor;

struct shape {
  index m, k, n;
  bool transposed_a, transposed_b;

  std::string name() const {
    return std::to_string(m) + "x" + std::to_string(k) + (transposed_a ? "^T" : "") + "x" + std::to_string(n) +
           (transposed_b ? "^T" : "");
  }
};

constexpr index squares[] = {8,   12,  16,  24,  32,  48,  64,   96,   100,  128,
                             192, 200, 256, 384, 512, 768, 1000, 1024, 1536, 2048};
constexpr shape products[] = {
    {64, 784, 128, false, false},   {64, 128, 10, false, false},    {784, 64, 128, true, false},
    {64, 10, 128, false, true},     {1, 784, 128, false, false},    {256, 1024, 1024, false, false},
    {256, 1024, 1024, true, false}, {256, 1024, 1024, false, true}, {1024, 256, 1024, false, false},
    {1024, 256, 1024, true, false}, {1024, 256, 1024, false, true}};

template <class T>
using buffer = std::unique_ptr<T[], decltype(&std::free)>;

template <class T>
buffer<T> allocate(index n) {
  std::size_t const bytes = (static_cast<std::size_t>(n) * sizeof(T) + 63) / 64 * 64;
  return {static_cast<T*>(std::aligned_alloc(64, bytes + 64)), &std::free};
}

template <class T>
buffer<T> random(index n) {
  buffer<T> result = allocate<T>(n);
  std::uint32_t seed = 1;
  for (index i = 0; i < n; ++i) {
    seed = seed * 1664525u + 1013904223u;
    result[static_cast<std::size_t>(i)] = static_cast<T>(seed >> 8) / static_cast<T>(1 << 23) - T{1};
  }
  return result;
}

/// C = A * B, all row-major and dense; a transposed operand is stored as its transpose.
template <class T>
struct problem {
  shape s;
  T const *a, *b;
  T* c;

  index lda() const { return s.transposed_a ? s.m : s.k; }
  index ldb() const { return s.transposed_b ? s.k : s.n; }
};

/// The shared libraries that are there.
struct library {
  void* handle = nullptr;
  template <class F>
  F* symbol(char const* name) const {
    return handle ? reinterpret_cast<F*>(dlsym(handle, name)) : nullptr;
  }
};

library open(char const* name, [[maybe_unused]] char const* path) {
  library const result{path ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : nullptr};
  if (!result.handle) std::fprintf(stderr, "%s is not there: measured without it\n", name);
  return result;
}

#if !defined(PEERS_OPENBLAS_PATH)
#define PEERS_OPENBLAS_PATH nullptr
#endif
#if !defined(PEERS_BLIS_PATH)
#define PEERS_BLIS_PATH nullptr
#endif
#if !defined(PEERS_ONEDNN_PATH)
#define PEERS_ONEDNN_PATH nullptr
#endif

struct peers {
  library openblas = open("OpenBLAS", PEERS_OPENBLAS_PATH);
  library blis = open("BLIS", PEERS_BLIS_PATH);
  library onednn = open("oneDNN", PEERS_ONEDNN_PATH);
};

peers const& libraries() {
  static peers const result;
  return result;
}

template <class T>
using cblas = void(int, int, int, int, int, int, T, T const*, int, T const*, int, T, T*, int);
using dnnl = int(char, char, std::int64_t, std::int64_t, std::int64_t, float, float const*, std::int64_t, float const*,
                 std::int64_t, float, float*, std::int64_t);

template <class T>
void enter_cblas(std::vector<competitor>& to, char const* name, library const& from, problem<T> const& p) {
  auto* const gemm = from.symbol<cblas<T>>(std::is_same_v<T, float> ? "cblas_sgemm" : "cblas_dgemm");
  if (!gemm) return;
  constexpr int row_major = 101, plain = 111, transposed = 112;
  to.push_back({name, [=] {
                  auto const of = [](index x) { return static_cast<int>(x); };
                  gemm(row_major, p.s.transposed_a ? transposed : plain, p.s.transposed_b ? transposed : plain,
                       of(p.s.m), of(p.s.n), of(p.s.k), T{1}, p.a, of(p.lda()), p.b, of(p.ldb()), T{0}, p.c, of(p.s.n));
                }});
}

void enter_onednn(std::vector<competitor>& to, problem<float> const& p) {
  auto* const gemm = libraries().onednn.symbol<dnnl>("dnnl_sgemm");
  if (!gemm) return;
  to.push_back({"onednn", [=] {
                  gemm(p.s.transposed_a ? 'T' : 'N', p.s.transposed_b ? 'T' : 'N', p.s.m, p.s.n, p.s.k, 1.f, p.a,
                       p.lda(), p.b, p.ldb(), 0.f, p.c, p.s.n);
                }});
}

#if defined(PEERS_LIBXSMM)
/// Its kernels are column-major: C^T = B^T * A^T. Version 1.17 has none for a transposed first operand, nor for sizes
/// whose code would be too long.
template <class T>
void enter_libxsmm(std::vector<competitor>& to, problem<T> const& p) {
  if (p.s.transposed_b || p.s.m > 1024) return;
  auto const of = [](index x) { return static_cast<int>(x); };
  int const m = of(p.s.n), n = of(p.s.m), k = of(p.s.k), lda = of(p.ldb()), ldb = of(p.lda()), ldc = of(p.s.n);
  int const flags = p.s.transposed_a ? LIBXSMM_GEMM_FLAG_TRANS_B : LIBXSMM_GEMM_FLAG_NONE;
  T const one{1}, zero{0};
  if constexpr (std::is_same_v<T, float>) {
    if (auto const run = libxsmm_smmdispatch(m, n, k, &lda, &ldb, &ldc, &one, &zero, &flags, nullptr))
      to.push_back({"libxsmm", [=] { run(p.b, p.a, p.c); }});
  } else {
    if (auto const run = libxsmm_dmmdispatch(m, n, k, &lda, &ldb, &ldc, &one, &zero, &flags, nullptr))
      to.push_back({"libxsmm", [=] { run(p.b, p.a, p.c); }});
  }
}
#endif

#if __has_include(<Eigen/Core>)
template <class T, int M = Eigen::Dynamic, int N = Eigen::Dynamic, int K = Eigen::Dynamic>
void enter_eigen(std::vector<competitor>& to, problem<T> const& p) {
  to.push_back({"eigen", [=] {
                  constexpr auto rows = [](int columns) { return columns == 1 ? Eigen::ColMajor : Eigen::RowMajor; };
                  using left = Eigen::Map<Eigen::Matrix<T, M, K, rows(K)> const>;
                  using right = Eigen::Map<Eigen::Matrix<T, K, N, rows(N)> const>;
                  using dynamic = Eigen::Map<Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> const>;
                  Eigen::Map<Eigen::Matrix<T, M, N, rows(N)>> c(p.c, p.s.m, p.s.n);
                  if (p.s.transposed_a)
                    c.noalias() = dynamic(p.a, p.s.k, p.s.m).transpose() * dynamic(p.b, p.s.k, p.s.n);
                  else if (p.s.transposed_b)
                    c.noalias() = dynamic(p.a, p.s.m, p.s.k) * dynamic(p.b, p.s.n, p.s.k).transpose();
                  else if (p.s.m == 1)  // Eigen chooses its matrix-vector product by the type
                    c.row(0).noalias() = left(p.a, p.s.m, p.s.k).row(0) * right(p.b, p.s.k, p.s.n);
                  else
                    c.noalias() = left(p.a, p.s.m, p.s.k) * right(p.b, p.s.k, p.s.n);
                }});
}
#endif

/// All compute the same: any two orders of summation differ by at most 2 (k + 2) eps sum |a||b|, where |a| and |b| are
/// at most 1 and 1/2 on average.
template <class T>
bool agree(std::vector<competitor> const& competitors, problem<T> const& p) {
  std::vector<T> expected;
  T const k = static_cast<T>(p.s.k), tolerance = (k + 2) * std::numeric_limits<T>::epsilon() * (k / 2 + 4);
  for (competitor const& c : competitors) {
    std::fill_n(p.c, p.s.m * p.s.n, T(-1000));
    c.run();
    if (expected.empty()) expected.assign(p.c, p.c + p.s.m * p.s.n);
    for (std::size_t i = 0; i < expected.size(); ++i)
      if (!(std::abs(p.c[i] - expected[i]) <= tolerance)) {
        std::fprintf(stderr, "%s: %s is wrong\n", p.s.name().c_str(), c.name.c_str());
        return false;
      }
  }
  return true;
}

/// What the command line asks for, and what comes of it.
struct session {
  std::regex filter{""};
  bool sound = true;
  std::map<std::string, std::vector<double>> gains = {};  // by group: time of the best peer / that of cotangent
};

template <class T>
void measure(session& all, std::string const& group, std::vector<competitor> competitors, problem<T> const& p) {
  if (!agree(competitors, p)) {
    all.sound = false;
    return;
  }
  std::string const workload = group + "/" + p.s.name();
  double const work = 2 * static_cast<double>(p.s.m) * static_cast<double>(p.s.n) * static_cast<double>(p.s.k);
  ctg_bench::interleave(competitors, work > 1e8 ? 9 : 31, 5e-4);
  std::printf("%-28s", workload.c_str());
  double own = 0, best = 0;
  for (competitor const& c : competitors) {
    ctg_bench::measurement m{workload, c.name};
    m.median = 1e9 * ctg_bench::quantile(c.seconds, 0.5);
    m.low = 1e9 * ctg_bench::quantile(c.seconds, 0.25), m.high = 1e9 * ctg_bench::quantile(c.seconds, 0.75);
    m.repetitions = static_cast<int>(c.seconds.size());
    m.counters["GFLOP/s"] = work / m.median;
    m.order = static_cast<std::int64_t>(ctg_bench::measurements().size());
    ctg_bench::measurements().push_back(m);
    std::printf("  %s %.1f", c.name.c_str(), work / m.median);
    if (&c == &competitors[0])
      own = m.median;
    else if (best == 0 || m.median < best)
      best = m.median;
  }
  if (best > 0) {
    std::printf("  best peer / cotangent %.3f", best / own);
    all.gains[group].push_back(best / own);
  }
  std::printf("\n");
  std::fflush(stdout);
}

template <class T>
struct matrices {
  buffer<T> a, b, c;
  problem<T> p;

  explicit matrices(shape s)
      : a(random<T>(s.m * s.k)), b(random<T>(s.k * s.n)), c(allocate<T>(s.m * s.n)), p{s, a.get(), b.get(), c.get()} {}
};

template <class T>
void any_extents(session& all, std::string const& group, shape s) {
  if (!std::regex_search(group + "/" + s.name(), all.filter)) return;
  matrices<T> const data(s);
  auto const scratch = allocate<T>(ctg::kernel::gemm_scratch<T>(s.m, s.n, s.k));
  problem<T> const p = data.p;
  ctg::kernel::gemm_arguments<T> const arguments{s.m,
                                                 s.n,
                                                 s.k,
                                                 {p.a, s.transposed_a ? 1 : s.k, s.transposed_a ? s.m : 1},
                                                 {p.b, s.transposed_b ? 1 : s.n, s.transposed_b ? s.k : 1},
                                                 p.c,
                                                 s.n,
                                                 scratch.get(),
                                                 false,
                                                 {}};
  std::vector<competitor> competitors{{"cotangent", [=] { ctg::kernel::gemm(arguments); }}};
  enter_cblas(competitors, "openblas", libraries().openblas, p);
  enter_cblas(competitors, "blis", libraries().blis, p);
  if constexpr (std::is_same_v<T, float>) enter_onednn(competitors, p);
#if defined(PEERS_LIBXSMM)
  enter_libxsmm(competitors, p);
#endif
#if __has_include(<Eigen/Core>)
  enter_eigen(competitors, p);
#endif
  measure(all, group, std::move(competitors), p);
}

template <class T, int M, int K, int N>
void fixed(session& all, std::string const& group) {
  shape const s{M, K, N, false, false};
  if (!std::regex_search(group + "/" + s.name(), all.filter)) return;
  matrices<T> const data(s);
  problem<T> const p = data.p;
  std::vector<competitor> competitors{{"cotangent", [=] {
                                         ctg::kernel::gemm_static<M, N, K>({p.a, K, 1}, {p.b, N, 1}, p.c, N);
                                       }}};
#if defined(PEERS_LIBXSMM)
  enter_libxsmm(competitors, p);
#endif
#if __has_include(<Eigen/Core>)
  enter_eigen<T, M, N, K>(competitors, p);
#endif
  measure(all, group, std::move(competitors), p);
}

template <class T>
void enter(session& all, std::string const& group) {
  for (index const n : squares) any_extents<T>(all, group, {n, n, n, false, false});
  for (shape const& s : products) any_extents<T>(all, group, s);
  [&]<int... N>(std::integer_sequence<int, N...>) { (fixed<T, N, N, N>(all, group + "_fixed"), ...); }
  (std::integer_sequence<int, 4, 6, 8, 12, 16, 20, 24, 32, 40, 48, 64>{});
}

}  // namespace gemm_peers

int main(int argc, char** argv) {
  // Before the libraries are opened, which read these then.
  for (char const* variable : {"OPENBLAS_NUM_THREADS", "BLIS_NUM_THREADS", "OMP_NUM_THREADS"}) setenv(variable, "1", 1);
#if defined(__AVX512F__)
  unsetenv("OPENBLAS_CORETYPE");
#else
  setenv("OPENBLAS_CORETYPE", "Haswell", 1);
  setenv("BLIS_ARCH_TYPE", "haswell", 1);
  setenv("DNNL_MAX_CPU_ISA", "AVX2", 1);
  setenv("LIBXSMM_TARGET", "hsw", 1);
#endif
  gemm_peers::session all;
  std::string file;
  for (int i = 1; i < argc; ++i) {
    std::string_view const argument = argv[i], filter = "--benchmark_filter=";
    if (argument == "--json" && i + 1 < argc) {
      file = argv[++i];
    } else if (argument.starts_with(filter)) {
      all.filter = std::string(argument.substr(filter.size()));
    } else {
      std::fprintf(stderr, "usage: %s [--benchmark_filter=REGEX] [--json FILE]\n", argv[0]);
      return 1;
    }
  }
  gemm_peers::enter<float>(all, "float");
  gemm_peers::enter<double>(all, "double");
  for (auto const& [group, values] : all.gains) {
    double sum = 0;
    for (double const x : values) sum += std::log(x);
    std::printf("%-14s best peer / cotangent: geometric mean %.3f, least %.3f over %zu sizes\n", group.c_str(),
                std::exp(sum / static_cast<double>(values.size())), *std::min_element(values.begin(), values.end()),
                values.size());
  }
  if (!file.empty() && !ctg_bench::write_json(file, argv[0])) {
    std::fprintf(stderr, "cannot write %s\n", file.c_str());
    return 1;
  }
  return all.sound ? 0 : 1;
}
