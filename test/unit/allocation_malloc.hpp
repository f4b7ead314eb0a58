// SPDX-License-Identifier: MIT
// malloc, counted: what goes past operator new. For allocation.cpp alone, which has `watching` and `mallocs`.
#pragma once

#include <cstddef>

extern "C" void* __libc_malloc(std::size_t);
extern "C" void* malloc(std::size_t n) {
  if (watching) ++mallocs;
  return __libc_malloc(n);
}
