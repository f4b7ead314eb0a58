// SPDX-License-Identifier: MIT
// The threads of one run: what each has for itself, and how work is dealt out. The shares depend on the number asked
// for and on nothing else, so the same number gives the same bits, however many threads OpenMP grants.
#pragma once

#include <ctg/config.hpp>
#include <ctg/kernel/simd.hpp>

#include <cstddef>
#include <cstdint>

namespace ctg::inline v0::kernel {

/// `each` bytes of memory for each of `threads`, aligned to 64.
struct team {
  int threads = 1;
  char* memory = nullptr;
  std::int64_t each = 0;
  char* memory_of(int thread) const { return memory + thread * each; }
};

/// A share of a range.
struct share {
  index first = 0, last = 0;
};
/// Share number `which` of `of` of n things, in whole multiples of `unit`; the first ones get the larger shares.
constexpr share share_of(index n, int which, int of, index unit) {
  index const units = (n + unit - 1) / unit, low = units / of, more = units % of;
  auto const begin = [&](index i) { return (low * i + (i < more ? i : more)) * unit; };
  return {begin(which) < n ? begin(which) : n, begin(which + 1) < n ? begin(which + 1) : n};
}

/// What a step must have to do, in floating-point operations, before it is dealt out: some ten microseconds of work,
/// against the few that waking a team is commonly said to take (neither is measured here).
inline constexpr index least_shared_flops = index{1} << 20;

constexpr std::int64_t whole_lines(std::int64_t bytes) { return (bytes + 63) / 64 * 64; }

/// Calls f(thread) for each thread of a team.
template <class F>
void together(int threads, F const& f) {
#if defined(_OPENMP)
#pragma omp parallel for schedule(static, 1) num_threads(threads)
#endif
  for (int i = 0; i < threads; ++i) f(i);
}

}  // namespace ctg::inline v0::kernel
