// SPDX-License-Identifier: MIT
// What including the library costs before anything is used.
#if __has_include(<ctg/ctg.hpp>)
#include <ctg/ctg.hpp>
#else
#include <ctg/kernel/simd.hpp>
#endif
