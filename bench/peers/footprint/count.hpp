// SPDX-License-Identifier: MIT
// What a process takes: calls of the allocator (glibc's, interposed), and resident memory.
#pragma once

#include <cstddef>
#include <cstdio>
#include <cstring>

extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
}

namespace footprint {
inline long allocations = 0;
}

extern "C" {
void* malloc(std::size_t n) noexcept { return ++footprint::allocations, __libc_malloc(n); }
void* calloc(std::size_t n, std::size_t m) noexcept { return ++footprint::allocations, __libc_calloc(n, m); }
void* realloc(void* p, std::size_t n) noexcept { return ++footprint::allocations, __libc_realloc(p, n); }
void* memalign(std::size_t a, std::size_t n) noexcept { return ++footprint::allocations, __libc_memalign(a, n); }
void* aligned_alloc(std::size_t a, std::size_t n) noexcept { return ++footprint::allocations, __libc_memalign(a, n); }
int posix_memalign(void** p, std::size_t a, std::size_t n) noexcept {
  ++footprint::allocations;
  *p = __libc_memalign(a, n);
  return *p ? 0 : 12;  // ENOMEM
}
}

namespace footprint {

/// A hundred steps after the first ten; prints calls per step and the largest resident memory in KiB.
inline void report(auto&& step) {
  for (int i = 0; i < 10; ++i) step();
  long const before = allocations;
  for (int i = 0; i < 100; ++i) step();
  double const each = static_cast<double>(allocations - before) / 100;
  long resident = 0;
  if (std::FILE* const status = std::fopen("/proc/self/status", "r")) {
    char line[256];
    while (std::fgets(line, sizeof line, status))
      if (std::strncmp(line, "VmHWM:", 6) == 0) std::sscanf(line + 6, "%ld", &resident);
    std::fclose(status);
  }
  std::printf("%.2f %ld\n", each, resident);
}

}  // namespace footprint
